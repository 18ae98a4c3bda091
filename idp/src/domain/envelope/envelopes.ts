import type { Clock } from '@xinlu/common/clock';
import { type AppError, refused } from '@xinlu/common/errors';
import type { Ids } from '@xinlu/common/ids';
import { encryptNested, type KeyRing, signJwt } from '@xinlu/common/keys';
import type { RegisterView } from '@xinlu/common/register';
import {
  ENVELOPE_JWT_TYPE,
  type EnvelopeClaims,
  type EnvelopeGrantRequest,
  type EnvelopeRequest,
} from '@xinlu/common/wire';
import type { Audit } from '../audit/audit.ts';
import { type StillActsServices, stillActs } from '../mandate/still-acts.ts';
import type { PersonStore } from '../person/person-store.ts';

export type EnvelopeGrant = {
  id: string;
  personId: string;
  broker: string;
  consentId: string;
  consentHash: string;
  providers: readonly string[];
  expiresAt: Date;
  deletedAt?: Date;
  /** By which somebody consented for this person. */
  mandateId?: string;
};

/** Durable once it returns. A deleted grant never comes back. */
export interface EnvelopeGrantStore {
  /** Makes the grant, or gives the one that this broker has for this consent already, whatever it says. */
  make(grant: Omit<EnvelopeGrant, 'id' | 'deletedAt'>): Promise<EnvelopeGrant>;
  find(id: string): Promise<EnvelopeGrant | undefined>;
  delete(broker: string, id: string): Promise<EnvelopeGrant | undefined>;
  /** Grants of this broker that live on although the mandate behind them has ended; some at a time. */
  ofEndedMandates(broker: string): Promise<string[]>;
}

/** Whose data an access token is about, and who signed in for it: the same person, unless by a mandate. */
export type TokenHolder = { principalId: string; actorId: string; mandateId?: string };

/** Behind an access token of ours, if it is still good and was given to that client. */
export type PersonOfToken = (accessToken: string, clientId: string) => Promise<TokenHolder | undefined>;

export type EnvelopeServices = {
  grants: EnvelopeGrantStore;
  personOfToken: PersonOfToken;
  persons: PersonStore;
  mandates: StillActsServices;
  register: () => RegisterView;
  keys: KeyRing;
  issuer: string;
  clock: Clock;
  ids: Ids;
  audit: Audit;
};

/** An envelope is opened in the same breath in which it is made. */
export const ENVELOPE_SECONDS = 60;
/** A standing consent is renewed at least every thirteen months; a grant cannot outlive that. */
const LONGEST_GRANT_MILLISECONDS = 400 * 86_400_000;

const gone = (code: string, message: string): AppError => refused(code, message, { status: 410 });

export async function makeGrant(
  services: EnvelopeServices,
  broker: string,
  request: EnvelopeGrantRequest,
): Promise<EnvelopeGrant> {
  const now = services.clock.now();
  const expiresAt = new Date(request.expires_at);
  if (!(expiresAt > now) || expiresAt.getTime() - now.getTime() > LONGEST_GRANT_MILLISECONDS) {
    throw refused('expiry-out-of-range', 'expires_at must lie in the future, at most 400 days ahead.');
  }
  for (const provider of request.providers) requireProvider(services, provider);
  const holder = await services.personOfToken(request.access_token, broker);
  if (holder === undefined) {
    throw refused('access-token-invalid', 'The access token is not that of a live login at this broker.', {
      status: 403,
    });
  }
  const { principalId: personId, mandateId } = holder;
  const wanted = {
    personId,
    ...(mandateId === undefined ? {} : { mandateId }),
    broker,
    consentId: request.consent_id,
    consentHash: request.consent_hash,
    providers: [...request.providers].sort(),
    expiresAt,
  };
  const grant = await services.grants.make(wanted);
  if (!sameGrant(grant, wanted)) {
    throw refused('grant-exists', 'There is another grant for this consent already.', { status: 409 });
  }
  await services.audit.record({
    kind: 'envelope-grant.made',
    personId,
    detail: { grant: grant.id, broker, consent: grant.consentId },
  });
  return grant;
}

function sameGrant(grant: EnvelopeGrant, wanted: Omit<EnvelopeGrant, 'id'>): boolean {
  return (
    grant.deletedAt === undefined &&
    grant.personId === wanted.personId &&
    grant.mandateId === wanted.mandateId &&
    grant.consentHash === wanted.consentHash &&
    grant.expiresAt.getTime() === wanted.expiresAt.getTime() &&
    grant.providers.join(' ') === wanted.providers.join(' ')
  );
}

function requireProvider(services: EnvelopeServices, id: string) {
  const register = services.register();
  const key = register.encryptionKey(id);
  if (register.activeParticipant(id)?.roles.includes('provider') !== true || key === undefined) {
    throw refused('provider-unknown', `${id} is not an active provider with an encryption key.`, {
      status: 422,
    });
  }
  return key;
}

/**
 * Who she is, for one provider and one order: signed by us, readable by that provider alone. Refusals: `grant-unknown`
 * (404), `grant-deleted`, `grant-expired` and `mandate-ended` (410), `provider-not-granted` (403); retryable
 * `registry-unavailable`, where a guardian's standing is due to be asked for.
 */
export async function makeEnvelope(
  services: EnvelopeServices,
  broker: string,
  request: EnvelopeRequest,
): Promise<string> {
  const grant = await services.grants.find(request.grant_id);
  if (grant === undefined || grant.broker !== broker) {
    throw refused('grant-unknown', 'There is no such grant of this broker.', { status: 404 });
  }
  const now = services.clock.now();
  if (grant.deletedAt !== undefined) throw gone('grant-deleted', 'This grant was deleted.');
  if (now >= grant.expiresAt) throw gone('grant-expired', 'This grant has expired.');
  if (!grant.providers.includes(request.provider)) {
    throw refused('provider-not-granted', 'This grant does not cover that provider.', { status: 403 });
  }
  const recipientKey = requireProvider(services, request.provider);
  if (grant.mandateId !== undefined && !(await stillActs(services.mandates, grant.mandateId, now)))
    throw gone('mandate-ended', 'The mandate under which this was consented to has ended.');
  const nationalId = await services.persons.nationalId(grant.personId);
  if (nationalId === undefined) throw gone('person-gone', 'This person can no longer be identified.');
  const issuedAt = Math.floor(now.getTime() / 1000);
  const claims: EnvelopeClaims = {
    iss: services.issuer,
    aud: request.provider,
    jti: services.ids.uuid(),
    iat: issuedAt,
    exp: Math.min(issuedAt + ENVELOPE_SECONDS, Math.floor(grant.expiresAt.getTime() / 1000)),
    national_id: nationalId,
    consent_hash: grant.consentHash,
    order_hash: request.order_hash,
  };
  await services.audit.record({
    kind: 'envelope.made',
    personId: grant.personId,
    detail: { grant: grant.id, provider: request.provider, envelope: claims.jti },
  });
  return encryptNested(await signJwt(services.keys, ENVELOPE_JWT_TYPE, claims), recipientKey);
}

/** Withdrawal: after this returns no further envelope is made. Deleting twice, or what never was, is no error. */
export async function deleteGrant(services: EnvelopeServices, broker: string, id: string): Promise<void> {
  const grant = await services.grants.delete(broker, id);
  if (grant === undefined) return;
  await services.audit.record({
    kind: 'envelope-grant.deleted',
    personId: grant.personId,
    detail: { grant: grant.id, broker },
  });
}
