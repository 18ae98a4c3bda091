import { dateTime } from '@xinlu/common/i18n';
import { buttonGroup, buttonLink, type Html, html, tableResponsive, tag } from '@xinlu/common/page';
import type { Login } from '../../domain/login/logins.ts';
import type { Content } from '../../http/site.ts';
import type { Texts } from '../../locales/index.ts';
import { type AccountFrame, accountContent, pathOf } from './frame.ts';
import { visitsOf } from './sessions-page.ts';

export type HistoryView = AccountFrame & {
  logins: readonly Login[];
  /** Set when she is not at the newest ones. */
  before?: string | undefined;
  /** The last login shown, if there are older ones. */
  older?: string | undefined;
};

function stateOf(t: Texts, view: HistoryView, login: Login): Html {
  if (login.endReason !== undefined) return tag(t(`end.${login.endReason}`));
  return login.expiresAt > view.now ? tag(t('account.live'), 'positive') : tag(t('account.over'));
}

/** Every sign-in there was: when, how, how sure, in which browser, where it was used. */
export function historyPage(t: Texts, view: HistoryView): Content {
  const path = pathOf('history');
  return accountContent(t, view, {
    part: 'history',
    title: t('account.nav-history'),
    lead: t('account.history-lead'),
    url: view.before === undefined ? path : `${path}?before=${view.before}`,
    body: html`${tableResponsive({
      caption: t('account.nav-history'),
      hideCaption: true,
      columns: [
        t('account.when'),
        t('account.method'),
        t('account.assurance'),
        t('account.browser'),
        t('account.where'),
        t('account.status'),
      ],
      rows: view.logins.map((login) => [
        dateTime(login.startedAt, t.lang),
        t(`method.${login.method}`),
        t(`acr.${login.acr}`),
        login.browser,
        visitsOf(t, view, login),
        stateOf(t, view, login),
      ]),
      empty: html`<p>${t('account.history-empty')}</p>`,
    })}
${buttonGroup([
  view.before !== undefined && buttonLink(t('account.newest'), path, { kind: 'secondary' }),
  view.older !== undefined &&
    buttonLink(t('account.older'), `${path}?before=${view.older}`, { kind: 'secondary' }),
])}`,
  });
}
