import type { Check } from '../state.ts';

export const chainNames: Check = {
  rule: 'RFC 5280 6.1.3 (a)(4)',
  run({ certificate, state }) {
    if (certificate.issuer.isEmpty)
      return { code: 'issuer-name-empty', reason: 'The certificate does not name its issuer' };
    return certificate.issuer.equals(state.workingIssuerName)
      ? undefined
      : {
          code: 'name-chaining',
          reason: 'The issuer named in the certificate is not the subject of the certificate above it',
        };
  },
};
