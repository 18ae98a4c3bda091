import { refused } from '@xinlu/common/errors';
import type { Lang } from '@xinlu/common/i18n';
import type { GrantedDetail } from '@xinlu/common/wire';
import { type Consent, concerns, endedError, isStanding } from './consent.ts';
import { signReceipt } from './decide-consent.ts';
import type { Domain } from './deps.ts';
import type { Change } from './ports.ts';

type Request = { consentId: string; account: string; lang: Lang };

/** What she keeps: per dataset the fields that stay, and when it is to end. A dataset that is not named is dropped. */
export type Narrowing = { fields: ReadonlyMap<string, ReadonlySet<string>>; until: Date };

function own(consent: Consent, account: string): void {
  if (!concerns(consent, account)) {
    throw refused('consent-unknown', 'There is no such consent.', { status: 404 });
  }
}

/** The details that are left; refuses what would widen them or leave nothing. */
function narrowed(consent: Consent, { fields, until }: Narrowing, now: Date): GrantedDetail[] {
  if (!(until > now)) {
    throw refused('until-past', 'The new end must lie in the future; to stop now, withdraw.', {
      status: 422,
    });
  }
  if (until > consent.expiresAt) {
    throw refused('widening', 'A longer consent needs to be asked for anew.', { status: 422 });
  }
  const granted = consent.granted ?? [];
  for (const [dataset, kept] of fields) {
    const detail = granted.find((one) => one.dataset === dataset);
    if (![...kept].every((field) => detail?.fields.includes(field) === true)) {
      throw refused('widening', 'More fields need to be asked for anew.', { status: 422 });
    }
  }
  const left = granted
    .map((detail) => ({
      ...detail,
      until: until.toISOString(),
      fields: detail.fields.filter((field) => fields.get(detail.dataset)?.has(field) === true),
    }))
    .filter((detail) => detail.fields.length > 0);
  if (left.length === 0) {
    throw refused('nothing-left', 'Nothing would be left; to stop, withdraw.', { status: 422 });
  }
  return left;
}

/**
 * She gives less from now on: fewer fields, an earlier end. Runs while the consent is locked, so that every release after
 * the signed time is a narrowed one. Widening is never an amendment: it is a new consent.
 */
export async function amendConsent(
  domain: Domain,
  request: Request & { narrowing: Narrowing },
): Promise<Consent> {
  const amended = await domain.consents.change(request.consentId, async (consent, now): Promise<Change> => {
    own(consent, request.account);
    if (!isStanding(consent)) {
      throw refused('once-only', 'A consent for one use cannot be amended; withdraw it.', { status: 409 });
    }
    const granted = narrowed(consent, request.narrowing, now);
    const set = { granted, expiresAt: request.narrowing.until };
    const document = await signReceipt(domain, { ...consent, ...set }, 'amended', now, request.lang);
    return { event: 'amended', document, set };
  });
  // Its own copy for the token endpoint; what is released is decided by the consent alone.
  if (amended.grantId !== null) {
    await domain.grants
      .rewrite(amended.grantId, amended.granted ?? [], amended.expiresAt)
      .catch((error: unknown) =>
        domain.log.warn({ err: error, consentId: amended.id }, 'grant-not-rewritten'),
      );
  }
  return amended;
}

async function pauseOrResume(
  domain: Domain,
  request: Request,
  event: 'suspended' | 'resumed',
): Promise<Consent> {
  return domain.consents.change(request.consentId, async (consent, now) => {
    own(consent, request.account);
    if (!isStanding(consent)) {
      throw refused('once-only', 'A consent for one use cannot be paused; withdraw it.', { status: 409 });
    }
    if (consent.expiresAt <= now) throw endedError('consent-expired');
    return { event, document: await signReceipt(domain, consent, event, now, request.lang) };
  });
}

/** She pauses it: nothing is released until she resumes it, and the relying party is told why. */
export function pauseConsent(domain: Domain, request: Request): Promise<Consent> {
  return pauseOrResume(domain, request, 'suspended');
}

export function resumeConsent(domain: Domain, request: Request): Promise<Consent> {
  return pauseOrResume(domain, request, 'resumed');
}
