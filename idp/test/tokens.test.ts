import { createLocalJWKSet, jwtVerify } from 'jose';
import * as oauth from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser } from './helpers/browser.ts';
import type { Card } from './helpers/cards.ts';
import { admit, discover, logIn } from './helpers/parties.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

let world: World;
let who: { card: Card; nationalId: string };

const basic = { profile: 'basic' } as const;
const LOANS = 'https://library.example/loans';
const FINES = 'https://library.example/fines';

beforeAll(async () => {
  world = await startWorld();
  const card = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
  who = { card, nationalId: NATIONAL_ID.lin };
});
afterAll(() => world?.close());

/** A FAPI client with a DPoP key. */
async function fapiClient(id: string, client: Parameters<typeof admit>[2]) {
  const { key, kid } = await admit(world, id, client);
  const config = await discover(world, id, oauth.PrivateKeyJwt({ key, kid }));
  const DPoP = oauth.getDPoPHandle(config, await oauth.randomDPoPKeyPair('ES256'));
  return { config, DPoP, par: true };
}

const userinfo = (config: oauth.Configuration, tokens: { access_token: string }, sub: string, dpop = {}) =>
  oauth.fetchUserInfo(config, tokens.access_token, sub, dpop).then(
    (claims) => claims['name'],
    () => 'refused',
  );

async function endAll(): Promise<void> {
  await world.database.query(
    "UPDATE login SET ended_at = now(), end_reason = 'ended-by-person' WHERE ended_at IS NULL",
  );
}

async function publicClient(id: string) {
  await admit(world, id, { authentication: { method: 'none' }, grants: ['refresh_token'] }, basic);
  return discover(world, id, oauth.None());
}

