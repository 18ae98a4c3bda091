import { canonicalJson } from '@xinlu/common/canonical';
import { refused } from '@xinlu/common/errors';
import { type Participant, parseParticipant } from '@xinlu/common/wire';
import { enrolmentCodeHash, newEnrolmentCode } from '../enrolment-code.ts';
import { refusePrivateKeys } from '../private-keys.ts';
import { contentHashOf } from '../proposal-hash.ts';
import type { ActingOperator, Proposal, ProposalContent } from '../records.ts';
import { faultsOf, type RuleContext } from '../rules/index.ts';
import type { RegisterWriter } from '../store.ts';
import { type RegisterDeps, rulesNow } from './deps.ts';

/** What an operator asks for, its participant still unverified. */
export type ProposalRequest = { baseVersion: number; reason: string } & (
  | { kind: 'participant-add'; participant: unknown }
  | { kind: 'participant-change'; participant: unknown }
  | { kind: 'participant-end'; id: string; validUntil?: string }
  | { kind: 'operator-add'; name: string }
  | { kind: 'operator-end'; id: string }
);

/** Fewer than two could decide nothing any more, not even a new operator. */
export const FEWEST_OPERATORS = 2;

export function versionMoved(current: number): Error {
  return refused(
    'register-changed',
    `The register has changed meanwhile: it is at version ${current} now. Look at it and propose again.`,
    { status: 409, extra: { currentVersion: current } },
  );
}

/** Refuses a participant with faults (422 `participant-refused`, all of them listed). */
export function judgeParticipant(
  participant: Participant,
  others: readonly Participant[],
  context: Omit<RuleContext, 'others'>,
): void {
  const faults = faultsOf(participant, { ...context, others });
  if (faults.length === 0) return;
  throw refused('participant-refused', 'The participant breaks rules of the register.', {
    status: 422,
    extra: { faults },
  });
}

function parseUnverified(unverified: unknown): Participant {
  refusePrivateKeys(unverified);
  return parseParticipant.parse(unverified) as Participant;
}

function existing(participants: readonly Participant[], id: string): Participant {
  const found = participants.find((participant) => participant.id === id);
  if (found === undefined)
    throw refused('participant-unknown', 'There is no participant with this id.', { status: 404 });
  return found;
}

async function participantContent(
  request: Extract<ProposalRequest, { kind: `participant-${string}` }>,
  participants: readonly Participant[],
  deps: RegisterDeps,
): Promise<ProposalContent> {
  const now = deps.clock.now();
  const judge = (after: Participant) =>
    judgeParticipant(
      after,
      participants.filter((other) => request.kind === 'participant-add' || other.id !== after.id),
      rulesNow(deps, request.kind === 'participant-end'),
    );
  if (request.kind === 'participant-end') {
    const before = existing(participants, request.id);
    const after = { ...before, validUntil: request.validUntil ?? now.toISOString() };
    judge(parseUnverified(after));
    return { kind: request.kind, before, after, reason: request.reason };
  }
  const after = parseUnverified(request.participant);
  if (request.kind === 'participant-add') {
    judge(after);
    return { kind: request.kind, before: null, after, reason: request.reason };
  }
  const before = existing(participants, after.id);
  if (canonicalJson(before) === canonicalJson(after))
    throw refused('nothing-changed', 'The proposal changes nothing.', { status: 422 });
  judge(after);
  return { kind: request.kind, before, after, reason: request.reason };
}

async function operatorContent(
  request: Extract<ProposalRequest, { kind: `operator-${string}` }>,
  tx: RegisterWriter,
  enrolmentCode: string,
): Promise<ProposalContent> {
  if (request.kind === 'operator-add') {
    const after = { name: request.name, proposerCodeSha256: enrolmentCodeHash(enrolmentCode) };
    return { kind: request.kind, before: null, after, reason: request.reason };
  }
  const operator = await tx.operator(request.id);
  if (operator === undefined)
    throw refused('operator-unknown', 'There is no operator with this id.', { status: 404 });
  if (operator.endedAt !== null)
    throw refused('operator-ended', 'This operator has been ended already.', { status: 409 });
  return {
    kind: request.kind,
    before: { id: operator.id, name: operator.name },
    after: null,
    reason: request.reason,
  };
}

function targetOf(content: ProposalContent): string {
  if (content.kind === 'operator-end') return content.before.id;
  return content.kind === 'operator-add' ? content.after.name : content.after.id;
}

export type Proposed = {
  proposal: Proposal;
  /**
   * For operator-add: the proposer's half of the one-time code, given out here once and kept nowhere. The approver gets the
   * other, so that neither alone can choose who becomes operator.
   */
  enrolmentCode?: string;
};

/**
 * Records a proposal that was judged whole against the newest version. Refusals: `register-changed` (409, written against
 * an older version), `participant-malformed` / `participant-refused` / `private-key-given` with all faults, and others.
 */
export async function propose(
  deps: RegisterDeps,
  request: ProposalRequest,
  operator: ActingOperator,
): Promise<Proposed> {
  const id = deps.ids.uuid();
  const enrolmentCode = newEnrolmentCode(deps.ids);
  await deps.store.change(async (tx) => {
    const current = (await tx.latestVersion())?.version ?? 0;
    if (request.baseVersion !== current) throw versionMoved(current);
    const content =
      'participant' in request || request.kind === 'participant-end'
        ? await participantContent(request, await tx.participants(), deps)
        : await operatorContent(request, tx, enrolmentCode);
    const proposal = {
      id,
      target: targetOf(content),
      baseVersion: current,
      content,
      proposedBy: operator.id,
    };
    const contentHash = contentHashOf(proposal);
    const proposedAt = deps.clock.now();
    await tx.insertProposal({ ...proposal, contentHash, proposerSubject: operator.subject, proposedAt });
    await tx.appendAudit({
      at: proposedAt,
      operator: operator.id,
      action: 'proposal-made',
      subject: id,
      detail: { kind: content.kind, target: proposal.target, baseVersion: current, contentHash },
    });
  });
  const proposal = await deps.store.proposal(id);
  if (proposal === undefined) throw new Error('a committed proposal is gone');
  return { proposal, ...(request.kind === 'operator-add' ? { enrolmentCode } : {}) };
}
