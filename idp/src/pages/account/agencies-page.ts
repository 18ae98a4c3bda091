import { dateTime } from '@xinlu/common/i18n';
import { button, card, cardGroup, emptyState, html, postForm, summaryList, tag } from '@xinlu/common/page';
import type { Acquaintance } from '../../domain/account/acquaintances.ts';
import type { Content } from '../../http/site.ts';
import type { Texts } from '../../locales/index.ts';
import { type AccountFrame, accountContent } from './frame.ts';

export type AgenciesView = AccountFrame & {
  agencies: readonly Acquaintance[];
  /** Where a live login of hers is used now. */
  signedInAt: ReadonlySet<string>;
};

/** Who knows her, since when, by what; and the end of what still hangs there. */
export function agenciesPage(t: Texts, view: AgenciesView): Content {
  const cards = view.agencies.map((agency) => {
    const name = view.organisation(agency.clientId);
    const live = view.signedInAt.has(agency.clientId);
    return card({
      level: 2,
      title: name,
      tag: live ? tag(t('account.live'), 'positive') : undefined,
      body: summaryList([
        { key: t('account.known-since'), value: dateTime(agency.since, t.lang) },
        { key: t('account.known-last'), value: dateTime(agency.lastAt, t.lang) },
        {
          key: t('account.learnt'),
          value:
            agency.nameSince === undefined
              ? t('account.learnt-subject')
              : t('account.learnt-name', { since: dateTime(agency.nameSince, t.lang) }),
        },
      ]),
      footer:
        live &&
        postForm({
          action: `/account/agencies/${agency.clientId}/end`,
          csrfToken: view.csrfToken,
          body: button(t('account.end-there'), {
            kind: 'secondary',
            label: t('account.end-there-label', { action: t('account.end-there'), organisation: name }),
          }),
        }),
    });
  });
  return accountContent(t, view, {
    part: 'agencies',
    title: t('account.nav-agencies'),
    lead: t('account.agencies-lead'),
    body:
      cards.length === 0
        ? emptyState(html`<p>${t('account.no-agencies')}</p>`)
        : cardGroup(cards, { columns: 2 }),
  });
}
