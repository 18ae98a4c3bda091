import { dateTime } from '@xinlu/common/i18n';
import type { Consent } from '../domain/consent.ts';
import type { Paper, PaperRow } from '../domain/paper.ts';
import type { Access } from '../domain/ports.ts';
import { resultWords } from './access-table.ts';
import { datasetTitle, fieldList, type PageContext, partyName, purposeTitle } from './context.ts';
import { validityWords } from './extent.ts';

function consentRows(context: PageContext, consent: Consent): PaperRow[] {
  const { t, lang } = context;
  const details = consent.granted ?? consent.requested;
  return [
    { key: t('ask.purpose'), value: purposeTitle(context, consent.purpose) },
    { key: t('consent.state'), value: t(`state.${consent.state}`) },
    { key: t('consent.asked-at'), value: dateTime(consent.requestedAt, lang) },
    { key: t('consent.until'), value: validityWords(context, consent) },
    ...details.map((detail) => ({
      key: `${datasetTitle(context, detail.dataset)}（${partyName(context, detail.provider)}）`,
      value: fieldList(context, detail.dataset, detail.fields),
    })),
    { key: t('paper.record'), value: consent.id },
  ];
}

function accessRow(context: PageContext, access: Access): PaperRow {
  const { t, lang } = context;
  const what = access.dataset === null ? t('accesses.none') : datasetTitle(context, access.dataset);
  return {
    key: dateTime(access.at, lang),
    value: [partyName(context, access.clientId), what, resultWords(t, access)].join(t('list.separator')),
  };
}

/** All her consents and accesses as a paper, with the same as JSON attached. */
export function myDataPaper(
  context: PageContext,
  facts: { consents: readonly { consent: Consent }[]; accesses: readonly Access[]; now: Date; json: string },
): Paper {
  const { t, lang } = context;
  const accesses = facts.accesses.map((access) => accessRow(context, access));
  return {
    title: t('my-data.title'),
    lang,
    above: t('service'),
    madeAt: facts.now,
    sections: [
      { heading: t('my-data.made', { time: dateTime(facts.now, lang) }), rows: [], text: t('my-data.what') },
      ...facts.consents.map(({ consent }) => ({
        heading: partyName(context, consent.clientId),
        rows: consentRows(context, consent),
      })),
      {
        heading: t('accesses.title'),
        rows: accesses,
        ...(accesses.length === 0 ? { text: t('accesses.empty') } : {}),
      },
    ],
    foot: t('my-data.attached'),
    attachment: {
      name: 'my-data.json',
      description: t('my-data.attached'),
      content: facts.json,
    },
  };
}
