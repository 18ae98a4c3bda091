import type { Clock } from '@xinlu/common/clock';
import { isAppError, refused, retryable } from '@xinlu/common/errors';
import {
  type SignedReply,
  type SignedStream,
  signedFetch,
  signedStreamFetch,
} from '@xinlu/common/http-signature';
import type { KeyRing } from '@xinlu/common/keys';
import type { RegisterView } from '@xinlu/common/register';
import { STREAM_MEDIA_TYPE } from '@xinlu/common/stream';
import { parseReleaseResponse, type ReleaseResponse, type SealedVerification } from '@xinlu/common/wire';
import { dpopProof } from './dpop-proof.ts';
import type { Consent } from './types.ts';

export type Gateway = {
  url: string;
  keys: KeyRing;
  register: () => RegisterView;
  clock: Clock;
  timeoutMilliseconds: number;
  fetch: typeof globalThis.fetch;
};

type Results = ReleaseResponse['results'];

/** What an unsigned refusal claims to be about. The gateway cannot sign for whom it does not know: a claim, no more. */
async function claimedCodeOf(response: Response): Promise<string | undefined> {
  try {
    const { code } = (await response.clone().json()) as { code?: unknown };
    return typeof code === 'string' ? code : undefined;
  } catch {
    return undefined;
  }
}

/** Later may work, or something must change. Too many requests are told before anything is signed; too many releases after. */
function failure(status: number, signed: boolean): typeof refused {
  return status === 503 || (status === 429 && !signed) ? retryable : refused;
}

/** What one signed request needs, and what is said of an answer that nobody signed. */
async function prepare(gateway: Gateway, consent: Consent, json: object) {
  let claimed: { status: number; code: string | undefined } | undefined;
  const { url, keys, clock, timeoutMilliseconds } = gateway;
  const view = gateway.register();
  const proof = { method: 'POST', url, accessToken: consent.accessToken };
  const fetch: typeof globalThis.fetch = async (address, init) => {
    const response = await gateway.fetch(address, init);
    if (!response.ok) claimed = { status: response.status, code: await claimedCodeOf(response) };
    return response;
  };
  return {
    options: { keys, clock, timeoutMilliseconds, fetch },
    call: {
      json,
      headers: {
        authorization: `DPoP ${consent.accessToken}`,
        dpop: await dpopProof(consent.dpopKey, proof, clock),
      },
      answerKeys: view.byRole('broker').flatMap((broker) => view.signingKeys(broker.id)),
    },
    errorOf(error: unknown): unknown {
      if (!isAppError(error) || error.code !== 'signature-missing') return error;
      const { status = 502, code = null } = claimed ?? {};
      return failure(status, false)('gateway-answer-unsigned', "The gateway's answer is not signed.", {
        status,
        cause: error,
        extra: { claimedCode: code },
      });
    },
  };
}

/** Sends one signed request and takes only an answer that a broker of the register signed for it. */
async function exchange(gateway: Gateway, consent: Consent, json: object): Promise<SignedReply> {
  const { options, call, errorOf } = await prepare(gateway, consent, json);
  try {
    return await signedFetch(options)(gateway.url, call);
  } catch (error) {
    throw errorOf(error);
  }
}

function refusalOf({ status, json }: SignedReply): Error {
  const problem = json as { code?: string; detail?: string } | undefined;
  const detail = problem?.detail ?? 'The gateway refused the request.';
  return failure(status, true)(problem?.code ?? 'gateway-refused', detail, { status });
}

/** One dataset as a stream, nothing of it verified yet. Refusals as those of `callGateway`. */
export async function openGatewayStream(
  gateway: Gateway,
  consent: Consent,
  dataset: string,
): Promise<SignedStream> {
  const json = { consent_id: consent.consentId, datasets: [dataset], stream: true };
  const { options, call, errorOf } = await prepare(gateway, consent, json);
  let reply: SignedReply | SignedStream;
  try {
    reply = await signedStreamFetch({ ...options, mediaType: STREAM_MEDIA_TYPE })(gateway.url, call);
  } catch (error) {
    throw errorOf(error);
  }
  if ('body' in reply) return reply;
  throw reply.status === 200
    ? refused('data-unbound', "The gateway's answer is not for this request.")
    : refusalOf(reply);
}

/** The results in the gateway's order, none twice and none unasked; a dataset that it is silent about gets an error. */
function complete(consent: Consent, datasets: readonly string[] | undefined, results: Results): Results {
  const asked = new Set(datasets ?? consent.details.map((detail) => detail.dataset));
  const given = new Set(results.map((result) => result.dataset));
  if (given.size < results.length || [...given].some((dataset) => !asked.has(dataset))) {
    throw refused('data-unbound', "The gateway's answer is not for this request.");
  }
  const missing = [...asked].filter((dataset) => !given.has(dataset));
  return [
    ...results,
    ...missing.map((dataset) => ({
      provider: consent.details.find((detail) => detail.dataset === dataset)?.provider ?? 'unknown',
      dataset,
      error: { code: 'dataset-missing', title: 'The gateway says nothing about this dataset.' },
    })),
  ];
}

/**
 * One release at the gateway. Refusals: the gateway's own codes when it signed them; `gateway-answer-unsigned` (with
 * `extra.claimedCode`) and `signature-*` when the answer is not provably its own; `data-unbound` when it answers another
 * request. Retryable are `store-away` and whatever else comes as 503: nothing was released.
 */
export async function callGateway(
  gateway: Gateway,
  consent: Consent,
  datasets: string[] | undefined,
  verification?: SealedVerification,
): Promise<Results> {
  const reply = await exchange(gateway, consent, {
    consent_id: consent.consentId,
    ...(datasets === undefined ? {} : { datasets }),
    ...(verification === undefined ? {} : { verification }),
  });
  if (reply.status !== 200) throw refusalOf(reply);
  const response = parseReleaseResponse.parse(reply.json);
  if (response.consent_id !== consent.consentId) {
    throw refused('data-unbound', "The gateway's answer is not for this consent.");
  }
  return complete(consent, datasets, response.results);
}
