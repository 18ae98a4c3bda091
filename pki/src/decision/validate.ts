import { PkiError } from '../error.ts';
import type { Evidence, EvidenceInput } from '../evidence/evidence.ts';
import { Budget } from '../path/budget.ts';
import { findPath, type RuledRefusal, type ValidPath } from '../path/search.ts';
import type { Refusal } from '../path/state.ts';
import { authorityOf } from '../purpose/authority.ts';
import { refuseRevoked } from '../revocation/check-path.ts';
import type { RevocationContext } from '../revocation/context.ts';
import { gatherMaterial } from '../revocation/material.ts';
import type { Decision, ValidationInput } from './decision.ts';
import { DEFAULT_BUDGET_MS, type PreparedInput, prepareInput } from './prepare.ts';

/**
 * Decides whether a certificate is valid (RFC 5280 6.1): a path from an anchor, revocation where it is required, and
 * what the purpose asks for. Never throws for bad input, and never fetches anything.
 */
export function validateCertificate(input: ValidationInput): Decision {
  const now = input.monotonicNow ?? monotonicNow;
  return decideSafely(input, ({ evidence }) => {
    const end = now() + evidence.budgetMilliseconds;
    return () => now() > end;
  });
}

/** For a replay: as `validateCertificate`, but time is up after that many steps, or never (Infinity). */
export function decideAgain(input: ValidationInput, timeIsUpAfter: number): Decision {
  return decideSafely(input, () => (stepsTaken) => stepsTaken >= timeIsUpAfter);
}

type TimeLimit = (prepared: PreparedInput) => (stepsTaken: number) => boolean;

const monotonicNow = (): number => performance.now();

function decideSafely(input: ValidationInput, timeLimit: TimeLimit): Decision {
  let prepared: PreparedInput | undefined;
  try {
    prepared = prepareInput(input);
    return decide(prepared, input, new Budget(timeLimit(prepared)));
  } catch (error) {
    const code = error instanceof PkiError ? error.code : 'internal-fault';
    const reason = error instanceof PkiError ? error.message : 'The decision could not be made';
    const record = prepared?.evidence ?? emptyEvidence(input);
    const refusedBy = { rule: 'Input', certificate: record.leaf };
    return refuse({ code, reason, refusedBy, path: [], input: record, steps: 0, sources: [] });
  }
}

function decide(prepared: PreparedInput, input: ValidationInput, budget: Budget): Decision {
  const { leaf, candidates, anchors, settings, graceMs } = prepared;
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
      refuseForPurpose(path, prepared) ??
      (input.revocation === 'required' ? refuseRevoked(path, context) : undefined)
    );
  };
  const found = findPath({ leaf, candidates, anchors, settings, budget, accept });
  const evidence = { ...prepared.evidence, crls: [...consulted] };
  const looked = { input: evidence, steps: budget.steps, sources: context.sources };
  const overspent = refuseOverspent(budget, 'path' in found && !('refusal' in found));
  if (overspent) {
    const refusedBy = { rule: 'Bounds of this library', certificate: leaf.fingerprint };
    return refuse({ ...overspent, refusedBy, path: [leaf.fingerprint], ...looked });
  }
  if ('refusal' in found) {
    const { code, reason, rule, certificate } = found.refusal;
    const path = (found.path ?? [leaf]).map((c) => c.fingerprint).reverse();
    return refuse({
      code,
      reason,
      refusedBy: { rule, certificate: certificate.fingerprint },
      path,
      ...looked,
    });
  }
  return allow(found.path, prepared, looked, context.usedGrace ? 'reduced' : 'full');
}

/**
 * Once a bound was met, a source may have gone unasked, so nothing that was found counts as valid. A refusal made before
 * stands when steps are spent; when time is, only the place where it ran out can be told again.
 */
function refuseOverspent({ spent }: Budget, isFound: boolean): Refusal | undefined {
  if (spent === 'time') return { code: 'budget-spent', reason: 'The time for the decision was up' };
  if (spent === 'steps' && isFound)
    return { code: 'path-search-limit', reason: 'There are too many paths and sources to try' };
  return undefined;
}

function refuseForPurpose(
  { certificates, final }: ValidPath,
  { purpose, authorities }: PreparedInput,
): RuledRefusal | undefined {
  const step = { path: certificates, policies: final.constrainedPolicies, authorities };
  for (const check of purpose.checks) {
    const refusal = check.run(step);
    const certificate = certificates.at(-1);
    if (refusal && certificate) return { ...refusal, rule: check.rule, certificate };
  }
  return undefined;
}

type Looked = Pick<Evidence, 'input' | 'steps' | 'sources'>;

function allow(
  { certificates, final }: ValidPath,
  { authorities = [] }: PreparedInput,
  looked: Looked,
  assurance: Decision['assurance'],
): Decision {
  const authority = authorityOf(certificates, authorities) ?? null;
  const answer = {
    valid: true,
    code: 'ok',
    path: certificates.map((c) => c.fingerprint).reverse(),
    policies: [...final.constrainedPolicies],
    identity: authority?.identity ?? null,
  };
  const fingerprint = authority?.fingerprint ?? null;
  return {
    ...answer,
    reason: 'The certificate is valid',
    assurance,
    authority,
    evidence: { version: 1, ...answer, authority: fingerprint, refusedBy: null, ...looked },
  };
}

function refuse(refusal: Refusal & Looked & { refusedBy: Evidence['refusedBy']; path: string[] }): Decision {
  const { reason, code, path, ...looked } = refusal;
  const answer = { valid: false, code, path, policies: [], identity: null, authority: null };
  return { ...answer, reason, assurance: 'full', evidence: { version: 1, ...answer, ...looked } };
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
    authorities: null,
    budgetMilliseconds: input.budgetMilliseconds ?? DEFAULT_BUDGET_MS,
  };
}
