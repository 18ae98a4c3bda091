import { sha256Base64url } from '@xinlu/common/canonical';
import { isAppError } from '@xinlu/common/errors';
import type { ConnectorRequest } from '@xinlu/common/wire';
import { answer } from './answer.ts';
import { answerStream } from './answer-stream.ts';
import { bindOrderToRequest } from './checks/bind-order-to-request.ts';
import { openEnvelope } from './checks/open-envelope.ts';
import { useOnce } from './checks/use-once.ts';
import { verifyOrder } from './checks/verify-order.ts';
import { verifyRelyingParty } from './checks/verify-relying-party.ts';
import type { Connector, Ordered } from './context.ts';

/** An answer in one piece, or in frames. */
export type Released = { data: string; frames?: AsyncGenerator<Buffer> };

/** Bound to the order before: the relying party's request is well-formed. */
function asksForStream({ request }: Ordered): boolean {
  return (JSON.parse(request.request.body) as { stream?: true }).stream === true;
}

/**
 * Serves one release order. Nobody is trusted alone: the broker vouches for the consent, the relying party for its
 * request, the identity provider for the person; without any one of them nothing leaves, and nothing unrecorded.
 */
export async function release(connector: Connector, request: ConnectorRequest): Promise<Released> {
  let step = 'order';
  try {
    const ordered = await verifyOrder(connector, request);
    step = 'relying-party';
    verifyRelyingParty(connector, ordered);
    step = 'binding';
    bindOrderToRequest(ordered);
    step = 'envelope';
    const nationalId = await openEnvelope(connector, ordered);
    step = 'single-use';
    await useOnce(connector, ordered);
    step = 'answer';
    const released: Released = asksForStream(ordered)
      ? await answerStream(connector, ordered, nationalId)
      : { data: await answer(connector, ordered, nationalId) };
    step = 'record';
    await connector.releases.record({
      at: connector.clock.now().toISOString(),
      order: request.order,
      answer_digest: sha256Base64url(released.data),
    });
    connector.log.info({ accessId: ordered.order.jti, dataset: ordered.order.dataset }, 'released');
    return released;
  } catch (error) {
    const code = isAppError(error) ? error.code : 'internal';
    connector.log.warn({ err: error, check: step, code, broker: connector.broker.id }, 'release-refused');
    throw error;
  }
}
