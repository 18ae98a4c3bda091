import { PkiError, readTaiwanSubject, type UnverifiedCertificate } from '@xinlu/pki';
import { identityNotConfirmed } from '../refusals.ts';

/**
 * The last four of the national ID in the certificate fit what she typed: a hint that spares the registry a vain
 * question, never a proof. Gives the name in the certificate. Refusal: `identity-not-confirmed`.
 */
export function matchLastFour(
  certificate: UnverifiedCertificate,
  claimedNationalId: string,
): { name: string } {
  try {
    const subject = readTaiwanSubject(certificate);
    if (subject.lastFourOfNationalId !== claimedNationalId.slice(-4)) throw identityNotConfirmed('last-four');
    return { name: subject.name };
  } catch (cause) {
    if (cause instanceof PkiError) throw identityNotConfirmed('subject', cause);
    throw cause;
  }
}
