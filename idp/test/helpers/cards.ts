import 'reflect-metadata';
import { createHash, createPrivateKey, type KeyObject, randomBytes, sign, webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  CertificatePolicyExtension,
  cryptoProvider,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
  X509CrlGenerator,
  X509CrlReason,
} from '@peculiar/x509';

cryptoProvider.set(webcrypto as never);

const CLASS_3 = '2.16.886.101.0.3.3';
const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
};
const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

export type Authority = {
  certificate: X509Certificate;
  keys: webcrypto.CryptoKeyPair;
  algorithm: typeof RSA | typeof EC;
};
export type Card = {
  der: Buffer;
  key: KeyObject;
  serial: string;
  name: string;
  sign(text: string): Buffer;
};

const newKeys = (algorithm: typeof RSA | typeof EC) =>
  webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;
const newSerial = () => `4${randomBytes(16).toString('hex').slice(1)}`;

export const fingerprint = (certificate: X509Certificate): string =>
  createHash('sha256').update(Buffer.from(certificate.rawData)).digest('hex');

export async function makeRoot(): Promise<Authority> {
  const keys = await newKeys(EC);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    name: 'C=TW, O=Test, OU=Root',
    notBefore: new Date('2020-01-01'),
    notAfter: new Date('2049-01-01'),
    signingAlgorithm: EC,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, keys, algorithm: EC };
}

export async function makeAuthority(root: Authority, name: string, kind: 'rsa' | 'ec'): Promise<Authority> {
  const algorithm = kind === 'rsa' ? RSA : EC;
  const keys = await newKeys(algorithm);
  const certificate = await X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: `C=TW, O=Test, OU=${name}`,
    issuer: root.certificate.subject,
    notBefore: new Date('2020-01-01'),
    notAfter: new Date('2045-01-01'),
    publicKey: keys.publicKey,
    signingKey: root.keys.privateKey,
    signingAlgorithm: root.algorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      new CertificatePolicyExtension([CLASS_3]),
      await AuthorityKeyIdentifierExtension.create(root.keys.publicKey),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, keys, algorithm };
}

const tlv = (tag: number, content: Buffer) => Buffer.concat([Buffer.of(tag, content.length), content]);
/** What an organisation's certificate says of it, and a person's of her. */
export type Attributes = { lastFour?: string; businessNumber?: string; organisationOid?: string };
/** OIDs below 2.16.886.1.100.2: 51, 101, 102. */
const ATTRIBUTES: Readonly<Record<keyof Attributes, string>> = {
  lastFour: '60867601640233',
  businessNumber: '60867601640265',
  organisationOid: '60867601640266',
};
function subjectDirectoryAttributes(attributes: Attributes): Extension {
  const all = Object.entries(attributes).map(([name, value]) => {
    const oid = tlv(0x06, Buffer.from(ATTRIBUTES[name as keyof Attributes], 'hex'));
    return tlv(0x30, Buffer.concat([oid, tlv(0x31, tlv(0x13, Buffer.from(value)))]));
  });
  return new Extension('2.5.29.9', false, tlv(0x30, Buffer.concat(all)));
}

export async function makeCard(
  authority: Authority,
  options: { name: string; attributes: Attributes; notAfter?: Date; kind?: 'rsa' | 'ec' },
): Promise<Card> {
  const algorithm = options.kind === 'rsa' ? RSA : EC;
  const keys = await newKeys(algorithm);
  const serial = newSerial();
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serial,
    subject: `C=TW, CN=${options.name}, 2.5.4.5=1234567890123456`,
    issuer: authority.certificate.subject,
    notBefore: new Date('2024-01-01'),
    notAfter: options.notAfter ?? new Date('2040-01-01'),
    publicKey: keys.publicKey,
    signingKey: authority.keys.privateKey,
    signingAlgorithm: authority.algorithm,
    extensions: [
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new CertificatePolicyExtension([CLASS_3]),
      subjectDirectoryAttributes(options.attributes),
      await AuthorityKeyIdentifierExtension.create(authority.keys.publicKey),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  return {
    der: Buffer.from(certificate.rawData),
    key,
    serial: serial.toUpperCase(),
    name: options.name,
    sign: (text) => sign('sha256', Buffer.from(text, 'utf8'), key),
  };
}

/** One byte is enough: at most 127 lists a test file. */
let crlNumber = 0;

export async function makeCrl(
  authority: Authority,
  revoked: string[],
  options: { nextUpdate?: Date; hold?: boolean } = {},
): Promise<Buffer> {
  const now = Date.now();
  const crl = await X509CrlGenerator.create({
    issuer: authority.certificate.subject,
    thisUpdate: new Date(now - 60_000),
    nextUpdate: options.nextUpdate ?? new Date(now + 3_600_000),
    signingKey: authority.keys.privateKey,
    signingAlgorithm: authority.algorithm,
    entries: revoked.map((serialNumber) => ({
      serialNumber,
      revocationDate: new Date(now - 60_000),
      // Without a reason the library writes an empty extension list, which is not DER of RFC 5280.
      reason: options.hold === true ? X509CrlReason.certificateHold : X509CrlReason.keyCompromise,
    })),
    extensions: [
      await AuthorityKeyIdentifierExtension.create(authority.keys.publicKey),
      new Extension('2.5.29.20', false, tlv(0x02, Buffer.of(++crlNumber))),
    ],
  });
  return Buffer.from(crl.rawData);
}

/** What the Web eID application makes: a signature over hash(origin) || hash(challenge), r and s side by side. */
export function webEidToken(card: Card, origin: string, challenge: string): Record<string, string> {
  const digest = (text: string) => createHash('sha256').update(text, 'utf8').digest();
  const data = Buffer.concat([digest(origin), digest(challenge)]);
  return {
    format: 'web-eid:1.0',
    algorithm: 'ES256',
    unverifiedCertificate: card.der.toString('base64'),
    signature: sign('sha256', data, { key: card.key, dsaEncoding: 'ieee-p1363' }).toString('base64'),
    appVersion: 'https://web-eid.eu/web-eid-app/releases/2.4.0',
  };
}
