import { parseCertificate, UnverifiedCertificate } from './parse.ts';

/** Octets, or a certificate parsed before: authorities that stay loaded need not be parsed for each decision. */
export type CertificateInput = Uint8Array | UnverifiedCertificate;

/** @throws PkiError `certificate-malformed` */
export function toCertificate(input: CertificateInput): UnverifiedCertificate {
  return input instanceof UnverifiedCertificate ? input : parseCertificate(input);
}
