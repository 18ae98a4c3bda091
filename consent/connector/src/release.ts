import { sha256Base64url } from '@xinlu/common/canonical';
import { isAppError } from '@xinlu/common/errors';
import type { ConnectorRequest } from '@xinlu/common/wire';
import { answer } from './answer.ts';
import { bindOrderToRequest } from './checks/bind-order-to-request.ts';
import { openEnvelope } from './checks/open-envelope.ts';
import { useOnce } from './checks/use-once.ts';
import { verifyOrder } from './checks/verify-order.ts';
import { verifyRelyingParty } from './checks/verify-relying-party.ts';
import type { Connector } from './context.ts';

/**
 * Serves one release order. Nobody is trusted alone: the broker vouches for the consent, the relying party for its
 * request, the identity provider for the person; without any one of them nothing leaves, and nothing unrecorded.
 */
export async function release(connector: Connector, request: ConnectorRequest): Promise<string> {
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
    const data = await answer(connector, ordered, nationalId);
    step = 'record';
    await connector.releases.record({
      at: connector.clock.now().toISOString(),
      order: request.order,
      answer_digest: sha256Base64url(data),
    });
    connector.log.info({ accessId: ordered.order.jti, dataset: ordered.order.dataset }, 'released');
    return data;
  } catch (error) {
    const code = isAppError(error) ? error.code : 'internal';
    connector.log.warn({ err: error, check: step, code, broker: connector.broker.id }, 'release-refused');
    throw error;
  }
}
