import type { Consent } from './consent.ts';
import type { Domain } from './deps.ts';

/** Ends tokens and envelope grant of an ended consent. Idempotent. A grant that another consent took over lives on. */
export async function endWhatHangsOn(
  domain: Pick<Domain, 'grants' | 'identity'>,
  consent: Pick<Consent, 'grantId' | 'envelopeGrantId'>,
): Promise<void> {
  if (consent.grantId !== null) await domain.grants.end(consent.grantId);
  if (consent.envelopeGrantId !== null) await domain.identity.endEnvelopes(consent.envelopeGrantId);
}
