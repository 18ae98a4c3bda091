import {
  buttonLink,
  card,
  cardGroup,
  disclosure,
  emptyState,
  type Html,
  html,
  section,
} from '@xinlu/common/page';
import type { Mandate } from '../../domain/mandate/mandates.ts';
import type { Content } from '../../http/site.ts';
import type { Texts } from '../../locales/index.ts';
import { type AccountFrame, accountContent } from '../account/frame.ts';
import { type MandateWords, scopeOf, stateTag } from './mandate-parts.ts';

export type MandatesView = AccountFrame &
  MandateWords & {
    personId: string;
    /** An organisation lets others act for it; it is nobody's guardian, and itself acts for nobody. */
    isCitizen: boolean;
    mandates: readonly Mandate[];
  };

function box(t: Texts, view: MandatesView, mandate: Mandate): Html {
  const other = mandate.principalId === view.personId ? mandate.actorId : mandate.principalId;
  const name = view.person(other) ?? t('mandates.not-yet-named');
  return card({
    title: name,
    above: t(`mandate.kind-${mandate.kind}`),
    tag: stateTag(t, mandate, view.now),
    body: html`<div>${scopeOf(t, view, mandate)}</div>`,
    footer: html`<a class="usa-button usa-button--outline" href="/account/mandates/${mandate.id}" aria-label="${t('mandates.see-label', { name })}">${t('mandates.see')}</a>`,
  });
}

/** Who may act for her and for whom she may act, and the ways to make more. */
export function mandatesPage(t: Texts, view: MandatesView): Content {
  const open = view.mandates.filter(({ endedAt }) => endedAt === undefined);
  const over = view.mandates.filter(({ endedAt }) => endedAt !== undefined);
  const boxes = (mandates: readonly Mandate[], none: string): Html =>
    mandates.length === 0
      ? emptyState(html`<p>${none}</p>`)
      : cardGroup(
          mandates.map((mandate) => box(t, view, mandate)),
          { columns: 2 },
        );
  const byMe = open.filter(({ actorId }) => actorId === view.personId);
  const way = (
    key: 'offer' | 'enter-code' | 'guardian',
    href: string,
    lead: `${typeof key}-lead` | 'offer-lead-organisation' = `${key}-lead`,
  ): Html =>
    card({
      title: t(`mandates.${key}`),
      body: html`<p>${t(`mandates.${lead}`)}</p>`,
      footer: buttonLink(t(`mandates.${key}`), href, { kind: 'secondary' }),
    });
  return accountContent(t, view, {
    part: 'mandates',
    title: t('account.nav-mandates'),
    lead: t(view.isCitizen ? 'mandates.lead' : 'mandates.lead-organisation'),
    body: html`
${section(
  t('mandates.for-me'),
  boxes(
    open.filter(({ principalId }) => principalId === view.personId),
    t('mandates.for-me-none'),
  ),
)}
${view.isCitizen && section(t('mandates.by-me'), boxes(byMe, t('mandates.by-me-none')))}
${section(
  t('mandates.new'),
  cardGroup(
    view.isCitizen
      ? [
          way('offer', '/account/mandates/offer'),
          way('enter-code', '/account/mandates/invitation'),
          way('guardian', '/account/mandates/guardian'),
        ]
      : [way('offer', '/account/mandates/offer', 'offer-lead-organisation')],
    { columns: 3 },
  ),
)}
${over.length > 0 && disclosure(t('mandates.over'), boxes(over, ''))}`,
  });
}
