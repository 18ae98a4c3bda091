import { sha256Base64url } from '@xinlu/common/canonical';
import { isAppError, retryable } from '@xinlu/common/errors';
import type { ConnectorRequest, Participant } from '@xinlu/common/wire';
import { type Admission, type Asked, admitAccess } from './admit-access.ts';
import type { Consent } from './consent.ts';
import type { Domain } from './deps.ts';

/** A store of ours is away: nothing was released. */
export const AWAY = 'store-away';

export function titleOf(error: unknown): { code: string; title: string } {
  return isAppError(error)
    ? { code: error.code, title: error.publicMessage }
    : { code: 'provider-failed', title: 'The provider could not answer.' };
}

/** What goes to the provider for one admitted dataset: the order, and who it is about, readable by the provider alone. */
export type Errand = { provider: Participant; request: ConnectorRequest };

export async function prepareErrand(
  domain: Domain,
  consent: Consent,
  admission: { order: string; provider: string | null },
  request: ConnectorRequest['request'],
): Promise<Errand> {
  const { order } = admission;
  const provider = domain.register().activeParticipant(admission.provider ?? '');
  if (provider?.provider === undefined)
    throw retryable('provider-gone', 'The provider is not in the register.');
  domain.circuits.check(provider.id);
  const envelope = await domain.identity.envelope({
    grantId: consent.envelopeGrantId ?? '',
    provider: provider.id,
    orderHash: sha256Base64url(order),
  });
  return { provider, request: { order, envelope, request } };
}

/** Decides and records; gives the admission, or the error by which it could not be recorded: then nothing may leave. */
export async function admitDataset(domain: Domain, asked: Asked): Promise<Admission | { error: unknown }> {
  try {
    return await domain.accesses.admit(asked, (facts) => admitAccess(domain, asked, facts));
  } catch (error) {
    domain.log.warn({ err: error }, 'access-not-recorded');
    return { error };
  }
}

/** Its answer will not leave. What cannot be written down now is closed later as abandoned, to the same effect. */
export async function leaveUndelivered(domain: Domain, accessId: string, code: string): Promise<void> {
  try {
    // Settled already where the answer to that was lost: it counts as a use, and stays unconfirmed.
    if (await domain.accesses.settle(accessId, 'failed', code)) return;
    await domain.deliveries.unconfirmed([accessId]);
  } catch (error) {
    domain.log.warn({ err: error, accessId }, 'outcome-not-written');
  }
}
