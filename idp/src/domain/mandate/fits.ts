import type { MandateRequest } from '@xinlu/common/wire';
import type { Mandate } from './mandates.ts';

/** What a relying party asks for, and which it is. */
export type Asked = Pick<MandateRequest, 'kinds' | 'actions'> & { clientId: string };

/**
 * Which of the actions asked for a mandate grants at this relying party now; none when it does not fit. A scope of the
 * same action at another party grants nothing here.
 */
export function grantedActions(mandate: Mandate, asked: Asked, now: Date): string[] {
  const inTime = mandate.from <= now && (mandate.until === undefined || mandate.until > now);
  if (mandate.state !== 'active' || !inTime || !asked.kinds.includes(mandate.kind)) return [];
  if (mandate.scope === undefined) return mandate.kind === 'guardian' ? [...asked.actions] : [];
  const here = new Set(
    mandate.scope.filter(({ party }) => party === asked.clientId).flatMap(({ actions }) => actions),
  );
  return asked.actions.filter((action) => here.has(action));
}
