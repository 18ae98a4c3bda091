import { generateKeyPairSync } from 'node:crypto';
import {
  type ClientAuthentication,
  type ClientKey,
  type OauthClient,
  type Participant,
  parseParticipant,
  servedIdTokenAlgorithms,
} from '@xinlu/common/wire';
import { calculateJwkThumbprint, exportJWK } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { faultsOf } from '../src/domain/rules/index.ts';
import { makeGenesis, makeParticipant } from './support.ts';

let base: Participant;
let others: Participant[];

beforeAll(async () => {
  others = (await makeGenesis()).genesis.participants;
  base = await makeParticipant('agency');
});

type Party = NonNullable<Participant['relyingParty']>;

function agency(
  client: OauthClient,
  party: Partial<Party> = {},
  rest: Partial<Participant> = {},
): Participant {
  return { ...base, relyingParty: { ...(base.relyingParty as Party), ...party, client }, ...rest };
}

const NOW = new Date('2026-11-21T00:00:00Z');

function codes(participant: Participant, mlDsa = true): string[] {
  expect(() => parseParticipant.parse(participant)).not.toThrow();
  const context = { others, demo: false, now: NOW, idTokenAlgorithms: servedIdTokenAlgorithms(mlDsa) };
  return faultsOf(participant, context).map((fault) => fault.code);
}

const secret: ClientAuthentication = { method: 'client_secret_basic', secretSha256: ['0'.repeat(64)] };
const subject: ClientAuthentication = { method: 'tls_client_auth', subjectDn: 'CN=agency,O=Agency,C=TW' };
const basic = { profile: 'basic' } as const;

async function clientKey(kind: 'rsa' | 'ed25519', bits = 2048): Promise<ClientKey> {
  const { publicKey } =
    kind === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: bits }) : generateKeyPairSync('ed25519');
  const jwk = await exportJWK(publicKey);
  const alg = kind === 'rsa' ? 'PS256' : 'EdDSA';
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), use: 'sig', alg } as ClientKey;
}

describe('a FAPI party', () => {
  test('may choose among strong ways', async () => {
    expect(codes(agency({}))).toEqual([]);
    expect(codes(agency({ authentication: subject, senderConstraint: 'mtls' }))).toEqual([]);
    expect(
      codes(agency({ grants: ['refresh_token', 'client_credentials'], signedRequestObjects: true })),
    ).toEqual([]);
    const keys = [await clientKey('rsa'), await clientKey('ed25519')];
    expect(codes(agency({ keys, idTokenSignedResponseAlg: 'PS256' }))).toEqual([]);
  });

  test('cannot be weakened', () => {
    const weak: [OauthClient, string][] = [
      [{ authentication: secret }, 'fapi-authentication'],
      [{ authentication: { method: 'none' } }, 'fapi-authentication'],
      [{ senderConstraint: 'none' }, 'fapi-sender-constraint'],
      [{ codeProtection: 'nonce' }, 'fapi-pkce'],
      [{ idTokenSignedResponseAlg: 'ML-DSA-44' }, 'fapi-algorithm'],
      [{ grants: ['device_code'] }, 'fapi-device-grant'],
    ];
    for (const [client, code] of weak) expect(codes(agency(client))).toEqual([code]);
  });
});

describe('a basic party', () => {
  test('may be a low-risk client', () => {
    expect(codes(agency({ authentication: secret, codeProtection: 'nonce' }, basic))).toEqual([]);
    expect(codes(agency({ authentication: { method: 'none' }, grants: ['refresh_token'] }, basic))).toEqual(
      [],
    );
    expect(codes(agency({ grants: ['device_code'] }, { ...basic, redirectUris: [] }))).toEqual([]);
    const postQuantum = agency({ idTokenSignedResponseAlg: 'ML-DSA-65' }, basic);
    expect(codes(postQuantum)).toEqual([]);
    expect(codes(postQuantum, false)).toEqual(['algorithm-not-served']);
  });

  test('may not be one where the risk is not low', () => {
    const high = { ...basic, minimumAcr: 'high' } as const;
    const asking = {
      ...basic,
      purposes: ['tuition-waiver'],
      consentRedirectUris: ['https://agency.example.tw/consent'],
    };
    expect(codes(agency({ authentication: secret }, high))).toEqual(['weak-client-high-assurance']);
    expect(codes(agency({ authentication: secret }, asking))).toEqual(['purposes-need-key']);
    expect(codes(agency({ authentication: secret, grants: ['device_code'] }, basic))).toEqual([
      'device-grant-authentication',
    ]);
    const open = { method: 'none' } as const;
    expect(codes(agency({ authentication: open, grants: ['client_credentials'] }, basic))).toEqual([
      'public-client-credentials',
    ]);
    expect(codes(agency({ authentication: open, codeProtection: 'nonce' }, basic))).toEqual([
      'public-client-pkce',
    ]);
    expect(codes(agency({}, { redirectUris: [] }))).toEqual(['redirect-missing']);
  });
});

test('when keys, certificates or subjects are not what they say, then each is named', async () => {
  const weak = await clientKey('rsa', 1024).catch(() => undefined);
  if (weak !== undefined) expect(parseParticipant.check(agency({ keys: [weak] }))).toBe(false);
  const key = await clientKey('ed25519');
  expect(codes(agency({ keys: [{ ...key, kid: 'A'.repeat(43) }] }))).toEqual(['kid-not-thumbprint']);
  expect(codes(agency({ keys: [key, key] }))).toEqual(['key-twice']);
  const neighbour = await makeParticipant('neighbour');
  const taken = neighbour.keys[0] as ClientKey;
  others = [...others, neighbour];
  expect(codes(agency({ keys: [taken] }))).toEqual(['key-taken']);
  const certificates = ['QUJD'.repeat(40)];
  expect(codes(agency({ authentication: { method: 'self_signed_tls_client_auth', certificates } }))).toEqual([
    'certificate-malformed',
  ]);
  expect(codes(agency({ authentication: { method: 'tls_client_auth', subjectDn: 'agency' } }))).toEqual([
    'subject-malformed',
  ]);
});

test("when a resource is another participant's or nobody's, then it is named", () => {
  const loans = { identifier: 'https://agency.example.tw/loans', accessToken: 'jwt' } as const;
  expect(codes(agency({ resources: [loans.identifier] }, {}, { resources: [loans] }))).toEqual([]);
  expect(codes(agency({ resources: [loans.identifier] }))).toEqual(['resource-unknown']);
  const elsewhere = { ...loans, identifier: 'https://tax.example.tw/' };
  expect(codes(agency({}, {}, { resources: [elsewhere] }))).toEqual(['resource-other-host']);
  expect(codes(agency({}, {}, { resources: [loans, loans] }))).toEqual(
    ['resource-taken', 'resource-taken'].slice(1),
  );
});

test('when something unknown or a secret itself is declared, then the form is refused', () => {
  const forms: object[] = [
    { authentication: { method: 'client_secret_jwt', secretSha256: ['0'.repeat(64)] } },
    { authentication: { method: 'client_secret_basic', secret: 'hunter2' } },
    { authentication: { method: 'private_key_jwt', jwksUri: 'https://agency.example.tw/jwks' } },
    { idTokenSignedResponseAlg: 'HS256' },
    { idTokenSignedResponseAlg: 'none' },
    { grants: ['implicit'] },
  ];
  for (const client of forms) expect(parseParticipant.check(agency(client as OauthClient))).toBe(false);
});
