import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { calculateJwkThumbprint } from 'jose';
import { expect, test } from 'vitest';
import { certificatesIn } from '../src/form/client-draft.ts';
import { draftOf, emptyDraft, fieldOf, participantOf, sectorFrom } from '../src/form/draft.ts';
import { toLines } from '../src/form/lines.ts';
import { readApplication, readClientKeys, readKeys } from '../src/form/read-keys.ts';
import { diff } from '../src/proposals/diff.ts';
import type { Participant } from '../src/wire.ts';

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const publicJwk = pair.publicKey.export({ format: 'jwk' });
const privateJwk = pair.privateKey.export({ format: 'jwk' });

function participant(): Participant {
  return {
    id: 'library',
    name: { 'zh-TW': '信路市立圖書館', en: 'Xinlu City Library' },
    oid: '2.16.886.101.1',
    kind: 'government',
    roles: ['rp', 'provider', 'issuer', 'certificate-authority'],
    keys: [],
    homepage: 'https://library.example.tw',
    relyingParty: {
      sector: 'library.example.tw',
      redirectUris: ['https://library.example.tw/login/callback'],
      postLogoutRedirectUris: [],
      backchannelLogoutUri: 'https://library.example.tw/logout',
      profile: 'fapi2',
      minimumAcr: 'low',
      consentRedirectUris: [],
      purposes: ['one', 'two'],
      holders: ['citizen', 'agency'],
      organisationIds: true,
      delegation: {
        kinds: ['guardian', 'company-agent'],
        actions: [
          { code: 'reader-card', name: { 'zh-TW': '申辦借閱證', en: 'A reader’s card' } },
          { code: 'borrow', name: { 'zh-TW': '借書', en: 'Borrow | renew' } },
        ],
      },
    },
    provider: { endpoint: 'https://library.example.tw/release', datasets: ['library.loans'] },
    issuer: { credentialTypes: ['urn:x'] },
    certificateAuthority: {
      certificate: 'MIIB',
      identity: 'organisation',
      maximumAcr: 'high',
      policies: ['2.16.886.101.0.3.3'],
      crls: ['http://crl.example/1'],
      ocsp: { url: 'http://ocsp.example', whenSilent: 'refuse' },
    },
    validFrom: '2026-01-01T00:00:00.000Z',
    validUntil: '2030-01-01T00:00:00.000Z',
    past: {
      entitlements: [
        {
          from: '2026-01-01T00:00:00.000Z',
          until: '2026-06-01T00:00:00.000Z',
          roles: ['issuer'],
          credentialTypes: ['urn:former'],
        },
      ],
    },
  };
}

/** The fields that the register's schema (the text of `common/src/wire`) gives an object, `count` at least. */
function fieldsIn(file: 'register' | 'oauth-client', name: string, count: number): string[] {
  const text = readFileSync(new URL(`../../../common/src/wire/${file}.ts`, import.meta.url), 'utf8');
  const block = text.split(`export const ${name} = Type.Object(\n`)[1]?.split('\n);')[0] ?? '';
  const fields = [...block.matchAll(/^ {4}(\w+): /gm)].map(([, field = '']) => field);
  expect(fields.length).toBeGreaterThanOrEqual(count);
  return fields;
}

test('when a participant goes through the form, then nothing of it changes', () => {
  expect(participantOf(draftOf(participant()))).toEqual(participant());
});

test('when a client is declared, then all of it goes through the form and the application unchanged', async () => {
  const declared = participant();
  const party = declared.relyingParty as NonNullable<Participant['relyingParty']>;
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
  party.client = {
    authentication: { method: 'client_secret_basic', secretSha256: ['a'.repeat(64)] },
    keys: await readClientKeys(JSON.stringify(rsa)),
    senderConstraint: 'none',
    grants: ['refresh_token', 'client_credentials'],
    signedRequestObjects: false,
    codeProtection: 'nonce',
    idTokenSignedResponseAlg: 'PS256',
    resources: ['https://api.example.tw/'],
  };
  declared.resources = [
    { identifier: 'https://library.example.tw/loans', accessToken: 'jwt' },
    { identifier: 'https://library.example.tw/fines', accessToken: 'opaque' },
  ];
  expect(participantOf(draftOf(declared))).toEqual(declared);
  // Nothing of the register is left out here: a field that is added there must pass through the form, too.
  expect(Object.keys(declared).sort()).toEqual(fieldsIn('register', 'Participant', 13).sort());
  expect(Object.keys(party).sort()).toEqual(fieldsIn('register', 'RelyingParty', 11).sort());
  expect(Object.keys(party.client).sort()).toEqual(fieldsIn('oauth-client', 'OauthClient', 8).sort());
  expect(Object.keys(declared.certificateAuthority ?? {}).sort()).toEqual(
    fieldsIn('register', 'CertificateAuthority', 6).sort(),
  );
  expect(await readApplication(JSON.stringify(declared))).toEqual(declared);
  for (const authentication of [
    { method: 'none' as const },
    { method: 'tls_client_auth' as const, subjectDn: 'CN=library,C=TW' },
    { method: 'self_signed_tls_client_auth' as const, certificates: ['QUJD'] },
  ]) {
    party.client = { authentication };
    expect(participantOf(draftOf(declared))).toEqual(declared);
  }
});

