import { sha256Hex } from '@xinlu/common/canonical';
import { refused } from '@xinlu/common/errors';
import { enrolmentCodeHash, newEnrolmentCode } from '../enrolment-code.ts';
import { contentHashOf } from '../proposal-hash.ts';
import type { ActingOperator, Proposal } from '../records.ts';
import type { RegisterWriter } from '../store.ts';
import { type DecisionClaims, type RegisterDeps, rulesNow } from './deps.ts';
import { FEWEST_OPERATORS, judgeParticipant, versionMoved } from './propose.ts';

const CODE_DAYS = 7;

/** What the operator saw and says: her decision counts only for exactly that content. */
export type Decision = { proposal: string; shownHash: string; reason?: string };

export type Approval = {
  proposal: Proposal;
  /** The approver's half of the new operator's one-time code, given out here once and kept nowhere. */
  enrolmentCode?: string;
};

async function openProposal(
  tx: RegisterWriter,
  decision: Decision,
  operator: ActingOperator,
  own: boolean,
): Promise<Proposal> {
  const proposal = await tx.proposal(decision.proposal);
  if (proposal === undefined)
    throw refused('proposal-unknown', 'There is no such proposal.', { status: 404 });
  const mine = proposal.proposedBy.id === operator.id || proposal.proposerSubject === operator.subject;
  if (own && !mine)
    throw refused('not-own-proposal', 'Only who made a proposal can withdraw it.', { status: 403 });
  if (!own && mine)
    throw refused('own-proposal', 'A proposal is decided by another operator, never by its own maker.', {
      status: 403,
    });
  if (proposal.state !== 'open')
    throw refused('proposal-decided', 'This proposal has been decided already.', {
      status: 409,
      extra: { state: proposal.state },
    });
  if (!own && (await tx.operator(proposal.proposedBy.id))?.endedAt !== null)
    throw refused('proposer-ended', 'Who proposed this is no operator any more; propose it anew.', {
      status: 409,
    });
  const stored = contentHashOf({ ...proposal, proposedBy: proposal.proposedBy.id });
  if (decision.shownHash !== proposal.contentHash || stored !== proposal.contentHash)
    throw refused('shown-otherwise', 'What you were shown is not what stands here; open it again.', {
      status: 409,
    });
  return proposal;
}

async function close(
  deps: RegisterDeps,
  tx: RegisterWriter,
  proposal: Proposal,
  operator: ActingOperator,
  outcome: { state: DecisionClaims['decision']; reason: string | undefined },
): Promise<void> {
  const at = deps.clock.now();
  const { state, reason } = outcome;
  const jws = await deps.signDecision({
    iss: deps.issuer,
    jti: deps.ids.uuid(),
    iat: Math.floor(at.getTime() / 1000),
    decision: state,
    proposal: proposal.id,
    content_hash: proposal.contentHash,
    base_version: proposal.baseVersion,
    operator: operator.id,
    acr: operator.acr,
    auth_time: operator.authTime,
    ...(reason === undefined ? {} : { reason }),
  });
  const closed = await tx.closeProposal(proposal.id, {
    state,
    operator: operator.id,
    subject: operator.subject,
    at,
    reason: reason ?? null,
    jws,
  });
  if (!closed) throw refused('proposal-decided', 'This proposal has been decided already.', { status: 409 });
  await tx.appendAudit({
    at,
    operator: operator.id,
    action: `proposal-${state}`,
    subject: proposal.id,
    detail: {
      kind: proposal.content.kind,
      target: proposal.target,
      contentHash: proposal.contentHash,
      decisionHash: sha256Hex(jws),
    },
  });
}

