import { refused } from '@xinlu/common/errors';
import { enrolmentCodeHash } from '../enrolment-code.ts';
import type { Operator } from '../records.ts';
import type { RegisterDeps } from './deps.ts';

/**
 * Binds the appointment behind a one-time code to the person who is logged in: the one code of a first operator, or both
 * halves of a later one, in any order. Refusals: `enrolment-code-wrong` (unknown, incomplete, used, expired or ended: not
 * told apart), `already-operator`. Rate limits are the caller's.
 */
export async function enrolOperator(
  deps: RegisterDeps,
  claimed: { code: string; otherCode?: string | undefined },
  person: { issuer: string; subject: string },
): Promise<Operator> {
  const at = deps.clock.now();
  const first = enrolmentCodeHash(claimed.code);
  const codes =
    claimed.otherCode === undefined
      ? ([first] as const)
      : ([first, enrolmentCodeHash(claimed.otherCode)] as const);
  const operator = await deps.store.change(async (tx) => {
    if ((await tx.operatorOf(person.issuer, person.subject)) !== undefined) {
      throw refused('already-operator', 'You are an operator already.', { status: 409 });
    }
    const bound = await tx.takeEnrolment(codes, person, at);
    await tx.appendAudit({
      at,
      operator: bound?.id ?? null,
      action: bound === undefined ? 'enrolment-refused' : 'operator-enrolled',
      subject: bound?.id ?? 'unknown',
      detail: {},
    });
    return bound;
  });
  if (operator === undefined)
    throw refused('enrolment-code-wrong', 'This code is wrong, used or out of date.', { status: 403 });
  return operator;
}
