import { sha256Base64url } from '@xinlu/common/canonical';
import { isAppError, refused, retryable } from '@xinlu/common/errors';
import type {
  ConnectorRequest,
  Participant,
  ReleaseRequest,
  ReleaseResponse,
  Verification,
} from '@xinlu/common/wire';
import { type Admission, type Asked, admitAccess } from './admit-access.ts';
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

type Result = ReleaseResponse['results'][number];

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

/** A store of ours is away: nothing was released. */
const AWAY = 'store-away';

function refusal(code: string): Error {
  const words = WORDS[code];
  return words === undefined ? endedError(code) : refused(code, words[0], { status: words[1] });
}

function titleOf(error: unknown): { code: string; title: string } {
  return isAppError(error)
    ? { code: error.code, title: error.publicMessage }
    : { code: 'provider-failed', title: 'The provider could not answer.' };
}

async function fetchFrom(
  domain: Domain,
  consent: Consent,
  admission: Admission & { order: string },
  request: ConnectorRequest['request'],
): Promise<string> {
  const provider = domain.register().activeParticipant(admission.provider ?? '');
  if (provider?.provider === undefined)
    throw retryable('provider-gone', 'The provider is not in the register.');
  domain.circuits.check(provider.id);
  const envelope = await domain.identity.envelope({
    grantId: consent.envelopeGrantId ?? '',
    provider: provider.id,
    orderHash: sha256Base64url(admission.order),
  });
  const { order } = admission;
  return domain.circuits.run(provider.id, () =>
    domain.connector.release(provider, { order, envelope, request }),
  );
}

/** Its answer will not leave. What cannot be written down now is closed later as abandoned, to the same effect. */
async function leaveUndelivered(domain: Domain, accessId: string, code: string): Promise<void> {
  try {
    // Settled already where the answer to that was lost: it counts as a use, and stays unconfirmed.
    if (await domain.accesses.settle(accessId, 'failed', code)) return;
    await domain.deliveries.unconfirmed([accessId]);
  } catch (error) {
    domain.log.warn({ err: error, accessId }, 'outcome-not-written');
  }
}

async function releaseOne(
  domain: Domain,
  call: ReleaseCall,
  consent: Consent,
  asked: Asked,
): Promise<Result> {
  let admission: Admission;
  try {
    admission = await domain.accesses.admit(asked, (facts) => admitAccess(domain, asked, facts));
  } catch (error) {
    // Not recorded, so nothing is released; what was given of other datasets is told all the same.
    domain.log.warn({ err: error }, 'access-not-recorded');
    const provider = consent.granted?.find((detail) => detail.dataset === asked.dataset)?.provider;
    return { provider: provider ?? 'unknown', dataset: asked.dataset ?? '', error: titleOf(error) };
  }
  const dataset = admission.dataset ?? '';
  const provider = admission.provider ?? 'unknown';
  const id = admission.document.id;
  const { order } = admission;
  if (order === undefined) {
    const error = refusal(admission.code ?? 'consent-unknown');
    return { provider, dataset, access_id: id, error: titleOf(error) };
  }
  try {
    const data = await fetchFrom(domain, consent, { ...admission, order }, call.request);
    if (call.gone()) throw retryable('client-gone', 'The relying party did not wait for the answer.');
    if (!(await domain.accesses.settle(id, 'delivered'))) {
      throw retryable('answer-too-late', 'The provider answered too late.');
    }
    return { provider, dataset, access_id: id, order, data };
  } catch (error) {
    const reason = titleOf(error);
    domain.log.warn({ err: error, accessId: id, provider, code: reason.code }, 'release-failed');
    await leaveUndelivered(domain, id, reason.code);
    return { provider, dataset, access_id: id, error: reason };
  }
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
    return { code: isAppError(error) ? error.code : 'token-wrong', error };
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

/**
 * The gateway's main path: the whole request first, then each dataset by itself (admitted and recorded, ordered, fetched,
 * settled). What some providers refuse or fail to give is named beside what the others gave.
 */
export async function releaseData(domain: Domain, call: ReleaseCall): Promise<ReleaseResponse> {
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
  const results = await Promise.all(
    (datasets ?? []).map((dataset) => releaseOne(domain, call, consent, { ...asked, dataset })),
  );
  if (results.length > 0 && results.every(({ error }) => error?.code === AWAY)) {
    throw retryable(AWAY, 'The access could not be recorded; try again in a moment.', {
      extra: { retryAfter: 5 },
    });
  }
  const codes = new Set(results.map((result) => result.error?.code));
  const [only] = codes;
  if (
    codes.size === 1 &&
    only !== undefined &&
    (only in WORDS || only === 'purpose-changed' || only.startsWith('consent-'))
  ) {
    throw refusal(only);
  }
  return { release_id: asked.releaseId, consent_id: consent.id, results };
}
