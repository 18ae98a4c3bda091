import type { IdTokenAlgorithm, Participant } from '@xinlu/common/wire';
import type { UnverifiedCertificate } from '@xinlu/pki';

/** What is wrong, where (JSON pointer into the participant), under a stable code that the console words. */
export type Fault = { path: string; code: string; message: string };

export type RuleContext = {
  /** All the other participants of the version that would result. */
  others: readonly Participant[];
  /** In the demo alone, http addresses on localhost are good. */
  demo: boolean;
  /** To which the certificate of an authority must lead; without any, none is admitted. */
  roots?: readonly UnverifiedCertificate[];
  /** What the identity provider signs with. */
  idTokenAlgorithms: readonly IdTokenAlgorithm[];
  now: Date;
};

/** One rule over a participant whose form is already right; an empty list is its consent. */
export type Rule = (participant: Participant, context: RuleContext) => Fault[];
