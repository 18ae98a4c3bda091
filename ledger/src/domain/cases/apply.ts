import { isAppError, refused } from '@xinlu/common/errors';
import { parser } from '@xinlu/common/wire';
import type { CaseDeps } from './act.ts';
import type { CaseFile } from './case-file.ts';
import type { Command } from './case-store.ts';

export type Application = {
  readonly id: string;
  readonly type: string;
  readonly unit: string;
  readonly facts: Record<string, unknown>;
};

/**
 * Begins a case: its parties are invited. The same application again answers the case as it stands.
 *
 * @throws AppError `case-type-unknown` (404), `facts-malformed`, `unit-unknown` (404), `mortgage-unknown` (404),
 *   `title-state-missing` (retryable), `case-exists` (409) if the id names another application
 */
export async function applyForCase(
  { store, register, types }: CaseDeps,
  office: string,
  command: Command,
  { id, type: name, unit, facts }: Application,
): Promise<CaseFile> {
  const type = types.get(name);
  if (!type) throw refused('case-type-unknown', 'There is no such type of case.', { status: 404 });
  parser(type.facts, 'facts-malformed', 'What the application says').parse(facts);
  const { version, state } = await register.record(unit);
  const title = version === 0 ? undefined : await store.title(unit, state);
  if (version > 0 && !title) {
    throw refused('title-state-missing', 'The state of this unit is not known here.', { status: 409 });
  }
  const slots = type.slots(facts, title);
  const data = { id, office, type: name, unit, facts, slots, fee: type.fee };
  return store.begin({ name: 'applied', data }, command);
}

/** Whether the register refused a change, and by which of its errors. */
export function registersRefusal(error: unknown): string | undefined {
  return isAppError(error) && error.code === 'title-refused' ? String(error.extra['error']) : undefined;
}
