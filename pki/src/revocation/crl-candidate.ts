import type { DistributionPoint } from '../certificate/distribution-point.ts';
import type { Refusal } from '../path/state.ts';
import type { AvailableCrl, RevocationContext, Subject } from './context.ts';

/** One CRL held against one distribution point of one certificate. */
export type CrlCandidate = {
  subject: Subject;
  point: DistributionPoint;
  crl: AvailableCrl;
  context: RevocationContext;
};

/** One rule of RFC 5280 6.3.3 or 5. `notMeant` says that the CRL is simply about something else. */
export type CrlCheck = {
  rule: string;
  run(candidate: CrlCandidate): Refusal | 'notMeant' | undefined;
};
