import { signedFetch } from '@xinlu/common/http-signature';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser, csrfOf } from './support/browser.ts';
import { consentTo, standing, waiver } from './support/consent.ts';
import { type Country, startCountry } from './support/country.ts';

let country: Country;
beforeAll(async () => {
  country = await startCountry();
});
afterAll(() => country.close());

const id = '0199aa00-0000-7000-8000-000000000000';
const bad: [method: string, path: string, body?: string, type?: string][] = [
  ['POST', '/gateway/release'],
  ['POST', '/gateway/release', '{', 'application/json'],
  ['POST', '/gateway/release', '{"consent_id":"x"}', 'application/json'],
  ['POST', '/gateway/release', `{"consent_id":"${id}"}`, 'application/json'],
  ['POST', '/gateway/release', `{"consent_id":"${id}","datasets":[],"more":1}`, 'application/json'],
  ['GET', '/gateway/release'],
  ['GET', '/stats'],
  ['GET', '/interaction/short'],
  ['GET', '/interaction/aaaaaaaaaaaaaaaaaaaaa'],
  [
    'POST',
    '/interaction/aaaaaaaaaaaaaaaaaaaaa/decision',
    'decision=maybe',
    'application/x-www-form-urlencoded',
  ],
  [
    'POST',
    '/interaction/aaaaaaaaaaaaaaaaaaaaa/decision',
    '_csrf=x&decision=grant',
    'application/x-www-form-urlencoded',
  ],
  ['POST', '/interaction/aaaaaaaaaaaaaaaaaaaaa/abort', '_csrf=x', 'application/x-www-form-urlencoded'],
  ['GET', '/login/callback'],
  ['GET', '/login/callback?code=x&state=y&state=z'],
  ['POST', '/logout', '_csrf=x', 'application/x-www-form-urlencoded'],
  ['GET', '/consents/not-a-uuid'],
  ['POST', `/consents/${id}/withdraw`, '_csrf=x', 'application/x-www-form-urlencoded'],
  ['GET', `/receipts/${id}/receipt.xinlu.json`],
  ['GET', '/accesses/x/access.xinlu.json'],
  ['GET', '/oauth/authorize'],
  ['GET', '/oauth/authorize?client_id=school&request_uri=urn:ietf:params:oauth:request_uri:x'],
  ['GET', '/oauth/authorize/unknown'],
  ['POST', '/oauth/par'],
  ['POST', '/oauth/par', 'client_id=school&%00=%ff', 'application/x-www-form-urlencoded'],
  ['POST', '/oauth/token', 'grant_type=authorization_code', 'application/x-www-form-urlencoded'],
  ['POST', '/oauth/token', '{}', 'application/json'],
  ['POST', '/oauth/introspect', 'token=x', 'application/x-www-form-urlencoded'],
  ['POST', '/oauth/revoke', 'token=x', 'application/x-www-form-urlencoded'],
  ['GET', '/oauth/nothing'],
  ['GET', '/%ff'],
];

