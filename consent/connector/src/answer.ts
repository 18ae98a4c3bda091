import { epochSeconds } from '@xinlu/common/clock';
import { fatal, refused } from '@xinlu/common/errors';
import { encryptNested, signJwt } from '@xinlu/common/keys';
import { DATA_JWT_TYPE, type DataClaims } from '@xinlu/common/wire';
import type { Connector, Ordered } from './context.ts';

/** Reads the person's values and keeps the granted fields alone; a value that does not fit its schema never leaves. */
async function readGranted(
  { order, dataset }: Ordered,
  nationalId: string,
): Promise<Record<string, unknown>> {
  const values = await dataset.read({
    nationalId,
    fields: order.fields,
    purpose: order.purpose,
    clientId: order.client_id,
    accessId: order.jti,
  });
  if (values === undefined) {
    throw refused('data-not-found', 'The agency holds no such record about this person.', { status: 404 });
  }
  const granted = Object.fromEntries(order.fields.map((field) => [field, values[field]]));
  const wrong = dataset.firstWrongField(granted);
  if (wrong !== undefined) {
    throw fatal('data-invalid', `The agency's own data does not fit its schema in ${wrong}.`);
  }
  return granted;
}

/** Signed by the agency, then encrypted to the key that the register gives to the relying party (nested JWT). */
export async function answer(connector: Connector, ordered: Ordered, nationalId: string): Promise<string> {
  const { order, orderHash } = ordered;
  const recipient = connector.register().encryptionKey(order.client_id);
  if (recipient === undefined) {
    throw refused('client-key-missing', 'The relying party has no registered encryption key.');
  }
  const claims: DataClaims = {
    iss: connector.participantId,
    aud: order.client_id,
    sub: order.sub,
    iat: epochSeconds(connector.clock),
    jti: connector.ids.uuid(),
    order_hash: orderHash,
    consent_id: order.consent_id,
    dataset: order.dataset,
    data: await readGranted(ordered, nationalId),
  };
  return encryptNested(await signJwt(connector.keys, DATA_JWT_TYPE, claims), recipient);
}
