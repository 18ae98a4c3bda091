import { sha256Base64url } from '@xinlu/common/canonical';
import {
  ACCESS_JWT_TYPE,
  type GrantedDetail,
  ORDER_JWT_TYPE,
  type OrderClaims,
  type Verification,
} from '@xinlu/common/wire';
import { endOf, isStanding } from './consent.ts';
import type { Domain } from './deps.ts';
import { subtractDuration } from './duration.ts';
import type { AccessFacts, NewAccess } from './ports.ts';

/** An order lives this long; an access without outcome may still be under way until then. */
export const ORDER_SECONDS = 60;

export type Asked = {
  releaseId: string;
  clientId: string;
  consentId: string;
  dataset: string | null;
  requestSignatureHash: string;
  requestBodyHash: string;
  /** Answers are asked for in place of data. */
  verification?: Verification;
  /** Why this request is refused before the consent is even looked at. */
  refusal?: string;
};

export type Admission = NewAccess & { order?: string; detail?: GrantedDetail };

async function overuse(facts: AccessFacts, detail: GrantedDetail): Promise<string | undefined> {
  const { consent, now } = facts;
  if (consent === undefined) return undefined;
  if (!isStanding(consent)) {
    const { delivered, underWay } = await facts.usesSince(undefined);
    if (delivered > 0) return 'consent-used';
    return underWay > 0 ? 'release-in-progress' : undefined;
  }
  if (detail.frequency === undefined) return undefined;
  const { count, period } = detail.frequency;
  const { delivered, underWay } = await facts.usesSince(subtractDuration(now, period));
  return delivered + underWay >= count ? 'frequency-exceeded' : undefined;
}

/** Data and answers are never taken for one another; each check must be granted, and the purpose's quota kept. */
async function unverifiable(
  domain: Domain,
  { verification }: Asked,
  facts: AccessFacts,
  detail: GrantedDetail,
): Promise<string | undefined> {
  if (verification === undefined) return detail.verify === true ? 'verification-only' : undefined;
  if (detail.verify !== true) return 'verification-not-granted';
  const rules = domain.catalogue.purposes.get(detail.purpose)?.ceilings.verification;
  const allowed = rules?.checks[detail.dataset] ?? {};
  const granted = verification.checks.every(
    ({ field, test }) => detail.fields.includes(field) && allowed[field]?.includes(test) === true,
  );
  if (rules === undefined || !granted) return 'check-not-granted';
  const { delivered, underWay } = await facts.usesSince(subtractDuration(facts.now, rules.quota.period));
  return delivered + underWay >= rules.quota.count ? 'quota-exceeded' : undefined;
}

async function refusalOf(
  domain: Domain,
  asked: Asked,
  facts: AccessFacts,
  detail: GrantedDetail | undefined,
): Promise<string | undefined> {
  const { consent, now } = facts;
  if (asked.refusal !== undefined) return asked.refusal;
  if (consent === undefined || consent.clientId !== asked.clientId) return 'consent-unknown';
  const end = endOf(consent, now, domain.catalogue);
  if (end !== undefined) return end;
  if (detail === undefined) return 'dataset-not-granted';
  return (await unverifiable(domain, asked, facts, detail)) ?? overuse(facts, detail);
}

/** Of a verification the fields that are tested, granted ones alone. */
function fieldsOf({ verification }: Asked, detail: GrantedDetail): string[] {
  if (verification === undefined) return detail.fields;
  const tested = new Set(verification.checks.map(({ field }) => field));
  return detail.fields.filter((field) => tested.has(field));
}

function orderClaims(domain: Domain, asked: Asked, facts: AccessFacts, detail: GrantedDetail, id: string) {
  const { consent, now } = facts;
  const iat = Math.floor(now.getTime() / 1000);
  return {
    iss: domain.participantId,
    aud: detail.provider,
    jti: id,
    iat,
    exp: iat + ORDER_SECONDS,
    consent_id: asked.consentId,
    consent_hash: consent?.consentHash ?? '',
    client_id: asked.clientId,
    sub: consent?.subject ?? '',
    dataset: detail.dataset,
    fields: fieldsOf(asked, detail),
    purpose: detail.purpose,
    until: detail.until ?? null,
    ...(asked.verification === undefined ? {} : { verification: asked.verification }),
    request_signature_hash: asked.requestSignatureHash,
    request_body_hash: asked.requestBodyHash,
  } satisfies OrderClaims;
}

/**
 * Decides one access and writes its signed record, for refusals as well; an admitted one comes with its release order.
 * Runs inside the store's transaction, so what it decides on cannot change under it.
 */
export async function admitAccess(domain: Domain, asked: Asked, facts: AccessFacts): Promise<Admission> {
  const { consent, now } = facts;
  // Another party's attempt is written down without what it could not know.
  const own = consent?.clientId === asked.clientId ? consent : undefined;
  const detail = own?.granted?.find((one) => one.dataset === asked.dataset);
  const code = await refusalOf(domain, asked, facts, detail);
  const id = domain.ids.uuid();
  const order =
    code === undefined && detail !== undefined
      ? await domain.sign(ORDER_JWT_TYPE, orderClaims(domain, asked, facts, detail, id))
      : undefined;
  const access = {
    decision: order === undefined ? ('refused' as const) : ('allowed' as const),
    code: code ?? null,
    fields: detail === undefined ? [] : fieldsOf(asked, detail),
    provider: detail?.provider ?? null,
    dataset: asked.dataset,
    purpose: own?.purpose ?? null,
    verification: own === undefined ? null : (asked.verification ?? null),
  };
  const jwt = await domain.sign(ACCESS_JWT_TYPE, {
    iss: domain.participantId,
    iat: Math.floor(now.getTime() / 1000),
    jti: id,
    time: now.toISOString(),
    release_id: asked.releaseId,
    consent_id: asked.consentId,
    client_id: asked.clientId,
    ...(own === undefined ? {} : { sub: own.subject, consent_hash: own.consentHash }),
    ...access,
    request_signature_hash: asked.requestSignatureHash,
    ...(order === undefined ? {} : { order_hash: sha256Base64url(order) }),
  });
  return {
    ...access,
    document: { id, jwt },
    ...(order === undefined ? {} : { order }),
    ...(detail === undefined ? {} : { detail }),
  };
}
