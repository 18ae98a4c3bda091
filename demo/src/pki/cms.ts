import { createHash, type KeyObject, sign } from 'node:crypto';
import { signatureAlgorithm } from './certificate.ts';
import {
  type Der,
  explicit,
  implicitConstructed,
  integer,
  nullValue,
  octets,
  oid,
  sequence,
  setOf,
  time,
} from './der.ts';
import { Oid } from './oids.ts';

/** Where a certificate names its issuer and serial, cut out of its own bytes so that the copy is exact. */
const issuerAndSerial = (certificate: Buffer): Der => {
  const body = contents(contents(certificate)[0] ?? Buffer.alloc(0));
  const [, serial = Buffer.alloc(0), , issuer = Buffer.alloc(0)] = body;
  return sequence(issuer, serial);
};

/** The elements inside a constructed DER value; only for certificates that this folder signed itself. */
const contents = (value: Buffer): Buffer[] => {
  const header = (at: number) => {
    const first = value[at + 1] ?? 0;
    if (first < 0x80) return { start: at + 2, length: first };
    const size = first & 0x7f;
    return { start: at + 2 + size, length: value.readUIntBE(at + 2, size) };
  };
  const items: Buffer[] = [];
  const outer = header(0);
  for (let at = outer.start; at < outer.start + outer.length; ) {
    const { start, length } = header(at);
    items.push(value.subarray(at, start + length));
    at = start + length;
  }
  return items;
};

/**
 * CMS SignedData (RFC 5652) with the content inside, one signer, signed attributes and her certificate:
 * what a card answers to `signatureType: "PKCS7"`.
 */
export const signCms = (parts: {
  content: Uint8Array;
  key: KeyObject;
  certificate: Buffer;
  at: Date;
}): Der => {
  const digestAlgorithm = sequence(oid(Oid.sha256), nullValue());
  const attributes = [
    sequence(oid(Oid.cmsContentType), setOf(oid(Oid.cmsData))),
    sequence(oid(Oid.cmsSigningTime), setOf(time(parts.at))),
    sequence(oid(Oid.cmsMessageDigest), setOf(octets(createHash('sha256').update(parts.content).digest()))),
  ].toSorted(Buffer.compare);
  // Section 5.4: the signature covers the attributes as a SET OF, although the message carries them under [0].
  const signature = sign('sha256', setOf(...attributes), parts.key);
  const keyAlgorithm =
    parts.key.asymmetricKeyType === 'rsa'
      ? sequence(oid(Oid.rsaEncryption), nullValue())
      : signatureAlgorithm(parts.key);
  const signer = sequence(
    integer(1),
    issuerAndSerial(parts.certificate),
    digestAlgorithm,
    implicitConstructed(0, ...attributes),
    keyAlgorithm,
    octets(signature),
  );
  return sequence(
    oid(Oid.cmsSignedData),
    explicit(
      0,
      sequence(
        integer(1),
        setOf(digestAlgorithm),
        sequence(oid(Oid.cmsData), explicit(0, octets(parts.content))),
        implicitConstructed(0, parts.certificate),
        setOf(signer),
      ),
    ),
  );
};
