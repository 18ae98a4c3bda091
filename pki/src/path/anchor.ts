import { ANY_POLICY } from '../asn1/oids.ts';
import type { UnverifiedCertificate } from '../certificate/parse.ts';
import { beInValidity } from './checks/be-in-validity.ts';
import { tightenPolicyCounters } from './checks/count-policies-down.ts';
import { handOnKeyOf } from './checks/hand-on-key.ts';
import { knowCriticalExtensions } from './checks/know-critical-extensions.ts';
import { maySignCertificates } from './checks/may-sign-certificates.ts';
import { PolicyGraph } from './policy-graph.ts';
import type { Check, PathSettings, PathState, Refusal } from './state.ts';

/** What an anchor's own certificate states about itself holds as well (RFC 5937), although 6.1 does not ask for it. */
const anchorChecks: readonly Check[] = [
  beInValidity,
  mayBeAuthority(),
  maySignCertificates,
  knowCriticalExtensions,
];

/** Anchors before version 3 have no extensions; being pinned is what makes them authorities. */
function mayBeAuthority(): Check {
  return {
    rule: 'RFC 5937 3.2',
    run({ certificate }) {
      const stated = certificate.extensions.basicConstraints;
      return certificate.version === 3 && stated?.isAuthority !== true
        ? { code: 'not-an-authority', reason: 'The anchor is not a certificate authority' }
        : undefined;
    },
  };
}

/** The state of RFC 5280 6.1.2 below an anchor, or why nothing can hang below it. */
export function startAtAnchor(
  anchor: UnverifiedCertificate,
  settings: PathSettings,
): { state: PathState } | { refusal: Refusal; rule: string } {
  const { extensions } = anchor;
  const state: PathState = {
    workingCertificate: anchor,
    workingIssuerName: anchor.subjectDn,
    workingPublicKey: anchor.subjectPublicKey,
    workingParameters: undefined,
    policyGraph: PolicyGraph.start(),
    acceptablePolicies: narrow(settings.initialPolicies, extensions.policies),
    constrainedPolicies: [],
    nameConstraints: extensions.nameConstraints ? [extensions.nameConstraints] : [],
    explicitPolicy: settings.explicitPolicy ? 0 : Infinity,
    inhibitAnyPolicy: settings.inhibitAnyPolicy ? 0 : Infinity,
    policyMapping: settings.inhibitPolicyMapping ? 0 : Infinity,
    maxPathLength: extensions.basicConstraints?.pathLength ?? Infinity,
  };
  handOnKeyOf(anchor, state);
  tightenPolicyCounters(anchor, state);
  for (const check of anchorChecks) {
    const refusal = check.run({ certificate: anchor, state, settings, isLast: false });
    if (refusal)
      return {
        refusal: { code: `anchor-${refusal.code}`, reason: `The anchor: ${refusal.reason}` },
        rule: check.rule,
      };
  }
  return { state };
}

/** RFC 5937 3.2: the anchor's policies narrow the user's; a policy set with anyPolicy narrows nothing. */
function narrow(
  user: readonly string[] | undefined,
  anchor: readonly string[] | undefined,
): readonly string[] | undefined {
  if (anchor === undefined || anchor.includes(ANY_POLICY)) return user;
  return user === undefined ? anchor : user.filter((policy) => anchor.includes(policy));
}
