import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { systemClock } from '@xinlu/common/clock';
import { peers } from '@xinlu/common/config';
import { accessTokenDigest, signRequest } from '@xinlu/common/http-signature';
import { systemIds } from '@xinlu/common/ids';
import { signJwt } from '@xinlu/common/keys';
import type { Consent } from '@xinlu/rp-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consentTo, standing } from './support/consent.ts';
import { type Country, startCountry } from './support/country.ts';

const field = (pem = '') => `:${new X509Certificate(pem).raw.toString('base64')}:`;
/** Any two will do: the proxy vouches for the possession of the keys. */
const OURS = field(rootCertificates[0]);
const ANOTHER = field(rootCertificates[1]);

let country: Country;
let consent: Consent;
beforeAll(async () => {
  country = await startCountry({ tlsProxies: peers().read('127.0.0.1, ::1') });
  const detail = {
    purpose: 'credit-card-application',
    dataset: 'household.members',
    provider: 'household',
    fields: ['members'],
    retention: 'P1Y',
    ...standing(),
  };
  ({ consent } = await consentTo(country, [detail], { id: 'bank' }));
  // From the register's next version on its tokens are bound to its certificate; the proxy it comes through names that.
  const bank = country.view.participants.find(({ id }) => id === 'bank')?.relyingParty;
  Object.assign(bank ?? {}, { client: { senderConstraint: 'mtls' } });
});
afterAll(() => country.close());

/** A token of the refresh token, without any DPoP proof, over a connection with this certificate. */
async function refreshed(certificate?: string) {
  const issuer = country.url('consent');
  const iat = Math.floor(Date.now() / 1000);
  const assertion = { iss: 'bank', sub: 'bank', aud: issuer, jti: systemIds.uuid(), iat, exp: iat + 60 };
  const response = await fetch(`${issuer}/oauth/token`, {
    method: 'POST',
    headers: certificate === undefined ? {} : { 'client-cert': certificate },
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: consent.refreshToken ?? '',
      client_id: 'bank',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await signJwt(country.keys.bank, 'JWT', assertion),
    }),
  });
  return (await response.json()) as { access_token?: string; token_type?: string; error?: string };
}

async function released(options: {
  authorization: string;
  certificate?: string;
  digest?: string | undefined;
}) {
  const body = Buffer.from(JSON.stringify({ consent_id: consent.consentId }));
  const digest = 'digest' in options ? options.digest : accessTokenDigest(options.authorization);
  const headers = {
    'content-type': 'application/json',
    authorization: options.authorization,
    ...(digest === undefined ? {} : { 'access-token-digest': digest }),
  };
  const message = { method: 'POST', url: country.gatewayUrl, headers, body };
  const response = await fetch(country.gatewayUrl, {
    method: 'POST',
    headers: {
      ...headers,
      ...signRequest(message, country.keys.bank, systemClock),
      ...(options.certificate === undefined ? {} : { 'client-cert': options.certificate }),
    },
    body,
  });
  const json = (await response.json()) as {
    code?: string;
    results?: { data?: string; error?: { code: string } }[];
  };
  return json.code ?? json.results?.[0]?.error?.code ?? (json.results?.[0]?.data && 'delivered');
}

describe('when tokens of a relying party are bound to its TLS certificate', () => {
  test('then none is given without one', async () => {
    expect(await refreshed()).toMatchObject({ error: 'invalid_grant' });
  });

  test('then one works over a connection with that certificate alone', async () => {
    const { access_token: token, token_type: type } = await refreshed(OURS);
    expect(type).toBe('Bearer');
    const authorization = `Bearer ${token}`;
    expect(await released({ authorization, certificate: OURS })).toBe('delivered');
    expect(await released({ authorization, certificate: ANOTHER })).toBe('token-invalid');
    expect(await released({ authorization })).toBe('certificate-missing');
    // It is not the other kind either.
    expect(await released({ authorization: `DPoP ${token}`, certificate: OURS })).toBe('dpop-missing');
  });

  test('then its signature names the token by a digest, which must be its own', async () => {
    const authorization = `Bearer ${(await refreshed(OURS)).access_token}`;
    const other = accessTokenDigest('Bearer another');
    expect(await released({ authorization, certificate: OURS, digest: other })).toBe('signature-coverage');
    expect(await released({ authorization, certificate: OURS, digest: undefined })).toBe(
      'token-digest-missing',
    );
  });

  test('then a token that is bound to a DPoP key does not pass as one of a certificate', async () => {
    const authorization = `Bearer ${consent.accessToken}`;
    expect(await released({ authorization, certificate: OURS })).toBe('token-invalid');
  });
});
