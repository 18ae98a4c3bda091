import { sameBytes } from '../asn1/values.ts';
import type { UnverifiedCertificate } from '../certificate/parse.ts';
import { startAtAnchor } from './anchor.ts';
import type { Budget } from './budget.ts';
import { type Check, forkState, type PathSettings, type PathState, type Refusal } from './state.ts';
import { forAuthorities, forTheLast } from './table.ts';

/** The most certificates below an anchor. National hierarchies have two or three. */
export const MAX_PATH_CERTIFICATES = 16;
/** The most candidate certificates a caller may hand in. */
export const MAX_CANDIDATES = 1024;

/** A path that passed the table. `certificates` begins with the anchor; `states[i]` is the state before `certificates[i + 1]`. */
export type ValidPath = {
  certificates: readonly UnverifiedCertificate[];
  states: readonly PathState[];
  final: PathState;
};

/** Who refused, and by which rule. */
export type RuledRefusal = Refusal & { rule: string; certificate: UnverifiedCertificate };

export type SearchResult =
  | { path: ValidPath }
  | { refusal: RuledRefusal; path?: readonly UnverifiedCertificate[] };

type Search = {
  leaf: UnverifiedCertificate;
  candidatesByIssuer: ReadonlyMap<string, UnverifiedCertificate[]>;
  settings: PathSettings;
  budget: Budget;
  accept: (path: ValidPath) => RuledRefusal | undefined;
  best: { rank: number; refusal: RuledRefusal; path: readonly UnverifiedCertificate[] } | undefined;
};

/**
 * Looks for a path from one of the anchors to `leaf` and validates it while it grows, from the anchor down: a
 * certificate that no trusted key signed is never followed, so strangers' certificates cannot make the search branch.
 * `accept` has the last word on a path that passed the table. Of several refusals the one that got furthest is told.
 */
export function findPath(input: {
  leaf: UnverifiedCertificate;
  candidates: readonly UnverifiedCertificate[];
  anchors: readonly UnverifiedCertificate[];
  settings: PathSettings;
  budget: Budget;
  accept?: (path: ValidPath) => RuledRefusal | undefined;
}): SearchResult {
  const { leaf, settings, budget } = input;
  const ancestors = ancestorNames(leaf, input.candidates);
  const candidatesByIssuer = groupByIssuer(leaf, input.candidates, ancestors);
  const accept = input.accept ?? (() => undefined);
  const search: Search = { leaf, candidatesByIssuer, settings, budget, accept, best: undefined };
  for (const anchor of input.anchors) {
    const isLeafItself = anchor.fingerprint === leaf.fingerprint;
    if (!isLeafItself && !ancestors.has(anchor.subjectDn.key)) continue;
    const start = startAtAnchor(anchor, settings);
    if ('refusal' in start) {
      note(search, 0, { ...start.refusal, rule: start.rule, certificate: anchor }, [anchor]);
      continue;
    }
    const found = descend(search, start.state, [anchor], []);
    if (found) return { path: found };
  }
  if (search.best) return { refusal: search.best.refusal, path: search.best.path };
  return {
    refusal: {
      code: 'issuer-unknown',
      reason: 'No path leads from the certificate to a trusted authority',
      rule: 'RFC 5280 6.1',
      certificate: leaf,
    },
  };
}

/** The names above the leaf, as far as the candidates tell, with their distance from it. */
function ancestorNames(
  leaf: UnverifiedCertificate,
  candidates: readonly UnverifiedCertificate[],
): Map<string, number> {
  const distances = new Map([[leaf.issuer.key, 0]]);
  if (candidates.length === 0) return distances;
  const issuersBySubject = new Map<string, string[]>();
  for (const { subjectDn, issuer } of candidates) {
    const issuers = issuersBySubject.get(subjectDn.key);
    if (issuers) issuers.push(issuer.key);
    else issuersBySubject.set(subjectDn.key, [issuer.key]);
  }
  for (const [name, distance] of distances) {
    for (const issuer of issuersBySubject.get(name) ?? []) {
      if (!distances.has(issuer)) distances.set(issuer, distance + 1);
    }
  }
  return distances;
}

