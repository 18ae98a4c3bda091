import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import canonicalize from 'canonicalize';
import { beforeAll, describe, expect, test } from 'vitest';
import { verifyFile } from '../src/index.ts';
import { newWorld, now, seconds, type TestKey, type World } from './support/world.ts';

const origin = 'https://idp.example';
const hash = (value: unknown) =>
  createHash('sha256')
    .update(String(canonicalize(value)))
    .digest('base64url');
const digest = (data: Uint8Array | string) => createHash('sha256').update(data).digest();

let world: World;
beforeAll(async () => {
  world = await newWorld();
});

type Passkey = { privateKey: KeyObject; jwk: object };
const passkeys: Record<string, () => Passkey> = {
  ES256: () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return { privateKey, jwk: { alg: 'ES256', ...publicKey.export({ format: 'jwk' }) } };
  },
  EdDSA: () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    return { privateKey, jwk: { alg: 'EdDSA', ...publicKey.export({ format: 'jwk' }) } };
  },
  RS256: () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    return { privateKey, jwk: { alg: 'RS256', ...publicKey.export({ format: 'jwk' }) } };
  },
};
const own = passkeys['ES256']?.() as Passkey;

type Changes = {
  receipt?: object;
  statement?: object;
  particulars?: object;
  word?: object;
  webauthn?: object;
  clientData?: object;
  flags?: number;
  rpId?: string;
  passkey?: Passkey;
  by?: TestKey;
};

/** A receipt as the broker signs it, with what the citizen signed; `changes` are put in after or before the signing. */
async function receiptWith(changes: Changes = {}): Promise<string> {
  const passkey = changes.passkey ?? own;
  const particulars = {
    salt: 's',
    catalogue_version: '1',
    data: [
      { dataset: 'tax.income', provider: 'tax', fields: ['year'], left_out: ['employer'], verify: false },
    ],
    frequency: null,
    retention: 'P1Y',
    ...changes.particulars,
  };
  const statement = {
    type: 'xinlu-consent-statement/1',
    broker: 'consent',
    consent_id: 'c1',
    client_id: 'bank',
    subject: 'her',
    purpose: { id: 'card', version: 1, title: '信用卡' },
    datasets: [{ id: 'tax.income', title: '所得' }],
    until: null,
    language: 'zh-TW',
    particulars: hash(particulars),
    ...changes.statement,
  };
  const clientData = Buffer.from(
    JSON.stringify({ type: 'webauthn.get', challenge: hash(statement), origin, ...changes.clientData }),
  );
  const data = Buffer.concat([
    digest(changes.rpId ?? 'idp.example'),
    Buffer.of(changes.flags ?? 5, 0, 0, 0, 1),
  ]);
  const signed = Buffer.concat([data, digest(clientData)]);
  const algorithm = passkey.privateKey.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  const word = {
    iss: origin,
    aud: 'consent',
    iat: seconds(now) - 20,
    sub: 'her',
    statement_hash: hash(statement),
    webauthn: {
      rp_id: 'idp.example',
      origin,
      public_key: passkey.jwk,
      authenticator_data: data.toString('base64url'),
      client_data_json: clientData.toString('base64url'),
      signature: sign(algorithm, signed, passkey.privateKey).toString('base64url'),
      ...changes.webauthn,
    },
    ...changes.word,
  };
  const confirmation = await (changes.by ?? world.idp).sign('xinlu-confirmation+jwt', word);
  const named = (name: string) => ({ name, title: name });
  const receipt = await world.broker.sign('xinlu-receipt+jwt', {
    iss: 'consent',
    iat: seconds(now) - 10,
    record_id: 'c1',
    pii_principal_id: 'her',
    pii_controller: { id: 'bank' },
    purpose: { id: 'card', version: 1 },
    pii_processing: [
      {
        dataset: 'tax.income',
        source: { id: 'tax' },
        fields: [named('year')],
        left_out: [named('employer')],
        retention: 'P1Y',
        frequency: null,
      },
    ],
    validity: { from: now.toISOString(), until: now.toISOString(), once: true },
    signed_by_principal: { statement, particulars, confirmation },
    ...changes.receipt,
  });
  return world.file('receipt', receipt, 'consent');
}

async function judge(changes?: Changes, trust: string | undefined = world.trustText) {
  const report = await verifyFile(await receiptWith(changes), { trust, at: now });
  return { ...report, principal: report.checks.find(({ name }) => name === 'principal') };
}

