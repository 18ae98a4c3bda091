import { readWhole, Tag } from '../asn1/reader.ts';
import { sameBytes } from '../asn1/values.ts';
import { parseName } from '../certificate/name.ts';
import { SubjectPublicKey } from '../certificate/public-key.ts';
import { verifySignature } from '../certificate/signature.ts';
import { parseCrl } from '../crl/crl.ts';
import type { CrlHeadParts } from '../crl/crl-head.ts';
import type { RevokedTableParts } from '../crl/revoked-table.ts';
import { PkiError } from '../error.ts';

/** A CRL to check against the authority that should have issued it; octets only, so that it can go to another thread. */
export type IndexJob = { der: Uint8Array; issuerNameDer: Uint8Array; issuerKeyDer: Uint8Array };

/** A checked CRL without its octets. */
export type IndexResult = { head: CrlHeadParts; table: RevokedTableParts; signerKey: Uint8Array };

/**
 * Parses, verifies and indexes a CRL.
 * @throws PkiError `crl-malformed`, `crl-issuer-mismatch`, `crl-signature-invalid`
 */
export function indexCrl(job: IndexJob): IndexResult {
  const crl = parseCrl(job.der);
  if (!parseName(readWhole(job.issuerNameDer, Tag.sequence)).equals(crl.head.issuer)) {
    throw new PkiError(
      'crl-issuer-mismatch',
      'The revocation list is of another issuer than the configured one',
    );
  }
  const key = new SubjectPublicKey(readWhole(job.issuerKeyDer, Tag.sequence));
  const sameAlgorithm = sameBytes(crl.innerAlgorithm.der, crl.outerAlgorithm.der);
  if (!sameAlgorithm || verifySignature(crl.outerAlgorithm, key, crl.tbs, crl.signature) !== 'valid') {
    throw new PkiError(
      'crl-signature-invalid',
      'The revocation list is not signed with the key of its issuer',
    );
  }
  return { head: crl.head.parts, table: crl.revoked.parts, signerKey: job.issuerKeyDer };
}
