import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { csrfOf } from './support/browser.ts';
import { askAt, consentTo, standing, waiver } from './support/consent.ts';
import { type Country, SECRETS, startCountry } from './support/country.ts';

let country: Country;
beforeAll(async () => {
  country = await startCountry();
});
afterAll(() => country.close());

describe('when she agrees', () => {
  test('then the school receives exactly the granted fields, verified', async () => {
    const { consent, client } = await consentTo(country, waiver(standing()));
    const { results } = await client.fetch(consent);
    expect(results.map((result) => result.error)).toEqual([undefined, undefined]);
    expect(results[0]?.data).toEqual({
      members: [
        { name: '林怡君', relation: '戶長', born: '1984-05-12' },
        { name: '林子喆', relation: '長子', born: '2009-09-03' },
      ],
    });
    expect(results[1]?.data).toEqual({ status: 'low-income', valid_until: '2027-12-31' });
  });

  test('then an optional field comes if she ticked it', async () => {
    const { consent, client } = await consentTo(country, waiver(), { fields: ['household.members:address'] });
    const { results } = await client.fetch(consent, ['household.members']);
    expect(results[0]?.data).toHaveProperty('address');
    expect(results[0]?.data).not.toHaveProperty('registered_since');
  });

  test('then a ticked field that was not asked for is not granted', async () => {
    const { consent } = await consentTo(country, waiver(), {
      fields: ['household.members:registered_since'],
    });
    expect(consent.details[0]?.fields).toEqual(['members']);
  });

  test('then a standing consent refreshes its token by itself', async () => {
    const { consent, client } = await consentTo(country, waiver(standing()));
    expect(consent.refreshToken).toBeDefined();
    const stale = { ...consent, accessTokenExpiresAt: new Date(0).toISOString() };
    const { consent: fresh, results } = await client.fetch(stale);
    expect(fresh.accessToken).not.toBe(consent.accessToken);
    expect(results.every((result) => result.data !== undefined)).toBe(true);
  });

  test('then neither tables nor logs of the broker hold her data or national ID', async () => {
    const tables = await country.database.query<{ name: string }>(
      `SELECT table_schema || '.' || table_name AS name FROM information_schema.tables
       WHERE table_schema IN ('public', 'pgboss') AND table_type = 'BASE TABLE'`,
    );
    const rows = await Promise.all(
      tables.map(({ name }) => country.database.query(`SELECT row_to_json(t)::text AS row FROM ${name} t`)),
    );
    const all = JSON.stringify(rows) + country.lines.join('\n') + country.connectorLines.join('\n');
    expect(all).toContain('tuition-waiver');
    for (const secret of SECRETS) expect(all).not.toContain(secret);
  });
});

describe('when she refuses', () => {
  test('then the school gets access_denied and she keeps a receipt', async () => {
    const { browser, client, pending, screen } = await askAt(country, waiver());
    const end = await browser.follow(`${screen.url}/decision`, /\/consent\/callback/, {
      _csrf: csrfOf(screen.body),
      decision: 'refuse',
    });
    await expect(client.complete(new URL(end.url), pending)).rejects.toMatchObject({
      code: 'login-refused',
      extra: { error: 'access_denied' },
    });
    const [event] = await country.database.query<{ document: string }>(
      "SELECT document FROM consent_event WHERE type = 'refused'",
    );
    expect(event?.document).toMatch(/^eyJ/);
  });
});

describe('when another person is logged in', () => {
  test('then she is told so, nothing is recorded and the school gets an error', async () => {
    const before = await country.database.query('SELECT id FROM consent');
    const school = await askAtAs(country, 'person-1', 'person-2');
    expect(school.screen.body).toContain('目前登入的是另一個人');
    expect(school.screen.response?.status).toBe(403);
    expect(await country.database.query('SELECT id FROM consent')).toHaveLength(before.length);
    const uid = /\/interaction\/([\w-]+)\/abort/.exec(school.screen.body)?.[1];
    const end = await school.browser.follow(
      `${country.url('consent')}/interaction/${uid}/abort`,
      /\/consent\/callback/,
      { _csrf: csrfOf(school.screen.body) },
    );
    expect(new URL(end.url).searchParams.get('error')).toBe('access_denied');
  });
});

async function askAtAs(where: Country, atSchool: string, atBroker: string) {
  const { state } = where.idp;
  const original = state.person;
  const { Browser } = await import('./support/browser.ts');
  try {
    state.person = { id: atSchool, nationalId: 'A229871345' };
    const browser = new Browser();
    const login = await where.loginAt('school', browser);
    const client = where.myData('school');
    const { url } = await client.ask({
      idToken: login.idToken,
      subject: login.claims.sub,
      details: waiver(),
    });
    state.person = { id: atBroker, nationalId: 'F131104093' };
    const other = new Browser();
    return { browser: other, screen: await other.follow(url, /\/consent\/callback/) };
  } finally {
    state.person = original;
  }
}
