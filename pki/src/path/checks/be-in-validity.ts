import type { Check } from '../state.ts';

export const beInValidity: Check = {
  rule: 'RFC 5280 6.1.3 (a)(2)',
  run({ certificate, settings }) {
    if (settings.time < certificate.notBefore.getTime()) {
      return {
        code: 'certificate-not-yet-valid',
        reason: `The certificate is valid only from ${certificate.notBefore.toISOString()}`,
      };
    }
    if (settings.time > certificate.notAfter.getTime()) {
      return {
        code: 'certificate-expired',
        reason: `The certificate was valid until ${certificate.notAfter.toISOString()}`,
      };
    }
    return undefined;
  },
};
