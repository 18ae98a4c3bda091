import type { CrlCheck } from '../crl-candidate.ts';

export const matchIssuer: CrlCheck = {
  rule: 'RFC 5280 6.3.3 (b)(1)',
  run({ subject, point, crl }) {
    const { issuer, issuingDistributionPoint } = crl.head;
    if (!point.crlIssuer) return issuer.equals(subject.certificate.issuer) ? undefined : 'notMeant';
    const named = point.crlIssuer.some((name) => name.form === 'directory' && name.name.equals(issuer));
    if (!named) return 'notMeant';
    return issuingDistributionPoint?.indirect
      ? undefined
      : {
          code: 'crl-not-indirect',
          reason: 'The revocation list of another issuer does not say that it covers others',
        };
  },
};
