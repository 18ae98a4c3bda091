import { makeKeys } from '@xinlu/common/testing';
import { ID_TOKEN_ALGORITHMS, type KeyRecord, type Participant, type PublicKey } from '@xinlu/common/wire';
import { beforeAll, describe, expect, test } from 'vitest';
import { refusePrivateKeys } from '../src/domain/private-keys.ts';
import { faultsOf } from '../src/domain/rules/index.ts';
import { makeGenesis, makeParticipant } from './support.ts';

let base: Participant;
let others: Participant[];

beforeAll(async () => {
  others = [...(await makeGenesis()).genesis.participants, await makeParticipant('neighbour')];
  base = await makeParticipant('agency');
});

function codes(changes: Partial<Participant>, demo = false): string[] {
  const faults = faultsOf(
    { ...base, ...changes },
    { others, demo, now: new Date('2026-11-21T00:00:00Z'), idTokenAlgorithms: ID_TOKEN_ALGORITHMS },
  );
  return faults.map((fault) => fault.code);
}

function party(changes: Partial<NonNullable<Participant['relyingParty']>>): Partial<Participant> {
  return { relyingParty: { ...(base.relyingParty as NonNullable<Participant['relyingParty']>), ...changes } };
}

describe('rules of the register', () => {
  test('when a participant is sound, then there is no fault', () => {
    expect(codes({})).toEqual([]);
  });

  test('when an address is not https, not exact, or carries a password, then it is named', () => {
    expect(codes({ homepage: 'http://agency.example.tw' })).toEqual(['address-not-https']);
    expect(codes({ homepage: 'http://localhost:4010' })).toEqual(['address-not-https']);
    expect(codes({ homepage: 'http://localhost:4010' }, true)).toEqual([]);
    expect(codes({ homepage: 'http://localhost.evil.example' }, true)).toEqual(['address-not-https']);
    expect(codes({ homepage: 'https://user:pass@agency.example.tw' })).toEqual(['address-with-password']);
    expect(codes(party({ postLogoutRedirectUris: ['https://*.example.tw'] }))).toContain('address-wildcard');
  });

  test('when the sector is not the host of the redirect addresses, then it is named', () => {
    expect(codes(party({ redirectUris: ['https://other.example.tw/callback'] }))).toEqual([
      'sector-other-host',
    ]);
    expect(codes(party({ redirectUris: ['https://login.agency.example.tw/callback'] }))).toEqual([]);
    expect(codes(party({ redirectUris: ['https://evilagency.example.tw/callback'] }))).toEqual([
      'sector-other-host',
    ]);
    expect(codes(party({ sector: 'tw' }))).toContain('sector-too-wide');
    for (const sector of ['neighbour.example.tw', 'Neighbour.Example.tw'])
      expect(codes(party({ sector }))).toContain('sector-taken');
    const demo = party({ sector: 'agency.test', redirectUris: ['http://localhost:4010/callback'] });
    expect(codes(demo, true)).toEqual([]);
    expect(codes(demo)).toEqual(['address-not-https', 'sector-other-host']);
  });

  test('when a resource server without a party lies in the sector of another, then it is named', () => {
    const { relyingParty: _, ...server } = base;
    const homepage = 'https://neighbour.example.tw/';
    const resources = [{ identifier: 'https://neighbour.example.tw/api', accessToken: 'jwt' as const }];
    const context = {
      others,
      demo: false,
      now: new Date('2026-11-21T00:00:00Z'),
      idTokenAlgorithms: ID_TOKEN_ALGORITHMS,
    };
    const found = faultsOf({ ...server, homepage, resources }, context).map(({ code }) => code);
    expect(found).toContain('sector-taken');
    const own = [{ identifier: 'https://agency.example.tw/api', accessToken: 'jwt' as const }];
    const free = faultsOf({ ...server, homepage: 'https://agency.example.tw/', resources: own }, context);
    expect(free.map(({ code }) => code)).not.toContain('sector-taken');
  });

  test('when ids, OIDs, keys or redirect addresses are taken, then each is named', () => {
    const neighbour = others.at(-1) as Participant;
    expect(codes({ id: 'neighbour' })).toContain('id-taken');
    expect(codes({ oid: neighbour.oid })).toContain('oid-taken');
    expect(codes({ keys: neighbour.keys })).toEqual(['key-taken', 'key-taken']);
    expect(codes(party({ redirectUris: neighbour.relyingParty?.redirectUris ?? [] }))).toContain(
      'redirect-taken',
    );
  });

  test('when keys are not what they say, then each is named', async () => {
    const [signing, encryption] = (await makeKeys()).publicJwks.keys as [never, never];
    const sig = base.keys[0] as (typeof base.keys)[number];
    expect(codes({ keys: [{ ...sig, kid: 'A'.repeat(43) }] })).toEqual(['kid-not-thumbprint']);
    expect(codes({ keys: [{ ...sig, alg: 'ECDH-ES+A256KW' }] })).toEqual(['key-alg-wrong']);
    expect(codes({ keys: [{ ...sig, x: 'A'.repeat(43) }] })).toEqual(['key-malformed']);
    expect(codes({ keys: [sig, sig] })).toEqual(['key-twice']);
    expect(codes({ keys: [encryption] })).toEqual(['signing-key-missing']);
    const asking = party({ purposes: ['x'], consentRedirectUris: ['https://agency.example.tw/c'] });
    expect(codes({ ...asking, keys: [signing] })).toEqual(['encryption-key-missing']);
  });

  test('when the past of a participant is told, then it must be sound and over', async () => {
    const [former] = (await makeKeys()).publicJwks.keys as [PublicKey];
    const [signing, encryption] = base.keys as [PublicKey, PublicKey];
    const from = '2026-01-01T00:00:00Z';
    const revoked = { at: '2026-05-01T00:00:00Z', logIndex: 7, reason: 'compromised' as const };
    const past = (...keys: KeyRecord[]) => codes({ past: { keys } });
    expect(
      past({ key: former, from, until: '2026-06-01T00:00:00Z', revoked }, { key: signing, from }),
    ).toEqual([]);
    expect(past({ key: { ...former, kid: signing.kid }, from })).toEqual(['kid-not-thumbprint']);
    expect(past({ key: (others.at(-1) as Participant).keys[0] as PublicKey, from })).toEqual(['key-taken']);
    expect(past({ key: signing, from, revoked })).toEqual(['key-still-in-use']);
    expect(past({ key: signing, from, until: '2026-11-20T00:00:00Z' })).toEqual(['key-still-in-use']);
    expect(past({ key: encryption, from })).toEqual(['key-not-signing']);
    expect(past({ key: former, from, until: '2025-01-01T00:00:00Z' })).toEqual(['date-order']);
    expect(past({ key: former, from: '2026-99-01T00:00:00Z' })).toEqual(['date-unreal']);
    const owner = { ...base, past: { keys: [{ key: former, from }] } };
    const thief = { ...(others.at(-1) as Participant), keys: [former, encryption] };
    const context = { others: [owner], demo: false, now: new Date(), idTokenAlgorithms: ID_TOKEN_ALGORITHMS };
    expect(faultsOf(thief, context).map(({ code }) => code)).toContain('key-taken');
  });

  test('when roles and sections disagree, then it is named', () => {
    const { relyingParty: _none, ...bare } = base;
    expect(
      faultsOf(bare, { others, demo: false, now: new Date(), idTokenAlgorithms: ID_TOKEN_ALGORITHMS }).map(
        (fault) => fault.code,
      ),
    ).toEqual(['section-missing']);
    expect(codes({ roles: ['submitter'] })).toEqual(['section-without-role']);
    expect(codes({ roles: ['rp', 'provider'] })).toEqual(['section-missing']);
    expect(codes(party({ purposes: ['tuition-waiver'] }))).toEqual(['consent-address-missing']);
  });

  test('when dates are unreal or in the wrong order, then it is named', () => {
    expect(codes({ validFrom: '2026-13-41T00:00:00Z' })).toEqual(['date-unreal']);
    expect(codes({ validUntil: base.validFrom })).toEqual(['date-order']);
  });

  test('when a text hides something, then it is named', () => {
    for (const text of ['a\u0000b', 'a\u202eb', 'a\ud800']) {
      expect(codes({ name: { 'zh-TW': text, en: 'x' } })).toEqual(['text-unreadable']);
    }
  });

  test('when the last identity provider would end, then it is refused', () => {
    const idp = others.find((other) => other.id === 'idp') as Participant;
    const rest = others.filter((other) => other.id !== 'idp');
    const faults = faultsOf(
      { ...idp, validUntil: '2026-11-21T00:00:00Z' },
      {
        others: rest,
        demo: false,
        now: new Date('2026-11-21T00:00:00Z'),
        idTokenAlgorithms: ID_TOKEN_ALGORITHMS,
      },
    );
    expect(faults.map((fault) => fault.code)).toEqual(['essential-role-lost']);
  });

  test('when a private key is given, then it is called that', () => {
    expect(() => refusePrivateKeys({ keys: [{ kty: 'EC', d: 'secret' }] })).toThrow(/private-key-given/);
    expect(() => refusePrivateKeys({ keys: base.keys })).not.toThrow();
  });
});
