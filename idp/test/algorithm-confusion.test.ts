import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
  sign,
} from 'node:crypto';
import type { ClientKey } from '@xinlu/common/wire';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser } from './helpers/browser.ts';
import { cardLogin } from './helpers/journey.ts';
import { admit } from './helpers/parties.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

/* What the library promises is tried here all the same: whoever exchanges it sees what must stay refused. */

let world: World;
/** The bank's key; ES256 is registered for it. */
let bank: { key: KeyObject; kid: string };

const now = () => Math.floor(Date.now() / 1000);
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

beforeAll(async () => {
  world = await startWorld();
  const { signing } = world.keys.bank;
  bank = { key: createPrivateKey({ key: signing.privateJwk as never, format: 'jwk' }), kid: signing.kid };
});
afterAll(() => world?.close());

/** A JWS made by hand: any header over any claims, signed by whatever is given. */
function jws(header: object, claims: object, signature: (input: Buffer) => Buffer): string {
  const input = `${base64url(header)}.${base64url(claims)}`;
  return `${input}.${signature(Buffer.from(input)).toString('base64url')}`;
}
const es256 = (key: KeyObject) => (input: Buffer) =>
  sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' });
const der = (key: KeyObject) => (input: Buffer) => sign('sha256', input, { key, dsaEncoding: 'der' });
const hmac =
  (key: Uint8Array) =>
  async (header: object, claims: object): Promise<string> =>
    new SignJWT(claims as never).setProtectedHeader({ ...header, alg: 'HS256' } as never).sign(key);

/** Forgeries of a JWT of one whose public key is known and who signs by ES256, each by another confusion. */
async function forgeries(own: { key: KeyObject; kid: string }, claims: object, typ = 'JWT') {
  const header = { typ, kid: own.kid };
  const publicKey = createPublicKey(own.key);
  const publicJwk = publicKey.export({ format: 'jwk' });
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const strangerJwk = stranger.publicKey.export({ format: 'jwk' });
  const pem = publicKey.export({ format: 'pem', type: 'spki' }) as string;
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  const none = () => Buffer.alloc(0);
  return {
    'none, without a signature': jws({ ...header, alg: 'none' }, claims, none),
    'none in other letters': jws({ ...header, alg: 'nOnE' }, claims, none),
    'none, over a good signature': jws({ ...header, alg: 'none' }, claims, es256(own.key)),
    'no algorithm': jws(header, claims, es256(own.key)),
    'ES256 without a signature': jws({ ...header, alg: 'ES256' }, claims, none),
    'ES256 of zeros (CVE-2022-21449)': jws({ ...header, alg: 'ES256' }, claims, () => Buffer.alloc(64)),
    'ES256 as DER': jws({ ...header, alg: 'ES256' }, claims, der(own.key)),
    'ES256 with a byte more': jws({ ...header, alg: 'ES256' }, claims, (input) =>
      Buffer.concat([es256(own.key)(input), Buffer.alloc(1)]),
    ),
    'HS256 by the public JWK': await hmac(Buffer.from(JSON.stringify(publicJwk)))(header, claims),
    'HS256 by the public PEM': await hmac(Buffer.from(pem))(header, claims),
    'HS256 by the public PEM, trimmed': await hmac(Buffer.from(pem.trim()))(header, claims),
    'HS256 by the public DER': await hmac(spki)(header, claims),
    'HS256 by nothing': jws({ ...header, alg: 'HS256' }, claims, none),
    'RS256 by an RSA key under this kid': jws({ ...header, alg: 'RS256' }, claims, (input) =>
      sign('sha256', input, rsa.privateKey),
    ),
    'ES256 by another key under this kid': jws(
      { ...header, alg: 'ES256' },
      claims,
      es256(stranger.privateKey),
    ),
    'ES384 named over an ES256 signature': jws({ ...header, alg: 'ES384' }, claims, es256(own.key)),
    'PS256 named over an ES256 signature': jws({ ...header, alg: 'PS256' }, claims, es256(own.key)),
    'a key in the header': jws(
      { ...header, alg: 'ES256', jwk: strangerJwk },
      claims,
      es256(stranger.privateKey),
    ),
    'a key in the header, without a kid': jws(
      { typ, alg: 'ES256', jwk: strangerJwk },
      claims,
      es256(stranger.privateKey),
    ),
    'an extension that must be understood': jws(
      { ...header, alg: 'ES256', crit: ['x'], x: 1 },
      claims,
      es256(own.key),
    ),
    'an unencoded payload (RFC 7797)': jws(
      { ...header, alg: 'ES256', crit: ['b64'], b64: false },
      claims,
      es256(own.key),
    ),
  };
}

