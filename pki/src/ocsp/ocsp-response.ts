import { createHash } from 'node:crypto';
import {
  contextConstructed,
  contextPrimitive,
  type DerElement,
  DerError,
  type DerReader,
  readWhole,
  Tag,
} from '../asn1/reader.ts';
import {
  readIntegerBytes,
  readOctetAlignedBits,
  readOid,
  readSmallInteger,
  readTime,
} from '../asn1/values.ts';
import { type AlgorithmIdentifier, parseAlgorithm } from '../certificate/algorithm.ts';
import { type Extension, parseExtensions } from '../certificate/extension-list.ts';
import { type DistinguishedName, parseName } from '../certificate/name.ts';
import { parseCertificate, type UnverifiedCertificate } from '../certificate/parse.ts';
import { PkiError } from '../error.ts';

export const BASIC_RESPONSE = '1.3.6.1.5.5.7.48.1.1';
export const NONCE = '1.3.6.1.5.5.7.48.1.2';

/** RFC 9654 2.1. */
export const MAX_NONCE_OCTETS = 128;

const MAX_RESPONSE_BYTES = 256 * 1024;
const MAX_ANSWERS = 256;
const MAX_CERTIFICATES = 8;

/** CertID (RFC 6960 4.1.1). */
export type CertificateId = {
  hashAlgorithm: AlgorithmIdentifier;
  nameHash: Uint8Array;
  keyHash: Uint8Array;
  serial: Uint8Array;
};

/** SingleResponse (RFC 6960 4.2.1), times in milliseconds since 1970. */
export type OcspAnswer = {
  id: CertificateId;
  status: 'good' | 'revoked' | 'unknown';
  revocationReason: number;
  thisUpdate: number;
  nextUpdate: number | undefined;
  extensions: ReadonlyMap<string, Extension>;
};

/** A basic OCSP response that parses; nobody has checked who signed it. */
export type OcspResponse = {
  fingerprint: string;
  responder: { name: DistinguishedName } | { keyHash: Uint8Array };
  producedAt: number;
  answers: readonly OcspAnswer[];
  extensions: ReadonlyMap<string, Extension>;
  nonce: Uint8Array | undefined;
  algorithm: AlgorithmIdentifier;
  tbs: Uint8Array;
  signature: Uint8Array;
  certificates: readonly UnverifiedCertificate[];
};

/**
 * Parses an OCSP response (RFC 6960 4.2.1).
 * @throws PkiError `ocsp-malformed`, `ocsp-not-successful`
 */
export function parseOcspResponse(der: Uint8Array): OcspResponse {
  if (!(der instanceof Uint8Array) || der.length > MAX_RESPONSE_BYTES) {
    throw new PkiError('ocsp-malformed', 'The OCSP response is not a byte array of a sensible size');
  }
  try {
    return parse(der);
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause;
    throw new PkiError('ocsp-malformed', 'The OCSP response is not well-formed DER of RFC 6960', cause);
  }
}

function parse(der: Uint8Array): OcspResponse {
  const response = readWhole(der, Tag.sequence).reader();
  const status = readIntegerBytes(response.read(Tag.enumerated));
  if (status.length !== 1 || status[0] !== 0) {
    throw new PkiError('ocsp-not-successful', 'The OCSP responder did not answer the question');
  }
  const wrapper = response.read(contextConstructed(0)).reader();
  response.finish();
  const responseBytes = wrapper.read(Tag.sequence).reader();
  wrapper.finish();
  if (readOid(responseBytes.read(Tag.oid)) !== BASIC_RESPONSE) throw new DerError('Not a basic response', 0);
  const basicOctets = responseBytes.read(Tag.octetString).content;
  responseBytes.finish();

  const basic = readWhole(basicOctets, Tag.sequence).reader();
  const tbs = basic.read(Tag.sequence);
  const algorithm = parseAlgorithm(basic.read(Tag.sequence));
  const signature = readOctetAlignedBits(basic.read(Tag.bitString));
  const certificates = readCertificates(basic.readOptional(contextConstructed(0)));
  basic.finish();
  const fingerprint = createHash('sha256').update(der).digest('hex');
  return { fingerprint, ...parseData(tbs.reader()), algorithm, tbs: tbs.der, signature, certificates };
}

