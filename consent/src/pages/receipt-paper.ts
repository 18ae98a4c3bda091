import { dateTime, duration } from '@xinlu/common/i18n';
import type { Paper, PaperRow } from '../domain/paper.ts';
import type { ReceiptClaims } from '../domain/receipt.ts';
import { texts } from '../locales/texts.ts';

/** A receipt as a paper, in the language in which it was signed. `evidence` is its file with the proof, if there is one yet. */
export function receiptPaper(claims: ReceiptClaims, evidence: string | undefined): Paper {
  const { language: lang, event, validity } = claims;
  const t = texts(lang);
  const list = (items: readonly string[]) => items.join(t('list.separator'));
  const stopped: PaperRow[] =
    claims.stopped_at === undefined
      ? []
      : [{ key: t('paper.stopped'), value: dateTime(claims.stopped_at, lang) }];
  const head: PaperRow[] = [
    { key: t('paper.event'), value: t(`event.${event.type}`) },
    { key: t('paper.time'), value: dateTime(event.time, lang) },
    { key: t('paper.who'), value: `${claims.pii_controller.name} (OID ${claims.pii_controller.oid})` },
    ...(claims.acting === undefined
      ? []
      : [
          {
            key: t('acting.name'),
            value: t('acting.paper', { kind: t(`mandate.kind.${claims.acting.kind}`) }),
          },
        ]),
    { key: t('paper.why'), value: claims.purpose.title },
    { key: t('paper.basis'), value: claims.purpose.legal_basis.title ?? '' },
    {
      key: t('paper.validity'),
      value: validity.once ? t('paper.once') : dateTime(validity.until, lang),
    },
    ...(claims.signed_by_principal === undefined
      ? []
      : [{ key: t('consent.signed'), value: t('consent.signed.passkey') }]),
    ...stopped,
    { key: t('paper.record'), value: claims.record_id },
  ];
  return {
    title: t('paper.receipt'),
    lang,
    above: t('service'),
    madeAt: new Date(event.time),
    sections: [
      { heading: t(`event.${event.type}`), rows: head },
      ...claims.pii_processing.map((one) => ({
        heading: one.title,
        rows: [
          { key: t('paper.source'), value: one.source.name },
          { key: t('paper.fields'), value: list(one.fields.map(({ title }) => title)) },
          ...(one.left_out.length === 0
            ? []
            : [{ key: t('paper.left-out'), value: list(one.left_out.map(({ title }) => title)) }]),
          {
            key: t('ask.often'),
            value:
              one.frequency === null
                ? t('ask.often.once')
                : t('ask.often.value', {
                    count: one.frequency.count,
                    period: duration(one.frequency.period, lang),
                  }),
          },
          { key: t('ask.kept'), value: t('ask.kept.value', { period: duration(one.retention, lang) }) },
        ],
      })),
      {
        heading: t('paper.proof'),
        rows: [],
        text: t(evidence === undefined ? 'paper.proof.waiting' : 'paper.proof.attached'),
      },
    ],
    foot: t('paper.issuer'),
    ...(evidence === undefined
      ? {}
      : {
          attachment: {
            name: 'receipt.xinlu.json',
            description: t('paper.proof.attached'),
            content: evidence,
          },
        }),
  };
}
