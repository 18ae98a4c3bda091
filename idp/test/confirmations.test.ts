import { createHash, createPublicKey, verify } from 'node:crypto';
import { canonicalJson, sha256Base64url } from '@xinlu/common/canonical';
import { verifyJwt } from '@xinlu/common/keys';
import { launchBrowser } from '@xinlu/common/testing/browser';
import { type ConfirmationClaims, type ConsentStatement, parseConfirmationClaims } from '@xinlu/common/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { texts } from '../src/locales/index.ts';
import type { SoftAuthenticator } from './helpers/authenticator.ts';
import { Browser, pageData } from './helpers/browser.ts';
import { askToSign, atBroker, BACK, confirmPage, outcome, statementOf } from './helpers/confirmations.ts';
import { cardLogin, enrolled } from './helpers/journey.ts';
import { keepCookies, look } from './helpers/screens.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

let world: World;
let lin: { browser: Browser; authenticator: SoftAuthenticator; accessToken: string; subject: string };
let chen: { browser: Browser; authenticator: SoftAuthenticator };

beforeAll(async () => {
  world = await startWorld();
  const card = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
  const hers = await enrolled(world, card, NATIONAL_ID.lin);
  lin = { ...hers, ...(await atBroker(world, hers.browser)) };
  const his = await world.issue({ nationalId: NATIONAL_ID.chen, name: '陳志明' });
  chen = await enrolled(world, his, NATIONAL_ID.chen);
});
afterAll(() => world?.close());

let statement: ConsentStatement;
let id: string;
beforeEach(async () => {
  statement = statementOf(lin.subject);
  id = (await askToSign(world, lin.accessToken, statement)).id;
});

async function claimsOf(confirmation: string): Promise<ConfirmationClaims> {
  const claims = await verifyJwt(confirmation, {
    keys: world.keys.idp.publicJwks.keys,
    typ: 'xinlu-confirmation+jwt',
    issuer: world.url,
    audience: 'broker',
  });
  return parseConfirmationClaims.parse(claims);
}

