import type { Refusal } from '../path/state.ts';
import type { RevocationContext, Subject } from '../revocation/context.ts';
import type { OcspAnswer, OcspResponse } from './ocsp-response.ts';

/** One answer of one OCSP response, held against one certificate that it is about. */
export type OcspCandidate = {
  response: OcspResponse;
  answer: OcspAnswer;
  subject: Subject;
  context: RevocationContext;
};

/** One rule of RFC 6960. */
export type OcspCheck = {
  rule: string;
  run(candidate: OcspCandidate): Refusal | undefined;
};
