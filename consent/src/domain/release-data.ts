import { retryable } from '@xinlu/common/errors';
import type { ReleaseResponse } from '@xinlu/common/wire';
import type { Asked } from './admit-access.ts';
import { admitRequest, isRefusal, type ReleaseCall, refusal } from './admit-request.ts';
import type { Consent } from './consent.ts';
import type { Domain } from './deps.ts';
import { AWAY, admitDataset, leaveUndelivered, prepareErrand, titleOf } from './errand.ts';

type Result = ReleaseResponse['results'][number];

async function releaseOne(
  domain: Domain,
  call: ReleaseCall,
  consent: Consent,
  asked: Asked,
): Promise<Result> {
  const admission = await admitDataset(domain, asked);
  if ('error' in admission) {
    // What was given of other datasets is told all the same.
    const provider = consent.granted?.find((detail) => detail.dataset === asked.dataset)?.provider;
    return { provider: provider ?? 'unknown', dataset: asked.dataset ?? '', error: titleOf(admission.error) };
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
    const errand = await prepareErrand(domain, consent, { provider, order }, call.request);
    const data = await domain.circuits.run(provider, () =>
      domain.connector.release(errand.provider, errand.request),
    );
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

/**
 * The gateway's main path: the whole request first, then each dataset by itself (admitted and recorded, ordered, fetched,
 * settled). What some providers refuse or fail to give is named beside what the others gave.
 */
export async function releaseData(domain: Domain, call: ReleaseCall): Promise<ReleaseResponse> {
  const { consent, asked, datasets } = await admitRequest(domain, call);
  const results = await Promise.all(
    datasets.map((dataset) => releaseOne(domain, call, consent, { ...asked, dataset })),
  );
  if (results.length > 0 && results.every(({ error }) => error?.code === AWAY)) {
    throw retryable(AWAY, 'The access could not be recorded; try again in a moment.', {
      extra: { retryAfter: 5 },
    });
  }
  const codes = new Set(results.map((result) => result.error?.code));
  const [only] = codes;
  if (codes.size === 1 && only !== undefined && isRefusal(only)) throw refusal(only);
  return { release_id: asked.releaseId, consent_id: consent.id, results };
}
