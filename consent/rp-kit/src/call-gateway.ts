import type { Clock } from '@xinlu/common/clock';
import { isAppError, refused, retryable } from '@xinlu/common/errors';
import { type SignedReply, signedFetch } from '@xinlu/common/http-signature';
import type { KeyRing } from '@xinlu/common/keys';
import type { RegisterView } from '@xinlu/common/register';
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

/** Sends one signed request and takes only an answer that a broker of the register signed for it. */
async function exchange(gateway: Gateway, consent: Consent, json: object): Promise<SignedReply> {
  const { url, keys, clock } = gateway;
  let claimed: { status: number; code: string | undefined } | undefined;
  const send = signedFetch({
    keys,
    clock,
    timeoutMilliseconds: gateway.timeoutMilliseconds,
    fetch: async (address, init) => {
      const response = await gateway.fetch(address, init);
      if (!response.ok) claimed = { status: response.status, code: await claimedCodeOf(response) };
      return response;
    },
  });
  const view = gateway.register();
  const dpop = await dpopProof(
    consent.dpopKey,
    { method: 'POST', url, accessToken: consent.accessToken },
    clock,
  );
  try {
    return await send(url, {
      json,
      headers: { authorization: `DPoP ${consent.accessToken}`, dpop },
      answerKeys: view.byRole('broker').flatMap((broker) => view.signingKeys(broker.id)),
    });
  } catch (error) {
    if (!isAppError(error) || error.code !== 'signature-missing') throw error;
    const { status = 502, code = null } = claimed ?? {};
    throw failure(status, false)('gateway-answer-unsigned', "The gateway's answer is not signed.", {
      status,
      cause: error,
      extra: { claimedCode: code },
    });
  }
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
  const { status, json } = await exchange(gateway, consent, {
    consent_id: consent.consentId,
    ...(datasets === undefined ? {} : { datasets }),
    ...(verification === undefined ? {} : { verification }),
  });
  if (status !== 200) {
    const problem = json as { code?: string; detail?: string } | undefined;
    const code = problem?.code ?? 'gateway-refused';
    throw failure(status, true)(code, problem?.detail ?? 'The gateway refused the request.', { status });
  }
  const response = parseReleaseResponse.parse(json);
  if (response.consent_id !== consent.consentId) {
    throw refused('data-unbound', "The gateway's answer is not for this consent.");
  }
  return complete(consent, datasets, response.results);
}
