import { dateOf } from '@xinlu/common/i18n';
import {
  alert,
  bulletList,
  button,
  buttonGroup,
  buttonLink,
  html,
  pageHeading,
  postForm,
  summaryList,
} from '@xinlu/common/page';
import type { ConsentStatement } from '@xinlu/common/wire';
import type { Content } from '../../http/site.ts';
import type { Lang, Texts } from '../../locales/index.ts';
import { scriptTexts, WEBAUTHN_MODULE } from '../problem-texts.ts';

export type SignConsentView = {
  /** Path of the confirmation. */
  place: string;
  csrfToken: string;
  lang: Lang;
  client: string;
  broker: string;
  statement: ConsentStatement;
  /** For whom she signs by a mandate. */
  ward?: string;
  hasPasskey: boolean;
};

/** What she is about to sign, in short; her passkey signs the statement that these words are part of. */
export function signConsentPage(t: Texts, view: SignConsentView): Content {
  const { statement, client, broker, hasPasskey } = view;
  const form = (action: string, name: string) =>
    postForm({
      action: `${view.place}/${action}`,
      csrfToken: view.csrfToken,
      body: button(name, { kind: action === 'enrol' ? 'primary' : 'secondary', big: true, id: action }),
    });
  const refuse = form('refuse', t('sign.back'));
  return {
    title: t('sign.title'),
    ...(hasPasskey
      ? {
          scripts: ['/assets/idp/sign-consent.js'],
          data: {
            'sign-consent-data': {
              place: view.place,
              csrfToken: view.csrfToken,
              webauthnModule: WEBAUTHN_MODULE,
              ...scriptTexts(t),
            },
          },
        }
      : {}),
    body: html`
${pageHeading({ title: t('sign.title'), lead: t('sign.lead') })}
${hasPasskey && html`<noscript><p>${t('sign-in.no-script')}</p></noscript>`}
<div id="problem" role="alert"></div>
<div id="status" aria-live="polite"></div>
${summaryList([
  { key: t('sign.client'), value: html`<strong>${client}</strong>` },
  ...(view.ward === undefined ? [] : [{ key: t('sign.ward'), value: view.ward }]),
  {
    key: t('sign.purpose'),
    value: html`<span lang="${statement.language}">${statement.purpose.title}</span>`,
  },
  {
    key: t('sign.data'),
    value: html`<div lang="${statement.language}">${bulletList(statement.datasets.map(({ title }) => title))}</div>`,
  },
  {
    key: t('sign.until'),
    value:
      statement.until === null
        ? t('sign.once')
        : t('sign.until-day', { date: dateOf(statement.until, view.lang) }),
  },
])}
${
  hasPasskey
    ? html`<p>${t('sign.rest', { broker })}</p>${buttonGroup([
        button(t('sign.button'), { id: 'sign-consent', type: 'button', big: true, disabled: true }),
        refuse,
      ])}`
    : html`${alert('info', t('sign.no-passkey'), html`<p>${t('sign.no-passkey-body')}</p><p>${t('sign.no-device')}</p>`)}${buttonGroup(
        [form('enrol', t('sign.enrol')), refuse],
      )}`
}`,
  };
}

/** The one who is to sign is not signed in here any more, or somebody else is. */
export function signedOutPage(t: Texts, view: { client: string; broker: string; back: string }): Content {
  return {
    title: t('sign.signed-out'),
    body: html`
${pageHeading({ title: t('sign.signed-out'), lead: t('sign.signed-out-lead', view) })}
${buttonGroup([buttonLink(t('sign.return'), view.back, { big: true })])}`,
  };
}
