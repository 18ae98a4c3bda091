import { beFresh } from './checks/be-fresh.ts';
import { knowCriticalCrlExtensions } from './checks/know-critical-crl-extensions.ts';
import { matchIssuer } from './checks/match-issuer.ts';
import { matchScope } from './checks/match-scope.ts';
import type { CrlCheck } from './crl-candidate.ts';

/**
 * What a CRL must pass before its signer is looked for (`crl-signer.ts`, 6.3.3 (f) and (g)) and its entries are read
 * (`crl-status.ts`, 6.3.3 (c) to (e) and (h) to (l)).
 */
export const crlTable: readonly CrlCheck[] = [
  matchIssuer, //                6.3.3 (b)(1)
  matchScope, //                 6.3.3 (b)(2)
  knowCriticalCrlExtensions, //  5.2, 5.3
  beFresh, //                    5.1.2.4, 5.1.2.5
];
