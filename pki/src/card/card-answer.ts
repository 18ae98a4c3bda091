import type { UnverifiedCertificate } from '../certificate/parse.ts';

/**
 * A card has shown that it holds the private key of this certificate, now. Whether the certificate is worth anything
 * is for `validateCertificate` to say.
 */
export type CardAnswer = { unverifiedCertificate: UnverifiedCertificate };
