import { type Lang, languageOf } from '@xinlu/common/i18n';
import { loadKeys } from '@xinlu/common/keys';
import {
  bulletList,
  html,
  link,
  pageHeading,
  type Service,
  section,
  tableResponsive,
} from '@xinlu/common/page';
import { connector, openReleaseLog } from '@xinlu/connector';
import { catalogueFieldTitle, datasetTitle } from '../../country/catalogue.ts';
import type { Country } from '../../country/country.ts';
import { agencyNames } from '../../country/participants.ts';
import { openSite, type Site } from '../../site.ts';
import type { ProviderPlan } from './sources.ts';
import { providerWords } from './words.ts';

/** An agency that holds data: the connector over its datasets, and a page that says what it does. */
export const buildProvider = async (country: Country, plan: ProviderPlan): Promise<Site<object>> => {
  const url = country.addresses.url(plan.id);
  const name = agencyNames[plan.id];
  const service = (lang: Lang): Service => ({
    name: providerWords(lang)('service'),
    organisation: { name: name[lang], mark: plan.mark, theme: 'agency' },
    about: providerWords(lang)('about'),
  });
  const site = await openSite<object>(country, { id: plan.id, url, service });

  const releases = openReleaseLog(country.files.releases(plan.id));
  site.app.addHook('onClose', () => releases.close());
  await site.app.register(
    connector as never,
    {
      participantId: plan.id,
      keys: await loadKeys(country.files.key(plan.id)),
      register: country.register,
      kv: country.kv,
      clock: country.clock,
      ids: country.ids,
      log: country.log.child({ site: plan.id }),
      publicUrl: url,
      gatewayUrl: `${country.services.consentIssuer}/gateway/release`,
      releases,
      datasets: plan.datasets,
    } as never,
  );

  site.app.get('/', async (request, reply) => {
    const lang = languageOf(request);
    const t = providerWords(lang);
    const table = tableResponsive({
      caption: t('dataset-title'),
      hideCaption: true,
      columns: [t('dataset'), t('fields')],
      rows: Object.entries(plan.datasets).map(([id, { fields }]) => [
        datasetTitle(id, lang),
        Object.keys(fields)
          .map((field) => catalogueFieldTitle(id, field, lang))
          .join(lang === 'zh-TW' ? '、' : ', '),
      ]),
    });
    return site.show(request, reply, {
      title: t('title', { agency: name[lang] }),
      body: html`${pageHeading({ title: t('title', { agency: name[lang] }), lead: t('lead') })}
${section(t('dataset-title'), table)}
${section(t('how-title'), bulletList([t('how-order'), t('how-rp'), t('how-envelope'), t('how-filter')]))}
<p>${t('citizen')} ${link(t('citizen-link'), country.services.consentIssuer)}</p>`,
    });
  });
  return site;
};
