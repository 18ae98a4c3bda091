import { isAppError } from '@xinlu/common/errors';
import { createOidcClient, type OidcClient } from '@xinlu/common/oidc-client';
import type { Consent, MyData } from '@xinlu/rp-kit';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { csrfOf } from './support/browser.ts';
import { askAt, consentTo, standing, waiver } from './support/consent.ts';
import { type Country, startCountry } from './support/country.ts';

let country: Country;
beforeAll(async () => {
  country = await startCountry();
});
afterAll(() => country.close());

const codeOf = (error: unknown) => (isAppError(error) ? (error.extra['error'] ?? error.code) : String(error));
const household = (fields: string[]) => [{ ...waiver(standing())[0], fields, optional: [] } as never];

/** The same person at the same party is asked again, under the grant she gave before. */
async function askAgain(
  consent: Consent,
  details: ReturnType<typeof waiver>,
  action: 'merge' | 'replace',
  decision: 'grant' | 'refuse' = 'grant',
): Promise<{ consent: Consent; screen: string; client: MyData }> {
  const grant = { action, id: consent.grantId ?? '' };
  const { browser, client, pending, screen } = await askAt(country, details, 'school', { grant });
  const end = await browser.follow(`${screen.url}/decision`, /\/consent\/callback/, {
    _csrf: csrfOf(screen.body),
    decision,
    field: [],
  });
  return {
    consent: decision === 'grant' ? await client.complete(new URL(end.url), pending) : consent,
    screen: screen.body,
    client,
  };
}

function oidcOf(id: 'school' | 'bank'): OidcClient {
  return createOidcClient({
    issuer: country.url('consent'),
    clientId: id,
    keys: country.keys[id],
    redirectUri: `${country.url(id)}/consent/callback`,
    scope: 'openid',
    allowHttp: true,
  });
}

async function introspect(token: string) {
  const issuer = country.url('consent');
  const assertion = await new SignJWT({})
    .setProtectedHeader({ alg: 'ES256', kid: country.keys.school.signing.kid })
    .setIssuer('school')
    .setSubject('school')
    .setAudience(issuer)
    .setJti(crypto.randomUUID())
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(country.keys.school.signing.privateKey);
  const response = await fetch(`${issuer}/oauth/introspect`, {
    method: 'POST',
    body: new URLSearchParams({
      token,
      client_id: 'school',
      client_assertion: assertion,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    }),
  });
  return (await response.json()) as { active: boolean; authorization_details?: { fields: string[] }[] };
}

describe('when a relying party asks about its grant', () => {
  test('then discovery says how, the token names it, and it hears what is granted', async () => {
    const { consent, client } = await consentTo(country, waiver(standing()));
    const metadata = await (
      await fetch(`${country.url('consent')}/.well-known/oauth-authorization-server`)
    ).json();
    expect(metadata).toMatchObject({
      grant_management_endpoint: `${country.url('consent')}/grants`,
      grant_management_actions_supported: expect.arrayContaining(['query', 'revoke', 'merge', 'replace']),
    });
    expect(consent.grantId).toMatch(/^[\w-]{20,}$/);
    expect((await client.granted(consent))?.map(({ dataset, fields }) => [dataset, fields])).toEqual([
      ['household.members', ['members']],
      ['welfare.low-income-status', ['status', 'valid_until']],
    ]);
    const told = await introspect(consent.accessToken);
    expect(told.active).toBe(true);
    expect(told.authorization_details?.map(({ fields }) => fields)).toEqual(
      consent.details.map(({ fields }) => fields),
    );
  });

  test('then another party hears nothing of it and cannot revoke it', async () => {
    const { consent, client } = await consentTo(country, waiver(standing()));
    const bank = country.myData('bank');
    expect(await bank.granted(consent)).toBeUndefined();
    await bank.giveBack(consent);
    expect(await client.granted(consent)).toHaveLength(2);
  });

  test.each([
    ['no token', async (): Promise<Record<string, string>> => ({})],
    [
      'the citizen’s token in place of its own',
      async (consent: Consent) => ({ authorization: `DPoP ${consent.accessToken}` }),
    ],
    ['a bearer token', async () => ({ authorization: 'Bearer x' })],
  ])('then with %s it is refused with a challenge', async (_what, headersOf) => {
    const { consent } = await consentTo(country, waiver(standing()));
    for (const method of ['GET', 'DELETE']) {
      const response = await fetch(`${country.url('consent')}/grants/${consent.grantId}`, {
        method,
        headers: await headersOf(consent),
      });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toMatch(/^DPoP error="invalid_token"/);
    }
  });

  test('then a token for queries does not revoke', async () => {
    const { consent } = await consentTo(country, waiver(standing()));
    const oidc = oidcOf('school');
    const base = country.url('consent');
    const { accessToken, dpopKey } = await oidc.ownToken({
      scope: 'grant_management_query',
      resource: `${base}/grants`,
    });
    const url = new URL(`${base}/grants/${consent.grantId}`);
    const call = (method: string, key = dpopKey) =>
      oidc.protectedFetch(accessToken, key, url, { method, headers: new Headers() });
    expect((await call('DELETE')).status).toBe(403);
    expect((await call('GET')).status).toBe(200);
    expect((await call('GET', consent.dpopKey)).status).toBe(401);
  });

  test('then its own token opens no gateway, and no other scope or resource is given', async () => {
    const oidc = oidcOf('school');
    const base = country.url('consent');
    await expect(oidc.ownToken({ resource: `${base}/gateway/release` })).rejects.toMatchObject({
      extra: { error: 'invalid_target' },
    });
    await expect(oidc.ownToken({ resource: 'https://elsewhere.example' })).rejects.toMatchObject({
      extra: { error: 'invalid_target' },
    });
    const { consent, client } = await consentTo(country, waiver(standing()));
    const { accessToken, dpopKey } = await oidc.ownToken({ scope: 'grant_management_query' });
    await expect(client.fetch({ ...consent, accessToken, dpopKey })).rejects.toMatchObject({
      code: 'token-invalid',
    });
  });
});

