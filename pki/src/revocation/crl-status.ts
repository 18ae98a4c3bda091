import { sameBytes } from '../asn1/values.ts';
import { ALL_REASONS, type DistributionPoint } from '../certificate/distribution-point.ts';
import type { SubjectPublicKey } from '../certificate/public-key.ts';
import type { CrlHead } from '../crl/crl-head.ts';
import { REASON_REMOVE_FROM_CRL, type RevokedEntry } from '../crl/revoked-table.ts';
import type { Refusal } from '../path/state.ts';
import type { AvailableCrl, RevocationContext, RevocationStatus, Subject } from './context.ts';
import type { CrlCandidate } from './crl-candidate.ts';
import { findCrlSigner } from './crl-signer.ts';
import { crlTable } from './crl-table.ts';
import { reasonName } from './reasons.ts';

type Tally = { reasons: number; refusal: { refusal: Refusal; rule: string } | undefined };

const NOTHING_FOUND = {
  refusal: { code: 'revocation-unknown', reason: 'There is no revocation list that covers the certificate' },
  rule: 'RFC 5280 6.3.3',
};

/** RFC 5280 6.3.3: goes through the distribution points until every reason is covered or the certificate is revoked. */
export function statusByCrls(subject: Subject, context: RevocationContext): RevocationStatus {
  const tally: Tally = { reasons: 0, refusal: undefined };
  for (const point of distributionPoints(subject)) {
    for (const crl of newestFirst(crlsFor(point, subject, context))) {
      const entry = judge({ subject, point, crl, context }, tally);
      if (entry) return { status: 'revoked', reason: reasonName(entry.reason) };
      if (tally.reasons === ALL_REASONS) return { status: 'good' };
    }
  }
  return { status: 'unknown', ...(tally.refusal ?? NOTHING_FOUND) };
}

/** The certificate's own points, then its issuer's lists at large, as the last paragraph of 6.3.3 says. */
function distributionPoints({ certificate }: Subject): DistributionPoint[] {
  const atLarge: DistributionPoint = {
    name: { kind: 'full', names: [{ form: 'directory', name: certificate.issuer }] },
    reasons: undefined,
    crlIssuer: undefined,
  };
  return [...(certificate.extensions.distributionPoints ?? []), atLarge];
}

function crlsFor(
  point: DistributionPoint,
  subject: Subject,
  { material }: RevocationContext,
): AvailableCrl[] {
  if (!point.crlIssuer) return material.crlsOf(subject.certificate.issuer.key).filter(isComplete);
  const issuers = new Set<string>();
  for (const name of point.crlIssuer) if (name.form === 'directory') issuers.add(name.name.key);
  return [...issuers].flatMap((issuer) => material.crlsOf(issuer)).filter(isComplete);
}

function isComplete({ head }: AvailableCrl): boolean {
  return !head.isDelta;
}

/** The newest decides, so that an older list that still counts as fresh cannot hide a later revocation. */
function newestFirst(crls: readonly AvailableCrl[]): AvailableCrl[] {
  return crls.length < 2 ? [...crls] : [...crls].sort((a, b) => compareAge(b.head, a.head));
}

function compareAge(a: CrlHead, b: CrlHead): number {
  if (a.number !== undefined && b.number !== undefined && a.number !== b.number)
    return a.number < b.number ? -1 : 1;
  return a.thisUpdate - b.thisUpdate;
}

/** @returns the entry when the certificate is revoked; otherwise the tally has what the CRL adds, or why it adds nothing */
function judge(candidate: CrlCandidate, tally: Tally): RevokedEntry | undefined {
  const { subject, point, crl, context } = candidate;
  for (const check of crlTable) {
    const refusal = check.run(candidate);
    if (refusal === 'notMeant') return undefined;
    if (refusal) {
      tally.refusal ??= { refusal, rule: check.rule };
      return undefined;
    }
  }
  // 6.3.3 (d), (e): a list that covers no further reason is passed over.
  const covered =
    (point.reasons ?? ALL_REASONS) & (crl.head.issuingDistributionPoint?.reasons ?? ALL_REASONS);
  if ((covered & ~tally.reasons) === 0) return undefined;
  const signer = findCrlSigner(subject, crl, point, context);
  if ('refusal' in signer) {
    tally.refusal = signer;
    return undefined;
  }
  const delta = findDelta(candidate, signer.key);
  const entry = findEntry(subject, crl, delta);
  note(candidate, crl, entry);
  if (delta) note(candidate, delta, entry);
  if (!entry) tally.reasons |= covered;
  return entry;
}

/** 6.3.3 (i) to (k): the delta first; what it removes is not revoked even though the complete list still has it. */
function findEntry(
  subject: Subject,
  crl: AvailableCrl,
  delta: AvailableCrl | undefined,
): RevokedEntry | undefined {
  const { serialBytes, issuer } = subject.certificate;
  const changed = delta?.revoked.find(serialBytes, issuer);
  if (changed) return changed.reason === REASON_REMOVE_FROM_CRL ? undefined : changed;
  return crl.revoked.find(serialBytes, issuer);
}

/** 6.3.3 (c), (h): the newest delta of the same issuer, scope and key that this complete list can be combined with. */
function findDelta(candidate: CrlCandidate, key: SubjectPublicKey): AvailableCrl | undefined {
  const { context } = candidate;
  const complete = candidate.crl.head;
  const deltas = context.material.crlsOf(complete.issuer.key).filter((d) => isDeltaOf(d.head, complete));
  return newestFirst(deltas).find((delta) => {
    if (crlTable.some((check) => check.run({ ...candidate, crl: delta }) !== undefined)) return false;
    return context.budget.take() && delta.verdict(key) === 'valid';
  });
}

function isDeltaOf(delta: CrlHead, complete: CrlHead): boolean {
  if (delta.baseNumber === undefined || delta.number === undefined || complete.number === undefined)
    return false;
  return (
    delta.baseNumber <= complete.number &&
    delta.number > complete.number &&
    sameOptional(delta.issuingDistributionPoint?.der, complete.issuingDistributionPoint?.der) &&
    sameOptional(delta.authorityKeyIdentifier?.keyId, complete.authorityKeyIdentifier?.keyId)
  );
}

function sameOptional(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === undefined || b === undefined ? a === b : sameBytes(a, b);
}

function note({ subject, context }: CrlCandidate, crl: AvailableCrl, entry: RevokedEntry | undefined): void {
  const { head } = crl;
  if (context.settings.time > (head.nextUpdate ?? 0)) context.usedGrace = true;
  context.sources.push({
    kind: crl.kind === 'index' ? 'index' : head.isDelta ? 'delta-crl' : 'crl',
    ...head.citation,
    certificate: subject.certificate.fingerprint,
    result: entry ? 'revoked' : 'good',
  });
}
