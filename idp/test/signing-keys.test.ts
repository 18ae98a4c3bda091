import { randomBytes } from 'node:crypto';
import { frozenClock, systemClock } from '@xinlu/common/clock';
import { systemIds } from '@xinlu/common/ids';
import { createLogger } from '@xinlu/common/log';
import { type Database, migrate } from '@xinlu/common/sql';
import { makeKeys, testDatabase } from '@xinlu/common/testing';
import { ID_TOKEN_ALGORITHMS, type IdTokenAlgorithm } from '@xinlu/common/wire';
import {
  createLocalJWKSet,
  decodeProtectedHeader,
  generateKeyPair,
  type JSONWebKeySet,
  jwtVerify,
  SignJWT,
} from 'jose';
import * as oauth from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SCHEDULE } from '../src/domain/signing-keys/schedule.ts';
import { runKeysCommand } from '../src/keys-command.ts';
import { openSigningKeys } from '../src/signing-keys.ts';
import { Browser } from './helpers/browser.ts';
import type { Card } from './helpers/cards.ts';
import { admit, discover, logIn } from './helpers/parties.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

const BASIC = { profile: 'basic' } as const;
const silent = createLogger({ name: 'test', level: 'silent' });
const HOUR = 3_600_000;

describe('the keys that tokens are signed with', () => {
  let world: World;
  let who: { card: Card; nationalId: string };

  beforeAll(async () => {
    world = await startWorld({ algorithms: [...ID_TOKEN_ALGORITHMS] });
    who = {
      card: await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' }),
      nationalId: NATIONAL_ID.lin,
    };
  });
  afterAll(() => world?.close());

  async function client(id: string, alg: IdTokenAlgorithm) {
    await admit(
      world,
      id,
      { authentication: { method: 'none' }, grants: ['refresh_token'], idTokenSignedResponseAlg: alg },
      BASIC,
    );
    return discover(world, id, oauth.None(), { id_token_signed_response_alg: alg });
  }
  const served = async () => (await (await fetch(`${world.url}/jwks`)).json()) as JSONWebKeySet;
  const kidOf = (idToken: string | undefined) => decodeProtectedHeader(idToken ?? '').kid ?? '';
  const verified = (idToken: string | undefined, keys: JSONWebKeySet, audience: string) =>
    jwtVerify(idToken ?? '', createLocalJWKSet(keys), { issuer: world.url, audience }).then(
      ({ payload }) => payload.sub,
      (error: { code?: string }) => error.code,
    );
  /** What the logout address makes of a hint, in a browser without a session. */
  const hint = async (idToken: string | undefined) =>
    (await fetch(`${world.url}/session/end?id_token_hint=${idToken}`)).status;
  async function rotate(alg: IdTokenAlgorithm) {
    const key = await world.composed.signing.rotation.add(alg);
    await world.composed.followSigningKeys();
    await world.composed.signing.rotation.promote(key.kid, { now: true });
    await world.composed.followSigningKeys();
    return key.kid;
  }

  test.each(ID_TOKEN_ALGORITHMS)('sign an ID token under %s that the served JWKS verifies', async (alg) => {
    const id = `party-${alg.toLowerCase()}`;
    const tokens = await logIn(await client(id, alg), new Browser(world.url), who);
    expect(decodeProtectedHeader(tokens.id_token ?? '').alg).toBe(alg);
    expect(await verified(tokens.id_token, await served(), id)).toBe(tokens.claims()?.sub);
  });

  test('are served without their private parts, begin with the key of the register, and stand sealed in the database', async () => {
    const { keys } = await served();
    for (const key of keys)
      for (const part of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'priv']) expect(key).not.toHaveProperty(part);
    expect(keys.find(({ alg }) => alg === 'ES256')?.kid).toBe(world.keys.idp.signing.kid);
    const rows = await world.database.query('SELECT * FROM signing_key');
    expect(JSON.stringify(rows)).not.toContain(world.keys.idp.signing.privateJwk.d);
    const thief = openSigningKeys({
      algorithms: ID_TOKEN_ALGORITHMS,
      schedule: SCHEDULE,
      database: world.database,
      secret: randomBytes(32),
      clock: systemClock,
      ids: systemIds,
    });
    await expect(thief.read()).rejects.toMatchObject({ code: 'signing-key-unreadable' });
  });

  test('change under running logins and refreshes, and nobody notices who knew the published keys', async () => {
    const config = await client('busy', 'ES256');
    const { rotation } = world.composed.signing;
    const next = await rotation.add('ES256');
    await world.composed.followSigningKeys();
    const known = await served();
    expect(known.keys.map(({ kid }) => kid)).toContain(next.kid);

    let rotating = true;
    const kids = new Set<string>();
    const seen = async (idToken: string | undefined) => {
      expect(await verified(idToken, known, 'busy')).not.toMatch(/^ERR/);
      kids.add(kidOf(idToken));
    };
    const tokens = await logIn(config, new Browser(world.url), who);
    await seen(tokens.id_token);
    const refreshing = (async () => {
      for (let token = tokens.refresh_token ?? ''; rotating; ) {
        const fresh = await oauth.refreshTokenGrant(config, token);
        await seen(fresh.id_token);
        token = fresh.refresh_token ?? '';
      }
    })();
    const reading = (async () => {
      while (rotating) expect((await served()).keys).toHaveLength(known.keys.length);
    })();
    const entering = (async () => {
      while (rotating) await seen((await logIn(config, new Browser(world.url), who)).id_token);
    })();
    await new Promise((resolve) => setTimeout(resolve, 200));
    await rotation.promote(next.kid, { now: true });
    await world.composed.followSigningKeys();
    await new Promise((resolve) => setTimeout(resolve, 400));
    rotating = false;
    await Promise.all([refreshing, reading, entering]);
    expect(kids.size).toBe(2);
    expect(kids).toContain(next.kid);
  });

  test('verify a hint while they are retired, and not once they are gone; a foreign key never does', async () => {
    const config = await client('hinting', 'PS256');
    const tokens = await logIn(config, new Browser(world.url), who);
    const before = kidOf(tokens.id_token);
    const after = await rotate('PS256');
    expect(kidOf((await oauth.refreshTokenGrant(config, tokens.refresh_token ?? '')).id_token)).toBe(after);
    expect((await served()).keys.map(({ kid }) => kid)).toContain(before);
    expect(await hint(tokens.id_token)).toBe(200);

    const { privateKey } = await generateKeyPair('PS256');
    const forged = await new SignJWT({ ...tokens.claims() })
      .setProtectedHeader({ alg: 'PS256', kid: after })
      .sign(privateKey);
    expect(await hint(forged)).toBe(400);

    await world.composed.signing.rotation.remove(before, { now: true });
    await world.composed.followSigningKeys();
    expect((await served()).keys.map(({ kid }) => kid)).not.toContain(before);
    expect(await hint(tokens.id_token)).toBe(400);
  });

  test('are shared: a change by another process is followed, and no change is none', async () => {
    await world.composed.followSigningKeys();
    expect(await world.composed.followSigningKeys()).toBe(false);
    await world.database.query("UPDATE signing_key SET sealed = 'broken' WHERE alg = 'EdDSA'");
    const { kid } = await world.composed.signing.rotation.add('ES256');
    await expect(world.composed.followSigningKeys()).rejects.toMatchObject({
      code: 'signing-key-unreadable',
    });
    expect((await served()).keys.map((key) => key.kid)).not.toContain(kid);
    expect((await served()).keys.some(({ alg }) => alg === 'EdDSA')).toBe(true);
  });
});

