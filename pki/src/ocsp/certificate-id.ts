import { createHash } from 'node:crypto';
import { sameBytes } from '../asn1/values.ts';
import { hashOf } from '../certificate/algorithm.ts';
import type { Subject } from '../revocation/context.ts';
import type { CertificateId, OcspAnswer, OcspResponse } from './ocsp-response.ts';

/** The answers of a response that name the certificate. */
export function answersAbout(response: OcspResponse, subject: Subject): OcspAnswer[] {
  return response.answers.filter(({ id }) => names(id, subject));
}

/** RFC 6960 4.1.1: hashes of the issuer's name and key as the path has them, and the serial number. */
function names(id: CertificateId, { certificate, issuer }: Subject): boolean {
  if (!sameBytes(id.serial, certificate.serialBytes)) return false;
  const hash = hashOf(id.hashAlgorithm);
  if (hash === undefined) return false;
  const digest = (octets: Uint8Array): Buffer => createHash(hash).update(octets).digest();
  return (
    sameBytes(id.keyHash, digest(issuer.workingPublicKey.keyOctets)) &&
    (sameBytes(id.nameHash, digest(certificate.issuer.der)) ||
      sameBytes(id.nameHash, digest(issuer.workingIssuerName.der)))
  );
}
