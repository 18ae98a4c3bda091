import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser } from './helpers/browser.ts';
import { type Card, makeCrl } from './helpers/cards.ts';
import { begin } from './helpers/journey.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

let world: World;
let lin: Card;

beforeAll(async () => {
  world = await startWorld();
  lin = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
});
afterAll(() => world?.close());

async function open() {
  const browser = new Browser(world.url);
  return { browser, page: (await begin(world, browser)).page };
}

async function attempt(card: Card, nationalId: string, changes: Record<string, unknown> = {}) {
  const { browser, page } = await open();
  const body = await browser.cardAnswer(page, card, nationalId, changes);
  const answer = await browser.post(`${page.place}/card/answer`, page.csrfToken, body);
  return { status: answer.status, code: answer.json.code };
}

describe('a card answer is refused', () => {
  test('when it is replayed', async () => {
    const { browser, page } = await open();
    const body = await browser.cardAnswer(page, lin, NATIONAL_ID.lin);
    const wrongFirst = { ...body, signature: Buffer.alloc(64).toString('base64') };
    expect((await browser.post(`${page.place}/card/answer`, page.csrfToken, wrongFirst)).json.code).toBe(
      'card-signature-wrong',
    );
    // Even a wrong answer used the challenge up.
    expect((await browser.post(`${page.place}/card/answer`, page.csrfToken, body)).json.code).toBe(
      'challenge-unknown',
    );
  });

  test('when it is relayed from another browser', async () => {
    const victim = await open();
    const thief = await open();
    const body = await victim.browser.cardAnswer(victim.page, lin, NATIONAL_ID.lin);
    const answer = await thief.browser.post(`${thief.page.place}/card/answer`, thief.page.csrfToken, body);
    expect(answer).toMatchObject({ status: 400, json: { code: 'challenge-unknown' } });
  });

  test('when the signed text names another origin', async () => {
    const { browser, page } = await open();
    const { json } = await browser.post(`${page.place}/card/challenge`, page.csrfToken);
    const elsewhere = json.text.replace(world.url, 'https://phish.example');
    expect(elsewhere).not.toBe(json.text);
    const answer = await browser.post(`${page.place}/card/answer`, page.csrfToken, {
      challenge: json.challenge,
      national_id: NATIONAL_ID.lin,
      signature_type: 'PKCS1',
      signature: lin.sign(elsewhere).toString('base64'),
      certificate: lin.der.toString('base64'),
    });
    expect(answer.json.code).toBe('card-signature-wrong');
  });

  test('when another card signed', async () => {
    const other = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
    expect(await attempt(lin, NATIONAL_ID.lin, { certificate: other.der.toString('base64') })).toEqual({
      status: 400,
      code: 'card-signature-wrong',
    });
  });

  test('when the national ID is mistyped, wrong, a namesake with the same last four, or the card is of another', async () => {
    expect((await attempt(lin, 'A298713400')).code).toBe('national-id-malformed');
    const refusals = [await attempt(lin, NATIONAL_ID.chen), await attempt(lin, NATIONAL_ID.namesake)];
    const chen = await world.issue({ nationalId: NATIONAL_ID.chen, name: '陳志明' });
    refusals.push(await attempt(chen, NATIONAL_ID.lin));
    // One answer for all, so that trying tells nothing.
    expect(refusals).toEqual(refusals.map(() => ({ status: 400, code: 'identity-not-confirmed' })));
  });

  test('when the card has expired', async () => {
    const expired = await world.issue({
      nationalId: NATIONAL_ID.lin,
      name: '林怡君',
      notAfter: new Date('2025-01-01'),
    });
    expect((await attempt(expired, NATIONAL_ID.lin)).code).toBe('card-expired');
  });

  test('when a stranger issued it, or it is the card of an organisation', async () => {
    const { stranger, company } = world.authorities;
    const foreign = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君', authority: stranger });
    expect((await attempt(foreign, NATIONAL_ID.lin)).code).toBe('card-not-trusted');
    const firm = await world.issue({ nationalId: NATIONAL_ID.lin, name: '公司', authority: company });
    expect((await attempt(firm, NATIONAL_ID.lin)).code).toBe('holder-not-accepted');
  });

  test('when its holder has died', async () => {
    const card = await world.issue({ nationalId: NATIONAL_ID.chen, name: '陳志明' });
    world.given.set(card.serial, { nationalId: NATIONAL_ID.chen, state: 'deceased' });
    expect((await attempt(card, NATIONAL_ID.chen)).code).toBe('person-deceased');
  });

  test('with "later" when the civil registry is away', async () => {
    world.registryAway.value = true;
    expect(await attempt(lin, NATIONAL_ID.lin)).toEqual({ status: 503, code: 'registry-unavailable' });
    world.registryAway.value = false;
  });

  test('after ten tries with one card, whatever number is tried', async () => {
    const found = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
    for (let n = 0; n < 10; n += 1)
      expect((await attempt(found, NATIONAL_ID.namesake)).code).toBe('identity-not-confirmed');
    expect(await attempt(found, NATIONAL_ID.lin)).toEqual({ status: 429, code: 'rate-limited' });
  });

  test('when it is revoked, and with "later" when no fresh list says that it is not', async () => {
    const lost = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
    await world.revoke(lost);
    expect(await attempt(lost, NATIONAL_ID.lin)).toEqual({ status: 403, code: 'card-revoked' });
    world.crls.set(
      'ec',
      await makeCrl(world.authorities.ec, [], { nextUpdate: new Date(Date.now() - 30_000) }),
    );
    await world.lists.refresh();
    expect(await attempt(lin, NATIONAL_ID.lin)).toEqual({ status: 503, code: 'revocation-unknown' });
    expect((await fetch(`${world.url}/ready`)).status).toBe(503);
  });
});

