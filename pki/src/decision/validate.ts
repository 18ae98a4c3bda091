import { PkiError } from '../error.ts';
import type { Evidence, EvidenceInput } from '../evidence/evidence.ts';
import { findPath, MAX_STEPS, type RuledRefusal, type ValidPath } from '../path/search.ts';
import type { Purpose } from '../purpose/purpose.ts';
import { refuseRevoked } from '../revocation/check-path.ts';
import type { RevocationContext } from '../revocation/context.ts';
import { gatherMaterial } from '../revocation/material.ts';
import type { Decision, ValidationInput } from './decision.ts';
import { type PreparedInput, prepareInput } from './prepare.ts';

/**
 * Decides whether a certificate is valid (RFC 5280 6.1): a path from an anchor, revocation where it is required, and
 * what the purpose asks for. Never throws for bad input, and never fetches anything.
 */
export function validateCertificate(input: ValidationInput): Decision {
  let prepared: PreparedInput | undefined;
  try {
    prepared = prepareInput(input);
    return decide(prepared, input);
  } catch (error) {
    const code = error instanceof PkiError ? error.code : 'internal-fault';
    const reason = error instanceof PkiError ? error.message : 'The decision could not be made';
    return refusedBeforehand(code, reason, prepared?.evidence ?? emptyEvidence(input));
  }
}

function decide(prepared: PreparedInput, input: ValidationInput): Decision {
  const { leaf, candidates, anchors, settings, purpose, graceMs } = prepared;
  const budget = { stepsLeft: MAX_STEPS };
  const consulted = new Set(prepared.evidence.crls);
  const context: RevocationContext = {
    refuseRevoked,
    settings,
    material: gatherMaterial({
      crls: prepared.crls,
      ocsp: prepared.ocsp,
      ocspNonce: input.ocspNonce,
      index: input.revocationIndex,
      onConsulted: (fingerprint) => consulted.add(fingerprint),
    }),
    candidates,
    budget,
    graceMs,
    sources: [],
    usedGrace: false,
    signersInProgress: new Set(),
  };
  const accept = (path: ValidPath): RuledRefusal | undefined => {
    context.usedGrace = false;
    return (
      refuseForPurpose(path, purpose) ??
      (input.revocation === 'required' ? refuseRevoked(path, context) : undefined)
    );
  };
  const found = findPath({ leaf, candidates, anchors, settings, budget, accept });
  const { sources } = context;
  const evidenceInput = { ...prepared.evidence, crls: [...consulted] };
  if ('refusal' in found) {
    const { code, reason, rule, certificate } = found.refusal;
    const path = (found.path ?? [leaf]).map((c) => c.fingerprint).reverse();
    const evidence: Evidence = {
      version: 1,
      input: evidenceInput,
      valid: false,
      code,
      refusedBy: { rule, certificate: certificate.fingerprint },
      path,
      policies: [],
      sources,
    };
    return { valid: false, code, reason, path, policies: [], assurance: 'full', evidence };
  }
  const path = found.path.certificates.map((c) => c.fingerprint).reverse();
  const policies = [...found.path.final.constrainedPolicies];
  const evidence: Evidence = {
    version: 1,
    input: evidenceInput,
    valid: true,
    code: 'ok',
    refusedBy: null,
    path,
    policies,
    sources,
  };
  const assurance = context.usedGrace ? 'reduced' : 'full';
  return { valid: true, code: 'ok', reason: 'The certificate is valid', path, policies, assurance, evidence };
}

function refuseForPurpose(path: ValidPath, purpose: Purpose): RuledRefusal | undefined {
  for (const check of purpose.checks) {
    const refusal = check.run(path.certificates);
    const certificate = path.certificates.at(-1);
    if (refusal && certificate) return { ...refusal, rule: check.rule, certificate };
  }
  return undefined;
}

function refusedBeforehand(code: string, reason: string, input: EvidenceInput): Decision {
  const evidence: Evidence = {
    version: 1,
    input,
    valid: false,
    code,
    refusedBy: { rule: 'Input', certificate: input.leaf },
    path: [],
    policies: [],
    sources: [],
  };
  return { valid: false, code, reason, path: [], policies: [], assurance: 'full', evidence };
}

/** What can be told of an input that does not parse. */
function emptyEvidence(input: ValidationInput): EvidenceInput {
  const time =
    input.time instanceof Date && Number.isFinite(input.time.getTime()) ? input.time.toISOString() : '';
  return {
    leaf: '',
    intermediates: [],
    anchors: [],
    crls: [],
    ocsp: [],
    time,
    purpose: input.purpose ?? 'any',
    policies: input.policies ? [...input.policies] : null,
    explicitPolicy: input.explicitPolicy ?? false,
    inhibitPolicyMapping: input.inhibitPolicyMapping ?? false,
    inhibitAnyPolicy: input.inhibitAnyPolicy ?? false,
    revocation: input.revocation ?? 'none',
    graceSeconds: input.revocationGraceSeconds ?? 0,
    ocspNonce: null,
  };
}
