import { sha256Base64url } from '@xinlu/common/canonical';
import { refused } from '@xinlu/common/errors';
import { verifyJwt } from '@xinlu/common/keys';
import { type ConnectorRequest, ORDER_JWT_TYPE, parseOrderClaims } from '@xinlu/common/wire';
import type { Connector, Ordered } from '../context.ts';

const LONGEST_LIFE_SECONDS = 60;

/** The order is the calling broker's, for this agency, for now, and for a dataset with fields that exist here. */
export async function verifyOrder(connector: Connector, request: ConnectorRequest): Promise<Ordered> {
  const claims = await verifyJwt(request.order, {
    keys: connector.register().signingKeys(connector.broker.id),
    typ: ORDER_JWT_TYPE,
    issuer: connector.broker.id,
    audience: connector.participantId,
    clock: connector.clock,
    maxAgeSeconds: LONGEST_LIFE_SECONDS,
  });
  const order = parseOrderClaims.parse(claims);
  if (order.exp - order.iat > LONGEST_LIFE_SECONDS) {
    throw refused('order-too-long', 'The release order lives longer than 60 seconds.');
  }
  if (order.until !== null && Date.parse(order.until) <= connector.clock.now().getTime()) {
    throw refused('order-consent-ended', 'The consent of this order has ended.');
  }
  const dataset = connector.datasets.get(order.dataset);
  if (dataset === undefined) throw refused('dataset-unknown', 'This dataset is not held here.');
  if (order.fields.some((field) => !Object.hasOwn(dataset.fields, field))) {
    throw refused('field-unknown', 'The order names a field that this dataset does not have.');
  }
  return { request, order, orderHash: sha256Base64url(request.order), dataset };
}
