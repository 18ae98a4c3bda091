import { createHash } from 'node:crypto';
import {
  contextConstructed,
  contextPrimitive,
  type DerElement,
  DerError,
  readWhole,
  Tag,
} from '../asn1/reader.ts';
import { readIntegerBytes, readOid, readSmallInteger, sameBytes, toHex } from '../asn1/values.ts';
import { encode } from '../asn1/writer.ts';
import { type AlgorithmIdentifier, hashOf, parseAlgorithm, schemeOf } from '../certificate/algorithm.ts';
import { parseName } from '../certificate/name.ts';
import { parseCertificate, type UnverifiedCertificate } from '../certificate/parse.ts';
import { verifySignature } from '../certificate/signature.ts';
import { PkiError } from '../error.ts';

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const DATA = '1.2.840.113549.1.7.1';
const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';

const MAX_MESSAGE_BYTES = 1024 * 1024;
const MAX_CERTIFICATES = 16;
const STRONG_HASHES: ReadonlySet<string> = new Set(['sha256', 'sha384', 'sha512']);

/** PKCS #1 signature OIDs by hash, for signers that name only `rsaEncryption` (RFC 3370 3.2). */
const RSA_WITH: ReadonlyMap<string, string> = new Map([
  ['sha256', '1.2.840.113549.1.1.11'],
  ['sha384', '1.2.840.113549.1.1.12'],
  ['sha512', '1.2.840.113549.1.1.13'],
]);

type SignedData = {
  attached: Uint8Array | undefined;
  certificates: UnverifiedCertificate[];
  signerInfo: DerElement;
};

type SignerInfo = {
  identifies(certificate: UnverifiedCertificate): boolean;
  hash: string;
  signedAttributes: DerElement | undefined;
  signatureAlgorithm: AlgorithmIdentifier;
  signature: Uint8Array;
};

/**
 * Verifies a CMS SignedData (RFC 5652 5) over content that *we* know. Content inside the message must be the same octets
 * and is never used itself; there must be exactly one signer; the signer's clock is ignored.
 * @param input.candidates DER of certificates that may be the signer's, besides those in the message
 * @param input.beforeUse called with the signer's certificate before its key is computed with
 * @throws PkiError `cms-malformed`, `cms-content-type`, `cms-content-mismatch`, `cms-signer-count`,
 * `cms-signer-unknown`, `cms-algorithm-unsupported`, `cms-attributes-invalid`, `cms-signature-invalid`
 */
export function verifySignedData(input: {
  message: Uint8Array;
  content: Uint8Array;
  candidates?: readonly Uint8Array[];
  beforeUse?: (signer: UnverifiedCertificate) => void;
}): { signer: UnverifiedCertificate } {
  try {
    return verifyParsed(input);
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause;
    throw new PkiError('cms-malformed', 'The signed message is not well-formed DER of RFC 5652', cause);
  }
}

function verifyParsed(input: Parameters<typeof verifySignedData>[0]): { signer: UnverifiedCertificate } {
  if (input.message.length > MAX_MESSAGE_BYTES)
    throw new PkiError('cms-malformed', 'The signed message is too long');
  const signedData = parseSignedData(input.message);
  if (signedData.attached && !sameBytes(signedData.attached, input.content)) {
    throw new PkiError(
      'cms-content-mismatch',
      'The message carries other content than what was to be signed',
    );
  }
  const info = parseSignerInfo(signedData.signerInfo);
  const candidates = [...signedData.certificates, ...(input.candidates ?? []).map(parseCertificate)];
  const signer = candidates.find((candidate) => info.identifies(candidate));
  if (!signer) throw new PkiError('cms-signer-unknown', 'The certificate of the signer is not at hand');
  input.beforeUse?.(signer);
  const verdict = verifySignature(
    info.signatureAlgorithm,
    signer.subjectPublicKey,
    signedOctets(info, input.content),
    info.signature,
  );
  if (verdict !== 'valid') {
    throw new PkiError(
      'cms-signature-invalid',
      'The signature does not belong to the content and the certificate',
    );
  }
  return { signer };
}

function parseSignedData(message: Uint8Array): SignedData {
  const contentInfo = readWhole(message, Tag.sequence).reader();
  if (readOid(contentInfo.read(Tag.oid)) !== SIGNED_DATA) {
    throw new PkiError('cms-content-type', 'The message is not signed data');
  }
  const wrapper = contentInfo.read(contextConstructed(0)).reader();
  contentInfo.finish();
  const reader = wrapper.read(Tag.sequence).reader();
  wrapper.finish();
  readSmallInteger(reader.read(Tag.integer));
  reader.read(Tag.set);
  const attached = readEncapsulated(reader.read(Tag.sequence));
  const certificates = readCertificates(reader.readOptional(contextConstructed(0)));
  reader.readOptional(contextConstructed(1));
  const signerInfos = reader.read(Tag.set).reader();
  reader.finish();
  if (signerInfos.done) throw new PkiError('cms-signer-count', 'The message has no signer');
  const signerInfo = signerInfos.read(Tag.sequence);
  if (!signerInfos.done) throw new PkiError('cms-signer-count', 'The message has more than one signer');
  return { attached, certificates, signerInfo };
}

