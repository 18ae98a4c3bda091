import { dateOf, dateTime } from '@xinlu/common/i18n';
import {
  alert,
  button,
  buttonGroup,
  buttonLink,
  card,
  cardGroup,
  emptyState,
  type Html,
  html,
  pageHeading,
  postForm,
  section,
  summaryList,
  tableResponsive,
  tag,
} from '@xinlu/common/page';
import type { Login } from '../domain/login/logins.ts';
import type { Passkey } from '../domain/passkey/passkeys.ts';
import type { CardCertificate } from '../domain/person/person-store.ts';
import type { Content } from '../http/site.ts';
import type { Texts } from '../locales/index.ts';

export type AccountView = {
  csrfToken: string;
  name: string;
  now: Date;
  currentLogin: Login;
  passkeys: readonly Passkey[];
  certificates: readonly CardCertificate[];
  logins: readonly Login[];
  mayAdd: boolean;
  notice?: 'removed' | 'added' | 'ended' | undefined;
  /** The name of an organisation by its id. */
  organisation: (id: string) => string;
};

function passkeyCard(t: Texts, view: AccountView, passkey: Passkey): Html {
  const active = passkey.state === 'active';
  return card({
    title: passkey.name,
    tag: active ? tag(t('account.active'), 'positive') : tag(t('account.suspended'), 'negative'),
    body: html`${!active && html`<p>${t('account.suspended-why')}</p>`}${summaryList([
      { key: t('account.passkey-since'), value: dateOf(passkey.createdAt, t.lang) },
      {
        key: t('account.passkey-used'),
        value: passkey.lastUsedAt === undefined ? t('account.never') : dateTime(passkey.lastUsedAt, t.lang),
      },
      {
        key: t('account.passkey-kind'),
        value: t(passkey.deviceBound ? 'account.device-bound' : 'account.synced'),
      },
    ])}`,
    footer: postForm({
      action: `/account/passkeys/${passkey.id}/remove`,
      csrfToken: view.csrfToken,
      body: button(t('account.remove'), {
        kind: 'secondary',
        label: t('account.remove-label', { name: passkey.name }),
      }),
    }),
  });
}

function passkeys(t: Texts, view: AccountView): Html {
  const list =
    view.passkeys.length === 0
      ? emptyState(html`<p>${t('account.no-passkeys')}</p>`)
      : cardGroup(
          view.passkeys.map((passkey) => passkeyCard(t, view, passkey)),
          { columns: 2 },
        );
  const add = view.mayAdd
    ? buttonLink(t('account.add'), '/sign-in/enrol', { kind: 'secondary' })
    : html`<p>${t('account.add-needs-card')}</p>${buttonLink(t('account.again-with-card'), '/sign-in?again=1', { kind: 'secondary' })}`;
  return section(t('account.passkeys'), html`${list}${add}`);
}

function certificates(t: Texts, view: AccountView): Html {
  const state = (certificate: CardCertificate): Html => {
    if (certificate.state === 'held') return tag(t('account.certificate-held'), 'negative');
    if (certificate.state === 'revoked') return tag(t('account.certificate-revoked'), 'negative');
    return certificate.notAfter < view.now
      ? tag(t('account.certificate-expired'), 'warning')
      : tag(t('account.certificate-active'), 'positive');
  };
  const cards = view.certificates.map((certificate) =>
    card({
      title: t('account.certificate'),
      tag: state(certificate),
      body: summaryList([
        {
          key: t('account.serial'),
          value: html`<span class="xl-mono">${certificate.serial.replaceAll(/(.{4})(?=.)/g, '$1 ')}</span>`,
        },
        { key: t('account.valid-until'), value: dateOf(certificate.notAfter, t.lang) },
        { key: t('account.first-used'), value: dateTime(certificate.firstUsedAt, t.lang) },
      ]),
    }),
  );
  return section(t('account.certificates'), cardGroup(cards, { columns: 2 }));
}

const isLive = (login: Login, now: Date): boolean => login.endedAt === undefined && login.expiresAt > now;
const visits = (view: AccountView, login: Login): string =>
  login.visited.map(view.organisation).join('、') || '—';

function sessions(t: Texts, view: AccountView): Html {
  const live = view.logins.filter((login) => isLive(login, view.now));
  const rows = live.map((login) => {
    const current = login.id === view.currentLogin.id;
    return card({
      title: login.browser,
      tag: current ? tag(t('account.this-session'), 'info') : undefined,
      body: summaryList([
        { key: t('account.when'), value: dateTime(login.startedAt, t.lang) },
        { key: t('account.method'), value: t(`method.${login.method}`) },
        { key: t('account.where'), value: visits(view, login) },
      ]),
      footer: postForm({
        action: `/account/sessions/${login.id}/end`,
        csrfToken: view.csrfToken,
        body: button(t('account.end'), {
          kind: 'secondary',
          label: t('account.end-label', { browser: login.browser }),
        }),
      }),
    });
  });
  const all = postForm({
    action: '/account/sessions/end',
    csrfToken: view.csrfToken,
    body: button(t('account.end-all'), { kind: 'secondary' }),
  });
  return section(t('account.sessions'), html`${cardGroup(rows, { columns: 2 })}${buttonGroup([all])}`);
}

function history(t: Texts, view: AccountView): Html {
  const status = (login: Login): Html => {
    if (login.endReason !== undefined) return tag(t(`end.${login.endReason}`));
    return isLive(login, view.now) ? tag(t('account.live'), 'positive') : tag(t('account.over'));
  };
  return section(
    t('account.history'),
    tableResponsive({
      caption: t('account.history-caption'),
      hideCaption: true,
      columns: [
        t('account.when'),
        t('account.method'),
        t('account.browser'),
        t('account.where'),
        t('account.status'),
      ],
      rows: view.logins.map((login) => [
        dateTime(login.startedAt, t.lang),
        t(`method.${login.method}`),
        login.browser,
        visits(view, login),
        status(login),
      ]),
    }),
  );
}

/** Her own page: what can sign in as her, and where it did. */
export function accountPage(t: Texts, view: AccountView): Content {
  return {
    title: t('account.title'),
    width: 'wide',
    url: '/account',
    user: { name: view.name, logout: { action: '/account/logout', csrfToken: view.csrfToken } },
    body: html`
${pageHeading({ above: t('account.greeting', { name: view.name }), title: t('account.title'), lead: t('account.lead') })}
${view.notice && alert('success', undefined, html`<p>${t(`account.${view.notice}`)}</p>`, { live: true })}
${passkeys(t, view)}
${sessions(t, view)}
${certificates(t, view)}
${history(t, view)}`,
  };
}