describe('a refresh token', () => {
  test('of a FAPI party is not rotated, bound to client and DPoP key, and gives tokens', async () => {
    const { config, DPoP, par } = await fapiClient('keeper', { grants: ['refresh_token'] });
    const tokens = await logIn(config, new Browser(world.url), who, { par, DPoP });
    const sub = tokens.claims()?.sub ?? '';
    expect(tokens.expires_in).toBe(900);
    for (let round = 0; round < 2; round += 1) {
      const next = await oauth.refreshTokenGrant(config, tokens.refresh_token ?? '', undefined, { DPoP });
      expect(next.refresh_token).toBe(tokens.refresh_token);
      expect(next.claims()?.sub).toBe(sub);
      expect(await userinfo(config, next, sub, { DPoP })).toBe('林怡君');
    }
    const thief = await fapiClient('thief', { grants: ['refresh_token'] });
    await expect(
      oauth.refreshTokenGrant(thief.config, tokens.refresh_token ?? '', undefined, { DPoP: thief.DPoP }),
    ).rejects.toMatchObject({ error: 'invalid_grant' });
    await expect(oauth.refreshTokenGrant(config, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  test('of a public client is used once; a second use ends all of its tokens', async () => {
    const config = await publicClient('page');
    const tokens = await logIn(config, new Browser(world.url), who);
    const sub = tokens.claims()?.sub ?? '';
    const next = await oauth.refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect(next.refresh_token).not.toBe(tokens.refresh_token);
    expect(await userinfo(config, next, sub)).toBe('林怡君');
    // It has shown nothing but its name, and is told nothing about a token.
    expect(await oauth.tokenIntrospection(config, next.access_token)).toEqual({ active: false });
    for (const stolen of [tokens, next]) {
      await expect(oauth.refreshTokenGrant(config, stolen.refresh_token ?? '')).rejects.toMatchObject({
        error: 'invalid_grant',
      });
    }
    expect(await userinfo(config, next, sub)).toBe('refused');
  });

  test('lives no longer than the login, and is not given to who has not registered it', async () => {
    const config = await publicClient('page-two');
    const tokens = await logIn(config, new Browser(world.url), who);
    await endAll();
    await expect(oauth.refreshTokenGrant(config, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    const plain = await fapiClient('plain', {});
    const without = await logIn(plain.config, new Browser(world.url), who, plain);
    expect(without.refresh_token).toBeUndefined();
  });
});

describe('a resource (RFC 8707)', () => {
  beforeAll(async () => {
    await admit(world, 'library', {}, {}, [
      { identifier: LOANS, accessToken: 'jwt' },
      { identifier: FINES, accessToken: 'opaque' },
    ]);
  });

  test('gets a JWT of its own: its audience, its subject, how she signed in, whom it is bound to', async () => {
    const { config, DPoP, par } = await fapiClient('reader', { resources: [LOANS, FINES] });
    const parameters = { resource: LOANS };
    const tokens = await logIn(config, new Browser(world.url), who, {
      par,
      DPoP,
      parameters,
      tokenParameters: parameters,
    });
    const jwks = (await (await fetch(`${world.url}/jwks`)).json()) as Parameters<typeof createLocalJWKSet>[0];
    const { payload, protectedHeader } = await jwtVerify(tokens.access_token, createLocalJWKSet(jwks), {
      issuer: world.url,
      audience: LOANS,
      typ: 'at+jwt',
    });
    expect(protectedHeader.alg).toBe('ES256');
    expect(payload).toMatchObject({
      client_id: 'reader',
      acr: 'substantial',
      auth_time: expect.any(Number),
      cnf: { jkt: expect.any(String) },
    });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
    // The library's own subject, which the reader does not learn by its own.
    expect(payload.sub).not.toBe(tokens.claims()?.sub);
    const library = await fapiSubject('library');
    expect(payload.sub).toBe(library);
    // It is for the library alone.
    expect(await userinfo(config, tokens, tokens.claims()?.sub ?? '', { DPoP })).toBe('refused');
  });

  /** The subject by which a party knows her. */
  async function fapiSubject(id: string): Promise<string> {
    const { key, kid } = await admit(world, id, {}, {}, [
      { identifier: LOANS, accessToken: 'jwt' },
      { identifier: FINES, accessToken: 'opaque' },
    ]);
    const config = await discover(world, id, oauth.PrivateKeyJwt({ key, kid }));
    const DPoP = oauth.getDPoPHandle(config, await oauth.randomDPoPKeyPair('ES256'));
    return (await logIn(config, new Browser(world.url), who, { par: true, DPoP })).claims()?.sub ?? '';
  }

  test('may ask about an opaque token made out to it; nobody else may', async () => {
    const { config, DPoP, par } = await fapiClient('borrower', { resources: [FINES] });
    const parameters = { resource: FINES };
    const tokens = await logIn(config, new Browser(world.url), who, {
      par,
      DPoP,
      parameters,
      tokenParameters: parameters,
    });
    const { key, kid } = await admit(world, 'library', {}, {}, [
      { identifier: FINES, accessToken: 'opaque' },
    ]);
    const library = await discover(world, 'library', oauth.PrivateKeyJwt({ key, kid }));
    const answer = await oauth.tokenIntrospection(library, tokens.access_token);
    expect(answer).toMatchObject({ active: true, aud: FINES, client_id: 'borrower', acr: 'substantial' });
    expect(answer.sub).toBe(await fapiSubject('library'));
    const stranger = await fapiClient('stranger', {});
    expect(await oauth.tokenIntrospection(stranger.config, tokens.access_token)).toEqual({ active: false });
    await endAll();
    const { key: again, kid: againKid } = await admit(world, 'library', {}, {}, [
      { identifier: FINES, accessToken: 'opaque' },
    ]);
    const later = await discover(world, 'library', oauth.PrivateKeyJwt({ key: again, kid: againKid }));
    expect(await oauth.tokenIntrospection(later, tokens.access_token)).toEqual({ active: false });
  });

  test("that is not registered for the client, or is nobody's, is refused", async () => {
    const { config, DPoP, par } = await fapiClient('nosy', { resources: [FINES] });
    for (const resource of [LOANS, 'https://nobody.example/', 'not an address']) {
      await expect(
        logIn(config, new Browser(world.url), who, { par, DPoP, parameters: { resource } }),
      ).rejects.toMatchObject({ error: 'invalid_target' });
    }
    await expect(
      logIn(config, new Browser(world.url), who, { par, DPoP, tokenParameters: { resource: FINES } }),
    ).rejects.toMatchObject({ error: 'invalid_target' });
  });
});

describe('client credentials', () => {
  test('give a machine that registered them a token for its resource, and nothing of any person', async () => {
    await admit(world, 'library', {}, {}, [
      { identifier: LOANS, accessToken: 'jwt' },
      { identifier: FINES, accessToken: 'opaque' },
    ]);
    const client = { grants: ['client_credentials' as const], resources: [LOANS] };
    const { key, kid } = await admit(world, 'machine', client, { redirectUris: [] });
    const config = await discover(world, 'machine', oauth.PrivateKeyJwt({ key, kid }));
    const DPoP = oauth.getDPoPHandle(config, await oauth.randomDPoPKeyPair('ES256'));
    const tokens = await oauth.clientCredentialsGrant(config, { resource: LOANS }, { DPoP });
    expect(
      JSON.parse(Buffer.from(tokens.access_token.split('.')[1] ?? '', 'base64url').toString()),
    ).toMatchObject({
      sub: 'machine',
      aud: LOANS,
      cnf: { jkt: expect.any(String) },
    });
    expect(await oauth.clientCredentialsGrant(config, {}, { DPoP })).toMatchObject({ expires_in: 300 });
    expect(await userinfo(config, tokens, 'machine', { DPoP })).toBe('refused');
    await expect(oauth.clientCredentialsGrant(config, { resource: FINES }, { DPoP })).rejects.toMatchObject({
      error: 'invalid_target',
    });
    await expect(oauth.clientCredentialsGrant(config, {})).rejects.toMatchObject({ error: 'invalid_grant' });
    const plain = await fapiClient('not-a-machine', {});
    await expect(
      oauth.clientCredentialsGrant(plain.config, { resource: LOANS }, { DPoP: plain.DPoP }),
    ).rejects.toMatchObject({ error: 'invalid_request' });
  });
});
