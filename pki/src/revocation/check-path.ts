import { statusByOcsp } from '../ocsp/ocsp-status.ts';
import type { RuledRefusal, ValidPath } from '../path/search.ts';
import type { RevocationContext, RevocationStatus, Subject } from './context.ts';
import { statusByCrls } from './crl-status.ts';

/**
 * RFC 5280 6.1.3 (a)(3) for every certificate below the anchor, from the top: first that nothing above is revoked,
 * then what its key says about the one below. What cannot be determined is refused.
 */
export function refuseRevoked(path: ValidPath, context: RevocationContext): RuledRefusal | undefined {
  const [anchor, ...below] = path.certificates;
  if (!anchor) return undefined;
  for (const [i, certificate] of below.entries()) {
    const issuer = path.states[i];
    if (!issuer) throw new RangeError('A path has one state for each certificate above another');
    const status = statusOf({ certificate, issuer, anchor }, context);
    if (status.status === 'revoked') {
      const reason = `The certificate is revoked (${status.reason})`;
      return { code: 'certificate-revoked', reason, rule: 'RFC 5280 6.1.3 (a)(3)', certificate };
    }
    if (status.status === 'unknown') return { ...status.refusal, rule: status.rule, certificate };
  }
  return undefined;
}

/** Both kinds of source are asked; a revocation by either stands, whatever the other says. */
export function statusOf(subject: Subject, context: RevocationContext): RevocationStatus {
  const byCrls = statusByCrls(subject, context);
  if (byCrls.status === 'revoked' || context.material.ocsp.length === 0) return byCrls;
  const byOcsp = statusByOcsp(subject, context);
  if (byOcsp.status === 'revoked') return byOcsp;
  if (byCrls.status === 'good') return byCrls;
  // Neither knows: a fault of the OCSP answer says more than that there is no list.
  return byOcsp.status === 'good' || byCrls.refusal.code === 'revocation-unknown' ? byOcsp : byCrls;
}
