import { sha256Base64url } from '@xinlu/common/canonical';
import { systemClock } from '@xinlu/common/clock';
import { signedFetch, signRequest } from '@xinlu/common/http-signature';
import { systemIds } from '@xinlu/common/ids';
import { encryptNested, signJwt } from '@xinlu/common/keys';
import { type ConnectorRequest, ENVELOPE_JWT_TYPE, ORDER_JWT_TYPE } from '@xinlu/common/wire';
import type { Consent } from '@xinlu/rp-kit';
import { DATASET, type World } from './world.ts';

/** A genuine order for the agency, made beforehand: what remains is the call itself. */
async function errand({ country }: World, consent: Consent): Promise<ConnectorRequest> {
  const { keys, view } = country;
  const iat = Math.floor(Date.now() / 1000);
  const body = JSON.stringify({ consent_id: consent.consentId, datasets: [DATASET] });
  const plain = { 'content-type': 'application/json' };
  const message = { method: 'POST', url: country.gatewayUrl, headers: plain, body: Buffer.from(body) };
  const headers = { ...plain, ...signRequest(message, keys.school, systemClock) } as Record<string, string>;
  const order = await signJwt(keys.consent, ORDER_JWT_TYPE, {
    iss: 'consent',
    aud: 'household',
    jti: systemIds.uuid(),
    iat,
    exp: iat + 60,
    consent_id: consent.consentId,
    consent_hash: sha256Base64url('receipt'),
    client_id: 'school',
    sub: consent.subject,
    dataset: DATASET,
    fields: ['members'],
    purpose: 'tuition-waiver',
    until: null,
    request_signature_hash: sha256Base64url(headers['signature'] ?? ''),
    request_body_hash: sha256Base64url(body),
  });
  const envelope = await signJwt(keys.idp, ENVELOPE_JWT_TYPE, {
    iss: country.url('idp'),
    aud: 'household',
    jti: systemIds.uuid(),
    iat,
    exp: iat + 60,
    national_id: 'A229871345',
    consent_hash: sha256Base64url('receipt'),
    order_hash: sha256Base64url(order),
  });
  const key = view.encryptionKey('household');
  if (key === undefined) throw new Error('no key');
  const request = { method: 'POST' as const, url: country.gatewayUrl, headers, body };
  return { order, envelope: await encryptNested(envelope, key), request };
}

/** Calls of the agency's connector without the gateway, each ready to be made once. */
export async function directCalls(world: World, count: number): Promise<(() => Promise<unknown>)[]> {
  const { country, consents } = world;
  const send = signedFetch({ keys: country.keys.consent });
  const answerKeys = country.view.signingKeys('household');
  const url = `${country.url('household')}/release`;
  return Promise.all(
    Array.from({ length: count }, async (_, turn) => {
      const json = await errand(world, consents[turn % consents.length] as Consent);
      return async () => {
        const { status } = await send(url, { json, answerKeys });
        if (status !== 200) throw new Error(`the connector answered ${status}`);
      };
    }),
  );
}
