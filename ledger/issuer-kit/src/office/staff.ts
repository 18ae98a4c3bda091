import { refused } from '@xinlu/common/errors';
import type { StatusName } from '@xinlu/verifier';

/** Who works at an issuing office: a clerk 承辦人 issues and suspends, a registrar 主管 also ends papers for good. */
export type StaffRole = 'clerk' | 'registrar';

export type Staff = {
  /** As the office knows her, for its own records; never in a paper or the log. */
  readonly id: string;
  readonly roles: readonly StaffRole[];
};

export type OfficeAction = 'issue' | 'suspend' | 'reinstate' | 'supersede' | 'revoke';

const allowed: Record<OfficeAction, readonly StaffRole[]> = {
  issue: ['clerk', 'registrar'],
  suspend: ['clerk', 'registrar'],
  reinstate: ['registrar'],
  supersede: ['registrar'],
  revoke: ['registrar'],
};

/** What a change of status is called. */
export const actionOf: Record<StatusName, OfficeAction> = {
  valid: 'reinstate',
  suspended: 'suspend',
  revoked: 'revoke',
  superseded: 'supersede',
};

export function mayDo({ roles }: Staff, action: OfficeAction): boolean {
  return roles.some((role) => allowed[action].includes(role));
}

/** Refusal `role-missing` (403). */
export function requireRole(staff: Staff, action: OfficeAction): void {
  if (mayDo(staff, action)) return;
  throw refused('role-missing', 'Your role does not allow this.', { status: 403, extra: { action } });
}
