import { sameBytes } from '../../asn1/values.ts';
import type { OcspCheck } from '../ocsp-candidate.ts';

export const carryNonce: OcspCheck = {
  rule: 'RFC 6960 4.4.1',
  run({ response, context }) {
    const { ocspNonce } = context.material;
    if (!ocspNonce || (response.nonce !== undefined && sameBytes(response.nonce, ocspNonce)))
      return undefined;
    return {
      code: 'ocsp-nonce-mismatch',
      reason: 'The OCSP response does not carry the nonce that was asked with',
    };
  },
};