describe('when a relying party gives its grant back', () => {
  test('then tokens and envelopes die, and she sees it with a receipt', async () => {
    const { consent, client, browser } = await consentTo(country, waiver(standing()));
    await client.giveBack(consent);
    expect(await client.granted(consent)).toBeUndefined();
    await expect(client.fetch(consent)).rejects.toMatchObject({ code: 'consent-relinquished' });
    const oidc = oidcOf('school');
    await expect(oidc.refresh(consent.refreshToken ?? '', consent.dpopKey)).rejects.toMatchObject({
      extra: { error: 'invalid_grant' },
    });
    expect((await introspect(consent.accessToken)).active).toBe(false);
    expect((await introspect(consent.refreshToken ?? '')).active).toBe(false);
    const stored = await country.consent.domain.consents.find(consent.consentId);
    expect(stored?.state).toBe('relinquished');
    expect(country.idp.state.ended).toContain(stored?.envelopeGrantId);
    const page = await (
      await browser.open(`${country.url('consent')}/consents/${consent.consentId}?lang=zh-TW`)
    ).text();
    expect(page).toContain('對方放棄這份同意');
    expect(page.match(/receipt\.xinlu\.json/g)).toHaveLength(2);
  });
});

describe('when more is merged into a grant', () => {
  test('then she is asked for the whole, the grant stays, and the earlier consent is replaced', async () => {
    const before = await consentTo(country, household(['members']));
    const after = await askAgain(before.consent, household(['registered_since']), 'merge');
    expect(after.screen).toContain('這會取代您先前的同意');
    expect(after.consent.grantId).toBe(before.consent.grantId);
    expect(after.consent.consentId).not.toBe(before.consent.consentId);
    expect(after.consent.details[0]?.fields).toEqual(['members', 'registered_since']);
    const { results } = await after.client.fetch(after.consent);
    expect(Object.keys(results[0]?.data ?? {})).toEqual(['members', 'registered_since']);
    await expect(before.client.fetch(before.consent)).rejects.toMatchObject({ code: 'consent-replaced' });
    const events = await country.consent.domain.consents.eventsOf(before.consent.consentId);
    expect(events.map(({ type }) => type)).toEqual(['requested', 'granted', 'replaced']);
    expect(events.at(-1)?.document).toBeTruthy();
    // A token from before serves the grant as it is now: what it opens is decided by the consent.
    expect((await introspect(before.consent.accessToken)).authorization_details).toEqual(
      after.consent.details,
    );
  });

  test('then her refusal leaves the earlier consent as it was', async () => {
    const before = await consentTo(country, household(['members']));
    await askAgain(before.consent, household(['registered_since']), 'merge', 'refuse');
    const { results } = await before.client.fetch(before.consent);
    expect(Object.keys(results[0]?.data ?? {})).toEqual(['members']);
  });

  test('then nothing that she withdrew in the meantime comes back', async () => {
    const before = await consentTo(country, household(['members']));
    const grant = { action: 'merge' as const, id: before.consent.grantId ?? '' };
    const { browser, screen } = await askAt(country, household(['registered_since']), 'school', { grant });
    await before.client.giveBack(before.consent);
    const end = await browser.follow(`${screen.url}/decision`, /never/, {
      _csrf: csrfOf(screen.body),
      decision: 'grant',
      field: [],
    });
    expect(end.response?.status).toBe(409);
    const consents = await country.database.query<{ state: string }>(
      'SELECT state FROM consent WHERE replaces = $1',
      [before.consent.consentId],
    );
    expect(consents).toEqual([{ state: 'requested' }]);
  });
});

