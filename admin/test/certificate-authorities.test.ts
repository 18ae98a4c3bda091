import { type CertificateAuthority, ID_TOKEN_ALGORITHMS, type Participant } from '@xinlu/common/wire';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Authority, makeAuthority, makeLeaf, makeRoot, NOW } from '../../pki/test/authority/issue.ts';
import { faultsOf } from '../src/domain/rules/index.ts';
import { makeGenesis, makeParticipant } from './support.ts';

const root = makeRoot();
const citizens = makeAuthority(root, 'C=TW/O=Test Government/CN=Citizens CA');
const below = makeAuthority(citizens, 'C=TW/O=Test Government/CN=Below the citizens CA');
const stranger = makeAuthority(makeRoot('C=TW/CN=Another root'), 'C=TW/CN=Stranger CA');
const leaf = makeLeaf(citizens);

const base64 = (der: Uint8Array) => Buffer.from(der).toString('base64');
const entry = ({ der }: Authority, changes: Partial<CertificateAuthority> = {}): CertificateAuthority => ({
  certificate: base64(der),
  identity: 'citizen',
  maximumAcr: 'high',
  policies: ['2.16.886.101.0.3.3'],
  crls: ['http://crl.example.tw/1.crl'],
  ...changes,
});

let others: Participant[];
let bare: Participant;
beforeAll(async () => {
  others = (await makeGenesis()).genesis.participants;
  const { relyingParty: _none, ...rest } = await makeParticipant('moica');
  bare = { ...rest, roles: ['certificate-authority'], keys: [] };
});

function faults(
  certificateAuthority: CertificateAuthority,
  options: { among?: Participant[]; roots?: Authority[]; validUntil?: string } = {},
) {
  const { validUntil, roots = [root], among = [] } = options;
  return faultsOf(
    { ...bare, certificateAuthority, ...(validUntil === undefined ? {} : { validUntil }) },
    {
      others: [...others, ...among],
      demo: false,
      idTokenAlgorithms: ID_TOKEN_ALGORITHMS,
      now: NOW,
      roots: roots.map(({ certificate }) => certificate),
    },
  ).map(({ code }) => code);
}

describe('when a certificate authority is proposed', () => {
  test('then one that a pinned root has signed is sound, without keys of its own and with plain http lists', () => {
    expect(faults(entry(citizens))).toEqual([]);
  });

  test('then one below another registered authority is sound, and not without that one', () => {
    const among = [{ ...bare, id: 'other', oid: '2.16.886.1.9', certificateAuthority: entry(citizens) }];
    expect(faults(entry(below), { among })).toEqual([]);
    expect(faults(entry(below))).toEqual(['certificate-not-rooted']);
  });

  test('then one that leads to no pinned root is refused, and every one where none is pinned', () => {
    expect(faults(entry(stranger))).toEqual(['certificate-not-rooted']);
    expect(faults(entry(citizens), { roots: [] })).toEqual(['certificate-not-rooted']);
  });

  test('then what is no authority, no certificate, a root or a private key is refused by name', () => {
    expect(faults(entry(leaf))).toEqual(['certificate-no-authority']);
    expect(faults(entry(root))).toEqual(['certificate-is-root']);
    expect(faults(entry(citizens, { certificate: base64(Buffer.alloc(100, 1)) }))).toEqual([
      'certificate-malformed',
    ]);
    const pem = `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(80)}\n-----END PRIVATE KEY-----\n`;
    expect(faults(entry(citizens, { certificate: base64(Buffer.from(pem)) }))).toEqual(['private-key-given']);
  });

  test('then one that is registered already is refused', () => {
    const among = [{ ...bare, id: 'other', oid: '2.16.886.1.9', certificateAuthority: entry(citizens) }];
    expect(faults(entry(citizens), { among })).toEqual(['certificate-taken']);
  });

  test('then an address with a password is refused', () => {
    expect(faults(entry(citizens, { crls: ['http://me:secret@crl.example.tw/'] }))).toEqual([
      'address-with-password',
    ]);
    const ocsp = { url: 'http://me:secret@ocsp.example.tw/', whenSilent: 'refuse' as const };
    expect(faults(entry(citizens, { ocsp }))).toEqual(['address-with-password']);
  });

  test('then it can be ended whatever has become of its root', () => {
    expect(faults(entry(citizens), { roots: [], validUntil: NOW.toISOString() })).toEqual([]);
  });

  test('then everybody else still needs a signing key, and the role its section', () => {
    const context = {
      others,
      demo: false,
      idTokenAlgorithms: ID_TOKEN_ALGORITHMS,
      now: NOW,
      roots: [root.certificate],
    };
    const speaking: Participant = { ...bare, roles: ['submitter'] };
    expect(faultsOf(speaking, context).map(({ code }) => code)).toEqual(['signing-key-missing']);
    expect(faultsOf(bare, context).map(({ code }) => code)).toEqual(['section-missing']);
  });
});
