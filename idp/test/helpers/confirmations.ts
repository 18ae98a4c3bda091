import { randomUUID } from 'node:crypto';
import { sha256Base64url } from '@xinlu/common/canonical';
import { signedFetch } from '@xinlu/common/http-signature';
import type { KeyRing } from '@xinlu/common/keys';
import type { ConsentStatement } from '@xinlu/common/wire';
import type { SoftAuthenticator } from './authenticator.ts';
import type { Browser } from './browser.ts';
import { clientOf } from './journey.ts';
import type { World } from './world.ts';

export const BACK = 'https://broker.example/interaction/abc/confirmed';

/** Her sign-in at the broker, with the name by which the school knows her. */
export async function atBroker(world: World, browser: Browser) {
  const client = clientOf(world, 'broker', 'openid');
  const claims = { id_token: { subject_at: { essential: true, value: 'school' } } };
  const start = await client.begin({ parameters: { claims: JSON.stringify(claims) } });
  const back = await browser.follow(start.url);
  const login = await client.complete(new URL(back.url), start.pending);
  const { sub } = login.claims['subject_at'] as { sub: string };
  return { accessToken: login.accessToken, subject: sub };
}

export const statementOf = (subject: string, changes: Partial<ConsentStatement> = {}): ConsentStatement => ({
  type: 'xinlu-consent-statement/1',
  broker: 'broker',
  consent_id: randomUUID(),
  client_id: 'school',
  subject,
  purpose: { id: 'tuition-waiver', version: 1, title: '學雜費減免' },
  datasets: [{ id: 'welfare.low-income-status', title: '低收入戶資格' }],
  until: null,
  language: 'zh-TW',
  particulars: sha256Base64url(randomUUID()),
  ...changes,
});

export async function askToSign(
  world: World,
  accessToken: string,
  statement: ConsentStatement,
  more: { keys?: KeyRing; return_to?: string } = {},
) {
  const { status, json } = await signedFetch({ keys: more.keys ?? world.keys.broker })(
    `${world.url}/confirmations`,
    { json: { access_token: accessToken, statement, return_to: more.return_to ?? BACK } },
  );
  return { status, ...(json as { id: string; url: string; code: string }) };
}

export async function outcome(world: World, id: string, keys: KeyRing = world.keys.broker) {
  const { status, json } = await signedFetch({ keys })(`${world.url}/confirmations/${id}`, { method: 'GET' });
  return { status, ...(json as { state: string; confirmation: string; code: string }) };
}

/** The page of a confirmation in her browser, and its passkey's answer. */
export async function confirmPage(world: World, browser: Browser, id: string) {
  const place = `/confirm/${id}`;
  const { page = '', url, status } = await browser.follow(place);
  const csrf =
    /"csrfToken":"([^"]+)"/.exec(page)?.[1] ?? /name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
  return {
    page,
    url,
    status,
    csrf,
    options: () => browser.post(`${place}/passkey/options`, csrf),
    answer: (answer: object) => browser.post(`${place}/passkey`, csrf, { answer }),
    async sign(authenticator: SoftAuthenticator) {
      const { json } = await browser.post(`${place}/passkey/options`, csrf);
      return browser.post(`${place}/passkey`, csrf, { answer: authenticator.get(json, world.url) });
    },
    form: (what: 'refuse' | 'enrol') => browser.form(`${place}/${what}`, { _csrf: csrf }),
  };
}
