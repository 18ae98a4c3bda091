import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { nothing, oid, seq } from './der.ts';

export type KeyKind = 'rsa' | 'rsa1024' | 'p256' | 'p384' | 'ed25519' | 'ml-dsa-65';

export type TestKey = {
  kind: KeyKind;
  privateKey: KeyObject;
  spki: Uint8Array;
  keyOctets: Uint8Array;
  keyId: Uint8Array;
};

const pool = new Map<string, TestKey>();

/** Keys by name, made once in a process: RSA keys are slow to make. */
export function testKey(kind: KeyKind, name = ''): TestKey {
  const known = pool.get(`${kind} ${name}`);
  if (known) return known;
  const { privateKey, publicKey } = generate(kind);
  const spki = Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' }));
  const keyOctets = spki.subarray(bitStringStart(spki));
  const keyId = Uint8Array.from(createHash('sha1').update(keyOctets).digest());
  const key = { kind, privateKey, spki, keyOctets, keyId };
  pool.set(`${kind} ${name}`, key);
  return key;
}

function generate(kind: KeyKind) {
  switch (kind) {
    case 'rsa':
      return generateKeyPairSync('rsa', { modulusLength: 2048 });
    case 'rsa1024':
      return generateKeyPairSync('rsa', { modulusLength: 1024 });
    case 'p256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' });
    case 'p384':
      return generateKeyPairSync('ec', { namedCurve: 'P-384' });
    case 'ed25519':
      return generateKeyPairSync('ed25519');
    default:
      return generateKeyPairSync('ml-dsa-65');
  }
}

/** Where the octets of the key begin: behind the algorithm and the head of the BIT STRING. */
function bitStringStart(spki: Uint8Array): number {
  const lengthAt = (at: number): { length: number; start: number } => {
    const first = spki[at + 1] ?? 0;
    if (first < 0x80) return { length: first, start: at + 2 };
    let length = 0;
    for (let i = 0; i < (first & 0x7f); i++) length = length * 256 + (spki[at + 2 + i] ?? 0);
    return { length, start: at + 2 + (first & 0x7f) };
  };
  const algorithm = lengthAt(lengthAt(0).start);
  return lengthAt(algorithm.start + algorithm.length).start + 1;
}

export type SignatureHash = 'sha1' | 'sha256' | 'sha384';

const RSA_OIDS = {
  sha1: '1.2.840.113549.1.1.5',
  sha256: '1.2.840.113549.1.1.11',
  sha384: '1.2.840.113549.1.1.12',
};
const ECDSA_OIDS = {
  sha1: '1.2.840.10045.4.1',
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
};

export function signatureAlgorithm(key: TestKey, hash: SignatureHash): Uint8Array {
  if (key.kind === 'rsa' || key.kind === 'rsa1024') return seq(oid(RSA_OIDS[hash]), nothing());
  if (key.kind === 'ed25519') return seq(oid('1.3.101.112'));
  if (key.kind === 'ml-dsa-65') return seq(oid('2.16.840.1.101.3.4.3.18'));
  return seq(oid(ECDSA_OIDS[hash]));
}

export function signOctets(key: TestKey, data: Uint8Array, hash: SignatureHash): Uint8Array {
  const own = key.kind === 'ed25519' || key.kind === 'ml-dsa-65';
  return Uint8Array.from(sign(own ? null : hash, data, key.privateKey));
}