/** Candidates by the name of their issuer, nearest to the leaf first, so that a short path is found before long ones. */
function groupByIssuer(
  leaf: UnverifiedCertificate,
  candidates: readonly UnverifiedCertificate[],
  distances: ReadonlyMap<string, number>,
): Map<string, UnverifiedCertificate[]> {
  const groups = new Map<string, UnverifiedCertificate[]>();
  const seen = new Set([leaf.fingerprint]);
  for (const candidate of candidates) {
    if (seen.has(candidate.fingerprint) || !distances.has(candidate.subjectDn.key)) continue;
    seen.add(candidate.fingerprint);
    const group = groups.get(candidate.issuer.key);
    if (group) group.push(candidate);
    else groups.set(candidate.issuer.key, [candidate]);
  }
  const distance = ({ subjectDn }: UnverifiedCertificate): number => distances.get(subjectDn.key) ?? Infinity;
  for (const group of groups.values()) group.sort((a, b) => distance(a) - distance(b));
  return groups;
}

function descend(
  search: Search,
  state: PathState,
  path: readonly UnverifiedCertificate[],
  states: readonly PathState[],
): ValidPath | undefined {
  const { leaf } = search;
  const nextStates = [...states, state];
  const name = state.workingIssuerName.key;
  if (leaf.issuer.key === name) {
    const final = forkState(state);
    const certificates = [...path, leaf];
    if (passes(search, leaf, final, certificates, true)) {
      const found: ValidPath = { certificates, states: nextStates, final };
      const refusal = search.accept(found);
      if (!refusal) return found;
      note(search, Infinity, refusal, certificates);
    }
  }
  if (path.length >= MAX_PATH_CERTIFICATES) {
    note(
      search,
      path.length,
      limitReached('path-too-long', 'The path is longer than this library follows', leaf),
      path,
    );
    return undefined;
  }
  for (const candidate of search.candidatesByIssuer.get(name) ?? []) {
    if (search.budget.spent !== undefined) break;
    if (path.some((above) => isSameEntity(above, candidate))) continue;
    const next = forkState(state);
    const certificates = [...path, candidate];
    if (!passes(search, candidate, next, certificates, false)) continue;
    const found = descend(search, next, certificates, nextStates);
    if (found) return found;
  }
  return undefined;
}

/** The same name with the same key again cannot lead anywhere new (RFC 4158 2.4.2). */
function isSameEntity(a: UnverifiedCertificate, b: UnverifiedCertificate): boolean {
  return a.subjectDn.equals(b.subjectDn) && sameBytes(a.subjectPublicKey.der, b.subjectPublicKey.der);
}

function passes(
  search: Search,
  certificate: UnverifiedCertificate,
  state: PathState,
  path: readonly UnverifiedCertificate[],
  isLast: boolean,
): boolean {
  if (!search.budget.take()) {
    note(
      search,
      Infinity,
      limitReached('path-search-limit', 'There are too many possible paths to try', certificate),
      path,
    );
    return false;
  }
  const step = { certificate, state, settings: search.settings, isLast };
  let rank = path.length * 100 + (isLast ? 1e6 : 0);
  for (const check of isLast ? forTheLast : forAuthorities) {
    const refusal = check.run(step);
    if (refusal) {
      note(search, rank, ruled(refusal, check, certificate), path);
      return false;
    }
    rank += 1;
  }
  return true;
}

function ruled(refusal: Refusal, check: Check, certificate: UnverifiedCertificate): RuledRefusal {
  return { ...refusal, rule: check.rule, certificate };
}

function limitReached(code: string, reason: string, certificate: UnverifiedCertificate): RuledRefusal {
  return { code, reason, rule: 'Bounds of this library', certificate };
}

function note(
  search: Search,
  rank: number,
  refusal: RuledRefusal,
  path: readonly UnverifiedCertificate[],
): void {
  if (search.best === undefined || rank > search.best.rank) search.best = { rank, refusal, path };
}