describe('malformed input', () => {
  const bodies: unknown[] = [
    null,
    [],
    'x',
    {},
    { challenge: 'x' },
    { challenge: 'x'.repeat(43), national_id: 'A', signature_type: 'RAW', signature: '', certificate: '' },
    {
      challenge: 'x'.repeat(43),
      national_id: 'A',
      signature_type: 'PKCS1',
      signature: '!!',
      certificate: 'AAAA',
    },
    {
      challenge: 'x'.repeat(43),
      national_id: 'A'.repeat(1000),
      signature_type: 'PKCS1',
      signature: 'AAAA',
      certificate: 'AAAA',
    },
    { answer: {} },
    { answer: { id: 'x', rawId: 'x', type: 'public-key', response: { clientDataJSON: 'e30' } } },
    { answer: null },
    { name: '', answer: {} },
    { name: 'x'.repeat(61), answer: {} },
  ];

  test('gets a 4xx problem at every call of the pages', async () => {
    const { browser, page } = await open();
    for (const path of ['/card/answer', '/passkey/answer', '/passkeys']) {
      for (const body of bodies) {
        const { status, json } = await browser.post(`${page.place}${path}`, page.csrfToken, body);
        expect(status, `${path} ${JSON.stringify(body)}`).toBeGreaterThanOrEqual(400);
        expect(status, `${path} ${JSON.stringify(body)}`).toBeLessThan(500);
        expect(json.code).toBeDefined();
      }
    }
  });

  test('a garbled certificate with a right challenge is refused', async () => {
    expect(
      (await attempt(lin, NATIONAL_ID.lin, { certificate: Buffer.from('garbage').toString('base64') })).code,
    ).toBe('card-signature-wrong');
  });

  test('calls without the token, with a foreign origin or for another browser are refused', async () => {
    const { browser, page } = await open();
    expect((await browser.post(`${page.place}/card/challenge`, 'wrong')).json.code).toBe('csrf-refused');
    const foreign = await browser.request(`${page.place}/card/challenge`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-csrf-token': page.csrfToken,
        origin: 'https://phish.example',
      },
      body: '{}',
    });
    expect(foreign.status).toBe(403);
    const other = await open();
    expect((await other.browser.post(`${page.place}/card/challenge`, other.page.csrfToken)).json.code).toBe(
      'interaction-expired',
    );
  });

  test('gets an OAuth error or a page at every protocol endpoint', async () => {
    const tries: [string, RequestInit][] = [
      ['/authorize', {}],
      ['/authorize?client_id=nobody', {}],
      ['/authorize?client_id=school&request_uri=urn:x', {}],
      ['/authorize/abc', {}],
      ['/par', { method: 'POST', body: '{' }],
      [
        '/par',
        {
          method: 'POST',
          body: 'client_id=school',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
        },
      ],
      [
        '/token',
        {
          method: 'POST',
          body: 'grant_type=authorization_code&code=x',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
        },
      ],
      ['/token', { method: 'POST' }],
      ['/token/introspection', { method: 'POST' }],
      ['/token/revocation', { method: 'POST' }],
      ['/userinfo', {}],
      ['/userinfo', { headers: { authorization: 'DPoP x' } }],
      ['/session/end?id_token_hint=x', {}],
      ['/session/end/confirm', { method: 'POST' }],
      ['/interaction/abc', {}],
      ['/sign-in/continue/x', {}],
      ['/envelopes', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }],
      ['/envelope-grants', { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } }],
      ['/envelope-grants/x', { method: 'DELETE' }],
      ['/account/sessions/x/end', { method: 'POST' }],
    ];
    for (const [path, init] of tries) {
      for (const accept of ['text/html', 'application/json']) {
        const response = await fetch(`${world.url}${path}`, {
          ...init,
          redirect: 'manual',
          headers: { ...(init.headers as object), accept },
        });
        const text = await response.text();
        expect(response.status, `${path} ${text}`).toBeGreaterThanOrEqual(400);
        expect(response.status, `${path} ${text}`).toBeLessThan(500);
        expect(text).not.toMatch(/ at .*\.(ts|js):\d+/);
        expect(response.headers.get('x-request-id')).toBeTruthy();
        expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
      }
    }
  });
});
