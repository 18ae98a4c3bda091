import { dateTime } from '@xinlu/common/i18n';
import {
  button,
  buttonGroup,
  card,
  cardGroup,
  type Html,
  html,
  postForm,
  section,
  summaryList,
  tag,
} from '@xinlu/common/page';
import type { Login } from '../../domain/login/logins.ts';
import type { Content } from '../../http/site.ts';
import type { Texts } from '../../locales/index.ts';
import { listed } from '../punctuation.ts';
import { type AccountFrame, accountContent } from './frame.ts';

export type SessionsView = AccountFrame & { currentLogin: Login; live: readonly Login[] };

/** The names of the organisations that a login was used at. */
export const visitsOf = (t: Texts, view: AccountFrame, login: Login): string =>
  listed(t, login.visited.map(view.organisation)) || '—';

function sessionCard(t: Texts, view: SessionsView, login: Login): Html {
  const current = login.id === view.currentLogin.id;
  const action = t(current ? 'account.end-this' : 'account.end');
  return card({
    level: 2,
    title: login.browser,
    tag: current ? tag(t('account.this-session'), 'info') : undefined,
    body: summaryList([
      { key: t('account.since'), value: dateTime(login.startedAt, t.lang) },
      { key: t('account.until'), value: dateTime(login.expiresAt, t.lang) },
      { key: t('account.method'), value: t(`method.${login.method}`) },
      { key: t('account.assurance'), value: t(`acr.${login.acr}`) },
      { key: t('account.where'), value: visitsOf(t, view, login) },
    ]),
    footer: postForm({
      action: `/account/sessions/${login.id}/end`,
      csrfToken: view.csrfToken,
      body: button(action, {
        kind: 'secondary',
        label: t('account.end-label', {
          action,
          browser: login.browser,
          when: dateTime(login.startedAt, t.lang),
        }),
      }),
    }),
  });
}

/** Where she is signed in now, and the way to end it: one, all others, or all. */
export function sessionsPage(t: Texts, view: SessionsView): Content {
  const endMany = (action: string, text: string, kind: 'secondary' | 'danger'): Html =>
    postForm({ action, csrfToken: view.csrfToken, body: button(text, { kind }) });
  return accountContent(t, view, {
    part: 'sessions',
    title: t('account.nav-sessions'),
    lead: t('account.sessions-lead'),
    body: html`${cardGroup(
      view.live.map((login) => sessionCard(t, view, login)),
      { columns: 2 },
    )}
${section(
  t('account.end-many'),
  html`<p>${t('account.end-many-lead')}</p>${buttonGroup([
    view.live.length > 1 && endMany('/account/sessions/end-others', t('account.end-others'), 'secondary'),
    endMany('/account/sessions/end', t('account.end-all'), 'danger'),
  ])}`,
)}`,
  });
}
