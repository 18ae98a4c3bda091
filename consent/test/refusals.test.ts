import { signedFetch } from '@xinlu/common/http-signature';
import { systemIds } from '@xinlu/common/ids';
import { makeKeys } from '@xinlu/common/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser } from './support/browser.ts';
import { askAt, consentTo, standing, waiver } from './support/consent.ts';
import { type Country, startCountry } from './support/country.ts';

let country: Country;
beforeAll(async () => {
  country = await startCountry();
});
afterAll(() => country.close());

describe('when a party uses what is not its own', () => {
  test("then the bank gets nothing with the school's consent and token, and she sees the attempt", async () => {
    const { consent } = await consentTo(country, waiver(standing()));
    await expect(country.myData('bank').fetch(consent)).rejects.toMatchObject({ code: 'consent-unknown' });
    const stored = await country.consent.domain.consents.find(consent.consentId);
    const [seen] = await country.consent.domain.accesses.listOf(stored?.account ?? '', { limit: 1 });
    expect(seen).toMatchObject({ clientId: 'bank', decision: 'refused', code: 'consent-unknown' });
  });

  test('then the token of one consent does not serve another of the same party', async () => {
    const first = await consentTo(country, waiver(standing()));
    const second = await consentTo(country, waiver(standing()));
    const mixed = { ...first.consent, consentId: second.consent.consentId };
    await expect(first.client.fetch(mixed)).rejects.toMatchObject({ code: 'token-wrong', status: 403 });
  });

  test('then a dataset that was not granted is refused', async () => {
    const { consent, client } = await consentTo(country, waiver(standing()));
    await expect(client.fetch(consent, ['tax.income'])).rejects.toMatchObject({
      code: 'dataset-not-granted',
    });
    const { results } = await client.fetch(consent, ['household.members', 'tax.income']);
    expect(results.map((one) => one.error?.code)).toEqual([undefined, 'dataset-not-granted']);
  });

  test('then a consent that does not exist is refused like a foreign one', async () => {
    const { consent, client } = await consentTo(country, waiver());
    const unknown = { ...consent, consentId: systemIds.uuid() };
    await expect(client.fetch(unknown)).rejects.toMatchObject({ code: 'consent-unknown', status: 403 });
  });

  test('then another DPoP key than the one of the token is refused', async () => {
    const first = await consentTo(country, waiver(standing()));
    const second = await consentTo(country, waiver(standing()));
    const stolen = { ...first.consent, dpopKey: second.consent.dpopKey };
    await expect(first.client.fetch(stolen)).rejects.toMatchObject({ code: 'token-invalid', status: 401 });
  });

  test('then keys that are not in the register are refused', async () => {
    const { consent } = await consentTo(country, waiver(standing()));
    const outsider = country.myData('school', { keys: await makeKeys() });
    await expect(outsider.fetch(consent)).rejects.toMatchObject({
      code: 'gateway-answer-unsigned',
      status: 401,
      extra: { claimedCode: 'signature-key-unknown' },
    });
  });
});

describe('when a party tries consents at random', () => {
  test('then each attempt is one record, and beyond a number in a minute there is none', async () => {
    const { consent } = await consentTo(country, waiver(standing()));
    const bank = country.myData('bank');
    const datasets = Array.from({ length: 20 }, (_, index) => `made-up.name-${index}`);
    const outcomes: string[] = [];
    for (let index = 0; index < 40; index += 1) {
      const unknown = { ...consent, consentId: systemIds.uuid() };
      await bank.fetch(unknown, datasets).catch((error: { code: string }) => outcomes.push(error.code));
    }
    expect(outcomes.slice(0, 20).every((code) => code === 'consent-unknown')).toBe(true);
    expect(outcomes.slice(-5)).toEqual(Array.from({ length: 5 }, () => 'rate-limited'));
    const rows = await country.database.query<{ dataset: string | null }>(
      "SELECT dataset FROM access_record WHERE client_id = 'bank' AND consent_id IS NULL",
    );
    expect(rows).toHaveLength(outcomes.filter((code) => code === 'consent-unknown').length);
    expect(rows.every((row) => row.dataset === null)).toBe(true);
    // Others are served all the same.
    const own = await consentTo(country, waiver(standing()));
    expect((await own.client.fetch(own.consent)).results).toHaveLength(2);
  });
});

describe('when a genuine request to the gateway is sent again', () => {
  test('then signature and DPoP proof are each good once', async () => {
    const { consent } = await consentTo(country, waiver(standing()));
    const sent: { url: string; init: RequestInit }[] = [];
    const recording: typeof fetch = async (url, init) => {
      sent.push({ url: String(url), init: init ?? {} });
      return fetch(url, init);
    };
    await country.myData('school', { fetch: recording }).fetch(consent);
    const [first] = sent;
    const replay = await fetch(first?.url ?? '', { ...first?.init, signal: AbortSignal.timeout(5_000) });
    expect([replay.status, ((await replay.json()) as { code: string }).code]).toEqual([
      401,
      'signature-replayed',
    ]);
    const { authorization = '', dpop = '' } = (first?.init.headers ?? {}) as Record<string, string>;
    const again = await signedFetch({ keys: country.keys.school })(country.gatewayUrl, {
      json: { consent_id: consent.consentId },
      headers: { authorization, dpop },
    });
    expect([again.status, (again.json as { code: string }).code]).toEqual([401, 'dpop-replayed']);
  });
});

describe('when the consent screen is tampered with', () => {
  test('then another browser cannot answer, and a form without its token is refused', async () => {
    const { screen, browser } = await askAt(country, waiver());
    const stranger = await new Browser().open(`${screen.url}/decision`, { _csrf: 'x', decision: 'grant' });
    expect(stranger.status).toBe(403);
    expect((await new Browser().open(screen.url)).status).toBe(410);
    const forged = await browser.open(`${screen.url}/decision`, { _csrf: 'forged', decision: 'grant' });
    expect(forged.status).toBe(403);
    const [row] = await country.database.query<{ state: string }>(
      'SELECT state FROM consent ORDER BY requested_at DESC LIMIT 1',
    );
    expect(row?.state).toBe('requested');
  });

  test('then the weak login of a request is refused', async () => {
    country.idp.state.acr = 'low';
    const { screen } = await askAt(country, waiver());
    country.idp.state.acr = 'substantial';
    expect(screen.response?.status).toBe(403);
    expect(screen.body).toContain('保證等級不夠');
  });
});

describe('when the history is touched', () => {
  test('then the database refuses', async () => {
    await consentTo(country, waiver());
    await expect(country.database.query('UPDATE consent_event SET at = now()')).rejects.toThrow(
      'append-only',
    );
    await expect(country.database.query('DELETE FROM access_record')).rejects.toThrow('append-only');
  });
});
