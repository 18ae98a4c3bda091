import { duration } from '@xinlu/common/i18n';
import {
  bulletList,
  card,
  cardGroup,
  type Html,
  html,
  link,
  pageHeading,
  section,
  summaryList,
  tag,
} from '@xinlu/common/page';
import type { Dataset, Purpose } from '../domain/catalogue.ts';
import { datasetTitle, fieldList, type PageContext, partyName, render } from './context.ts';

function datasetCard(context: PageContext, dataset: Dataset): Html {
  const { t, lang } = context;
  return card({
    title: dataset.title[lang],
    above: dataset.description[lang],
    id: dataset.id,
    body: summaryList([
      { key: t('catalogue.provider'), value: partyName(context, dataset.provider) },
      { key: t('catalogue.category'), value: dataset.category[lang] },
      {
        key: t('catalogue.fields'),
        value: bulletList(
          Object.values(dataset.fields).map(
            (field) =>
              html`${field.title[lang]} ${tag(t(`sensitivity.${field.sensitivity}`), field.sensitivity === 'sensitive' ? 'warning' : 'neutral')}`,
          ),
        ),
      },
    ]),
  });
}

function purposeCard(context: PageContext, purpose: Purpose): Html {
  const { t, lang } = context;
  const { datasets, standing, retention, verification } = purpose.ceilings;
  return card({
    title: purpose.title[lang],
    above: purpose.description[lang],
    id: purpose.id,
    body: summaryList([
      { key: t('catalogue.basis'), value: purpose.legalBasis.title[lang] },
      {
        key: t('catalogue.covers'),
        value:
          Object.keys(datasets).length > 0 &&
          bulletList(
            Object.entries(datasets).map(
              ([id, fields]) =>
                html`<strong>${datasetTitle(context, id)}</strong>${t('list.separator')}${fieldList(context, id, fields)}`,
            ),
          ),
      },
      {
        key: t('catalogue.verified'),
        value:
          verification !== undefined &&
          bulletList(
            Object.entries(verification.checks).map(
              ([id, checks]) =>
                html`<strong>${datasetTitle(context, id)}</strong>${t('list.separator')}${fieldList(context, id, Object.keys(checks))}`,
            ),
          ),
      },
      {
        key: t('catalogue.longest'),
        value: standing === undefined ? t('catalogue.once') : duration(standing.longest, lang),
      },
      {
        key: t('catalogue.most'),
        value:
          standing !== undefined &&
          t('ask.often.value', {
            count: standing.frequency.count,
            period: duration(standing.frequency.period, lang),
          }),
      },
      { key: t('catalogue.retention'), value: duration(retention, lang) },
    ]),
  });
}

/** The public catalogue: what can be asked for, from whom, what for. */
export function cataloguePage(context: PageContext): string {
  const { t, catalogue } = context;
  const body = html`
${pageHeading({ title: t('catalogue.title'), lead: t('catalogue.lead', { version: catalogue.version }) })}
<p>${link(t('files.title'), '/personal-data-files')}</p>
<p>${link(t('catalogue.json'), '/catalogue.json')}</p>
${section(t('catalogue.datasets'), cardGroup([...catalogue.datasets.values()].map((dataset) => datasetCard(context, dataset))))}
${section(t('catalogue.purposes'), cardGroup([...catalogue.purposes.values()].map((purpose) => purposeCard(context, purpose))))}`;
  return render(context, { title: t('catalogue.title'), body, width: 'wide', section: 'catalogue' });
}
