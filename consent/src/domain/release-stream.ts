import { refused, retryable } from '@xinlu/common/errors';
import type { StreamHead } from '@xinlu/common/wire';
import { admitRequest, type ReleaseCall, refusal } from './admit-request.ts';
import type { Domain } from './deps.ts';
import { admitDataset, leaveUndelivered, prepareErrand, titleOf } from './errand.ts';
import type { StreamPart } from './ports.ts';

/** The longest that one stream may take, the relying party's own pace included. */
const LONGEST_MILLISECONDS = 5 * 60_000;

export type ReleasedStream = { head: StreamHead; parts: AsyncIterable<StreamPart>; cancel(): void };

async function* inTime(parts: AsyncIterable<StreamPart>): AsyncGenerator<StreamPart> {
  const end = performance.now() + LONGEST_MILLISECONDS;
  for await (const part of parts) {
    if (performance.now() > end) throw retryable('stream-too-slow', 'The stream took too long.');
    yield part;
  }
}

/**
 * One dataset as a stream: admitted, recorded and ordered as any other. It counts as delivered from its first byte, since a
 * relying party can use what it has; whether it arrived whole is told apart (`Deliveries`).
 */
export async function releaseStream(domain: Domain, call: ReleaseCall): Promise<ReleasedStream> {
  const [dataset, ...others] = call.body.datasets ?? [];
  if (dataset === undefined || others.length > 0 || call.body.verification !== undefined) {
    throw refused('stream-malformed', 'A stream is of the data of exactly one dataset.');
  }
  const { consent, asked } = await admitRequest(domain, call);
  const admission = await admitDataset(domain, { ...asked, dataset });
  if ('error' in admission) throw admission.error;
  const { order, provider } = admission;
  if (order === undefined || provider === null) throw refusal(admission.code ?? 'consent-unknown');
  const { id } = admission.document;
  try {
    const errand = await prepareErrand(domain, consent, { provider, order }, call.request);
    const stream = await domain.circuits.run(provider, () =>
      domain.connector.stream(errand.provider, errand.request),
    );
    try {
      if (call.gone()) throw retryable('client-gone', 'The relying party did not wait for the answer.');
      if (!(await domain.accesses.settle(id, 'delivered'))) {
        throw retryable('answer-too-late', 'The provider answered too late.');
      }
    } catch (error) {
      stream.cancel();
      throw error;
    }
    const head = {
      release_id: asked.releaseId,
      consent_id: consent.id,
      access_id: id,
      provider,
      dataset,
      order,
      data: stream.data,
    };
    return { head, parts: inTime(stream.parts), cancel: stream.cancel };
  } catch (error) {
    const { code } = titleOf(error);
    domain.log.warn({ err: error, accessId: id, provider, code }, 'release-failed');
    await leaveUndelivered(domain, id, code);
    throw error;
  }
}
