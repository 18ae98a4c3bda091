import { createHash } from 'node:crypto';
import { refused } from '@xinlu/common/errors';
import { encodeExtension, encodeName, type Issuer, keyIdentifier, signStructure } from './certificate.ts';
import { type RevokedCertificate, revocationReasons } from './crl.ts';
import {
  type Der,
  enumerated,
  explicit,
  generalizedTime,
  implicitConstructed,
  implicitPrimitive,
  octets,
  oid,
  sequence,
} from './der.ts';
import { Oid } from './oids.ts';

/** What is asked about: one certificate, by its issuer's name and key and its serial. */
export type OcspQuestion = {
  /** The CertID as it was asked, to be answered in the same words. */
  id: Der;
  /** SHA-1 of the issuer's name and of its key, hexadecimal. */
  issuerNameHash: string;
  issuerKeyHash: string;
  /** Upper-case hexadecimal without leading zeros. */
  serial: string;
  nonce?: Buffer;
};

const malformed = () => refused('ocsp-request-malformed', 'This is no OCSP request about one certificate.');

type Element = { tag: number; content: Buffer; whole: Buffer; rest: Buffer };

/** The element at the start, of this tag, in definite lengths (X.690 10.1). */
function take(bytes: Buffer, tag: number): Element {
  const first = bytes[1] ?? 0x80;
  const extra = first < 0x80 ? 0 : first - 0x80;
  if (bytes[0] !== tag || extra > 2 || (first >= 0x80 && extra === 0)) throw malformed();
  const start = 2 + extra;
  const length =
    extra === 0 ? first : bytes.subarray(2, start).readUIntBE(0, Math.min(extra, bytes.length - 2));
  const end = start + length;
  if (end > bytes.length) throw malformed();
  return {
    tag,
    content: bytes.subarray(start, end),
    whole: bytes.subarray(0, end),
    rest: bytes.subarray(end),
  };
}

const SHA1 = oid('1.3.14.3.2.26');

/** The nonce among the extensions of a request (RFC 9654), if there is one. */
function nonceIn(extensions: Buffer): Buffer | undefined {
  let left = take(take(extensions, 0xa2).content, 0x30).content;
  while (left.length > 0) {
    const extension = take(left, 0x30);
    const id = take(extension.content, 0x06);
    if (id.whole.equals(oid(Oid.ocspNonce))) {
      const value = take(take(id.rest, 0x04).content, 0x04).content;
      if (value.length === 0 || value.length > 128) throw malformed();
      return value;
    }
    left = extension.rest;
  }
  return undefined;
}

/** Reads a request of RFC 6960 section 4.1 about one certificate. Refusal: `ocsp-request-malformed`. */
export function readOcspQuestion(request: Buffer): OcspQuestion {
  try {
    const tbs = take(take(request, 0x30).content, 0x30);
    const list = take(tbs.content, 0x30);
    const one = take(list.content, 0x30);
    if (one.rest.length > 0) throw malformed();
    const id = take(one.content, 0x30);
    const algorithm = take(id.content, 0x30);
    if (!take(algorithm.content, 0x06).whole.equals(SHA1)) throw malformed();
    const name = take(algorithm.rest, 0x04);
    const key = take(name.rest, 0x04);
    const serial = take(key.rest, 0x02).content;
    const nonce = list.rest.length > 0 ? nonceIn(list.rest) : undefined;
    return {
      id: id.whole,
      issuerNameHash: name.content.toString('hex'),
      issuerKeyHash: key.content.toString('hex'),
      serial: serial
        .toString('hex')
        .replace(/^0+(?=.)/, '')
        .toUpperCase(),
      ...(nonce === undefined ? {} : { nonce }),
    };
  } catch (error) {
    if (error instanceof RangeError) throw malformed();
    throw error;
  }
}

/** Whether it is this authority's certificate that is asked about. */
export const isOf = (question: OcspQuestion, issuer: Issuer): boolean =>
  question.issuerNameHash === createHash('sha1').update(encodeName(issuer.name)).digest('hex') &&
  question.issuerKeyHash === keyIdentifier(issuer.key).toString('hex');

/** RFC 6960 section 4.2.1: answers without a signature, for who asks wrongly or about a stranger's certificate. */
export const ocspRefusal = (status: 'malformedRequest' | 'unauthorized'): Der =>
  sequence(enumerated(status === 'malformedRequest' ? 1 : 6));

const revokedInfo = ({ at, reason }: RevokedCertificate): Der =>
  implicitConstructed(
    1,
    generalizedTime(new Date(at)),
    ...(reason === 'unspecified' ? [] : [explicit(0, enumerated(revocationReasons[reason]))]),
  );

/** The authority's own signed answer (RFC 6960 section 4.2): good unless it has revoked the certificate. */
export function signOcspAnswer(parts: {
  issuer: Issuer;
  question: OcspQuestion;
  revoked: RevokedCertificate | undefined;
  now: Date;
  nextUpdate: Date;
}): Der {
  const { issuer, question, revoked, now } = parts;
  const single = sequence(
    question.id,
    revoked === undefined ? implicitPrimitive(0, Buffer.alloc(0)) : revokedInfo(revoked),
    generalizedTime(now),
    explicit(0, generalizedTime(parts.nextUpdate)),
  );
  const nonce =
    question.nonce &&
    explicit(
      1,
      sequence(encodeExtension({ id: Oid.ocspNonce, critical: false, value: octets(question.nonce) })),
    );
  const data = sequence(
    explicit(1, encodeName(issuer.name)),
    generalizedTime(now),
    sequence(single),
    ...(nonce === undefined ? [] : [nonce]),
  );
  const basic = signStructure(data, issuer.key);
  return sequence(enumerated(0), explicit(0, sequence(oid(Oid.ocspBasic), octets(basic))));
}