function readEncapsulated(element: DerElement): Uint8Array | undefined {
  const reader = element.reader();
  if (readOid(reader.read(Tag.oid)) !== DATA) {
    throw new PkiError('cms-content-type', 'What was signed is not plain data');
  }
  const field = reader.readOptional(contextConstructed(0));
  reader.finish();
  if (!field) return undefined;
  const inner = field.reader();
  const content = inner.read(Tag.octetString).content;
  inner.finish();
  return content;
}

/** Attribute certificates and other forms are passed over; they cannot be a signer's. */
function readCertificates(field: DerElement | undefined): UnverifiedCertificate[] {
  const certificates: UnverifiedCertificate[] = [];
  const reader = field?.reader();
  for (let count = 0; reader && !reader.done; count++) {
    if (count === MAX_CERTIFICATES)
      throw new PkiError('cms-malformed', 'The message has too many certificates');
    const element = reader.readAny();
    if (element.tag === Tag.sequence) certificates.push(parseCertificate(element.der));
  }
  return certificates;
}

function parseSignerInfo(element: DerElement): SignerInfo {
  const reader = element.reader();
  readSmallInteger(reader.read(Tag.integer));
  const identifies = readSignerIdentifier(reader.readAny());
  const hash = hashOf(parseAlgorithm(reader.read(Tag.sequence)));
  const signedAttributes = reader.readOptional(contextConstructed(0));
  const named = parseAlgorithm(reader.read(Tag.sequence));
  const signature = reader.read(Tag.octetString).content;
  reader.readOptional(contextConstructed(1));
  reader.finish();
  if (hash === undefined || !STRONG_HASHES.has(hash)) {
    throw new PkiError('cms-algorithm-unsupported', 'The hash algorithm of the message is unknown or weak');
  }
  return { identifies, hash, signedAttributes, signatureAlgorithm: withHash(named, hash), signature };
}

function readSignerIdentifier(element: DerElement): (certificate: UnverifiedCertificate) => boolean {
  if (element.tag === contextPrimitive(0)) {
    const keyId = element.content;
    return ({ extensions }) =>
      extensions.subjectKeyIdentifier !== undefined && sameBytes(extensions.subjectKeyIdentifier, keyId);
  }
  if (element.tag !== Tag.sequence) throw new DerError('Not a signer identifier', element.start);
  const reader = element.reader();
  const issuer = parseName(reader.read(Tag.sequence));
  const serial = readIntegerBytes(reader.read(Tag.integer));
  reader.finish();
  return (certificate) => sameBytes(certificate.serialBytes, serial) && certificate.issuer.equals(issuer);
}

/** The signature algorithm with its hash spelled out; it must be the one that the digest was made with. */
function withHash(named: AlgorithmIdentifier, hash: string): AlgorithmIdentifier {
  const oid = named.oid === RSA_ENCRYPTION ? RSA_WITH.get(hash) : named.oid;
  const algorithm = oid === undefined ? undefined : { ...named, oid };
  const scheme = algorithm && schemeOf(algorithm);
  if (!algorithm || !scheme || (scheme.hash !== null && scheme.hash !== hash)) {
    throw new PkiError(
      'cms-algorithm-unsupported',
      'The signature algorithm of the message is unknown or does not fit its hash',
    );
  }
  return algorithm;
}

/** RFC 5652 5.4: with signed attributes the signature covers these, and they in turn cover the content. */
function signedOctets(info: SignerInfo, content: Uint8Array): Uint8Array {
  if (!info.signedAttributes) return content;
  const attributes = readAttributes(info.signedAttributes);
  const contentType = attributes.get(CONTENT_TYPE);
  if (contentType?.tag !== Tag.oid || readOid(contentType) !== DATA) {
    throw new PkiError(
      'cms-attributes-invalid',
      'The signed attributes do not say that plain data was signed',
    );
  }
  const digest = attributes.get(MESSAGE_DIGEST);
  const expected = createHash(info.hash).update(content).digest();
  if (digest?.tag !== Tag.octetString || !sameBytes(digest.content, expected)) {
    throw new PkiError('cms-content-mismatch', 'The signed digest is not that of what was to be signed');
  }
  return encode(Tag.set, [info.signedAttributes.content]);
}

/** Single-valued attributes by OID; one OID twice is refused (RFC 5652 11). */
function readAttributes(element: DerElement): Map<string, DerElement> {
  const reader = element.reader();
  const attributes = new Map<string, DerElement>();
  let previous = '';
  while (!reader.done) {
    const whole = reader.read(Tag.sequence);
    const attribute = whole.reader();
    const type = readOid(attribute.read(Tag.oid));
    const values = attribute.read(Tag.set).reader();
    attribute.finish();
    const value = values.readAny();
    if (attributes.has(type))
      throw new PkiError('cms-attributes-invalid', `The signed attribute ${type} stands twice`);
    if ((type === CONTENT_TYPE || type === MESSAGE_DIGEST) && !values.done) {
      throw new PkiError('cms-attributes-invalid', `The signed attribute ${type} has more than one value`);
    }
    attributes.set(type, value);
    const hex = toHex(whole.der);
    if (hex < previous)
      throw new PkiError('cms-attributes-invalid', 'The signed attributes are not in DER order');
    previous = hex;
  }
  return attributes;
}
