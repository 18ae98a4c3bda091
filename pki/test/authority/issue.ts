import { parseCertificate, type UnverifiedCertificate } from '../../src/certificate/parse.ts';
import { bits, constructed, int, seq, time } from './der.ts';
import {
  authorityKeyId,
  basicConstraints,
  type Ext,
  encodeExtension,
  KU,
  keyUsage,
  subjectKeyId,
} from './extensions.ts';
import {
  type KeyKind,
  type SignatureHash,
  signatureAlgorithm,
  signOctets,
  type TestKey,
  testKey,
} from './keys.ts';
import { nameOf } from './names.ts';

export const NOW = new Date('2026-06-01T00:00:00Z');
export const day = (days: number): Date => new Date(NOW.getTime() + days * 86_400_000);

/** Who signs: a name and a key, with the certificate once there is one. */
export type Signer = { name: string; key: TestKey };
export type Authority = Signer & { der: Uint8Array; certificate: UnverifiedCertificate };

export type CertificateRequest = {
  issuer: Signer;
  subject: string;
  key: TestKey;
  serial?: bigint | number;
  version?: 1 | 2 | 3;
  notBefore?: Date;
  notAfter?: Date;
  extensions?: Ext[];
  hash?: SignatureHash;
  /** Replaces the algorithm outside of the signed part. */
  outerAlgorithm?: Uint8Array;
};

let nextSerial = 0x1000n;

export function issue(request: CertificateRequest): Uint8Array {
  const { issuer, subject, key, version = 3, extensions = [], hash = 'sha256' } = request;
  const algorithm = signatureAlgorithm(issuer.key, hash);
  nextSerial += 1n;
  const tbs = seq(
    ...(version === 1 ? [] : [constructed(0, int(version - 1))]),
    int(request.serial ?? nextSerial),
    algorithm,
    nameOf(issuer.name),
    seq(time(request.notBefore ?? day(-100)), time(request.notAfter ?? day(1000))),
    nameOf(subject),
    key.spki,
    ...(extensions.length > 0 ? [constructed(3, seq(...extensions.map(encodeExtension)))] : []),
  );
  return seq(tbs, request.outerAlgorithm ?? algorithm, bits(signOctets(issuer.key, tbs, hash)));
}

export const authorityExtensions = (key: TestKey, issuerKey: TestKey, pathLength?: number): Ext[] => [
  basicConstraints(true, pathLength),
  keyUsage(KU.keyCertSign, KU.crlSign),
  subjectKeyId(key.keyId),
  authorityKeyId(issuerKey.keyId),
];

export function makeRoot(
  name = 'C=TW/O=Test Government/CN=Root',
  kind: KeyKind = 'p256',
  extensions?: Ext[],
): Authority {
  const key = testKey(kind, name);
  const der = issue({
    issuer: { name, key },
    subject: name,
    key,
    extensions: extensions ?? authorityExtensions(key, key),
  });
  return { name, key, der, certificate: parseCertificate(der) };
}

export function makeAuthority(
  issuer: Signer,
  name: string,
  options: Partial<CertificateRequest> & { kind?: KeyKind; add?: Ext[]; pathLength?: number } = {},
): Authority {
  const { kind = 'p256', add = [], pathLength, ...rest } = options;
  const key = rest.key ?? testKey(kind, name);
  const extensions = [...authorityExtensions(key, issuer.key, pathLength), ...add];
  const der = issue({ issuer, subject: name, key, extensions, ...rest });
  return { name, key, der, certificate: parseCertificate(der) };
}

export function makeLeaf(
  issuer: Signer,
  options: Partial<CertificateRequest> & { kind?: KeyKind; add?: Ext[] } = {},
): Authority {
  const { kind = 'p256', add = [], ...rest } = options;
  const name = rest.subject ?? 'C=TW/CN=林怡君/serialNumber=0000000112345678';
  const key = rest.key ?? testKey(kind, 'leaf');
  const extensions = [
    keyUsage(KU.digitalSignature),
    subjectKeyId(key.keyId),
    authorityKeyId(issuer.key.keyId),
    ...add,
  ];
  const der = issue({ issuer, subject: name, key, extensions, ...rest });
  return { name, key, der, certificate: parseCertificate(der) };
}
