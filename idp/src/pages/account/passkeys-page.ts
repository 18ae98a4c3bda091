import { dateOf, dateTime } from '@xinlu/common/i18n';
import {
  button,
  buttonGroup,
  buttonLink,
  card,
  cardGroup,
  disclosure,
  emptyState,
  formField,
  type Html,
  html,
  postForm,
  section,
  summaryList,
  tag,
} from '@xinlu/common/page';
import type { Passkey } from '../../domain/passkey/passkeys.ts';
import type { Content } from '../../http/site.ts';
import type { Texts } from '../../locales/index.ts';
import { type AccountFrame, accountContent } from './frame.ts';

export type PasskeysView = AccountFrame & { passkeys: readonly Passkey[]; mayAdd: boolean };

function renameForm(t: Texts, view: PasskeysView, passkey: Passkey): Html {
  return disclosure(
    t('account.rename'),
    postForm({
      action: `/account/passkeys/${passkey.id}/rename`,
      csrfToken: view.csrfToken,
      body: html`${formField({
        name: 'name',
        id: `name-${passkey.id}`,
        label: t('account.new-name', { name: passkey.name }),
        value: passkey.name,
        maxlength: 60,
        required: true,
        autocomplete: 'off',
      })}${button(t('account.rename-save'), { kind: 'secondary' })}`,
    }),
  );
}

function passkeyCard(t: Texts, view: PasskeysView, passkey: Passkey): Html {
  const active = passkey.state === 'active';
  return card({
    level: 2,
    title: passkey.name,
    tag: active ? tag(t('account.active'), 'positive') : tag(t('account.suspended'), 'negative'),
    body: html`${!active && html`<p>${t(`account.suspended-${passkey.suspendedBy ?? 'card'}`)}</p>`}${summaryList(
      [
        { key: t('account.passkey-since'), value: dateOf(passkey.createdAt, t.lang) },
        {
          key: t('account.passkey-used'),
          value: passkey.lastUsedAt === undefined ? t('account.never') : dateTime(passkey.lastUsedAt, t.lang),
        },
        {
          key: t('account.passkey-kind'),
          value: t(passkey.deviceBound ? 'account.device-bound' : 'account.synced'),
        },
        { key: t('account.assurance'), value: t(`acr.${passkey.acr}`) },
      ],
    )}${renameForm(t, view, passkey)}`,
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

/** Her passkeys: which, of what kind, when last used; another name, removal, one more. */
export function passkeysPage(t: Texts, view: PasskeysView): Content {
  const list =
    view.passkeys.length === 0
      ? emptyState(html`<p>${t('account.no-passkeys')}</p>`)
      : cardGroup(
          view.passkeys.map((passkey) => passkeyCard(t, view, passkey)),
          { columns: 2 },
        );
  const add = view.mayAdd
    ? buttonGroup([buttonLink(t('account.add'), '/sign-in/enrol')])
    : html`<p>${t('account.add-needs-card')}</p>${buttonGroup([buttonLink(t('account.again-with-card'), '/sign-in?again=1', { kind: 'secondary' })])}`;
  return accountContent(t, view, {
    part: 'passkeys',
    title: t('account.nav-passkeys'),
    lead: t('account.passkeys-lead'),
    body: html`${list}${section(t('account.add'), add)}`,
  });
}
