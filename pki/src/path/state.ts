import type { DerElement } from '../asn1/reader.ts';
import type { NameConstraints } from '../certificate/extensions.ts';
import type { DistinguishedName } from '../certificate/name.ts';
import type { UnverifiedCertificate } from '../certificate/parse.ts';
import type { SubjectPublicKey } from '../certificate/public-key.ts';
import type { PolicyGraph } from './policy-graph.ts';

/** A check that said no: the stable code and the words. */
export type Refusal = { code: string; reason: string };

/** The inputs of RFC 5280 6.1.1 that do not change along the path; time in milliseconds since 1970. */
export type PathSettings = {
  time: number;
  /** undefined stands for the special value any-policy. */
  initialPolicies: readonly string[] | undefined;
  explicitPolicy: boolean;
  inhibitPolicyMapping: boolean;
  inhibitAnyPolicy: boolean;
};

/** The state variables of RFC 5280 6.1.2. Counters that are not set are Infinity. */
export type PathState = {
  /** The certificate that the next one must be issued by; first the anchor. */
  workingCertificate: UnverifiedCertificate;
  workingIssuerName: DistinguishedName;
  workingPublicKey: SubjectPublicKey;
  workingParameters: DerElement | undefined;
  /** null once no policy is left. */
  policyGraph: PolicyGraph | null;
  /** The user-initial-policy-set after the anchor's own policies have narrowed it; undefined is any-policy. */
  acceptablePolicies: readonly string[] | undefined;
  /** The user-constrained-policy-set (6.1.6), once the last certificate has been wrapped up. */
  constrainedPolicies: readonly string[];
  nameConstraints: readonly NameConstraints[];
  explicitPolicy: number;
  inhibitAnyPolicy: number;
  policyMapping: number;
  maxPathLength: number;
};

/** One certificate on its turn. Checks of 6.1.3 to 6.1.5 read the step and move its state on. */
export type Step = {
  certificate: UnverifiedCertificate;
  state: PathState;
  settings: PathSettings;
  isLast: boolean;
};

/** One rule of the standard. `rule` names where it stands; `run` refuses or lets pass, and may move the state on. */
export type Check = { rule: string; run(step: Step): Refusal | undefined };

/** States are forked where paths branch, so that one branch cannot touch another. */
export function forkState(state: PathState): PathState {
  return { ...state };
}
