import { epochSeconds } from '@xinlu/common/clock';
import { fatal, refused } from '@xinlu/common/errors';
import { encryptNested, signJwt } from '@xinlu/common/keys';
import { DATA_JWT_TYPE, type DataClaims } from '@xinlu/common/wire';
import type { Connector, Ordered } from './context.ts';
import { answersTo, openSealedChecks } from './verify-values.ts';

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

/** The granted values; for a verification the answers about them, and no value. */
async function dataOrAnswers(
  connector: Connector,
  ordered: Ordered,
  nationalId: string,
): Promise<Pick<DataClaims, 'data' | 'answers'>> {
  if (ordered.order.verification === undefined) return { data: await readGranted(ordered, nationalId) };
  const { body } = ordered.request.request;
  // Bound to the order before: the request is well-formed and carries this verification.
  const { verification } = JSON.parse(body) as { verification: { sealed: string } };
  const checks = await openSealedChecks(connector, ordered, verification.sealed);
  return { data: {}, answers: answersTo(checks, await readGranted(ordered, nationalId)) };
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
    ...(await dataOrAnswers(connector, ordered, nationalId)),
  };
  return encryptNested(await signJwt(connector.keys, DATA_JWT_TYPE, claims), recipient);
}
