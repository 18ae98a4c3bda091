import { refused } from '@xinlu/common/errors';
import { allowFormAction } from '@xinlu/common/http';
import { DEFAULT_HOLDERS, type HolderKind, type Participant } from '@xinlu/common/wire';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errors } from 'oidc-provider';
import { isAcr, reaches } from '../domain/assurance/acr.ts';
import type { Login } from '../domain/login/logins.ts';
import type { PageServices } from './services.ts';

/** oidc-provider's record of one authorization request that waits for a sign-in. */
export type Interaction = Awaited<ReturnType<PageServices['provider']['interactionDetails']>>;

/**
 * Where a sign-in happens: for a relying party (an interaction of oidc-provider, bound to this browser by its signed
 * cookie), or for her own page here.
 */
export type Place = { path: string } & (
  | { kind: 'interaction'; interaction: Interaction; party: Participant }
  | { kind: 'own' }
);

/** The path prefixes under which the sign-in routes are registered. */
export const PLACES = ['/interaction/:uid', '/sign-in'] as const;

/** Refusals: `interaction-expired` when it is over or belongs to another browser; `party-inactive`. */
export async function placeOf(
  services: PageServices,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Place> {
  const uid = (request.params as { uid?: string }).uid;
  if (uid === undefined) return { kind: 'own', path: '/sign-in' };
  const interaction = await interactionOf(services, request, reply);
  const party = services.register().activeParticipant(String(interaction.params['client_id']));
  if (interaction.uid !== uid || party === undefined) throw expired();
  return { kind: 'interaction', path: `/interaction/${uid}`, interaction, party };
}

const expired = (cause?: unknown) =>
  refused('interaction-expired', 'This sign-in has expired or is finished; start again at the site.', {
    cause,
  });

async function interactionOf(
  services: PageServices,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Interaction> {
  try {
    return await services.provider.interactionDetails(request.raw, reply.raw);
  } catch (cause) {
    if (cause instanceof errors.SessionNotFound) throw expired(cause);
    throw cause;
  }
}

/** Her own page here is everybody's. */
const EVERY_HOLDER: readonly HolderKind[] = ['citizen', 'organisation', 'agency'];

/** For whom somebody may sign in at this place. */
export function acceptedHolders(place: Place): readonly HolderKind[] {
  return place.kind === 'own' ? EVERY_HOLDER : (place.party.relyingParty?.holders ?? DEFAULT_HOLDERS);
}

export type Shortfall = 'other-holder' | 'other-person' | 'stronger' | 'again';

/**
 * Why a live login is not enough for this place; undefined when it is. `madeHere` says that it was made at this very
 * place, so it is as new as anybody can ask. A login that asks for "the same person as before"
 * cannot be judged here, only by oidc-provider once it is finished: `other-person` then keeps the page from looping.
 */
export function shortfall(place: Place, login: Login, madeHere: boolean): Shortfall | undefined {
  if (place.kind === 'own') return undefined;
  if (!acceptedHolders(place).includes(login.holder)) return 'other-holder';
  const { reasons, details } = place.interaction.prompt;
  const required = details['required_acr'];
  if (isAcr(required) && !reaches(login.acr, required)) return 'stronger';
  if (madeHere) return undefined;
  if (reasons.some((reason) => reason === 'id_token_hint' || reason === 'claims_id_token_sub_value')) {
    return 'other-person';
  }
  return reasons.some((reason) => reason === 'max_age' || reason === 'login_prompt') ? 'again' : undefined;
}

/** A form on the answer may lead to the party at whose request it is shown; a sign-in for a kiosk leads nowhere. */
export function allowReturn(reply: FastifyReply, interaction: Interaction): void {
  const address = interaction.params['redirect_uri'];
  if (typeof address === 'string') allowFormAction(reply, address);
}