test('a party whose algorithm is not served hears so, and the discovery document does not name it', async () => {
  const world = await startWorld();
  try {
    const authentication = { method: 'none' } as const;
    await admit(world, 'early', { authentication, idTokenSignedResponseAlg: 'ML-DSA-65' }, BASIC);
    const config = await discover(world, 'early', oauth.None());
    expect(config.serverMetadata().id_token_signing_alg_values_supported).toEqual(['ES256']);
    const answer = await fetch(`${world.url}/authorize?client_id=early&response_type=code&scope=openid`, {
      headers: { accept: 'application/json' },
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: 'invalid_client_metadata' });
    await expect(world.composed.signing.rotation.add('ML-DSA-65')).rejects.toMatchObject({
      code: 'algorithm-not-served',
    });
  } finally {
    await world.close();
  }
});

describe('the life of a key', () => {
  let database: Database;
  const clock = frozenClock(new Date('2030-01-01T00:00:00Z'));
  const secret = randomBytes(32);
  const open = () =>
    openSigningKeys({
      algorithms: ['ES256', 'EdDSA'],
      schedule: SCHEDULE,
      database,
      secret,
      clock,
      ids: systemIds,
    });
  const states = async (alg: IdTokenAlgorithm) =>
    (await open().store.all()).filter((key) => key.alg === alg).map(({ state }) => state);

  beforeAll(async () => {
    database = await testDatabase();
    await migrate(database, new URL('../src/migrations/', import.meta.url));
  });
  afterAll(() => database?.close());

  test('begins once, however many processes start together', async () => {
    const jwk = (await makeKeys()).signing.privateJwk;
    await Promise.all(
      Array.from({ length: 6 }, () => {
        const { rotation, material } = open();
        return rotation.ensure(material.keep('ES256', jwk));
      }),
    );
    expect((await open().store.all()).map(({ alg, state }) => `${alg} ${state}`).sort()).toEqual([
      'ES256 current',
      'EdDSA current',
    ]);
    await expect(
      database.query(
        "INSERT INTO signing_key VALUES ('second', 'ES256', 'current', 'x', now(), now(), NULL)",
      ),
    ).rejects.toMatchObject({ code: '23505' });
  });

  test('goes by the command, which says what it will not do', async () => {
    const keys = open();
    const run = (...args: string[]) =>
      runKeysCommand(args, keys, silent).catch((error: { code: string }) => error.code);
    const first = (await keys.store.all()).find(({ alg }) => alg === 'ES256')?.kid ?? '';
    expect(await run('retire', first)).toBe('key-without-successor');
    expect(await run('add', '--alg', 'ML-DSA-44')).toBe('algorithm-not-served');
    clock.advance(HOUR);
    const added = await run('add', '--alg', 'ES256');
    const kid = added.split(' ')[0] ?? '';
    expect(added).toMatch(/ {2}ES256 {6}published {2}2030-01-01T01:00:00.000Z\n$/);
    expect(await run('promote', kid)).toBe('key-too-new');
    expect(await run('retire', first)).toBe('key-too-new');
    expect(await run('remove', first)).toBe('key-in-use');
    expect(await run('promote', first)).toBe('key-not-published');
    expect(await run('promote', 'nobody')).toBe('key-unknown');
    // One thumbprint in 64 begins like an option.
    expect(await run('promote', `-${'a'.repeat(42)}`, '--now')).toBe('key-unknown');
    for (const args of [
      ['add'],
      ['add', '--alg', 'HS256'],
      ['promote'],
      ['burn'],
      ['list', '--all'],
      ['remove', 'a', 'b'],
    ])
      expect(await run(...args)).toBe('command-malformed');
    clock.advance(24 * HOUR);
    await run('promote', kid);
    expect(await states('ES256')).toEqual(['retired', 'current']);
    expect(await run('remove', first)).toBe('key-still-verifies');
    expect(await run('remove', first, '--now')).toBe(`removed ${first}\n`);
    expect(await run('list')).not.toContain(first);
    const kinds = await database.query<{ kind: string }>(
      "SELECT kind FROM audit_event WHERE detail->>'alg' = 'ES256' ORDER BY at, kind DESC",
    );
    expect(kinds.map(({ kind }) => kind)).toEqual([
      'signing-key.published',
      'signing-key.published',
      'signing-key.retired',
      'signing-key.removed',
      'signing-key.promoted',
    ]);
  });

  test('goes by the schedule: published ahead, promoted, retired, gone, each once', async () => {
    const turn = async () => (await Promise.all([open().rotation.turn(), open().rotation.turn()])).sort();
    expect(await turn()).toEqual([0, 0]);
    clock.advance(89 * 24 * HOUR);
    expect(await turn()).toEqual([0, 2]);
    expect(await states('EdDSA')).toEqual(['current', 'published']);
    clock.advance(23 * HOUR);
    expect(await turn()).toEqual([0, 0]);
    clock.advance(HOUR);
    expect(await turn()).toEqual([0, 2]);
    expect(await states('EdDSA')).toEqual(['retired', 'current']);
    clock.advance(7 * 24 * HOUR);
    expect(await turn()).toEqual([0, 2]);
    expect(await states('EdDSA')).toEqual(['current']);
  });
});
