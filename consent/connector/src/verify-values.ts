import { refused } from '@xinlu/common/errors';
import { decryptNested } from '@xinlu/common/keys';
import { type Answer, parseSealedChecks, type SealedCheck } from '@xinlu/common/wire';
import type { Connector, Ordered } from './context.ts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

function unfit(field: string): Error {
  return refused('check-unfit', `This test does not fit the field ${field}.`);
}

function compare(value: unknown, bound: unknown, field: string, kind: 'number' | 'day'): number {
  const fits =
    kind === 'number'
      ? typeof value === 'number' && typeof bound === 'number'
      : DAY.test(String(value)) && DAY.test(String(bound));
  if (!fits) throw unfit(field);
  if (kind === 'number') return Number(value) - Number(bound);
  return String(value) < String(bound) ? -1 : Number(String(value) > String(bound));
}

/** One yes or no. A value that is null or absent answers no to everything: nothing is there to fit. */
export function answerOf(check: SealedCheck, value: unknown): boolean {
  const { field, test, value: against } = check;
  if (Array.isArray(against) !== (test === 'one-of')) throw unfit(field);
  if (value === null || value === undefined) return false;
  if (typeof value === 'object') throw unfit(field);
  switch (test) {
    case 'equals':
      return value === against;
    case 'one-of':
      return (against as unknown[]).includes(value);
    case 'at-least':
      return compare(value, against, field, 'number') >= 0;
    case 'at-most':
      return compare(value, against, field, 'number') <= 0;
    case 'on-or-after':
      return compare(value, against, field, 'day') >= 0;
    case 'on-or-before':
      return compare(value, against, field, 'day') <= 0;
    case 'starts-with':
      if (typeof value !== 'string' || typeof against !== 'string') throw unfit(field);
      return value.startsWith(against);
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw refused('verification-malformed', 'The sealed checks are not JSON.', { cause });
  }
}

/**
 * Opens what the relying party sealed to this agency. It must test exactly what the order names: the broker, and the
 * citizen in her log, saw that list and nothing else.
 */
export async function openSealedChecks(
  connector: Connector,
  { order }: Ordered,
  sealed: string,
): Promise<SealedCheck[]> {
  const checks = parseSealedChecks.parse(json(await decryptNested(sealed, connector.keys)));
  const list = (items: readonly { field: string; test: string }[]) =>
    JSON.stringify(items.map(({ field, test }) => [field, test]));
  if (list(checks) !== list(order.verification?.checks ?? [])) {
    throw refused('verification-mismatch', 'The sealed checks are not those that the order names.');
  }
  return checks;
}

export function answersTo(
  checks: readonly SealedCheck[],
  values: Readonly<Record<string, unknown>>,
): Answer[] {
  return checks.map((check) => ({
    field: check.field,
    test: check.test,
    answer: answerOf(check, values[check.field]),
  }));
}
