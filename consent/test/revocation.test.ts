import { retryable } from '@xinlu/common/errors';
import { createOidcClient } from '@xinlu/common/oidc-client';
import type { Consent } from '@xinlu/rp-kit';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { consentTo, standing, waiver } from './support/consent.ts';
import { type Country, startCountry } from './support/country.ts';

let country: Country;
beforeAll(async () => {
  country = await startCountry();
});
afterAll(() => country.close());

type Party = 'school' | 'bank';

/** A call of an OAuth endpoint with the party's own authentication (private_key_jwt). */
async function call(path: string, token: string, id: Party = 'school'): Promise<Response> {
  const issuer = country.url('consent');
  const assertion = await new SignJWT({})
    .setProtectedHeader({ alg: 'ES256', kid: country.keys[id].signing.kid })
    .setIssuer(id)
    .setSubject(id)
    .setAudience(issuer)
    .setJti(crypto.randomUUID())
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(country.keys[id].signing.privateKey);
  return fetch(`${issuer}${path}`, {
    method: 'POST',
    body: new URLSearchParams({
      token,
      client_id: id,
      client_assertion: assertion,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    }),
  });
}
const revoke = (token: string, id?: Party) => call('/oauth/revoke', token, id);
const isActive = async (token: string) =>
  ((await (await call('/oauth/introspect', token)).json()) as { active: boolean }).active;
const eventsOf = async ({ consentId }: Consent) =>
  (await country.consent.domain.consents.eventsOf(consentId)).map(({ type }) => type);
const stored = ({ consentId }: Consent) => country.consent.domain.consents.find(consentId);

describe('when a relying party revokes a token of hers', () => {
  test.each([
    ['the refresh token', (consent: Consent) => consent.refreshToken ?? ''],
    ['the access token', (consent: Consent) => consent.accessToken],
  ])('by %s both die, the consent is given back, and its history says so', async (_what, tokenOf) => {
    const { consent, client, browser } = await consentTo(country, waiver(standing()));
    expect((await revoke(tokenOf(consent))).status).toBe(200);
    expect(await isActive(consent.accessToken)).toBe(false);
    expect(await isActive(consent.refreshToken ?? '')).toBe(false);
    await expect(client.fetch(consent)).rejects.toMatchObject({ code: 'consent-relinquished' });
    expect(await eventsOf(consent)).toEqual(['requested', 'granted', 'relinquished']);
    expect(country.idp.state.ended).toContain((await stored(consent))?.envelopeGrantId);
    const page = `${country.url('consent')}/consents/${consent.consentId}?lang=zh-TW`;
    expect(await (await browser.open(page)).text()).toContain('對方放棄這份同意');
    expect(await client.granted(consent)).toBeUndefined();
    // Once more, like a token that never was, is no error (RFC 7009 section 2.2).
    for (const token of [tokenOf(consent), 'x'.repeat(43)]) expect((await revoke(token)).status).toBe(200);
    expect(await eventsOf(consent)).toHaveLength(3);
  });

  test('then a consent for one use ends too, and another of the same party goes on', async () => {
    const [once, other] = [await consentTo(country, waiver()), await consentTo(country, waiver(standing()))];
    expect((await revoke(once.consent.accessToken)).status).toBe(200);
    expect((await stored(once.consent))?.state).toBe('relinquished');
    expect((await other.client.fetch(other.consent)).results).toHaveLength(2);
  });

  test('then another party’s revocation changes nothing, nor does one without authentication', async () => {
    const { consent, client } = await consentTo(country, waiver(standing()));
    for (const token of [consent.refreshToken ?? '', consent.accessToken]) {
      await revoke(token, 'bank');
      const body = new URLSearchParams({ token, client_id: 'school' });
      expect((await fetch(`${country.url('consent')}/oauth/revoke`, { method: 'POST', body })).status).toBe(
        401,
      );
    }
    expect(await isActive(consent.refreshToken ?? '')).toBe(true);
    expect((await client.fetch(consent)).results).toHaveLength(2);
    expect(await eventsOf(consent)).toEqual(['requested', 'granted']);
  });

  test('then its own token, by which it manages grants, touches no consent', async () => {
    const { consent, client } = await consentTo(country, waiver(standing()));
    const oidc = createOidcClient({
      issuer: country.url('consent'),
      clientId: 'school',
      keys: country.keys.school,
      redirectUri: `${country.url('school')}/consent/callback`,
      scope: 'openid',
      allowHttp: true,
    });
    const { accessToken } = await oidc.ownToken({ scope: 'grant_management_query' });
    expect(await isActive(accessToken)).toBe(true);
    expect((await revoke(accessToken)).status).toBe(200);
    expect(await isActive(accessToken)).toBe(false);
    expect(await client.granted(consent)).toHaveLength(2);
  });

  test('then a JWT is not taken, and the refresh token ends it', async () => {
    const { consent, client } = await consentTo(country, waiver(standing()), { tokenForm: 'jwt' });
    const answer = await revoke(consent.accessToken);
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: 'unsupported_token_type' }]);
    expect((await client.fetch(consent)).results).toHaveLength(2);
    expect((await revoke(consent.refreshToken ?? '')).status).toBe(200);
    await expect(client.fetch(consent)).rejects.toMatchObject({ code: 'consent-relinquished' });
  });

  test('then one that failed half-way can be repeated', async () => {
    const { consent, client } = await consentTo(country, waiver(standing()));
    const { consents } = country.consent.domain;
    const away = retryable('store-away', 'The database does not answer.');
    vi.spyOn(consents, 'change').mockRejectedValueOnce(away);
    expect((await revoke(consent.refreshToken ?? '')).status).toBeGreaterThanOrEqual(500);
    expect((await client.fetch(consent)).results).toHaveLength(2);
    expect((await revoke(consent.refreshToken ?? '')).status).toBe(200);
    expect((await stored(consent))?.state).toBe('relinquished');
  });

  test('then many at once end it once', async () => {
    const { consent } = await consentTo(country, waiver(standing()));
    const token = consent.refreshToken ?? '';
    const answers = await Promise.all(Array.from({ length: 8 }, () => revoke(token)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await eventsOf(consent)).toEqual(['requested', 'granted', 'relinquished']);
  });
});
