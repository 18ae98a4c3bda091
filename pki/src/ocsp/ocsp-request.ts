import { createHash } from 'node:crypto';
import { contextConstructed, Tag } from '../asn1/reader.ts';
import { encode, encodeSequence } from '../asn1/writer.ts';
import { type CertificateInput, toCertificate } from '../certificate/input.ts';
import { PkiError } from '../error.ts';
import { MAX_NONCE_OCTETS } from './ocsp-response.ts';

/** AlgorithmIdentifier of SHA-1 with NULL: it only names the issuer here, and every responder knows it (RFC 5019 2.1.1). */
const SHA1 = Buffer.from('300906052b0e03021a0500', 'hex');
const NONCE_OID = Buffer.from('06092b0601050507300102', 'hex');

/**
 * An OCSP request in DER about one certificate (RFC 6960 4.1), to be sent with POST as `application/ocsp-request`.
 * @param input.nonce fresh random octets, 32 by RFC 9654 2.1; hand them to `validateCertificate` as `ocspNonce`
 * @throws PkiError `certificate-malformed`, `input-invalid`
 */
export function makeOcspRequest(input: {
  certificate: CertificateInput;
  issuer: CertificateInput;
  nonce: Uint8Array;
}): Uint8Array {
  const { nonce } = input;
  if (nonce.length === 0 || nonce.length > MAX_NONCE_OCTETS)
    throw new PkiError('input-invalid', 'The nonce of the OCSP request has an impossible length');
  const certificate = toCertificate(input.certificate);
  const issuer = toCertificate(input.issuer);
  const sha1 = (octets: Uint8Array): Uint8Array =>
    encode(Tag.octetString, [createHash('sha1').update(octets).digest()]);
  const certificateId = encodeSequence([
    SHA1,
    sha1(certificate.issuer.der),
    sha1(issuer.subjectPublicKey.keyOctets),
    encode(Tag.integer, [certificate.serialBytes]),
  ]);
  const nonceExtension = encodeSequence([
    NONCE_OID,
    encode(Tag.octetString, [encode(Tag.octetString, [nonce])]),
  ]);
  const requests = encodeSequence([encodeSequence([certificateId])]);
  const extensions = encode(contextConstructed(2), [encodeSequence([nonceExtension])]);
  return encodeSequence([encodeSequence([requests, extensions])]);
}