describe('a receipt that the citizen signed', () => {
  test.each(Object.keys(passkeys))('is valid with a passkey of %s', async (alg) => {
    const passkey = passkeys[alg]?.() as Passkey;
    const { verdict, principal } = await judge({ passkey });
    expect(principal).toMatchObject({ result: 'pass', code: 'principal.signed' });
    expect(verdict).toBe('valid');
  });

  test('is valid when she signed for another, and both are named', async () => {
    const acting = { receipt: { acting: { actor_id: 'mother' } }, word: { act: { sub: 'mother' } } };
    expect((await judge(acting)).verdict).toBe('valid');
    for (const half of [{ receipt: acting.receipt }, { word: acting.word }])
      expect((await judge(half)).principal?.code).toBe('principal.not-vouched');
  });

  test('cannot be told without a trust list', async () => {
    const report = await verifyFile(await receiptWith(), { at: now });
    expect(report.checks.find(({ name }) => name === 'principal')?.code).toBe('principal.no-trust');
  });

  const standing = { validity: { until: '2027-01-01T00:00:00Z', once: false } };
  const processing = (changes: object) => ({
    receipt: {
      pii_processing: [
        {
          dataset: 'tax.income',
          source: { id: 'tax' },
          fields: [{ name: 'year' }],
          left_out: [{ name: 'employer' }],
          retention: 'P1Y',
          frequency: null,
          ...changes,
        },
      ],
    },
  });
  test.each<[string, Changes, string]>([
    ['names another consent', { receipt: { record_id: 'c2' } }, 'principal.other'],
    ['names another party', { receipt: { pii_controller: { id: 'shop' } } }, 'principal.other'],
    ['names another person', { receipt: { pii_principal_id: 'him' } }, 'principal.other'],
    ['names another purpose', { receipt: { purpose: { id: 'card', version: 2 } } }, 'principal.other'],
    [
      'gives a field more',
      processing({ fields: [{ name: 'year' }, { name: 'employer' }] }),
      'principal.other',
    ],
    ['keeps it longer', processing({ retention: 'P9Y' }), 'principal.other'],
    ['gives it more often', processing({ frequency: { count: 9, period: 'P1D' } }), 'principal.other'],
    ['lasts longer', { receipt: standing }, 'principal.other'],
    ['has other particulars', { statement: { particulars: hash({}) } }, 'principal.other'],
    ['is signed for another statement', { word: { statement_hash: hash({}) } }, 'principal.not-vouched'],
    ['is signed by another person', { word: { sub: 'him' } }, 'principal.not-vouched'],
    ['is signed for another broker', { word: { aud: 'other' } }, 'principal.not-vouched'],
    ['was signed over another challenge', { clientData: { challenge: hash({}) } }, 'principal.wrong'],
    ['was signed at another origin', { clientData: { origin: 'https://evil.example' } }, 'principal.wrong'],
    ['was signed inside another page', { clientData: { crossOrigin: true } }, 'principal.wrong'],
    ['was signed at an enrolment', { clientData: { type: 'webauthn.create' } }, 'principal.wrong'],
    ['was signed for another host', { rpId: 'evil.example' }, 'principal.wrong'],
    ['was signed without user verification', { flags: 1 }, 'principal.wrong'],
    ['bears a bent signature', { webauthn: { signature: 'MEUCIQ' } }, 'principal.wrong'],
    ['bears another key', { webauthn: { public_key: passkeys['ES256']?.().jwk } }, 'principal.wrong'],
    ['bears a key that is none', { webauthn: { public_key: { alg: 'none' } } }, 'principal.wrong'],
  ])('is not valid when it %s', async (_what, changes, code) => {
    const { principal, verdict } = await judge(changes);
    expect(principal).toMatchObject({ result: 'fail', code });
    expect(verdict).toBe('not-valid');
  });

  test('is not valid by the word of somebody who is no identity provider', async () => {
    for (const by of [world.broker, world.landOffice])
      expect((await judge({ by })).principal?.code).toBe('principal.not-vouched');
  });

  test('counts by a key that was revoked since only where the log shows it to be older', async () => {
    const revoked = async (logIndex: number) => {
      const at = new Date(now.getTime() - 5_000).toISOString();
      const since = new Date(now.getTime() - 86_400_000).toISOString();
      const word = { from: since, revoked: { at, logIndex, reason: 'compromised' } };
      return newWorld({ idp: (key) => ({ past: { keys: [{ key: key.jwk, ...word }] } }) });
    };
    const before = world;
    for (const [logIndex, code] of [
      [6, 'principal.signed'],
      [5, 'principal.not-vouched'],
    ] as const) {
      world = await revoked(logIndex);
      expect((await judge()).principal?.code).toBe(code);
    }
    world = before;
  });

  test('counts by a key that was in force when she signed', async () => {
    const before = world;
    const from = new Date(now.getTime() - 86_400_000).toISOString();
    world = await newWorld({ idp: (key) => ({ past: { keys: [{ key: key.jwk, from }] } }) });
    expect((await judge()).principal?.code).toBe('principal.signed');
    for (const iat of [seconds(now) - 2 * 86_400, undefined])
      expect((await judge({ word: { iat } })).principal?.code).toBe('principal.not-vouched');
    world = before;
  });
});
