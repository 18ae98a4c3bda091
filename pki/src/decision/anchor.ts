import { parseCertificate, type UnverifiedCertificate } from '../certificate/parse.ts';
import { PkiError } from '../error.ts';

/** A trusted authority as configuration writes it: the certificate and, to catch a swapped file, its SHA-256. */
export type Anchor = { certificate: Uint8Array; fingerprint?: string };

/**
 * Loads an anchor and holds it against its pinned fingerprint (hexadecimal, colons and case do not matter).
 * @throws PkiError `certificate-malformed` or `anchor-fingerprint-mismatch`
 */
export function pinAnchor(anchor: Anchor): UnverifiedCertificate {
  const certificate = parseCertificate(anchor.certificate);
  const pinned = anchor.fingerprint?.replaceAll(':', '').toLowerCase();
  if (pinned !== undefined && pinned !== certificate.fingerprint) {
    throw new PkiError(
      'anchor-fingerprint-mismatch',
      'The certificate of the anchor does not have the pinned fingerprint',
    );
  }
  return certificate;
}
