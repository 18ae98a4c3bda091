import { dateTime } from '@xinlu/common/i18n';
import {
  bulletList,
  buttonLink,
  card,
  cardGroup,
  definitionList,
  emptyState,
  type Html,
  html,
  link,
  pageHeading,
  section,
  summaryList,
  type Tone,
  tag,
} from '@xinlu/common/page';
import { type Consent, type ConsentState, purposeChanged, stands } from '../domain/consent.ts';
import type { Access } from '../domain/ports.ts';
import { accessTable } from './access-table.ts';
import { actingWords, datasetTitle, type PageContext, partyName, purposeTitle, render } from './context.ts';
import { validityWords } from './extent.ts';

const TONES: Record<ConsentState, Tone> = {
  requested: 'info',
  granted: 'positive',
  suspended: 'warning',
  refused: 'neutral',
  replaced: 'neutral',
  relinquished: 'neutral',
  lapsed: 'neutral',
  withdrawn: 'negative',
  expired: 'neutral',
  used: 'neutral',
};

export function stateTag({ t, catalogue }: PageContext, consent: Consent): Html {
  if (consent.state === 'granted' && purposeChanged(consent, catalogue)) {
    return tag(t('state.purpose-changed'), 'warning');
  }
  return tag(t(`state.${consent.state}`), TONES[consent.state]);
}

/** In whose name, where it is not her own. */
export function inName(context: PageContext, consent: Consent): { key: string; value: string }[] {
  const words = actingWords(context, consent);
  return words === undefined ? [] : [{ key: context.t('acting.name'), value: words }];
}

function consentCard(context: PageContext, consent: Consent): Html {
  const { t, lang } = context;
  const details = consent.granted ?? consent.requested;
  const live = stands(consent);
  return card({
    title: partyName(context, consent.clientId),
    above: purposeTitle(context, consent.purpose),
    tag: stateTag(context, consent),
    body: summaryList([
      ...inName(context, consent),
      {
        key: t('consent.data'),
        value: details.map((detail) => datasetTitle(context, detail.dataset)).join(t('list.separator')),
      },
      live
        ? { key: t('consent.until'), value: validityWords(context, consent) }
        : { key: t('consent.ended-at'), value: consent.endedAt && dateTime(consent.endedAt, lang) },
    ]),
    footer: buttonLink(t('consent.details'), `/consents/${consent.id}`, { kind: 'secondary' }),
  });
}

/** Before login: what this is for. */
export function welcomePage(context: PageContext): string {
  const { t } = context;
  const body = html`
${pageHeading({ title: t('welcome.title'), lead: t('welcome.lead') })}
<p>${buttonLink(t('welcome.login'), '/login', { big: true })}</p>
${definitionList([
  { term: t('welcome.1.title'), meaning: t('welcome.1.body') },
  { term: t('welcome.2.title'), meaning: t('welcome.2.body') },
  { term: t('welcome.3.title'), meaning: t('welcome.3.body') },
])}`;
  return render(context, { title: t('welcome.title'), body, section: 'home' });
}

/** The citizen's dashboard: what is in force, what has ended, and who has looked lately. */
export function homePage(
  context: PageContext,
  consents: readonly Consent[],
  accesses: readonly Access[],
): string {
  const { t } = context;
  const live = consents.filter(stands);
  const past = consents.filter((consent) => !stands(consent) && consent.state !== 'requested');
  const cards = (list: readonly Consent[], empty: string) =>
    list.length === 0 ? emptyState(empty) : cardGroup(list.map((consent) => consentCard(context, consent)));
  const body = html`
${pageHeading({ title: t('home.title'), lead: t('home.lead') })}
${section(t('home.live'), cards(live, t('home.live.empty')))}
${section(t('home.recent'), accessTable(context, accesses), { aside: link(t('home.all'), '/accesses') })}
${section(t('home.past'), cards(past, t('home.past.empty')))}
${section(
  t('my-data.title'),
  html`<p>${t('my-data.what')}</p>${bulletList([link(t('my-data.pdf'), '/my-data.pdf'), link(t('my-data.json'), '/my-data.json')])}`,
)}`;
  return render(context, { title: t('home.title'), body, width: 'wide', section: 'home' });
}

export function accessesPage(context: PageContext, accesses: readonly Access[]): string {
  const { t } = context;
  const body = html`
${pageHeading({ title: t('accesses.title'), lead: t('accesses.lead') })}
${accessTable(context, accesses)}`;
  return render(context, { title: t('accesses.title'), body, width: 'wide', section: 'accesses' });
}
