import type { RegisterView } from '@xinlu/common/register';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { PairwiseSubject } from '../../domain/person/pairwise-subject.ts';
import type { Delegations } from './delegations.ts';
import { sectorAt } from './subject-at.ts';

/**
 * Introspection of a delegated token says the principal's subject and, in `act`, the actor's (RFC 8693 section 4.1):
 * oidc-provider itself only knows whose sign-in it was.
 */
export async function tellWhoActs(
  ctx: KoaContextWithOIDC,
  services: { delegations: Delegations; subjectOf: PairwiseSubject; register: () => RegisterView },
): Promise<void> {
  const body = ctx.body as { active?: boolean; sub?: string; act?: { sub: string } } | undefined;
  if (ctx.oidc.route !== 'introspection' || body?.active !== true) return;
  const token = ctx.oidc.entities.AccessToken ?? ctx.oidc.entities.RefreshToken;
  const delegation = token === undefined ? undefined : await services.delegations.of(token);
  if (delegation === undefined) return;
  const clientId = token?.clientId;
  if (delegation === 'ended' || clientId === undefined) {
    ctx.body = { active: false };
    return;
  }
  const sector = sectorAt(services.register(), clientId);
  body.sub = services.subjectOf(sector, delegation.principalId);
  body.act = { sub: services.subjectOf(sector, delegation.actorId) };
}