describe('a citizen signs a consent by her passkey', () => {
  test('she sees what it is about, and the broker gets an assertion over exactly this statement', async () => {
    const { page, sign } = await confirmPage(world, lin.browser, id);
    for (const words of ['信路高級中學', '學雜費減免', '低收入戶資格', '只能取用一次'])
      expect(page).toContain(words);
    expect((await outcome(world, id)).state).toBe('open');
    expect((await sign(lin.authenticator)).json.next).toBe(`${BACK}?confirmation=${id}`);
    const claims = await claimsOf((await outcome(world, id)).confirmation);
    const { webauthn } = claims;
    expect(claims).toMatchObject({
      sub: lin.subject,
      acr: 'substantial',
      statement_hash: sha256Base64url(canonicalJson(statement)),
    });
    expect(claims).not.toHaveProperty('act');
    // As anybody with the receipt does it, by the standard alone.
    const [clientData, authenticatorData, signature] = (
      ['client_data_json', 'authenticator_data', 'signature'] as const
    ).map((name) => Buffer.from(webauthn[name], 'base64url'));
    const said = JSON.parse(String(clientData)) as Record<string, unknown>;
    expect(said).toMatchObject({ type: 'webauthn.get', challenge: claims.statement_hash, origin: world.url });
    const signed = Buffer.concat([
      authenticatorData ?? Buffer.of(),
      createHash('sha256').update(String(clientData)).digest(),
    ]);
    const key = createPublicKey({ key: webauthn.public_key as never, format: 'jwk' });
    expect(verify('sha256', signed, key, signature ?? Buffer.of())).toBe(true);
    const audit = await world.database.query<{ detail: object }>(
      "SELECT detail FROM audit_event WHERE kind = 'consent.signed'",
    );
    expect(audit).toHaveLength(1);
    expect(JSON.stringify(audit)).not.toContain('林');
  });

  test('once: what was answered is not answered again, whatever comes first', async () => {
    const first = await confirmPage(world, lin.browser, id);
    const { json } = await first.options();
    const answer = lin.authenticator.get(json, world.url);
    const answers = await Promise.all([first.answer(answer), first.answer(answer), first.answer(answer)]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const { confirmation } = await outcome(world, id);
    expect((await first.options()).json.code).toBe('confirmation-answered');
    await first.form('refuse');
    expect(await outcome(world, id)).toMatchObject({ state: 'signed', confirmation });
    expect((await lin.browser.follow(`/confirm/${id}`)).url).toBe(`${BACK}?confirmation=${id}`);
  });

  test('or does not: the broker hears that, and it cannot be signed any more', async () => {
    const { form, options, answer } = await confirmPage(world, lin.browser, id);
    const { json } = await options();
    const left = await form('refuse');
    expect([left.status, left.headers.get('location')]).toEqual([303, `${BACK}?confirmation=${id}`]);
    expect((await answer(lin.authenticator.get(json, world.url))).json.code).toBe('confirmation-answered');
    expect((await outcome(world, id)).state).toBe('refused');
  });

  test('without a passkey she makes one by her card first and comes back', async () => {
    const card = await world.issue({ nationalId: NATIONAL_ID.namesake, name: '林怡君' });
    const { browser, complete, answer } = await cardLogin(world, card, NATIONAL_ID.namesake);
    await complete(answer.json.next);
    const { accessToken, subject } = await atBroker(world, browser);
    const asked = await askToSign(world, accessToken, statementOf(subject));
    const { page, form } = await confirmPage(world, browser, asked.id);
    expect(page).toContain('您還沒有可以用的通行金鑰');
    expect((await form('enrol')).headers.get('location')).toBe('/sign-in/enrol');
    const data = pageData((await browser.follow('/sign-in/enrol')).page, 'enrol-data');
    const { json } = await browser.post('/sign-in/passkeys/options', data.csrfToken);
    const { SoftAuthenticator } = await import('./helpers/authenticator.ts');
    const authenticator = new SoftAuthenticator();
    const made = { name: '手機', answer: authenticator.create(json, world.url) };
    const { next } = (await browser.post('/sign-in/passkeys', data.csrfToken, made)).json;
    expect(new URL((await browser.follow(next)).url).pathname).toBe(`/confirm/${asked.id}`);
    const back = await confirmPage(world, browser, asked.id);
    expect((await back.sign(authenticator)).status).toBe(200);
  });
});

describe('an assertion is refused', () => {
  test('that is of another statement, even her own one that is under way too', async () => {
    const other = await askToSign(world, lin.accessToken, statementOf(lin.subject));
    const [here, there] = [
      await confirmPage(world, lin.browser, id),
      await confirmPage(world, lin.browser, other.id),
    ];
    await here.options();
    const answer = lin.authenticator.get((await there.options()).json, world.url);
    expect((await here.answer(answer)).json.code).toBe('challenge-unknown');
    expect((await outcome(world, id)).state).toBe('open');
    expect((await there.answer(answer)).status).toBe(200);
  });

  test('that was given to sign in with, and the other way round', async () => {
    const here = await confirmPage(world, lin.browser, id);
    await here.options();
    const { json } = await lin.browser.post('/sign-in/passkey/options', here.csrf);
    expect((await here.answer(lin.authenticator.get(json, world.url))).json.code).toBe('challenge-unknown');
    const answer = lin.authenticator.get((await here.options()).json, world.url);
    expect((await lin.browser.post('/sign-in/passkey/answer', here.csrf, { answer })).json.code).toBe(
      'challenge-unknown',
    );
  });

  test('of another person’s passkey, made in her browser', async () => {
    const { sign } = await confirmPage(world, lin.browser, id);
    expect((await sign(chen.authenticator)).json.code).toBe('passkey-of-another');
    expect((await outcome(world, id)).state).toBe('open');
  });

  test('from another origin, for another host, without user verification, with a bent signature', async () => {
    const lies: [string, (authenticator: SoftAuthenticator) => void][] = [
      ['origin', (one) => Object.assign(one, { origin: world.url.replace(/\d+$/, '1') })],
      ['rpId', (one) => Object.assign(one, { rpId: 'elsewhere.example' })],
      ['userVerified', (one) => Object.assign(one, { userVerified: false })],
    ];
    for (const [what, lie] of lies) {
      const page = await confirmPage(world, lin.browser, id);
      lie(lin.authenticator);
      const { json } = await page.sign(lin.authenticator);
      Object.assign(lin.authenticator, { origin: undefined, rpId: undefined, userVerified: true });
      expect(json.code, what).toBe('passkey-not-accepted');
    }
    const page = await confirmPage(world, lin.browser, id);
    const { json } = await page.options();
    const answer = lin.authenticator.get(json, world.url) as { response: { signature: string } };
    answer.response.signature = `AAAA${answer.response.signature.slice(4)}`;
    expect((await page.answer(answer)).json.code).toBe('passkey-not-accepted');
    expect((await outcome(world, id)).state).toBe('open');
  });

  test('of a passkey that is suspended or worth too little', async () => {
    const { credentials } = lin.authenticator;
    const set = (what: string) =>
      world.database.query(`UPDATE passkey SET ${what} WHERE credential_id = $1`, [credentials[0]?.id]);
    const { sign } = await confirmPage(world, lin.browser, id);
    await set("acr = 'low'");
    expect((await sign(lin.authenticator)).json.code).toBe('passkey-too-weak');
    await set("acr = 'substantial', state = 'suspended'");
    expect((await sign(lin.authenticator)).json.code).toBe('passkey-suspended');
    await set("state = 'active'");
    expect((await outcome(world, id)).state).toBe('open');
  });

  test('in a browser where she is not signed in, or somebody else is', async () => {
    for (const browser of [new Browser(world.url), chen.browser]) {
      const { page, status } = await confirmPage(world, browser, id);
      expect(status).toBe(403);
      expect(page).toContain('請重新登入');
      expect(page).not.toContain('低收入戶資格');
      const csrf = /name="_csrf" value="([^"]+)"/.exec((await browser.follow('/account')).page ?? '')?.[1];
      const { status: refused } = await browser.post(`/confirm/${id}/passkey/options`, csrf ?? '');
      expect(refused).toBeGreaterThanOrEqual(401);
    }
  });
});

