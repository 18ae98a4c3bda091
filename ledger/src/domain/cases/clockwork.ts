import type { Bytes32 } from '@xinlu/contracts';
import type { CaseDeps } from './act.ts';
import { registersRefusal } from './apply.ts';
import type { CaseFile, Fault } from './case-file.ts';
import type { HeldCase } from './case-store.ts';
import type { ChangeSource } from './case-type.ts';
import type { TitleJson } from './title.ts';

export type ClockworkDeps = Omit<CaseDeps, 'isDeed'> & {
  readonly now: () => Date;
  /** 32 random bytes as 0x hex. */
  readonly nonce: () => string;
};

/** How long approvals of a change may be used, in seconds: the time for all to approve, and to register. */
const approvalSeconds = 60 * 86_400;

/**
 * One round over all cases that wait for nobody: checks them, brings what is decided to the register, and ends what was
 * not completed in time. Each step holds its case, and asks the chain before it sends; killed anywhere, the next round goes
 * on where it was, and the register takes a change once. A case that fails stops no other.
 *
 * @returns how many cases moved; 0 where another process is at it.
 * @throws the first failure, after the round
 */
export async function workOnCases(deps: ClockworkDeps): Promise<number> {
  const round = await deps.store.alone(async () => {
    const failures: unknown[] = [];
    let moved = 0;
    for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
      const worked = await deps.store.holdNext(deps.now(), after, (held) =>
        workOn(deps, held).catch((error: unknown) => {
          failures.push(error);
          return false;
        }),
      );
      if (!worked) break;
      after = worked.id;
      if (worked.done) moved++;
    }
    return { moved, failures };
  });
  if (round && round.failures.length > 0) throw round.failures[0];
  return round?.moved ?? 0;
}

async function workOn(deps: ClockworkDeps, held: HeldCase): Promise<boolean> {
  switch (held.file.stage) {
    case 'checks':
      return check(deps, held);
    case 'registration':
      return register(deps, held);
    case 'returned':
      await held.add({
        name: 'rejected',
        data: { reasons: [{ code: 'not-completed-in-time', detail: `was due at ${held.file.due}` }] },
      });
      return true;
    default:
      return false;
  }
}

const handBack = async (held: HeldCase, reasons: readonly Fault[]): Promise<true> => {
  await held.add({ name: 'handed-back', data: { reasons } });
  return true;
};

/** Makes the change of the state that stands now, so that a case that waited is checked against what became of the unit. */
async function check(deps: ClockworkDeps, held: HeldCase): Promise<boolean> {
  const { file } = held;
  const type = deps.types.get(file.type);
  if (!type) throw new Error(`case ${file.id} is of a type that is gone`);
  const { version, closed, state } = await deps.register.record(file.unit);
  const title = version === 0 ? undefined : await deps.store.title(file.unit, state);
  if (version > 0 && !title) return false;
  const source: ChangeSource = {
    facts: file.facts,
    slots: file.slots.map(({ slot, role, key = '', party = '' }) => ({ slot, role, key, party })),
    title,
    terms: {
      unit: file.unit as Bytes32,
      version,
      nonce: deps.nonce() as Bytes32,
      deadline: Math.floor(deps.now().getTime() / 1000) + approvalSeconds,
    },
  };
  const faults: Fault[] = closed ? [{ code: 'unit-closed', detail: 'others took its place' }] : [];
  faults.push(...titleMoved(file, title), ...type.check(source));
  if (faults.length > 0) return handBack(held, faults);
  const change = type.change(source);
  // Before anybody approves it: once the register holds the state, nobody could change the title without it.
  await deps.store.keepTitle(file.unit, deps.register.stateOf(change.after), change.after);
  await held.add({ name: 'checked', data: { change, digest: deps.register.digestOf(change) } });
  return true;
}

/** Who was invited by the title must stand in it still. */
function titleMoved(file: CaseFile, title: TitleJson | undefined): Fault[] {
  const keys = new Set([...(title?.owners ?? []), ...(title?.mortgages ?? [])].map(({ key }) => key));
  const gone = file.slots.filter(({ expects }) => expects !== undefined && !keys.has(expects));
  return gone.map(({ slot }) => ({ code: 'title-moved', detail: `${slot} no longer stands in the title` }));
}

async function register(deps: ClockworkDeps, held: HeldCase): Promise<boolean> {
  const { file } = held;
  const { change } = file;
  if (!change) throw new Error(`case ${file.id} has nothing to register`);
  const { unit, version, nonce } = change.terms;
  // In this order: what the second question does not see, the first cannot have counted.
  const [standing, final] = [await deps.register.record(unit), await deps.register.finalRecord(unit)];
  const mine = await deps.register.registration(unit, nonce);
  if (mine) {
    if (!mine.final) return false;
    const state = deps.register.stateOf(change.after);
    await held.add({ name: 'registered', data: { version: version + 1, state, title: change.after } });
    return true;
  }
  if (final.version > version) {
    const detail = `version ${final.version} stands where the case changes version ${version}`;
    return handBack(held, [{ code: 'title-moved', detail }]);
  }
  if (standing.version !== version) return false;
  if (file.transaction !== undefined && (await deps.register.isPending(file.transaction))) return false;
  return send(deps, held);
}

async function send({ register: titles }: ClockworkDeps, held: HeldCase): Promise<boolean> {
  const { change, approvals, decisions } = held.file;
  if (!change) throw new Error('nothing to send');
  const inOrder = [
    ...change.parties.map((key) => approvals[key] ?? ''),
    ...decisions.map(({ approval }) => approval),
  ];
  try {
    const transaction = await titles.send(change, inOrder);
    await held.add({ name: 'sent', data: { transaction } });
    return true;
  } catch (error) {
    const refusal = registersRefusal(error);
    if (refusal === undefined) throw error;
    // Another change came between: what became final will tell.
    if (refusal === 'VersionConflict') return false;
    return handBack(held, [{ code: 'register-refused', detail: refusal }]);
  }
}