describe('when a grant is replaced', () => {
  test('then only what was asked now is left', async () => {
    const before = await consentTo(country, waiver(standing()));
    const after = await askAgain(before.consent, household(['registered_since']), 'replace');
    expect(after.consent.details.map(({ fields }) => fields)).toEqual([['registered_since']]);
    expect((await after.client.granted(after.consent))?.length).toBe(1);
    await expect(after.client.fetch(after.consent, ['welfare.low-income-status'])).rejects.toMatchObject({
      code: 'dataset-not-granted',
    });
  });
});

describe('when grant management is asked for wrongly, it is refused before anybody is asked', () => {
  let consent: Consent;
  beforeAll(async () => {
    ({ consent } = await consentTo(country, household(['members'])));
  });
  const details = household(['members']);
  const ask = (grant: object, id: 'school' | 'bank' = 'school') =>
    askAt(country, details, id, { grant: grant as never }).then(() => 'asked', codeOf);

  test.each([
    ['an unknown action', () => ({ action: 'steal', id: consent.grantId }), 'invalid_request'],
    ['create with a grant', () => ({ action: 'create', id: consent.grantId }), 'invalid_request'],
    ['a grant that is not', () => ({ action: 'merge', id: 'x'.repeat(43) }), 'invalid_grant_id'],
    ['an empty grant', () => ({ action: 'replace', id: '' }), 'invalid_request'],
  ])('%s', async (_what, grant, error) => {
    expect(await ask(grant())).toBe(error);
  });

  test('another person’s grant', async () => {
    country.idp.state.person = { id: 'person-9', nationalId: 'F131104093' };
    expect(await ask({ action: 'merge', id: consent.grantId })).toBe('invalid_grant_id');
    country.idp.state.person = { id: 'person-1', nationalId: 'A229871345' };
  });

  test('another party’s grant', async () => {
    const own = [
      {
        purpose: 'credit-card-application',
        dataset: 'tax.income',
        provider: 'tax',
        fields: ['year'],
        retention: 'P1Y',
      },
    ];
    const grant = { action: 'merge' as const, id: consent.grantId ?? '' };
    expect(await askAt(country, own, 'bank', { grant }).then(() => 'asked', codeOf)).toBe('invalid_grant_id');
  });

  test('more than the purpose covers by merging', async () => {
    const grant = { action: 'merge' as const, id: consent.grantId ?? '' };
    const too = [{ ...waiver(standing())[0], fields: ['dna'], optional: [] } as never];
    expect(await askAt(country, too, 'school', { grant }).then(() => 'asked', codeOf)).toBe(
      'invalid_authorization_details',
    );
  });
});

describe('when a relying party wants its token self-contained', () => {
  test('then the JWT opens the gateway, only with its key, and dies with the consent', async () => {
    const { consent, client } = await consentTo(country, waiver(standing()), { tokenForm: 'jwt' });
    expect(consent.accessToken.split('.')).toHaveLength(3);
    const { results } = await client.fetch(consent, ['household.members']);
    expect(results[0]?.data).toBeDefined();
    const claims = JSON.parse(
      Buffer.from(consent.accessToken.split('.')[1] ?? '', 'base64url').toString(),
    ) as Record<string, unknown>;
    expect(claims).toMatchObject({ client_id: 'school', grant_id: consent.grantId, aud: country.gatewayUrl });
    expect(claims['authorization_details']).toEqual(consent.details);

    const other = await consentTo(country, waiver(standing()), { tokenForm: 'jwt' });
    for (const wrong of [
      { ...consent, dpopKey: other.consent.dpopKey },
      { ...consent, accessToken: `${consent.accessToken.slice(0, -8)}AAAAAAAA` },
      { ...consent, accessToken: other.consent.accessToken, dpopKey: other.consent.dpopKey },
    ]) {
      await expect(client.fetch(wrong, ['household.members'])).rejects.toMatchObject({
        code: expect.stringMatching(/^token-/),
      });
    }
    await client.giveBack(consent);
    await expect(client.fetch(consent)).rejects.toMatchObject({ code: 'consent-relinquished' });
  });
});