const assertionClaims = (client: string) => ({
  iss: client,
  sub: client,
  aud: world.url as unknown,
  jti: randomUUID(),
  iat: now(),
  exp: now() + 60,
});

const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** What each endpoint that authenticates clients says to an assertion; asked with what would else go on. */
const ENDPOINTS: Readonly<Record<string, Record<string, string>>> = {
  '/token': {
    grant_type: 'authorization_code',
    code: 'x',
    redirect_uri: 'https://bank.example/login/callback',
  },
  '/par': { response_type: 'code', redirect_uri: 'https://bank.example/login/callback', scope: 'openid' },
  '/token/introspection': { token: 'x' },
  '/token/revocation': { token: 'x' },
};

async function authenticate(client_assertion: string, path = '/token', client_id = 'bank') {
  const response = await fetch(`${world.url}${path}`, {
    method: 'POST',
    body: new URLSearchParams({
      ...ENDPOINTS[path],
      client_id,
      client_assertion,
      client_assertion_type: TYPE,
    }),
  });
  const { error } = (await response.json().catch(() => ({}))) as { error?: string };
  return [response.status, error];
}
const REFUSED = [401, 'invalid_client'];

describe('a client assertion (RFC 7523)', () => {
  test('that is good is taken at each endpoint, so that the refusals below are for what they say', async () => {
    for (const path of Object.keys(ENDPOINTS)) {
      const good = jws({ typ: 'JWT', alg: 'ES256', kid: bank.kid }, assertionClaims('bank'), es256(bank.key));
      expect((await authenticate(good, path))[1], path).not.toBe('invalid_client');
    }
  });

  test('is refused with another algorithm, key or form of signature than the registered, at each endpoint', async () => {
    for (const path of Object.keys(ENDPOINTS)) {
      for (const [name, forged] of Object.entries(await forgeries(bank, assertionClaims('bank'))))
        expect(await authenticate(forged, path), `${path}: ${name}`).toEqual(REFUSED);
    }
  });

  test('of one key is refused by another algorithm that this key could sign with', async () => {
    const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = {
      ...pair.publicKey.export({ format: 'jwk' }),
      kid: 'rsa',
      use: 'sig',
      alg: 'PS256',
    } as ClientKey;
    await admit(world, 'store', { keys: [key] }, { profile: 'basic' });
    const signed = (alg: 'PS256' | 'RS256' | 'PS512') =>
      new SignJWT(assertionClaims('store') as never)
        .setProtectedHeader({ alg, kid: 'rsa' })
        .sign(pair.privateKey);
    expect((await authenticate(await signed('PS256'), '/token', 'store'))[1]).toBe('invalid_grant');
    for (const alg of ['RS256', 'PS512'] as const)
      expect(await authenticate(await signed(alg), '/token', 'store'), alg).toEqual(REFUSED);
  });

  test('is refused when it is meant for another, in any spelling, or for more than us', async () => {
    for (const aud of [
      'https://id.attacker.example',
      [world.url, 'https://id.attacker.example'],
      ['https://id.attacker.example'],
      `${world.url}.attacker.example`,
      `${world.url}@attacker.example`,
      world.url.toUpperCase(),
      `${world.url}/authorize`,
      `${world.url}/userinfo`,
      'bank',
      '',
      [],
      [[world.url]],
      { url: world.url },
      null,
      undefined,
    ]) {
      const claims = { ...assertionClaims('bank'), aud };
      const assertion = jws({ typ: 'JWT', alg: 'ES256', kid: bank.kid }, claims, es256(bank.key));
      expect(await authenticate(assertion), JSON.stringify(aud)).toEqual(REFUSED);
    }
  });

  test('is refused when it names another, lasts for ever or has no id', async () => {
    const { jti: _, ...unnamed } = assertionClaims('bank');
    const { exp: __, ...lasting } = assertionClaims('bank');
    for (const [name, claims] of Object.entries({
      'another issuer': { ...assertionClaims('bank'), iss: 'school' },
      'no id': unnamed,
      'no end': lasting,
      'an end that is far': { ...assertionClaims('bank'), exp: now() + 7200 },
      'over already': { ...assertionClaims('bank'), iat: now() - 200, exp: now() - 100 },
      'not yet': { ...assertionClaims('bank'), nbf: now() + 600, exp: now() + 700 },
    })) {
      const assertion = jws({ typ: 'JWT', alg: 'ES256', kid: bank.kid }, claims, es256(bank.key));
      expect(await authenticate(assertion), name).toEqual(REFUSED);
    }
    // Whoever is named beside the client is asked about no further.
    for (const sub of ['school', world.url]) {
      const another = { ...assertionClaims('bank'), iss: sub, sub };
      const assertion = jws({ typ: 'JWT', alg: 'ES256', kid: bank.kid }, another, es256(bank.key));
      expect(await authenticate(assertion), sub).toEqual([400, 'invalid_request']);
    }
  });

  test('of a FAPI 2.0 client names the issuer as a string; a basic client may name the endpoint, or us in a list', async () => {
    const own = (id: 'bank' | 'school', aud: unknown) => {
      const { signing } = world.keys[id];
      const key = createPrivateKey({ key: signing.privateJwk as never, format: 'jwk' });
      return jws({ typ: 'JWT', alg: 'ES256', kid: signing.kid }, { ...assertionClaims(id), aud }, es256(key));
    };
    for (const aud of [world.url, [world.url], `${world.url}/token`, [`${world.url}/token`]]) {
      const text = JSON.stringify(aud);
      const [, asBasic] = await authenticate(own('bank', aud));
      expect(asBasic, text).toBe('invalid_grant');
      const [, asFapi] = await authenticate(own('school', aud), '/token', 'school');
      expect(asFapi === 'invalid_client', text).toBe(aud !== world.url);
    }
  });
});