test('when client keys are pasted, then RSA and Ed25519 are taken with their RFC 7638 names, private ones refused', async () => {
  for (const [type, options, alg] of [
    ['rsa', { modulusLength: 2048 }, 'PS256'],
    ['ed25519', {}, 'EdDSA'],
  ] as const) {
    const made = generateKeyPairSync(type as 'rsa', options as { modulusLength: number });
    const jwk = made.publicKey.export({ format: 'jwk' });
    const [key] = await readClientKeys(JSON.stringify(jwk));
    expect(key).toMatchObject({ alg, use: 'sig', kid: await calculateJwkThumbprint(jwk as { kty: string }) });
    const secret = JSON.stringify(made.privateKey.export({ format: 'jwk' }));
    await expect(readClientKeys(secret)).rejects.toThrow('private-key');
  }
  await expect(readClientKeys('{"kty":"EC","crv":"P-521"}')).rejects.toThrow('other-curve');
  expect(certificatesIn('-----BEGIN CERTIFICATE-----\nQUJD\nREVG\n-----END CERTIFICATE-----')).toEqual([
    'QUJDREVG',
  ]);
});

test('when a certificate is pasted as PEM, then its base64 alone is proposed', () => {
  const pem = '-----BEGIN CERTIFICATE-----\nMIIB\nAAAA\n-----END CERTIFICATE-----\n';
  const proposed = participantOf({ ...draftOf(participant()), certificate: pem });
  expect(proposed.certificateAuthority?.certificate).toBe('MIIBAAAA');
});

test('when a role is taken away, then its section goes with it', () => {
  const draft = { ...draftOf(participant()), roles: ['submitter'] };
  expect(participantOf(draft).relyingParty).toBeUndefined();
  expect(participantOf(draft).issuer).toBeUndefined();
});

test('when lines are typed loosely, then each item is found once', () => {
  expect(toLines(' a\nb, c、a\n\n')).toEqual(['a', 'b', 'c']);
  expect(sectorFrom('https://library.example.tw/cb\nhttps://x.tw')).toBe('library.example.tw');
  expect(sectorFrom('not an address')).toBe('');
});

test('when a fault names a place, then the form knows its field', () => {
  expect(fieldOf('/relyingParty/redirectUris/1')).toBe('redirectUris');
  expect(fieldOf('/name/zh-TW')).toBe('nameZh');
  expect(fieldOf('/idx')).toBeUndefined();
});

test('when public keys are pasted, then missing names are filled in by RFC 7638', async () => {
  const [key] = await readKeys(JSON.stringify({ keys: [publicJwk] }));
  const thumbprint = await calculateJwkThumbprint(publicJwk as { kty: string });
  expect(key).toMatchObject({ use: 'sig', alg: 'ES256', kid: thumbprint });
  expect(await readKeys(JSON.stringify([{ ...publicJwk, kid: 'own', use: 'enc' }]))).toMatchObject([
    { kid: 'own', use: 'enc', alg: 'ECDH-ES+A256KW' },
  ]);
});

test('when something else is pasted, then it is refused by name before it goes anywhere', async () => {
  await expect(readKeys(JSON.stringify(privateJwk))).rejects.toThrow('private-key');
  await expect(readKeys('nonsense')).rejects.toThrow('not-json');
  await expect(readKeys('{"keys":[]}')).rejects.toThrow('no-keys');
  await expect(readKeys('{"kty":"RSA","n":"x","e":"AQAB"}')).rejects.toThrow('other-curve');
  await expect(readApplication(JSON.stringify({ ...participant(), keys: [privateJwk] }))).rejects.toThrow(
    'private-key',
  );
  await expect(readApplication('[]')).rejects.toThrow('no-keys');
});

test('when an application is incomplete, then what is there is taken and the rest is left to fill in', async () => {
  const application = await readApplication(
    JSON.stringify({ id: 'x', name: { 'zh-TW': '名稱' }, roles: 'rp', oid: 5 }),
  );
  expect(application).toMatchObject({
    id: 'x',
    name: { 'zh-TW': '名稱', en: '' },
    roles: [],
    oid: '',
    keys: [],
  });
  expect(await readApplication(JSON.stringify(participant()))).toEqual(participant());
  expect(participantOf(draftOf(application)).id).toBe('x');
  expect(emptyDraft(new Date(0)).roles).toEqual(['rp']);
});

test('when one field changes, then the difference is that field alone', () => {
  const after = participant();
  after.name.en = 'City Library';
  if (after.relyingParty !== undefined) after.relyingParty.purposes = ['one'];
  const { validUntil: _gone, ...ended } = after;
  const changed = diff(participant(), ended).filter((row) => row.changed);
  expect(changed.map((row) => row.path.join('/'))).toEqual([
    'name/en',
    'relyingParty/purposes',
    'validUntil',
  ]);
  expect(diff(null, after).every((row) => row.changed)).toBe(true);
  expect(diff(participant(), participant()).some((row) => row.changed)).toBe(false);
});
