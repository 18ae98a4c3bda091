import { type Lang, languageOf } from '@xinlu/common/i18n';
import type { Service } from '@xinlu/common/page';
import { cardPlans } from '../../country/cards.ts';
import type { Country } from '../../country/country.ts';
import { readJson } from '../../country/files.ts';
import type { CardRecord } from '../../seed/cards.ts';
import type { OperatorRecord } from '../../seed/operators.ts';
import { openSite, type Site } from '../../site.ts';
import { portalPage } from './page.ts';
import { openServiceWatch } from './services.ts';
import { portalWords } from './words.ts';

const service = (lang: Lang): Service => ({ name: portalWords(lang)('service') });

/** The page reloads itself while services start; not for ever, or it would close what a reader opened. */
const RELOAD_SECONDS = 4;
const START_MILLISECONDS = 90_000;

/** The portal. Its `/ready` speaks for the whole demo process, since the launcher asks this port. */
export const buildPortal = async (
  country: Country,
  options: { ready: () => Promise<Record<string, boolean>>; cardPortTaken: () => number | undefined },
): Promise<Site<object>> => {
  const site = await openSite<object>(country, {
    id: 'portal',
    url: country.addresses.url('portal'),
    service,
    ready: options.ready,
  });
  const cards = cardPlans.map(({ id }) => readJson<CardRecord>(country.files.card(id, 'card.json')));
  const operators = readJson<OperatorRecord[]>(country.files.operators);
  const watch = openServiceWatch(country);
  const started = country.clock.now().getTime();

  site.app.get('/', async (request, reply) => {
    const lang = languageOf(request);
    const t = portalWords(lang);
    const states = await watch();
    const starting =
      states.some(({ ready }) => !ready) && country.clock.now().getTime() - started < START_MILLISECONDS;
    return site.show(request, reply, {
      title: t('title'),
      width: 'wide',
      nav: [
        { href: '#journeys', text: t('nav-journeys') },
        { href: '#cards', text: t('nav-cards') },
        { href: '#services', text: t('nav-services') },
      ],
      body: portalPage({ lang, country, cards, operators, states, cardPortTaken: options.cardPortTaken() }),
      ...(starting ? { refreshSeconds: RELOAD_SECONDS } : {}),
    });
  });
  return site;
};
