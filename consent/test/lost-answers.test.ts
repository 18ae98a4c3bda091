import { retryable } from '@xinlu/common/errors';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { csrfOf } from './support/browser.ts';
import { askAt, standing, waiver } from './support/consent.ts';
import { type Country, startCountry } from './support/country.ts';

let country: Country;
beforeAll(async () => {
  country = await startCountry();
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => country.close());

const lost = () => retryable('database-away', 'The database does not answer.');

async function asked() {
  const { browser, client, pending, screen } = await askAt(country, waiver(standing()));
  const agree = () =>
    browser.follow(`${screen.url}/decision`, /\/consent\/callback/, {
      _csrf: csrfOf(screen.body),
      decision: 'grant',
    });
  return { agree, client, pending };
}

async function delivered(url: string, { client, pending }: Awaited<ReturnType<typeof asked>>) {
  const consent = await client.complete(new URL(url), pending);
  const { results } = await client.fetch(consent);
  return results.map((result) => result.error?.code ?? 'delivered');
}

describe('when the database answers badly while she agrees', () => {
  test('then a commit whose answer was lost leaves a consent in force that delivers', async () => {
    const { consents } = country.consent.domain;
    const { change } = consents;
    vi.spyOn(consents, 'change').mockImplementationOnce(async (id, decide) => {
      await change(id, decide);
      throw lost();
    });
    const flow = await asked();
    const end = await flow.agree();
    expect(end.url).toContain('/consent/callback');
    expect(await delivered(end.url, flow)).toEqual(['delivered', 'delivered']);
  });

  test('then after a change that was not made she can agree again, and no envelope grant is left over', async () => {
    const { consents } = country.consent.domain;
    const before = country.idp.state.grants.size;
    vi.spyOn(consents, 'change').mockRejectedValueOnce(lost());
    const flow = await asked();
    const failed = await flow.agree();
    expect(failed.response?.status).toBe(503);
    const end = await flow.agree();
    expect(end.url).toContain('/consent/callback');
    expect(await delivered(end.url, flow)).toEqual(['delivered', 'delivered']);
    expect(country.idp.state.grants.size).toBe(before + 1);
  });

  test('then an envelope grant is kept while nobody can say whether the consent is in force', async () => {
    const { consents } = country.consent.domain;
    const ended = country.idp.state.ended.length;
    vi.spyOn(consents, 'change').mockRejectedValueOnce(lost());
    vi.spyOn(consents, 'findSettled').mockRejectedValueOnce(lost());
    const flow = await asked();
    expect((await flow.agree()).response?.status).toBe(503);
    expect(country.idp.state.ended).toHaveLength(ended);
  });

  test('then of many clicks at once one consent comes, on an envelope grant that lives', async () => {
    const before = country.idp.state.grants.size;
    const flow = await asked();
    const ends = await Promise.all(Array.from({ length: 6 }, () => flow.agree()));
    const done = ends.find((end) => /\/consent\/callback\?.*code=/.test(end.url));
    expect(await delivered(done?.url ?? '', flow)).toEqual(['delivered', 'delivered']);
    expect(country.idp.state.grants.size).toBe(before + 1);
  });
});
