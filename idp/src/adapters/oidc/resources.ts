import type { RegisterView } from '@xinlu/common/register';
import { oauthClientOf, type Participant, type Resource } from '@xinlu/common/wire';
import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { PairwiseSubject } from '../../domain/person/pairwise-subject.ts';

type ResourceIndicators = NonNullable<NonNullable<Configuration['features']>['resourceIndicators']>;

/** A token that a resource server checks by itself cannot be called back: it is short. Seconds. */
export const RESOURCE_TOKEN_SECONDS = 300;

/** Who serves a resource, if an active participant does. */
export function ownerOf(
  register: RegisterView,
  identifier: string,
): { owner: Participant; resource: Resource } | undefined {
  for (const participant of register.participants) {
    const resource = participant.resources?.find((one) => one.identifier === identifier);
    if (resource !== undefined && register.activeParticipant(participant.id) !== undefined)
      return { owner: participant, resource };
  }
  return undefined;
}

function allowedResources(register: RegisterView, clientId: string): string[] {
  const party = register.activeParticipant(clientId)?.relyingParty;
  return party === undefined ? [] : oauthClientOf(party).resources;
}

/**
 * RFC 8707: one access token for one resource, which the register lets the client ask for and which somebody in the
 * register serves. Without a resource the token is for userinfo and us alone; a machine's token is never without one.
 */
export function resourceIndicators(register: () => RegisterView, issuer: string): ResourceIndicators {
  const own = new URL('/userinfo', issuer).href;
  return {
    enabled: true,
    async defaultResource(ctx, client, oneOf) {
      // Several were granted and none is named: the library refuses the list (`invalid_target`).
      if (oneOf !== undefined) return oneOf as unknown as string;
      const params = (ctx as KoaContextWithOIDC).oidc.params;
      // oidc-provider wants some resource with `authorization_details`: it is ours, and the token one for userinfo.
      if (params?.['grant_type'] === undefined && params?.['authorization_details'] !== undefined) return own;
      if (params?.['grant_type'] !== 'client_credentials') return undefined as unknown as string;
      const [only, ...more] = allowedResources(register(), client.clientId);
      if (only === undefined || more.length > 0)
        throw new errors.InvalidTarget('say with resource what the token is for');
      return only;
    },
    useGrantedResource: async () => false,
    async getResourceServerInfo(_ctx, identifier, client) {
      if (identifier === own) return { scope: '', audience: own, accessTokenFormat: 'opaque' };
      const found = ownerOf(register(), identifier);
      if (found === undefined || !allowedResources(register(), client.clientId).includes(identifier))
        throw new errors.InvalidTarget('this resource is not registered for the client');
      return {
        scope: '',
        audience: identifier,
        accessTokenFormat: found.resource.accessToken,
        accessTokenTTL: RESOURCE_TOKEN_SECONDS,
        jwt: { sign: { alg: 'ES256' } },
      };
    },
  };
}

/** Where a resource server knows persons: its own sector, or the host of the resource. */
export function sectorOfResource(register: RegisterView, identifier: string): string | undefined {
  const found = ownerOf(register, identifier);
  return found === undefined ? undefined : (found.owner.relyingParty?.sector ?? new URL(identifier).host);
}

type JwtCustomizer = NonNullable<NonNullable<NonNullable<Configuration['formats']>['customizers']>['jwt']>;

/**
 * A resource server knows the person by its own pairwise subject, not by the client's: the two could match her by it
 * (RFC 9068 section 6). The token says of itself what it is (`typ: at+jwt`, section 2.1).
 */
export function subjectForResource(register: () => RegisterView, subjectOf: PairwiseSubject): JwtCustomizer {
  return (_ctx, token, jwt) => {
    const { accountId, aud } = token as { accountId?: string; aud?: unknown };
    if (accountId === undefined || typeof aud !== 'string') return;
    const sector = sectorOfResource(register(), aud);
    if (sector === undefined) throw new errors.InvalidTarget('this resource is no longer registered');
    jwt.payload['sub'] = subjectOf(sector, accountId);
  };
}

type Authenticated = { acr?: string; amr?: string[]; authTime?: number } | undefined;

/** How the person behind a token signed in, for resource servers that ask for more (RFC 9470 section 6). */
export const authenticationClaims: NonNullable<Configuration['extraTokenClaims']> = async (ctx, token) => {
  if (token.kind !== 'AccessToken') return undefined;
  const { entities } = (ctx as KoaContextWithOIDC).oidc;
  const source = (entities.AuthorizationCode ??
    entities.RefreshToken ??
    entities.DeviceCode) as Authenticated;
  if (source === undefined) return undefined;
  return {
    ...(source.acr === undefined ? {} : { acr: source.acr }),
    ...(source.authTime === undefined ? {} : { auth_time: source.authTime }),
  };
};
