import { refused } from '@xinlu/common/errors';
import { decryptNested, verifyJwt } from '@xinlu/common/keys';
import { ENVELOPE_JWT_TYPE, parseEnvelopeClaims } from '@xinlu/common/wire';
import type { Connector, Ordered } from '../context.ts';

const LONGEST_LIFE_SECONDS = 60;

/**
 * Who it is about, from the identity provider alone: the envelope opens with our key, is signed by a key of a registered
 * identity provider, and is bound to this order and its consent. Gives the national ID.
 */
export async function openEnvelope(
  connector: Connector,
  { request, order, orderHash }: Ordered,
): Promise<string> {
  const unverifiedJwt = await decryptNested(request.envelope, connector.keys);
  const view = connector.register();
  const claims = await verifyJwt(unverifiedJwt, {
    keys: view.byRole('identity-provider').flatMap((participant) => view.signingKeys(participant.id)),
    typ: ENVELOPE_JWT_TYPE,
    audience: connector.participantId,
    clock: connector.clock,
    maxAgeSeconds: LONGEST_LIFE_SECONDS,
  });
  const envelope = parseEnvelopeClaims.parse(claims);
  if (envelope.order_hash !== orderHash) {
    throw refused('envelope-for-another-order', 'The identity envelope belongs to another order.');
  }
  if (envelope.consent_hash !== order.consent_hash) {
    throw refused('envelope-for-another-consent', 'The identity envelope belongs to another consent.');
  }
  return envelope.national_id;
}