async function approveParticipant(
  deps: RegisterDeps,
  tx: RegisterWriter,
  proposal: Proposal,
): Promise<() => Promise<void>> {
  const { content } = proposal;
  if (content.kind === 'operator-add' || content.kind === 'operator-end')
    throw new Error('the proposal is not about a participant');
  const latest = await tx.latestVersion();
  if (latest === undefined || latest.version !== proposal.baseVersion)
    throw versionMoved(latest?.version ?? 0);
  const { after } = content;
  const others = (await tx.participants()).filter(
    (other) => content.kind === 'participant-add' || other.id !== after.id,
  );
  judgeParticipant(after, others, rulesNow(deps, content.kind === 'participant-end'));
  const version = await deps.makeVersion([...others, after], latest, proposal.id);
  return () => tx.appendVersion(version, [after]);
}

async function appointOperator(
  deps: RegisterDeps,
  tx: RegisterWriter,
  proposal: string,
  after: { name: string; proposerCodeSha256: string },
): Promise<string> {
  const code = newEnrolmentCode(deps.ids);
  const now = deps.clock.now();
  await tx.insertOperator({
    id: deps.ids.uuid(),
    name: after.name,
    codeSha256: enrolmentCodeHash(code),
    codeExpires: new Date(now.getTime() + CODE_DAYS * 86_400_000),
    appointedAt: now,
    appointment: { proposal, proposerCodeSha256: after.proposerCodeSha256 },
  });
  return code;
}

async function endOperator(deps: RegisterDeps, tx: RegisterWriter, id: string): Promise<void> {
  const { rows } = await tx.operators({ offset: 0, limit: 10_000 });
  const staying = rows.filter((row) => row.subject !== null && row.endedAt === null && row.id !== id);
  if (staying.length < FEWEST_OPERATORS)
    throw refused('operators-too-few', 'Two enrolled operators must remain.', { status: 409 });
  if (rows.find((row) => row.id === id)?.endedAt !== null)
    throw refused('operator-ended', 'This operator has been ended already.', { status: 409 });
  await tx.endOperator(id, deps.clock.now());
}

/**
 * A second operator's approval: the decision, the next version and its job for the ledger are committed together, or
 * nothing is. Of any number of parallel approvals exactly one wins; the others get `proposal-decided` (409).
 */
export async function approve(
  deps: RegisterDeps,
  decision: Decision,
  operator: ActingOperator,
): Promise<Approval> {
  const enrolmentCode = await deps.store.change(async (tx) => {
    const proposal = await openProposal(tx, decision, operator, false);
    const { content } = proposal;
    const outcome = { state: 'approved' as const, reason: decision.reason };
    if (content.kind === 'operator-add') {
      await close(deps, tx, proposal, operator, outcome);
      return appointOperator(deps, tx, proposal.id, content.after);
    }
    if (content.kind === 'operator-end') {
      await close(deps, tx, proposal, operator, outcome);
      await endOperator(deps, tx, content.before.id);
      return undefined;
    }
    const append = await approveParticipant(deps, tx, proposal);
    await close(deps, tx, proposal, operator, outcome);
    await append();
    return undefined;
  });
  const proposal = await decided(deps, decision.proposal);
  return { proposal, ...(enrolmentCode === undefined ? {} : { enrolmentCode }) };
}

/** A second operator's refusal, with her reason. */
export async function reject(
  deps: RegisterDeps,
  decision: Decision & { reason: string },
  operator: ActingOperator,
): Promise<Proposal> {
  await deps.store.change(async (tx) => {
    const proposal = await openProposal(tx, decision, operator, false);
    await close(deps, tx, proposal, operator, { state: 'rejected', reason: decision.reason });
  });
  return decided(deps, decision.proposal);
}

/** The maker takes a proposal back. */
export async function withdraw(
  deps: RegisterDeps,
  decision: Decision,
  operator: ActingOperator,
): Promise<Proposal> {
  await deps.store.change(async (tx) => {
    const proposal = await openProposal(tx, decision, operator, true);
    await close(deps, tx, proposal, operator, { state: 'withdrawn', reason: decision.reason });
  });
  return decided(deps, decision.proposal);
}

async function decided(deps: RegisterDeps, id: string): Promise<Proposal> {
  const proposal = await deps.store.proposal(id);
  if (proposal === undefined) throw new Error('a decided proposal is gone');
  return proposal;
}