describe('a request object (RFC 9101)', () => {
  test('is refused with another algorithm, key or audience, pushed too', async () => {
    const claims = () => ({
      ...ENDPOINTS['/par'],
      client_id: 'bank',
      iss: 'bank',
      aud: world.url as unknown,
      jti: randomUUID(),
      nbf: now(),
      exp: now() + 60,
      code_challenge: 'v'.repeat(43),
      code_challenge_method: 'S256',
    });
    const typ = 'oauth-authz-req+jwt';
    const push = async (request: string) => {
      const client_assertion = jws(
        { typ: 'JWT', alg: 'ES256', kid: bank.kid },
        assertionClaims('bank'),
        es256(bank.key),
      );
      const body = new URLSearchParams({
        client_id: 'bank',
        request,
        client_assertion,
        client_assertion_type: TYPE,
      });
      const response = await fetch(`${world.url}/par`, { method: 'POST', body });
      return [response.status, ((await response.json()) as { error?: string }).error];
    };
    const signed = (payload: object, header = {}) =>
      jws({ typ, alg: 'ES256', kid: bank.kid, ...header }, payload, es256(bank.key));
    expect(await push(signed(claims()))).toEqual([201, undefined]);
    const wrong: Record<string, string> = await forgeries(bank, claims(), typ);
    for (const aud of [['https://id.attacker.example'], `${world.url}/par`, '', [], null])
      wrong[`meant for ${JSON.stringify(aud)}`] = signed({ ...claims(), aud });
    wrong['a client assertion in its place'] = jws(
      { typ: 'JWT', alg: 'ES256', kid: bank.kid },
      assertionClaims('bank'),
      es256(bank.key),
    );
    for (const [name, request] of Object.entries(wrong))
      expect(await push(request), name).toEqual([400, 'invalid_request_object']);
  });
});

