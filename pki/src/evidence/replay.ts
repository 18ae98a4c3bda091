import { createHash } from 'node:crypto';
import type { Decision, ValidationInput } from '../decision/decision.ts';
import { decideAgain } from '../decision/validate.ts';
import { PkiError } from '../error.ts';
import type { ListedAuthority, LoginAuthority } from '../purpose/authority.ts';
import type { Evidence } from './evidence.ts';

export type ReplayedDecision = {
  decision: Decision;
  /** The same verdict for the same reason by the same path, policies, rule and identity. */
  same: boolean;
};

/**
 * Makes a decision again from its record and the octets that the record names. The speed of this machine has no say: time
 * runs out after the recorded step or not at all.
 * @param materials certificates, CRLs and OCSP responses in DER, in any order
 * @throws PkiError `evidence-material-missing` when an octet string that the record names is not there
 */
export function replayDecision(evidence: Evidence, materials: Iterable<Uint8Array>): ReplayedDecision {
  const byHash = new Map<string, Uint8Array>();
  for (const octets of materials) byHash.set(createHash('sha256').update(octets).digest('hex'), octets);
  const find = (sha256: string): Uint8Array => {
    const octets = byHash.get(sha256);
    if (!octets)
      throw new PkiError('evidence-material-missing', `What has the SHA-256 ${sha256} is not at hand`);
    return octets;
  };
  const { input } = evidence;
  const again: ValidationInput = {
    leaf: find(input.leaf),
    intermediates: input.intermediates.map(find),
    anchors: input.anchors.map(find),
    crls: input.crls.map(find),
    ocsp: input.ocsp.map(find),
    time: new Date(input.time),
    purpose: input.purpose,
    explicitPolicy: input.explicitPolicy,
    inhibitPolicyMapping: input.inhibitPolicyMapping,
    inhibitAnyPolicy: input.inhibitAnyPolicy,
    revocation: input.revocation,
    revocationGraceSeconds: input.graceSeconds,
    ...(input.policies ? { policies: input.policies } : {}),
    ...(input.authorities ? { authorities: input.authorities.map(toLoginAuthority) } : {}),
    budgetMilliseconds: input.budgetMilliseconds,
    ...(input.ocspNonce === null ? {} : { ocspNonce: Buffer.from(input.ocspNonce, 'hex') }),
  };
  const timeIsUpAfter = evidence.code === 'budget-spent' ? evidence.steps : Infinity;
  const decision = decideAgain(again, timeIsUpAfter);
  return { decision, same: summary(decision.evidence) === summary(evidence) };
}

function toLoginAuthority({ maximumAssurance, ...authority }: ListedAuthority): LoginAuthority {
  return { ...authority, ...(maximumAssurance === null ? {} : { maximumAssurance }) };
}

function summary({ valid, code, refusedBy, path, policies, identity, authority }: Evidence): string {
  const { rule, certificate } = refusedBy ?? {};
  return JSON.stringify([valid, code, rule, certificate, path, policies, identity, authority]);
}
