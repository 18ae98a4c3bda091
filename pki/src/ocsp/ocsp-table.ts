import { beFreshAnswer } from './checks/be-fresh-answer.ts';
import { beOnlyAnswer } from './checks/be-only-answer.ts';
import { beProducedInTime } from './checks/be-produced-in-time.ts';
import { carryNonce } from './checks/carry-nonce.ts';
import { comeFromResponder } from './checks/come-from-responder.ts';
import { knowCriticalOcspExtensions } from './checks/know-critical-ocsp-extensions.ts';
import type { OcspCheck } from './ocsp-candidate.ts';

/** What an OCSP answer about a certificate must pass before its word counts. */
export const ocspTable: readonly OcspCheck[] = [
  beOnlyAnswer, //               4.2.1
  knowCriticalOcspExtensions, // 4.4
  carryNonce, //                 4.4.1
  beProducedInTime, //           4.2.2.1
  beFreshAnswer, //              3.2 (5), (6)
  comeFromResponder, //          4.2.2.2
];
