import { sha256Base64url } from '@xinlu/common/canonical';
import type { Clock } from '@xinlu/common/clock';
import { refused } from '@xinlu/common/errors';
import { decryptNested, type KeyRing, verifyJwt } from '@xinlu/common/keys';
import type { RegisterView } from '@xinlu/common/register';
import {
  DATA_JWT_TYPE,
  type DataClaims,
  type GrantedDetail,
  ORDER_JWT_TYPE,
  type OrderClaims,
  parseDataClaims,
  parseOrderClaims,
  type ReleaseResponse,
} from '@xinlu/common/wire';
import type { Consent, Release } from './types.ts';

export type Opener = {
  clientId: string;
  keys: KeyRing;
  register: () => RegisterView;
  clock: Clock;
};

const MAX_AGE_SECONDS = 120;

export function unbound(what: string): never {
  throw refused('data-unbound', `The provider's answer is not for this ${what}.`);
}

/** One answer as it came, and the order that it says to answer. */
export type UnverifiedAnswer = { provider: string; dataset: string; order: string; data: string };

/**
 * Decrypts one provider's answer and checks its signature, the broker's order that it answers, and that both are for this
 * client, person, consent and dataset, and hold no field beyond the grant.
 */
export async function verifyAnswerOf(
  opener: Opener,
  consent: Consent,
  { provider, dataset, order: unverifiedOrder, data: unverifiedData }: UnverifiedAnswer,
): Promise<{ data: DataClaims; order: OrderClaims; detail: GrantedDetail }> {
  const detail = consent.details.find((one) => one.dataset === dataset && one.provider === provider);
  if (detail === undefined) unbound('request');
  const { clock, clientId } = opener;
  const view = opener.register();
  const data = parseDataClaims.parse(
    await verifyJwt(await decryptNested(unverifiedData, opener.keys), {
      keys: view.signingKeys(provider),
      typ: DATA_JWT_TYPE,
      issuer: provider,
      audience: clientId,
      clock,
      maxAgeSeconds: MAX_AGE_SECONDS,
    }),
  );
  const order = parseOrderClaims.parse(
    await verifyJwt(unverifiedOrder, {
      keys: view.byRole('broker').flatMap((broker) => view.signingKeys(broker.id)),
      typ: ORDER_JWT_TYPE,
      audience: provider,
      clock,
      maxAgeSeconds: MAX_AGE_SECONDS,
    }),
  );
  if (data.order_hash !== sha256Base64url(unverifiedOrder)) unbound('order');
  if (order.client_id !== clientId) unbound('client');
  if (data.sub !== consent.subject || order.sub !== consent.subject) unbound('person');
  if (data.consent_id !== consent.consentId || order.consent_id !== consent.consentId) unbound('consent');
  if (data.dataset !== dataset || order.dataset !== dataset) unbound('dataset');
  if (Object.keys(data.data).some((field) => !detail.fields.includes(field))) unbound('grant');
  return { data, order, detail };
}

/** Opens one result of the gateway's answer: the data, or the answers to `checks`. */
export async function openResult(
  opener: Opener,
  consent: Consent,
  result: ReleaseResponse['results'][number],
  /** What was to be verified; data otherwise. */
  checks?: readonly { field: string; test: string }[],
): Promise<Release> {
  const { provider, dataset } = result;
  if (result.error !== undefined) return { provider, dataset, error: result.error };
  if (result.data === undefined || result.order === undefined) unbound('request');
  const unverified = { provider, dataset, data: result.data, order: result.order };
  const { data, order } = await verifyAnswerOf(opener, consent, unverified);
  if (data.content !== undefined) unbound('request');
  const answers = data.answers;
  const told = (list: readonly { field: string; test: string }[] | undefined) =>
    JSON.stringify(list?.map(({ field, test }) => [field, test]));
  if (told(answers) !== told(checks)) unbound('verification');
  if (answers !== undefined && Object.keys(data.data).length > 0) unbound('verification');
  return { provider, dataset, accessId: order.jti, data: data.data, ...(answers && { answers }) };
}
