import { sameBytes } from '../../asn1/values.ts';
import type { Check } from '../state.ts';

/** The signed algorithm identifier and the one outside must be the same, or an attacker could swap the latter. */
export const agreeOnAlgorithm: Check = {
  rule: 'RFC 5280 4.1.1.2',
  run: ({ certificate }) =>
    sameBytes(certificate.innerAlgorithm.der, certificate.outerAlgorithm.der)
      ? undefined
      : {
          code: 'algorithm-mismatch',
          reason: 'The signature algorithms inside and outside of the signed part differ',
        },
};
