import { refused } from '@xinlu/common/errors';
import type { CaseEvent, CaseFile, Fault, Stage } from './case-file.ts';
import type { CaseStore, Command } from './case-store.ts';
import type { CaseType } from './case-type.ts';
import type { TitleRegister } from './title.ts';

/** What an office does with one of its cases, for a party or for itself. */
export type CaseCommand =
  | { readonly name: 'join'; readonly slot: string; readonly key: string; readonly party: string }
  | { readonly name: 'file-documents'; readonly documents: Record<string, string> }
  | { readonly name: 'pay'; readonly amount: number; readonly reference: string }
  | { readonly name: 'approve'; readonly approval: string }
  | { readonly name: 'decide'; readonly approval: string }
  | { readonly name: 'issue-deed'; readonly entry: string }
  | { readonly name: 'hand-back'; readonly reasons: readonly Fault[] }
  | { readonly name: 'complete'; readonly documents: Record<string, string> }
  | { readonly name: 'reject'; readonly reasons: readonly Fault[] }
  | { readonly name: 'withdraw'; readonly reason: string }
  | { readonly name: 'appeal'; readonly ground: string }
  | { readonly name: 'decide-appeal'; readonly upheld: boolean; readonly reasons: readonly Fault[] };

export type CaseDeps = {
  readonly store: CaseStore;
  readonly register: TitleRegister;
  readonly types: ReadonlyMap<string, CaseType>;
  /** Whether this entry of the log is a credential of this office. */
  readonly isDeed: (entry: string, office: string) => Promise<boolean>;
};

/**
 * In which stages each command may come. From the second registrar's approval on, anybody may send the change to the
 * register, so nothing stops the case any more.
 */
const open: readonly Stage[] = ['parties', 'documents', 'fees', 'checks', 'approvals', 'decision'];
const stages: Record<CaseCommand['name'], readonly Stage[]> = {
  join: ['parties'],
  'file-documents': ['parties', 'documents'],
  pay: ['parties', 'documents', 'fees'],
  approve: ['approvals'],
  decide: ['decision'],
  'issue-deed': ['deed'],
  'hand-back': ['checks', 'approvals', 'decision'],
  complete: ['returned'],
  reject: [...open, 'returned'],
  withdraw: [...open, 'returned'],
  appeal: ['rejected'],
  'decide-appeal': ['appealed'],
};

/**
 * Carries out a command. The same command id again answers the case as it stands and does nothing.
 *
 * @throws AppError `case-unknown` (404), `command-reused` (409), `case-stage` (409, with the stage), and what each
 *   command may find wrong
 */
export async function actOnCase(
  deps: CaseDeps,
  { id, office }: { id: string; office: string },
  command: Command,
  what: CaseCommand,
): Promise<CaseFile> {
  const done = await deps.store.hold(id, office, async (held) => {
    const earlier = await held.commandHash(command.id);
    if (earlier !== undefined) {
      if (Buffer.compare(earlier, command.hash) === 0) return held.file;
      throw refused('command-reused', 'This command id was used for another command.', { status: 409 });
    }
    if (!stages[what.name].includes(held.file.stage)) {
      throw refused('case-stage', `This cannot be done while the case is in stage ${held.file.stage}.`, {
        status: 409,
        extra: { stage: held.file.stage },
      });
    }
    return held.add(await eventOf(deps, held.file, what), command);
  });
  if (!done) throw refused('case-unknown', 'There is no such case of this office.', { status: 404 });
  return done;
}

async function eventOf(deps: CaseDeps, file: CaseFile, what: CaseCommand): Promise<CaseEvent> {
  switch (what.name) {
    case 'join':
      return { name: 'joined', data: checkJoin(file, what) };
    case 'file-documents':
      return { name: 'documented', data: { documents: checkDocuments(deps, file, what.documents) } };
    case 'complete':
      return { name: 'completed', data: { documents: checkDocuments(deps, file, what.documents) } };
    case 'pay':
      return { name: 'paid', data: { amount: what.amount, reference: what.reference } };
    case 'approve':
      return { name: 'approved', data: await checkApproval(deps, file, what.approval) };
    case 'decide':
      return { name: 'decided', data: await checkDecision(deps, file, what.approval) };
    case 'issue-deed': {
      if (!(await deps.isDeed(what.entry, file.office))) {
        throw refused('deed-not-logged', 'The log holds no credential of this office in that entry.');
      }
      return { name: 'deed-issued', data: { entry: what.entry } };
    }
    case 'hand-back':
      return { name: 'handed-back', data: { reasons: what.reasons } };
    case 'reject':
      return { name: 'rejected', data: { reasons: what.reasons } };
    case 'withdraw':
      return { name: 'withdrawn', data: { reason: what.reason } };
    case 'appeal':
      return { name: 'appealed', data: { ground: what.ground } };
    case 'decide-appeal':
      return { name: 'appeal-decided', data: { upheld: what.upheld, reasons: what.reasons } };
  }
}

function checkJoin(file: CaseFile, { slot: name, key, party }: { slot: string; key: string; party: string }) {
  const slot = file.slots.find((one) => one.slot === name);
  if (!slot) throw refused('slot-unknown', 'Nobody is invited to the case by this name.', { status: 404 });
  if (slot.key !== undefined) throw refused('slot-taken', 'This party has joined already.', { status: 409 });
  if (slot.expects !== undefined && slot.expects !== key) {
    throw refused('key-unexpected', 'This party stands in the title under another key.');
  }
  // A fresh key a case: somebody who is two parties has two of them, but for those whom the title names.
  const isTaken = file.slots.some((one) => one.key === key && one.expects === undefined);
  if (isTaken && slot.expects === undefined) {
    throw refused('key-taken', 'Another party of the case has this key.', { status: 409 });
  }
  return { slot: name, key, party };
}

function checkDocuments(deps: CaseDeps, file: CaseFile, documents: Record<string, string>) {
  const known = deps.types.get(file.type)?.documents ?? [];
  const unknown = Object.keys(documents).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw refused('document-unknown', 'A case of this type has no such document.', { extra: { known } });
  }
  return documents;
}

async function checkApproval({ register }: CaseDeps, file: CaseFile, approval: string) {
  if (!file.change) throw new Error('a case in stage approvals has a change');
  const key = await register.approver(file.change, approval);
  if (key === undefined || !file.change.parties.includes(key)) {
    throw refused('approval-invalid', 'This is no approval of this change by one of its parties.');
  }
  if (file.approvals[key] !== undefined) {
    throw refused('approved-already', 'This party has approved already.', { status: 409 });
  }
  return { key, approval };
}

async function checkDecision({ register }: CaseDeps, file: CaseFile, approval: string) {
  if (!file.change) throw new Error('a case in stage decision has a change');
  const key = await register.registrar(file.change, approval);
  if (key === undefined) {
    throw refused('decision-invalid', 'This is no approval of this change by a registrar.');
  }
  if (file.decisions.some((one) => one.key === key)) {
    throw refused('second-registrar-needed', 'Two different registrars decide a case.', { status: 409 });
  }
  if (file.change.parties.includes(key)) {
    throw refused('registrar-is-party', 'A registrar decides no case in which she is a party.', {
      status: 409,
    });
  }
  return { key, approval };
}
