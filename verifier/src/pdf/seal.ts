import type { JWK } from 'jose';
import { base64url, concat, equalBytes, hex, sha256, utf8 } from '../encoding/bytes.ts';
import { type DerValue, der, oid, readDer } from './der.ts';

const sequence = 0x30;
const set = 0x31;
const octets = 0x04;
const version1 = der(0x02, Uint8Array.of(1));
const sha256Algorithm = der(sequence, oid('2.16.840.1.101.3.4.2.1'));
const ecdsaWithSha256 = der(sequence, oid('1.2.840.10045.4.3.2'));
const signedData = oid('1.2.840.113549.1.7.2');
const data = oid('1.2.840.113549.1.7.1');

/** SubjectPublicKeyInfo of a P-256 key, up to its point (RFC 5480). */
const p256Head = concat(
  der(sequence, oid('1.2.840.10045.2.1'), oid('1.2.840.10045.3.1.7')),
  Uint8Array.of(0x03, 0x42, 0x00, 0x04),
);

/** What an office seals a PDF with: its certificate first, then those that lead to its root. */
export type Certificates = readonly [Uint8Array, ...Uint8Array[]];

/**
 * The signed attributes of a PAdES baseline signature (EN 319 142-1, B-B) as the SET that is signed: content type, digest
 * and signing certificate. The time stands in the PDF, not here.
 */
export function sealAttributes(covered: Uint8Array, certificates: Certificates): Uint8Array {
  return der(set, ...attributes(covered, certificates));
}

function attributes(covered: Uint8Array, certificates: Certificates): Uint8Array[] {
  const attribute = (type: string, value: Uint8Array) => der(sequence, oid(type), der(set, value));
  // ESSCertIDv2 with SHA-256, which is its default (RFC 5035); the others too, or they could be exchanged unseen.
  const certificateIds = certificates.map((one) => der(sequence, der(octets, sha256(one))));
  return [
    attribute('1.2.840.113549.1.9.3', data),
    attribute('1.2.840.113549.1.9.4', der(octets, sha256(covered))),
    attribute('1.2.840.113549.1.9.16.2.47', der(sequence, der(sequence, ...certificateIds))),
  ].sort(compareBytes);
}

/** DER orders the elements of a SET OF by their encoding (X.690, 11.6). */
function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const [left, right] = [hex(a), hex(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/**
 * The seal: CMS SignedData (RFC 5652), detached, one signer.
 *
 * @param signature DER of an ECDSA signature with SHA-256 over `sealAttributes`
 * @throws RangeError if the certificate is not one that can be read
 */
export function composeSeal(
  covered: Uint8Array,
  certificates: Certificates,
  signature: Uint8Array,
): Uint8Array {
  const [own] = certificates;
  const signer = readCertificate(own);
  if (!signer) throw new RangeError('not a certificate of a P-256 key');
  const info = der(
    sequence,
    version1,
    der(sequence, signer.issuer, signer.serial),
    sha256Algorithm,
    der(0xa0, ...attributes(covered, certificates)),
    ecdsaWithSha256,
    der(octets, signature),
  );
  const content = der(
    sequence,
    version1,
    der(set, sha256Algorithm),
    der(sequence, data),
    der(0xa0, ...certificates),
    der(set, info),
  );
  return der(sequence, signedData, der(0xa0, content));
}

type Signer = { readonly issuer: Uint8Array; readonly serial: Uint8Array; readonly point: Uint8Array };

/** Issuer, serial and public point of a certificate; what else it says is not looked at. */
function readCertificate(certificate: Uint8Array): Signer | undefined {
  const [whole] = readDer(certificate) ?? [];
  const [body] = inside(whole);
  const [version, serial, , issuer, , , key] = inside(body);
  if (version?.tag !== 0xa0 || !serial || !issuer || !key) return undefined;
  const info = key.content;
  if (info.length !== p256Head.length + 64 || !equalBytes(info.subarray(0, p256Head.length), p256Head))
    return undefined;
  return { issuer: issuer.der, serial: serial.der, point: info.subarray(p256Head.length) };
}

function inside(value: DerValue | undefined): DerValue[] {
  return (value && readDer(value.content)) ?? [];
}

/**
 * Whose seal it is: the RFC 7638 thumbprint of the key in the signer's certificate, if the seal is sound and covers these
 * octets. A seal is composed again from its certificates and signature and must be the same to the byte.
 */
export async function verifySeal(seal: Uint8Array, covered: Uint8Array): Promise<string | undefined> {
  const [whole, ...more] = readDer(seal) ?? [];
  const content = inside(inside(whole)[1])[0];
  const [, , , certificateSet, infos] = inside(content);
  const [info] = inside(infos);
  const signature = inside(info).at(-1)?.content;
  const [own, ...rest] = inside(certificateSet).map((certificate) => certificate.der);
  const signer = own && readCertificate(own);
  if (more.length > 0 || !own || !signer || !signature) return undefined;
  if (!equalBytes(seal, composeSeal(covered, [own, ...rest], signature))) return undefined;
  const { point } = signer;
  const jwk = {
    crv: 'P-256',
    kty: 'EC',
    x: base64url(point.subarray(0, 32)),
    y: base64url(point.subarray(32)),
  };
  const raw = rawSignature(signature);
  if (!raw || !(await isSignedWith(jwk, raw, sealAttributes(covered, [own, ...rest])))) return undefined;
  return base64url(sha256(utf8(JSON.stringify(jwk))));
}

async function isSignedWith(jwk: JWK, signature: Uint8Array, octets: Uint8Array): Promise<boolean> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  try {
    const key = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify']);
    return await crypto.subtle.verify(algorithm, key, new Uint8Array(signature), new Uint8Array(octets));
  } catch {
    return false;
  }
}

/** r and s side by side, as Web Cryptography takes them, of their DER. */
function rawSignature(signature: Uint8Array): Uint8Array | undefined {
  const [whole] = readDer(signature) ?? [];
  const numbers = inside(whole);
  if (numbers.length !== 2) return undefined;
  const raw = new Uint8Array(64);
  for (const [index, { tag, content }] of numbers.entries()) {
    const digits = content[0] === 0 ? content.subarray(1) : content;
    if (tag !== 0x02 || digits.length > 32) return undefined;
    raw.set(digits, index * 32 + 32 - digits.length);
  }
  return raw;
}
