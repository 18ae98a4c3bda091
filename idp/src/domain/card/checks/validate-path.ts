import { refused } from '@xinlu/common/errors';
import { type UnverifiedCertificate, validateCertificate } from '@xinlu/pki';
import type { CardAuthority, CardTrust } from '../ports.ts';

/** A certificate that was issued, for this purpose and now, by an authority we trust for citizens; perhaps revoked since. */
export type IssuedCertificate = { certificate: UnverifiedCertificate; authority: CardAuthority };

/**
 * RFC 5280 path and our login policy with the authorities we list, revocation apart. Refusals: `card-expired`, `card-not-trusted`,
 * `card-not-of-a-citizen`.
 */
export function validatePath(
  unverifiedCertificate: UnverifiedCertificate,
  trust: CardTrust,
  now: Date,
): IssuedCertificate {
  if (now > unverifiedCertificate.notAfter) throw refused('card-expired', 'This card has expired.');
  const decision = validateCertificate({
    leaf: unverifiedCertificate,
    intermediates: trust.intermediates,
    anchors: trust.anchors,
    time: now,
    purpose: 'login',
    authorities: trust.authorities.map(({ ca, identity, policies }) => ({
      fingerprint: ca,
      identity,
      policies,
    })),
    revocation: 'none',
  });
  const authority = trust.authorities.find(({ ca }) => ca === decision.authority?.fingerprint);
  if (!decision.valid || authority === undefined) {
    throw refused('card-not-trusted', 'This card is not of a kind that can be used to log in here.', {
      cause: new Error(`path refused: ${decision.code}`),
    });
  }
  if (authority.identity !== 'citizen') {
    throw refused('card-not-of-a-citizen', 'This is the card of an organisation; use a citizen card.');
  }
  return { certificate: unverifiedCertificate, authority };
}
