import { refused } from '@xinlu/common/errors';
import { validateCertificate } from '@xinlu/pki';
import type { CardTrust, RevocationSource } from '../ports.ts';
import { revocationUnknown } from '../refusals.ts';
import type { IssuedCertificate } from './validate-path.ts';

/**
 * Nothing on the path is revoked, and a list that is fresh says so; without one nobody gets in by this card. Refusals:
 * `card-revoked`, and retryable `revocation-unknown`.
 */
export function checkRevocation(
  issued: IssuedCertificate,
  trust: CardTrust,
  revocation: RevocationSource,
  now: Date,
): void {
  const decision = validateCertificate({
    leaf: issued.certificate,
    intermediates: trust.intermediates,
    anchors: trust.anchors,
    time: now,
    purpose: 'login',
    policies: issued.authority.policies,
    revocation: 'required',
    revocationIndex: revocation.index(),
  });
  if (decision.valid) return;
  if (decision.code === 'certificate-revoked') {
    throw refused('card-revoked', 'This card has been revoked.', { status: 403 });
  }
  throw revocationUnknown(new Error(`revocation refused: ${decision.code}`));
}
