import { sha256Base64url } from '@xinlu/common/canonical';
import { isAppError, refused } from '@xinlu/common/errors';
import type { ConnectorRequest, Participant, ReleaseRequest, Verification } from '@xinlu/common/wire';
import { type Asked, admitAccess } from './admit-access.ts';
import { type Consent, endedError, endOf } from './consent.ts';
import type { Domain } from './deps.ts';

export type ReleaseCall = {
  /** Who signed the request (RFC 9421), verified. */
  client: Participant;
  body: ReleaseRequest;
  /** The request as it came, for the connectors: they verify its signature themselves. */
  request: ConnectorRequest['request'];
  /** Verifies token and DPoP proof; gives the OAuth grant they belong to. */
  verifyToken(): Promise<{ grantId: string }>;
  /** Whether the relying party has hung up: then nothing counts as delivered. */
  gone(): boolean;
};

const WORDS: Readonly<Record<string, [string, number]>> = {
  'consent-unknown': ['There is no such consent for this party.', 403],
  'token-wrong': ['The access token does not belong to this consent.', 403],
  'dataset-not-granted': ['This dataset is not part of the consent.', 403],
  'release-in-progress': ['This dataset is being released right now.', 409],
  'verification-only': ['This consent gives answers, not data.', 403],
  'verification-not-granted': ['This consent does not cover verification.', 403],
  'check-not-granted': ['This check is not part of the consent.', 403],
  'quota-exceeded': ['The purpose does not allow more verifications in this period.', 429],
  'frequency-exceeded': ['The consent does not allow more releases in this period.', 429],
};

export function refusal(code: string): Error {
  const words = WORDS[code];
  return words === undefined ? endedError(code) : refused(code, words[0], { status: words[1] });
}

/** Whether a refusal is about the consent or what it covers: of all that was asked for alike, it is told of the whole. */
export function isRefusal(code: string): boolean {
  return code in WORDS || code === 'purpose-changed' || code.startsWith('consent-');
}

/** Why the request as a whole is refused before any dataset is looked at. */
async function wholeRefusal(domain: Domain, call: ReleaseCall, consent: Consent | undefined) {
  if (consent === undefined || consent.clientId !== call.client.id) return { code: 'consent-unknown' };
  // Told by her signature alone: the tokens of an ended consent are dead and could not say why.
  const end = endOf(consent, domain.clock.now(), domain.catalogue);
  if (end !== undefined) return { code: end };
  if (await domain.stops.announced(consent.id)) return { code: 'consent-withdrawn' };
  try {
    const { grantId } = await call.verifyToken();
    return grantId === consent.grantId ? undefined : { code: 'token-wrong' };
  } catch (error) {
    if (!isAppError(error) || error.kind !== 'refused') {
      return { code: isAppError(error) ? error.code : 'token-wrong', error };
    }
    // A token dies with its consent: one that ended in the meantime says why.
    const now = await domain.consents.find(consent.id);
    const ended = now && endOf(now, domain.clock.now(), domain.catalogue);
    return ended === undefined ? { code: error.code, error } : { code: ended };
  }
}

/** Without what is sealed to the provider. A verification is of one dataset, so that its checks are about one thing. */
function openVerification({ verification, datasets }: ReleaseRequest): Verification | undefined {
  if (verification === undefined) return undefined;
  if (datasets?.length !== 1) {
    throw refused('verification-malformed', 'A verification names exactly one dataset.');
  }
  const { sealed: _, ...open } = verification;
  return open;
}

export type AdmittedRequest = {
  consent: Consent;
  /** Of each dataset alike. */
  asked: Omit<Asked, 'dataset'>;
  datasets: readonly string[];
};

/** The whole request: limits, consent and token. A refusal is recorded for each dataset that it names. */
export async function admitRequest(domain: Domain, call: ReleaseCall): Promise<AdmittedRequest> {
  await domain.limits.requests.use(call.client.id);
  const consent = await domain.consents.find(call.body.consent_id);
  const own = consent !== undefined && consent.clientId === call.client.id;
  if (!own) await domain.limits.guesses.use(call.client.id);
  const verification = openVerification(call.body);
  const asked = {
    releaseId: domain.ids.uuid(),
    clientId: call.client.id,
    consentId: call.body.consent_id,
    requestSignatureHash: sha256Base64url(call.request.headers['signature'] ?? ''),
    requestBodyHash: sha256Base64url(call.request.body),
    ...(verification === undefined ? {} : { verification }),
  };
  // Of a consent that is not its own, one record: what it names there concerns nobody.
  const datasets = own ? (call.body.datasets ?? consent.granted?.map((detail) => detail.dataset)) : undefined;
  const whole = await wholeRefusal(domain, call, consent);
  if (whole !== undefined || consent === undefined) {
    const code = whole?.code ?? 'consent-unknown';
    for (const dataset of datasets ?? [null]) {
      const one = { ...asked, dataset, refusal: code };
      await domain.accesses.admit(one, (facts) => admitAccess(domain, one, facts));
    }
    throw whole?.error ?? refusal(code);
  }
  return { consent, asked, datasets: datasets ?? [] };
}