describe('when input is bad', () => {
  test.each(bad)('%s %s %s: a 4xx that names the fault', async (method, path, body, type) => {
    const response = await fetch(`${country.url('consent')}${path}`, {
      method,
      redirect: 'manual',
      headers: { connection: 'close', ...(type === undefined ? {} : { 'content-type': type }) },
      ...(body === undefined ? {} : { body }),
    });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const text = await response.text();
    expect(text).not.toMatch(/ at .*\.ts:\d+/);
    if (response.headers.get('content-type')?.includes('json')) {
      const answer = JSON.parse(text) as { code?: string; error?: string };
      expect(answer.code ?? answer.error).toMatch(/^[a-z_-]+$/);
    }
  });

  test('addresses do not follow a forged Host header', async () => {
    const { request } = await import('node:http');
    const text = await new Promise<string>((resolve, reject) => {
      const url = new URL('/.well-known/openid-configuration', country.url('consent'));
      const call = request(url, { headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' } });
      call.on('error', reject).on('response', (response) => {
        let all = '';
        response.on('data', (chunk) => {
          all += String(chunk);
        });
        response.on('end', () => resolve(all));
      });
      call.end();
    });
    expect(text).not.toContain('evil.example');
    expect(JSON.parse(text).issuer).toBe(country.url('consent'));
  });
});

describe('when the operators ask for numbers', () => {
  test('then the register gets them and others do not', async () => {
    await consentTo(country, waiver());
    const url = `${country.url('consent')}/stats`;
    const { status, json } = await signedFetch({ keys: country.keys.admin })(url);
    expect(status).toBe(200);
    expect(json).toMatchObject({ consents: { granted: 1 }, catalogueVersion: '2026.11' });
    const school = await signedFetch({ keys: country.keys.school })(url);
    expect([school.status, (school.json as { code: string }).code]).toEqual([403, 'role-missing']);
  });
});

describe('when she opens her pages', () => {
  test('then she sees consent and access, withdraws, and downloads the receipt', async () => {
    const { consent, client, browser } = await consentTo(country, waiver(standing()));
    await client.fetch(consent);
    const base = country.url('consent');
    const home = await (await browser.open(`${base}/`)).text();
    expect(home).toContain('信路高級中學');
    expect(home).toContain('已提供');
    const question = await (await browser.open(`${base}/consents/${consent.consentId}/withdraw`)).text();
    const done = await browser.follow(`${base}/consents/${consent.consentId}/withdraw`, /never/, {
      _csrf: csrfOf(question),
    });
    expect(done.body).toContain('已經停止');
    await expect(client.fetch(consent)).rejects.toMatchObject({ code: 'consent-withdrawn' });
    const receipts = [...done.body.matchAll(/\/receipts\/[\w-]+\/receipt\.xinlu\.json/g)];
    expect(receipts).toHaveLength(2);
    await expect
      .poll(async () => (await browser.open(`${base}${receipts[0]?.[0]}`)).status, { timeout: 15_000 })
      .toBe(200);
    const file = await (await browser.open(`${base}${receipts[0]?.[0]}`)).json();
    expect(file).toMatchObject({ format: 'xinlu/1', kind: 'receipt', proof: expect.any(String) });
  });

  test('then somebody else finds nothing there', async () => {
    const { consent, browser: owner } = await consentTo(country, waiver(standing()));
    const events = await country.consent.domain.consents.eventsOf(consent.consentId);
    const granted = events.find((event) => event.type === 'granted');
    country.idp.state.person = { id: 'person-9', nationalId: 'F131104093' };
    const other = new Browser();
    const base = country.url('consent');
    await other.follow(`${base}/login`, /never/);
    country.idp.state.person = { id: 'person-1', nationalId: 'A229871345' };
    for (const path of [
      `/consents/${consent.consentId}`,
      `/consents/${consent.consentId}/withdraw`,
      `/receipts/${granted?.id}/receipt.xinlu.json`,
    ]) {
      expect((await other.open(`${base}${path}`)).status, path).toBe(404);
      expect((await owner.open(`${base}${path}`)).status, path).toBeLessThan(410);
    }
    const home = await (await other.open(`${base}/`)).text();
    expect(home).toContain('目前沒有有效的同意');
  });

  test('then the catalogue is open to everybody in both languages', async () => {
    const base = country.url('consent');
    expect(await (await fetch(`${base}/catalogue?lang=zh-TW`)).text()).toContain('低收入戶資格');
    expect(await (await fetch(`${base}/catalogue?lang=en`)).text()).toContain('Low-income status');
    const json = await (await fetch(`${base}/catalogue.json`)).json();
    expect(json).toMatchObject({
      purposes: expect.arrayContaining([expect.objectContaining({ id: 'tuition-waiver' })]),
    });
  });
});