describe('a broker', () => {
  test('asks for its own client and person alone, and gets her browser back at its own address', async () => {
    const refusals: [string, Promise<{ code: string }>][] = [
      ['statement-wrong', askToSign(world, lin.accessToken, statementOf('somebody'))],
      ['statement-wrong', askToSign(world, lin.accessToken, statementOf(lin.subject, { client_id: 'bank' }))],
      ['statement-wrong', askToSign(world, lin.accessToken, statementOf(lin.subject, { broker: 'other' }))],
      [
        'statement-wrong',
        askToSign(world, lin.accessToken, statementOf(lin.subject, { client_id: 'nobody' })),
      ],
      ['access-token-invalid', askToSign(world, 'x'.repeat(43), statement)],
      [
        'return-not-registered',
        askToSign(world, lin.accessToken, statement, { return_to: 'https://broker.example.evil/x' }),
      ],
    ];
    for (const [code, asked] of refusals) expect((await asked).code).toBe(code);
    const atSchool = await askToSign(world, lin.accessToken, statement, { keys: world.keys.school });
    expect(atSchool.status).toBe(403);
  });

  test('alone hears what came of it', async () => {
    expect((await outcome(world, id, world.keys.school)).status).toBe(403);
    expect((await outcome(world, 'x'.repeat(43))).code).toBe('confirmation-unknown');
    const participants = world.register.participants;
    const { rp } = await import('./helpers/world.ts');
    await world.register.admit(rp('other', world.keys.school, {}, ['rp', 'broker']));
    await world.register.change(participants.filter(({ id: one }) => one !== 'school'));
    await world.register.admit(rp('other', world.keys.school, {}, ['rp', 'broker']));
    expect((await outcome(world, id, world.keys.school)).code).toBe('confirmation-unknown');
    await world.register.change(participants);
  });
});

test.each(['zh-TW', 'en'] as const)(
  'the page on which she signs, by keyboard, without a fault of WCAG 2.2 A or AA: %s',
  async (locale) => {
    const chrome = await launchBrowser();
    try {
      const context = await chrome.newContext({ locale });
      await keepCookies(context, lin.browser);
      const tab = await context.newPage();
      await tab.goto(`${world.url}/confirm/${id}`);
      await tab.getByText(texts(locale)('sign.button')).first().waitFor();
      const faults = await look(tab, `sign-consent-${locale}`, locale === 'en' ? 1280 : 360);
      await tab.goto(`${world.url}/confirm/${'x'.repeat(43)}`);
      faults.push(...(await look(tab, `sign-consent-${locale}-expired`, locale === 'en' ? 1280 : 360)));
      await (await chrome.newContext({ locale })).newPage().then(async (stranger) => {
        await stranger.goto(`${world.url}/confirm/${id}`);
        faults.push(
          ...(await look(stranger, `sign-consent-${locale}-signed-out`, locale === 'en' ? 1280 : 360)),
        );
      });
      expect(faults).toEqual([]);
    } finally {
      await chrome.close();
    }
  },
);
