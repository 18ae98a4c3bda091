import { addNameConstraints } from './checks/add-name-constraints.ts';
import { agreeOnAlgorithm } from './checks/agree-on-algorithm.ts';
import { beAuthority } from './checks/be-authority.ts';
import { beInValidity } from './checks/be-in-validity.ts';
import { chainNames } from './checks/chain-names.ts';
import { countPoliciesDown } from './checks/count-policies-down.ts';
import { handOnKey } from './checks/hand-on-key.ts';
import { knowCriticalExtensions } from './checks/know-critical-extensions.ts';
import { limitPathLength } from './checks/limit-path-length.ts';
import { mapPolicies } from './checks/map-policies.ts';
import { maySignCertificates } from './checks/may-sign-certificates.ts';
import { obeyNameConstraints } from './checks/obey-name-constraints.ts';
import { processPolicies } from './checks/process-policies.ts';
import { requirePolicy } from './checks/require-policy.ts';
import { verifyCertificateSignature } from './checks/verify-signature.ts';
import { wrapUpPolicies } from './checks/wrap-up-policies.ts';
import type { Check } from './state.ts';

/**
 * RFC 5280 6.1 as a table. Every certificate below the anchor passes `basic`; then one that issued another passes
 * `prepareForNext`, and the last one passes `wrapUp`. Revocation (6.1.3 (a)(3)) follows for a path that passed all of it,
 * from `revocation/crl-table.ts` and `ocsp/ocsp-table.ts`; what a purpose asks for beyond the standard stands in `purpose/`.
 */
const basic: readonly Check[] = [
  agreeOnAlgorithm, //           4.1.1.2
  chainNames, //                 6.1.3 (a)(4)
  verifyCertificateSignature, // 6.1.3 (a)(1)
  beInValidity, //               6.1.3 (a)(2)
  obeyNameConstraints, //        6.1.3 (b), (c)
  processPolicies, //            6.1.3 (d), (e)
  requirePolicy, //              6.1.3 (f)
];

const prepareForNext: readonly Check[] = [
  mapPolicies, //            6.1.4 (a), (b)
  handOnKey, //              6.1.4 (c) to (f)
  addNameConstraints, //     6.1.4 (g)
  countPoliciesDown, //      6.1.4 (h), (i), (j)
  beAuthority, //            6.1.4 (k)
  limitPathLength, //        6.1.4 (l), (m)
  maySignCertificates, //    6.1.4 (n)
  knowCriticalExtensions, // 6.1.4 (o)
];

const wrapUp: readonly Check[] = [
  wrapUpPolicies, //         6.1.5 (a), (b), (g)
  handOnKey, //              6.1.5 (c), (d), (e)
  knowCriticalExtensions, // 6.1.5 (f)
];

/** All that a certificate in the middle of a path passes, in order, and all that the last one does. */
export const forAuthorities: readonly Check[] = [...basic, ...prepareForNext];
export const forTheLast: readonly Check[] = [...basic, ...wrapUp];
