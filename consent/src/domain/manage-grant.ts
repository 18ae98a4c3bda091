import { isAppError, refused } from '@xinlu/common/errors';
import type { MyDataDetail } from '@xinlu/common/wire';
import { checkDetails, type DetailRules } from './check-details.ts';
import { type Consent, endOf, stands } from './consent.ts';
import { signReceipt } from './decide-consent.ts';
import type { Domain } from './deps.ts';
import { endWhatHangsOn } from './end-what-hangs-on.ts';

/** The standing consent behind a client's grant; another client's grant does not exist for it. */
export async function consentOfGrant(
  domain: Pick<Domain, 'consents' | 'clock' | 'catalogue'>,
  grantId: string,
  clientId: string,
): Promise<Consent | undefined> {
  const consent = await domain.consents.findByGrant(grantId);
  if (consent?.clientId !== clientId || !stands(consent)) return undefined;
  return endOf(consent, domain.clock.now(), domain.catalogue) === 'consent-expired' ? undefined : consent;
}

/**
 * What is asked when new details are merged into a grant: all that she granted before, and the new fields. The extent
 * (until, frequency, retention) is the new request's, for old fields too: she sees and decides the whole.
 */
export function mergedDetails(before: Consent, asked: readonly MyDataDetail[]): MyDataDetail[] {
  const [first] = asked;
  const kept = (before.granted ?? []).map(({ consent_id: _, ...detail }) => detail);
  const extent = {
    ...(first?.until === undefined ? {} : { until: first.until }),
    ...(first?.frequency === undefined ? {} : { frequency: first.frequency }),
    retention: first?.retention ?? 'P1D',
  };
  const merged = kept.map(({ until: _until, frequency: _frequency, ...detail }): MyDataDetail => {
    const more = asked.find((one) => one.dataset === detail.dataset);
    if (more === undefined) return { ...detail, ...extent };
    return {
      ...more,
      fields: [...new Set([...detail.fields, ...more.fields])],
      ...(more.optional === undefined
        ? {}
        : { optional: more.optional.filter((field) => !detail.fields.includes(field)) }),
    };
  });
  return [...merged, ...asked.filter(({ dataset }) => !kept.some((detail) => detail.dataset === dataset))];
}

/** A request as it came: what is asked, and what is to become of an earlier grant (Grant Management section 5). */
export type AskedRequest = {
  details: unknown;
  action?: string | undefined;
  grantId?: string | undefined;
  clientId: string;
  /** The person, as the relying party knows her. */
  subject: string;
};

async function managedConsent(
  domain: Pick<Domain, 'consents' | 'clock' | 'catalogue'>,
  { action, grantId, clientId, subject }: AskedRequest,
): Promise<Consent | undefined> {
  if (action === undefined || action === 'create') {
    if (grantId === undefined) return undefined;
    throw refused('grant-action-wrong', 'grant_id goes with grant_management_action merge or replace.');
  }
  if (action !== 'merge' && action !== 'replace') {
    throw refused('grant-action-wrong', 'grant_management_action must be create, merge or replace.');
  }
  if (grantId === undefined) throw refused('grant-action-wrong', `${action} needs a grant_id.`);
  const consent = await consentOfGrant(domain, grantId, clientId);
  if (consent?.subject !== subject) {
    throw refused('grant-unknown', 'This client has no such grant of this person.');
  }
  return consent;
}

/**
 * What she is to be asked, against catalogue and register, and the consent that it would replace. Refusals: those of
 * `checkDetails`, `grant-action-wrong`, `grant-unknown`.
 */
export async function whatIsAsked(
  domain: Pick<Domain, 'consents' | 'clock' | 'catalogue'>,
  request: AskedRequest,
  rules: DetailRules,
): Promise<{ requested: MyDataDetail[]; replaces: Consent | undefined }> {
  const replaces = await managedConsent(domain, request);
  const asked = checkDetails(request.details, rules);
  if (replaces === undefined || request.action !== 'merge') return { requested: asked, replaces };
  return { requested: checkDetails(mergedDetails(replaces, asked), rules), replaces };
}

/** The relying party gives its grant back (Grant Management 6.4): tokens and envelopes die, and she is told. */
export async function relinquishGrant(domain: Domain, grantId: string, clientId: string): Promise<void> {
  const known = await consentOfGrant(domain, grantId, clientId);
  if (known === undefined) throw refused('grant-unknown', 'There is no such grant.', { status: 404 });
  const ended = await domain.consents.change(known.id, async (consent, now) => ({
    event: 'relinquished',
    document: await signReceipt(domain, consent, 'relinquished', now, consent.lang ?? 'zh-TW'),
  }));
  await endWhatHangsOn(domain, ended).catch((error: unknown) => {
    domain.log.warn({ err: error, consentId: ended.id }, 'relinquishment-clean-up-left-to-job');
  });
}

/**
 * A token of the grant was revoked (RFC 7009). No client can come to another token of a consent, so that the consent itself is
 * given back: it would stand in her list for nothing. One that has ended already stays as it is.
 */
export async function giveBack(domain: Domain, grantId: string, clientId: string): Promise<void> {
  try {
    await relinquishGrant(domain, grantId, clientId);
  } catch (error) {
    if (!isAppError(error) || (error.code !== 'grant-unknown' && error.code !== 'consent-changed'))
      throw error;
  }
}
