import type { UnverifiedCertificate } from '../certificate/parse.ts';
import { PkiError } from '../error.ts';

const MAX_RSA_BITS = 8192;

/**
 * A stranger's key is about to be computed with: only RSA of a sane size and named NIST curves, so that nobody buys
 * our processor's time with an exotic key. What is strong enough is decided later, by the purpose.
 * @throws PkiError `card-key-unsupported`
 */
export function requireUsableKey(certificate: UnverifiedCertificate): void {
  const { kind, bits } = certificate.subjectPublicKey;
  const isRsa = kind === 'rsa' && bits !== undefined && bits <= MAX_RSA_BITS;
  const isNamedCurve = kind === 'ec' && certificate.subjectPublicKey.curve !== undefined;
  if (!isRsa && !isNamedCurve) {
    throw new PkiError(
      'card-key-unsupported',
      'The key in the certificate is of a kind that cards do not have',
    );
  }
}
