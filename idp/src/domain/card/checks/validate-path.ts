import { refused } from '@xinlu/common/errors';
import type { HolderKind } from '@xinlu/common/wire';
import { type UnverifiedCertificate, validateCertificate } from '@xinlu/pki';
import { holderKindOf } from '../../person/organisation.ts';
import type { CardAuthority, CardTrust } from '../ports.ts';

/** A certificate that was issued, for this purpose and now, by an authority we trust; perhaps revoked since. */
export type IssuedCertificate = { certificate: UnverifiedCertificate; authority: CardAuthority };

export const holderNotAccepted = () =>
  refused('holder-not-accepted', 'This service does not take sign-ins by this kind of card.', {
    status: 403,
  });

/**
 * RFC 5280 path and our login policy with the authorities we list, revocation apart; then whether the party takes this kind
 * of holder. Refusals: `card-expired`, `card-not-trusted`, `holder-not-accepted`.
 */
export function validatePath(
  unverifiedCertificate: UnverifiedCertificate,
  trust: CardTrust,
  accepted: readonly HolderKind[],
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
  if (!accepted.includes(holderKindOf(authority.identity))) throw holderNotAccepted();
  return { certificate: unverifiedCertificate, authority };
}
