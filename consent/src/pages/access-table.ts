import { dateTime } from '@xinlu/common/i18n';
import { type Html, html, link, type Tone, tableResponsive, tag } from '@xinlu/common/page';
import type { Access, Proof } from '../domain/ports.ts';
import type { Texts } from '../locales/texts.ts';
import {
  actingWords,
  datasetTitle,
  fieldList,
  type PageContext,
  partyName,
  purposeTitle,
} from './context.ts';

const REASONS = [
  'consent-withdrawn',
  'consent-expired',
  'consent-used',
  'consent-unknown',
  'frequency-exceeded',
  'quota-exceeded',
  'check-not-granted',
  'provider-resting',
  'peer-unreachable',
  'not-delivered',
  'client-gone',
  'dataset-not-granted',
  'data-not-found',
  'purpose-changed',
  'consent-suspended',
  'consent-replaced',
  'consent-relinquished',
  'consent-lapsed',
  'mandate-ended',
] as const;

function reason(t: Texts, code: string | null): string {
  const known = REASONS.find((one) => one === code);
  return t(known === undefined ? 'reason.other' : `reason.${known}`);
}

/** What came of an access, and why not. */
function outcomeOf(t: Texts, access: Access): { text: string; tone: Tone; why?: string } {
  if (access.decision === 'refused') {
    return { text: t('result.refused'), tone: 'negative', why: reason(t, access.code) };
  }
  if (access.outcome === 'delivered') return { text: t('result.delivered'), tone: 'positive' };
  if (access.outcome === 'unconfirmed') return { text: t('result.unconfirmed'), tone: 'warning' };
  if (access.outcome === 'failed') {
    return { text: t('result.failed'), tone: 'warning', why: reason(t, access.outcomeCode) };
  }
  return { text: t('result.pending'), tone: 'neutral' };
}

function result(t: Texts, access: Access): Html {
  const { text, tone, why } = outcomeOf(t, access);
  return html`${tag(text, tone)}${why && html`<br><span class="xl-quiet">${why}</span>`}`;
}

/** The same in plain words. */
export function resultWords(t: Texts, access: Access): string {
  const { text, why } = outcomeOf(t, access);
  return why === undefined ? text : `${text}（${why}）`;
}

/** The words and colour of each state, and whether its evidence is there to be downloaded. */
const PROOFS = {
  accepted: { words: 'proof.accepted', tone: 'neutral', ready: false },
  integrated: { words: 'proof.integrated', tone: 'info', ready: true },
  anchored: { words: 'proof.anchored', tone: 'info', ready: true },
  final: { words: 'proof.final', tone: 'positive', ready: true },
} as const;
const WAITING = { words: 'proof.waiting', tone: 'neutral', ready: false } as const;

/** How far the proof is, and the file once there is one. */
function proofState(t: Texts, proof: Proof, download: string): Html {
  const known = Object.entries(PROOFS).find(([state]) => state === proof.state)?.[1] ?? WAITING;
  return html`${tag(t(known.words), known.tone)}${known.ready && html`<br>${link(t('accesses.proof.download'), download)}`}`;
}

/** Accesses as a table, stacked on a phone. */
export function accessTable(context: PageContext, accesses: readonly Access[]): Html {
  const { t, lang } = context;
  return tableResponsive({
    caption: t('accesses.title'),
    hideCaption: true,
    columns: [
      t('accesses.when'),
      t('accesses.who'),
      t('accesses.what'),
      t('accesses.why'),
      t('accesses.result'),
      t('accesses.proof'),
    ],
    rows: accesses.map((access) => [
      html`<time datetime="${access.at.toISOString()}">${dateTime(access.at, lang)}</time>`,
      html`${partyName(context, access.clientId)}${
        access.acting !== null && html`<br><span class="xl-quiet">${actingWords(context, access)}</span>`
      }`,
      access.dataset === null
        ? t('accesses.none')
        : html`${datasetTitle(context, access.dataset)}<br>${partyName(context, access.provider)}${
            access.fields.length > 0 &&
            html`<br><span class="xl-quiet">${fieldList(context, access.dataset, access.fields)}</span>`
          }${access.verification && html`<br>${tag(t('accesses.verified'), 'info')}`}`,
      html`${access.purpose === null ? t('accesses.none') : purposeTitle(context, access.purpose)}${
        access.verification &&
        html`<br><span class="xl-quiet">${t('accesses.case', { number: access.verification.case_number, reason: access.verification.reason })}</span>`
      }`,
      result(t, access),
      proofState(t, access.proof, `/accesses/${access.id}/access.xinlu.json`),
    ]),
    empty: t('accesses.empty'),
  });
}