function parseData(
  reader: DerReader,
): Pick<OcspResponse, 'responder' | 'producedAt' | 'answers' | 'extensions' | 'nonce'> {
  const version = reader.readOptional(contextConstructed(0));
  if (version && readSmallInteger(version.reader().read(Tag.integer)) !== 0)
    throw new DerError('The version is unknown', version.start);
  const responder = parseResponder(reader.readAny());
  const producedAt = readTime(reader.read(Tag.generalizedTime));
  const list = reader.read(Tag.sequence).reader();
  const answers: OcspAnswer[] = [];
  while (!list.done) {
    answers.push(parseAnswer(list.read(Tag.sequence).reader()));
    if (answers.length > MAX_ANSWERS) throw new DerError('There are too many answers', list.position);
  }
  const extensions = readOptionalExtensions(reader.readOptional(contextConstructed(1)));
  reader.finish();
  const nonce = extensions.get(NONCE);
  return {
    responder,
    producedAt,
    answers,
    extensions,
    nonce: nonce && readWhole(nonce.value, Tag.octetString).content,
  };
}

function parseResponder(element: DerElement): OcspResponse['responder'] {
  const inner = element.reader();
  if (element.tag === contextConstructed(1)) {
    const name = parseName(inner.read(Tag.sequence));
    inner.finish();
    return { name };
  }
  if (element.tag !== contextConstructed(2)) throw new DerError('Not a ResponderID', element.start);
  const keyHash = inner.read(Tag.octetString).content;
  inner.finish();
  return { keyHash };
}

function parseAnswer(reader: DerReader): OcspAnswer {
  const id = parseCertificateId(reader.read(Tag.sequence).reader());
  const { status, revocationReason } = parseStatus(reader.readAny());
  const thisUpdate = readTime(reader.read(Tag.generalizedTime));
  const next = reader.readOptional(contextConstructed(0))?.reader();
  const nextUpdate = next && readTime(next.read(Tag.generalizedTime));
  next?.finish();
  const extensions = readOptionalExtensions(reader.readOptional(contextConstructed(1)));
  reader.finish();
  return { id, status, revocationReason, thisUpdate, nextUpdate, extensions };
}

function parseCertificateId(reader: DerReader): CertificateId {
  const hashAlgorithm = parseAlgorithm(reader.read(Tag.sequence));
  const nameHash = reader.read(Tag.octetString).content;
  const keyHash = reader.read(Tag.octetString).content;
  const serial = readIntegerBytes(reader.read(Tag.integer));
  reader.finish();
  return { hashAlgorithm, nameHash, keyHash, serial };
}

function parseStatus(element: DerElement): Pick<OcspAnswer, 'status' | 'revocationReason'> {
  if (element.tag === contextPrimitive(0) && element.length === 0)
    return { status: 'good', revocationReason: 0 };
  if (element.tag === contextPrimitive(2) && element.length === 0)
    return { status: 'unknown', revocationReason: 0 };
  if (element.tag !== contextConstructed(1)) throw new DerError('Not a CertStatus', element.start);
  const info = element.reader();
  readTime(info.read(Tag.generalizedTime));
  const reason = info.readOptional(contextConstructed(0))?.reader();
  const code = reason && readIntegerBytes(reason.read(Tag.enumerated));
  reason?.finish();
  info.finish();
  return { status: 'revoked', revocationReason: code?.[0] ?? 0 };
}

function readOptionalExtensions(field: DerElement | undefined): ReadonlyMap<string, Extension> {
  if (!field) return new Map();
  const inner = field.reader();
  const extensions = parseExtensions(inner.read(Tag.sequence));
  inner.finish();
  return extensions;
}

function readCertificates(field: DerElement | undefined): UnverifiedCertificate[] {
  if (!field) return [];
  const outer = field.reader();
  const list = outer.read(Tag.sequence).reader();
  outer.finish();
  const certificates: UnverifiedCertificate[] = [];
  while (!list.done) {
    certificates.push(parseCertificate(list.read(Tag.sequence).der));
    if (certificates.length > MAX_CERTIFICATES)
      throw new DerError('There are too many certificates', list.position);
  }
  return certificates;
}
