import type { RegisterView } from '@xinlu/common/register';
import { errors } from 'oidc-provider';

type ClaimRequests = Readonly<Record<string, { value?: unknown } | null | undefined>>;

/**
 * The claim `subject_at` tells a broker the subject by which another organisation knows the same person, so that both can
 * speak of her without a common number. Only a participant with the role `broker` may ask, for one relying party by name.
 */
export function checkSubjectAt(
  requested: { id_token?: ClaimRequests; userinfo?: ClaimRequests },
  clientId: string,
  register: RegisterView,
): void {
  for (const claims of [requested.id_token, requested.userinfo]) {
    if (claims === undefined || !('subject_at' in claims)) continue;
    if (register.activeParticipant(clientId)?.roles.includes('broker') !== true) {
      throw new errors.InvalidRequest('the claim subject_at is for brokers');
    }
    if (subjectAtClient(claims, register) === undefined) {
      throw new errors.InvalidRequest('subject_at must name an active relying party by its value');
    }
  }
}

/** The relying party that a request names, with its sector. */
export function subjectAtClient(
  claims: ClaimRequests,
  register: RegisterView,
): { clientId: string; sector: string } | undefined {
  const value = claims['subject_at']?.value;
  if (typeof value !== 'string') return undefined;
  const sector = register.activeParticipant(value)?.relyingParty?.sector;
  return sector === undefined ? undefined : { clientId: value, sector };
}

/** The sector of a party in the register; throws for a client that is none. */
export function sectorAt(register: RegisterView, clientId: string): string {
  const sector = register.participant(clientId)?.relyingParty?.sector;
  if (sector === undefined) throw new Error('a client without a sector');
  return sector;
}
