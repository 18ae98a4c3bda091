import type { RegisterView } from '@xinlu/common/register';
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { PairwiseSubject } from '../../domain/person/pairwise-subject.ts';
import { sectorOfResource } from './resources.ts';

/** The resource of the token that a resource server asks about, if that is what goes on. */
function introspectedResource(ctx: KoaContextWithOIDC | undefined): string | undefined {
  if (ctx?.oidc?.route !== 'introspection') return undefined;
  const { aud } = (ctx.oidc.entities.AccessToken ?? {}) as { aud?: unknown };
  return typeof aud === 'string' ? aud : undefined;
}

/** Of whom an answer to a token speaks: by a mandate, of the principal, though it was the actor who signed in. */
function spokenOf(ctx: KoaContextWithOIDC | undefined, accountId: string): string {
  const account = ctx?.oidc?.account as { accountId: string; principalId?: string } | undefined;
  return account?.accountId === accountId ? (account.principalId ?? accountId) : accountId;
}

/**
 * OpenID Connect Core 8.1: a person's subject in a client's sector; for a token made out to a resource, in the sector of
 * the resource server, so that it and the client cannot match her.
 */
export function pairwiseIdentifier(
  register: () => RegisterView,
  subjectOf: PairwiseSubject,
): NonNullable<Configuration['pairwiseIdentifier']> {
  return (ctx, accountId, client) => {
    const resource = introspectedResource(ctx as KoaContextWithOIDC | undefined);
    const sector =
      resource === undefined
        ? register().participant(client.clientId)?.relyingParty?.sector
        : sectorOfResource(register(), resource);
    if (sector === undefined) throw new Error('a client without a sector');
    return subjectOf(sector, spokenOf(ctx as KoaContextWithOIDC | undefined, accountId));
  };
}
