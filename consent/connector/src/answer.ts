import { epochSeconds } from '@xinlu/common/clock';
import { fatal, refused } from '@xinlu/common/errors';
import { encryptNested, signJwt } from '@xinlu/common/keys';
import { DATA_JWT_TYPE, type DataClaims } from '@xinlu/common/wire';
import type { Connector, Ordered } from './context.ts';
import type { ReadRequest } from './dataset.ts';
import { answersTo, openSealedChecks } from './verify-values.ts';

function nothingHeld(): Error {
  return refused('data-not-found', 'The agency holds no such record about this person.', { status: 404 });
}

const requestOf = ({ order }: Ordered, nationalId: string): ReadRequest => ({
  nationalId,
  fields: order.fields,
  purpose: order.purpose,
  clientId: order.client_id,
  accessId: order.jti,
});

/** The granted fields alone; a value that does not fit its schema never leaves. */
function grantedOf({ order, dataset }: Ordered, values: Readonly<Record<string, unknown>>) {
  const granted = Object.fromEntries(order.fields.map((field) => [field, values[field]]));
  const wrong = dataset.firstWrongField(granted);
  if (wrong !== undefined) {
    throw fatal('data-invalid', `The agency's own data does not fit its schema in ${wrong}.`);
  }
  return granted;
}

async function readGranted(ordered: Ordered, nationalId: string): Promise<Record<string, unknown>> {
  const { read } = ordered.dataset;
  if (read === undefined) {
    throw refused('dataset-streamed', 'This dataset is given as a stream alone.');
  }
  const values = await read(requestOf(ordered, nationalId));
  if (values === undefined) throw nothingHeld();
  return grantedOf(ordered, values);
}

/** The granted fields of her records one after another; a dataset of one document is one record. */
export async function recordsGranted(
  ordered: Ordered,
  nationalId: string,
): Promise<AsyncIterable<Record<string, unknown>>> {
  const { records } = ordered.dataset;
  if (records === undefined) {
    const only = await readGranted(ordered, nationalId);
    return (async function* () {
      yield only;
    })();
  }
  const found = await records(requestOf(ordered, nationalId));
  if (found === undefined) throw nothingHeld();
  return (async function* () {
    for await (const values of found) yield grantedOf(ordered, values);
  })();
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
export async function seal(
  connector: Connector,
  { order, orderHash }: Ordered,
  content: Pick<DataClaims, 'data' | 'answers' | 'content'>,
): Promise<string> {
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
    ...content,
  };
  return encryptNested(await signJwt(connector.keys, DATA_JWT_TYPE, claims), recipient);
}

export async function answer(connector: Connector, ordered: Ordered, nationalId: string): Promise<string> {
  return seal(connector, ordered, await dataOrAnswers(connector, ordered, nationalId));
}
