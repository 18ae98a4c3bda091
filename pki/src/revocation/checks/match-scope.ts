import { distributionPointKeys } from '../../certificate/distribution-point.ts';
import { generalNameKey } from '../../certificate/general-name.ts';
import type { CrlCandidate, CrlCheck } from '../crl-candidate.ts';

/** The names under which the certificate expects its list; without a name those of the CRL issuer (6.3.3 (b)(2)(i)). */
function expectedNames({ point, crl }: CrlCandidate): string[] {
  if (point.name) return distributionPointKeys(point.name, crl.head.issuer);
  return (point.crlIssuer ?? []).map(generalNameKey);
}

export const matchScope: CrlCheck = {
  rule: 'RFC 5280 6.3.3 (b)(2)',
  run(candidate) {
    const scope = candidate.crl.head.issuingDistributionPoint;
    if (!scope) return undefined;
    if (scope.name) {
      const offered = distributionPointKeys(scope.name, candidate.crl.head.issuer);
      const expected = expectedNames(candidate);
      if (!offered.some((name) => expected.includes(name))) return 'notMeant';
    }
    const isAuthority = candidate.subject.certificate.extensions.basicConstraints?.isAuthority === true;
    if (scope.onlyUserCertificates && isAuthority) return 'notMeant';
    if (scope.onlyAuthorityCertificates && !isAuthority) return 'notMeant';
    return scope.onlyAttributeCertificates ? 'notMeant' : undefined;
  },
};
