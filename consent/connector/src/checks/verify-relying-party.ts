import { refused } from '@xinlu/common/errors';
import { verifyRequest } from '@xinlu/common/http-signature';
import type { Connector, Ordered } from '../context.ts';

/**
 * The relying party itself asked, moments ago: its own RFC 9421 signature over its request to the gateway, by a key that
 * the register gives to the order's client. The broker cannot make this up.
 */
export function verifyRelyingParty(connector: Connector, { request, order }: Ordered): void {
  const view = connector.register();
  const client = view.activeParticipant(order.client_id);
  if (client?.relyingParty?.purposes.includes(order.purpose) !== true) {
    throw refused('client-not-admitted', 'The client is not admitted to this purpose.', { status: 403 });
  }
  if (request.request.url !== connector.gatewayUrl) {
    throw refused('request-meant-elsewhere', "The relying party's request was not meant for the gateway.");
  }
  const { headers, body, method, url } = request.request;
  verifyRequest(
    { method, url, headers, body: Buffer.from(body) },
    (kid) => {
      const known = view.key(kid);
      return known?.participant.id === client.id ? known.jwk : undefined;
    },
    connector.clock,
  );
}
