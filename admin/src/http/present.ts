import type { Participant } from '@xinlu/common/wire';
import type { AuditLine, Operator, Proposal, RegisterVersion } from '../domain/records.ts';
import type { ParticipantRevision } from '../domain/store.ts';

/** Where a participant stands now. */
export function stateOf(participant: { validFrom: string; validUntil?: string }, now: Date) {
  if (Date.parse(participant.validFrom) > now.getTime()) return 'future';
  if (participant.validUntil !== undefined && Date.parse(participant.validUntil) <= now.getTime())
    return 'ended';
  return 'active';
}

export function presentRevision(revision: ParticipantRevision) {
  return { ...revision, signedAt: revision.signedAt.toISOString() };
}

/** A proposal as the console shows it; `current` is the register's version now, `viewer` who asks. */
export function presentProposal(
  proposal: Proposal,
  current: number,
  viewer: { id: string; subject: string },
) {
  const { content } = proposal;
  const aboutParticipant = content.kind.startsWith('participant-');
  const own = proposal.proposedBy.id === viewer.id || proposal.proposerSubject === viewer.subject;
  return {
    id: proposal.id,
    kind: content.kind,
    target: proposal.target,
    reason: content.reason,
    before: content.before,
    after: content.after,
    baseVersion: proposal.baseVersion,
    contentHash: proposal.contentHash,
    proposedBy: proposal.proposedBy,
    proposedAt: proposal.proposedAt.toISOString(),
    state: proposal.state,
    /** Open, but the register moved on: it can only be withdrawn or rejected, and proposed anew. */
    overtaken: proposal.state === 'open' && aboutParticipant && proposal.baseVersion !== current,
    own,
    decidedBy: proposal.decidedBy,
    decidedAt: proposal.decidedAt?.toISOString() ?? null,
    decisionReason: proposal.decisionReason,
    decisionJws: proposal.decisionJws,
    version: proposal.version,
  };
}

export function presentOperator(operator: Operator, now: Date) {
  const expired = operator.codeExpires !== null && operator.codeExpires.getTime() <= now.getTime();
  const waiting = expired ? 'code-expired' : 'appointed';
  return {
    id: operator.id,
    name: operator.name,
    state: operator.endedAt !== null ? 'ended' : operator.enrolledAt !== null ? 'enrolled' : waiting,
    appointedAt: operator.appointedAt.toISOString(),
    enrolledAt: operator.enrolledAt?.toISOString() ?? null,
    endedAt: operator.endedAt?.toISOString() ?? null,
    codeExpires: operator.codeExpires?.toISOString() ?? null,
  };
}

/** What may be called by name in an audit line: operators and participants, by id. */
export type KnownNames = {
  operators: ReadonlyMap<string, string>;
  participants: ReadonlyMap<string, Participant['name']>;
};

export function presentAudit(line: AuditLine, names: KnownNames) {
  const target = String(line.detail['target'] ?? '');
  return {
    ...line,
    id: line.seq,
    at: line.at.toISOString(),
    operatorName: line.operator === null ? null : (names.operators.get(line.operator) ?? null),
    /** Of the participant or operator that a proposal is about; null when the register knows no name for it. */
    targetName: names.participants.get(target) ?? names.operators.get(target) ?? null,
  };
}

/** A version with all that is needed to check its commitment: the snapshot is public, so its salt is no secret. */
export function presentVersion(version: RegisterVersion) {
  return {
    id: version.version,
    version: version.version,
    hash: version.hash,
    previous: version.previous,
    signedAt: version.signedAt.toISOString(),
    proposal: version.proposal,
    commitment: version.commitment,
    salt: Buffer.from(version.salt).toString('base64url'),
    entry: version.entry,
  };
}