describe('an ID token as a hint', () => {
  test('is refused with another algorithm or key, at the authorization and at the logout', async () => {
    const jwks = (await (await fetch(`${world.url}/jwks`)).json()) as { keys: { kid: string }[] };
    const [published] = jwks.keys;
    // All that a forger has is the public half; what it must sign it signs by a key of its own.
    const own = {
      key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
      kid: published?.kid ?? '',
    };
    const claims = { iss: world.url, aud: 'bank', sub: 'anybody', iat: now(), exp: now() + 600 };
    const forged: Record<string, string> = await forgeries(own, claims);
    for (const [name, bytes] of Object.entries({
      JWK: Buffer.from(JSON.stringify(published)),
      PEM: Buffer.from(
        createPublicKey({ key: published as never, format: 'jwk' }).export({
          format: 'pem',
          type: 'spki',
        }) as string,
      ),
    }))
      forged[`HS256 by the server's public ${name}`] = await hmac(bytes)({ kid: own.kid }, claims);
    for (const [name, id_token_hint] of Object.entries(forged)) {
      const parameters = new URLSearchParams({ id_token_hint });
      expect((await new Browser(world.url).follow(`/session/end?${parameters}`)).status, name).toBe(400);
      const asked = new URLSearchParams({
        ...ENDPOINTS['/par'],
        client_id: 'bank',
        prompt: 'none',
        code_challenge: 'v'.repeat(43),
        code_challenge_method: 'S256',
        id_token_hint,
      });
      const { url, page } = await new Browser(world.url).follow(`/authorize?${asked}`);
      expect(new URL(url).searchParams.get('error') ?? page, name).toContain('invalid_request');
    }
  });
});

