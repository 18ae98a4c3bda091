import type { Lang } from '@xinlu/common/i18n';
import {
  alert,
  code,
  emptyState,
  html,
  link,
  page,
  pageHeading,
  section,
  stats,
  summaryList,
  type Tone,
  tableResponsive,
  tag,
} from '@xinlu/common/page';
import type { Anchor, AnchorState } from '../domain/anchor-queue.ts';
import type { StoredCheckpoint } from '../domain/log-store.ts';
import type { Standing } from '../domain/standing.ts';
import { translate } from '../locales/index.ts';

const tones: Record<AnchorState, Tone> = {
  queued: 'neutral',
  sent: 'info',
  included: 'info',
  safe: 'info',
  final: 'positive',
};

export type StatusPage = {
  readonly lang: Lang;
  readonly url: string;
  readonly demo: boolean;
  readonly origin: string;
  readonly standing: Standing;
  readonly checkpoint: StoredCheckpoint | undefined;
  readonly anchors: readonly Anchor[];
  readonly contract: { readonly chainId: number; readonly contract: string } | undefined;
};

/** The log for people: how large it is, its newest checkpoint, and how far its anchors are. */
export function statusPage(view: StatusPage): string {
  const t = translate(view.lang);
  const number = new Intl.NumberFormat(view.lang);
  const { log, anchor } = view.standing;
  const body = html`
${pageHeading({ title: t('title'), lead: t('lead') })}
${log.fault && alert('error', undefined, t('log-stands-still'))}
${stats([
  { label: t('entries'), value: number.format(log.published) },
  { label: t('pending'), value: number.format(log.pending) },
  { label: t('final'), value: number.format(anchor.newestFinal?.size ?? 0) },
])}
${section(t('checkpoint-heading'), checkpointOf(view))}
${view.standing.witnesses && section(t('witness-heading'), witnessesOf(view.lang, view.standing.witnesses))}
${section(t('anchor-heading'), anchorsOf(view))}
${section(t('how-heading'), html`<p>${t('how-body')}</p><p>${link(t('trust-list'), '/trust.json')}</p>`)}`;
  return page({
    lang: view.lang,
    title: t('title'),
    service: { name: t('service') },
    body,
    url: view.url,
    demo: view.demo,
    refreshSeconds: 10,
  });
}

function checkpointOf({ lang, checkpoint, origin }: StatusPage) {
  const t = translate(lang);
  if (!checkpoint) return emptyState(t('checkpoint-none'));
  return html`${summaryList([
    { key: t('origin'), value: code(origin) },
    { key: t('size'), value: new Intl.NumberFormat(lang).format(checkpoint.size) },
    { key: t('root'), value: code(Buffer.from(checkpoint.root).toString('base64')) },
  ])}<p>${link(t('raw-checkpoint'), '/log/checkpoint')}</p>`;
}

function witnessesOf(lang: Lang, { quorum, size, each }: NonNullable<Standing['witnesses']>) {
  const t = translate(lang);
  const number = new Intl.NumberFormat(lang);
  const refuses = each.some(({ fault }) => fault !== null && fault !== 'witness-away');
  const tooFew = each.filter(({ fault }) => fault === null).length < quorum;
  return html`${refuses && alert('error', undefined, t('witness-refuses'))}
${!refuses && tooFew && alert('warning', undefined, t('witness-too-few'))}
<p>${t('witness-body', { quorum: number.format(quorum), all: number.format(each.length), size: number.format(size) })}</p>
${tableResponsive({
  caption: t('witness-heading'),
  hideCaption: true,
  columns: [t('witness-column-name'), t('witness-column-state')],
  rows: each.map(({ name, fault }) => [
    code(name),
    fault === null
      ? tag(t('witness-signs'), 'positive')
      : fault === 'witness-away'
        ? tag(t('witness-away'), 'neutral')
        : tag(t('witness-objects'), 'negative'),
  ]),
  empty: t('witness-none'),
})}`;
}

function anchorsOf({ lang, standing, anchors, contract }: StatusPage) {
  const t = translate(lang);
  const number = new Intl.NumberFormat(lang);
  const rows = anchors.map(({ size, state, place }) => [
    t('first-entries', { count: number.format(size) }),
    tag(t(`state-${state}`), tones[state]),
    place ? number.format(place.blockNumber) : '–',
  ]);
  const { fault } = standing.anchor;
  const otherHistory = fault === 'log-behind-chain';
  return html`${fault && alert(otherHistory ? 'error' : 'warning', undefined, t(otherHistory ? 'anchor-other-history' : 'anchor-away'))}
${tableResponsive({
  caption: t('anchor-caption'),
  hideCaption: true,
  columns: [t('anchor-column-size'), t('anchor-column-state'), t('anchor-column-block')],
  rows,
  empty: t('anchor-none'),
})}
${
  contract &&
  summaryList([
    { key: t('anchor-contract'), value: code(contract.contract) },
    { key: t('anchor-chain'), value: String(contract.chainId) },
  ])
}`;
}