describe('a DPoP proof (RFC 9449)', () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = pair.publicKey.export({ format: 'jwk' });
  const claims = (htu: string, more: object = {}) => ({
    jti: randomUUID(),
    htm: 'POST',
    htu,
    iat: now(),
    ...more,
  });
  const proof = (payload: object, header: object = {}) =>
    jws({ typ: 'dpop+jwt', alg: 'ES256', jwk, ...header }, payload, es256(pair.privateKey));

  /** Proofs that are none, for a request to this address. */
  async function wrong(htu: string, more: object = {}) {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const secret = Buffer.alloc(32, 7);
    const oct = { kty: 'oct', k: secret.toString('base64url') };
    const good = () => claims(htu, more);
    const header = { typ: 'dpop+jwt', jwk };
    const { jti: _, ...unnamed } = good();
    return {
      'a private key in it': proof(good(), { jwk: pair.privateKey.export({ format: 'jwk' }) }),
      'a symmetric key': await new SignJWT(good() as never)
        .setProtectedHeader({ typ: 'dpop+jwt', alg: 'HS256', jwk: oct } as never)
        .sign(secret),
      'HS256 by the public key': await hmac(Buffer.from(JSON.stringify(jwk)))(header, good()),
      none: jws({ ...header, alg: 'none' }, good(), () => Buffer.alloc(0)),
      'no key': proof(good(), { jwk: undefined }),
      'a kid in place of the key': proof(good(), { jwk: undefined, kid: bank.kid }),
      'another’s key': proof(good(), {
        jwk: generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
      }),
      'an RSA key under ES256': proof(good(), { jwk: rsa.publicKey.export({ format: 'jwk' }) }),
      'RS256, which is not served': jws(
        { typ: 'dpop+jwt', alg: 'RS256', jwk: rsa.publicKey.export({ format: 'jwk' }) },
        good(),
        (input) => sign('sha256', input, rsa.privateKey),
      ),
      'a signature as DER': jws({ ...header, alg: 'ES256' }, good(), der(pair.privateKey)),
      'another type': proof(good(), { typ: 'JWT' }),
      'another method': proof({ ...good(), htm: 'PUT' }),
      'another address': proof({ ...good(), htu: 'https://id.attacker.example/token' }),
      'another endpoint': proof({ ...good(), htu: `${htu}x` }),
      'too old': proof({ ...good(), iat: now() - 3600 }),
      'from the future': proof({ ...good(), iat: now() + 3600 }),
      'no id': proof(unnamed),
      'no JWT': 'a.b.c',
    };
  }

  test('is refused at the token endpoint for any of these', async () => {
    const htu = `${world.url}/token`;
    const ask = async (DPoP: string) => {
      const { signing } = world.keys.school;
      const key = createPrivateKey({ key: signing.privateJwk as never, format: 'jwk' });
      const client_assertion = jws(
        { typ: 'JWT', alg: 'ES256', kid: signing.kid },
        assertionClaims('school'),
        es256(key),
      );
      const body = new URLSearchParams({
        grant_type: 'authorization_code',
        code: 'x',
        redirect_uri: 'https://school.example/login/callback',
        client_id: 'school',
        client_assertion,
        client_assertion_type: TYPE,
      });
      const response = await fetch(htu, { method: 'POST', headers: { DPoP }, body });
      return [response.status, ((await response.json()) as { error?: string }).error];
    };
    expect(await ask(proof(claims(htu)))).toEqual([400, 'invalid_grant']);
    for (const [name, forged] of Object.entries(await wrong(htu)))
      expect(await ask(forged), name).toEqual([400, 'invalid_dpop_proof']);
    const twice = await ask(`${proof(claims(htu))}, ${proof(claims(htu))}`);
    expect(twice).toEqual([400, 'invalid_dpop_proof']);
  });

  test('is refused at a resource for any of these, without the token’s hash, and by another key than the token’s', async () => {
    const card = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
    const { answer, complete } = await cardLogin(world, card, NATIONAL_ID.lin);
    const { accessToken } = await complete(answer.json.next);
    const htu = `${world.url}/userinfo`;
    const ath = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(accessToken))).toString(
      'base64url',
    );
    const ask = async (DPoP: string, scheme = 'DPoP') => {
      const headers = { authorization: `${scheme} ${accessToken}`, ...(DPoP === '' ? {} : { DPoP }) };
      const response = await fetch(htu, { headers });
      return [response.status, /error="(\w+)"/.exec(response.headers.get('www-authenticate') ?? '')?.[1]];
    };
    const get = { htm: 'GET', ath };
    const all: Record<string, string> = await wrong(htu, get);
    all['without the token’s hash'] = proof(claims(htu, { htm: 'GET' }));
    all['with another token’s hash'] = proof(claims(htu, { htm: 'GET', ath: 'x'.repeat(43) }));
    for (const [name, forged] of Object.entries(all)) {
      const [status, error] = await ask(forged);
      expect([status, error], name).toEqual([401, 'invalid_dpop_proof']);
    }
    // Good in itself, but not by the key that the token is bound to.
    expect(await ask(proof(claims(htu, get)))).toEqual([401, 'invalid_token']);
    expect((await ask('', 'Bearer'))[0]).toBe(401);
    expect((await ask('', 'DPoP'))[0]).toBeGreaterThanOrEqual(400);
  });
});
