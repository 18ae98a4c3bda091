import { request as httpRequest } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Consent } from '@xinlu/rp-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { consentTo, standing, waiver } from './support/consent.ts';
import { type Country, startCountry } from './support/country.ts';

let country: Country;
let consent: Consent;
beforeAll(async () => {
  country = await startCountry();
});
beforeEach(async () => {
  ({ consent } = await consentTo(country, waiver(standing())));
});
afterAll(() => country.close());

const abandoned = { unansweredSeconds: 0, unfinishedSeconds: 0 };

async function stateOf(consentId: string) {
  return country.database.one<{ outcome: string | null; code: string | null; open: boolean; doubt: boolean }>(
    `SELECT o.outcome, o.code, p.access_id IS NOT NULL AS open, u.access_id IS NOT NULL AS doubt
     FROM access_record a LEFT JOIN access_outcome o ON o.access_id = a.id
     LEFT JOIN access_open p ON p.access_id = a.id LEFT JOIN access_unconfirmed u ON u.access_id = a.id
     WHERE a.consent_id = $1`,
    [consentId],
  );
}

async function until(consentId: string, done: (state: Awaited<ReturnType<typeof stateOf>>) => boolean) {
  for (let tries = 0; tries < 100 && !done(await stateOf(consentId)); tries += 1) await wait(20);
  return stateOf(consentId);
}

/** The school's request, on a connection that it ends when `hangUp` says so. */
function hangingUp(hangUp: (end: () => void, size: number) => void): typeof fetch {
  return (url, init) =>
    new Promise((_resolve, reject) => {
      const { method = 'POST', headers, body } = init ?? {};
      const sent = httpRequest(String(url), { method, headers: headers as Record<string, string> });
      sent.on('error', reject);
      sent.on('response', (response) =>
        response.on('data', (chunk) => hangUp(() => sent.destroy(), chunk.length)),
      );
      sent.end(body);
      hangUp(() => sent.destroy(), 0);
    });
}

describe('when an answer was made', () => {
  test('then it is open until it has left whole, and closed after', async () => {
    await country.myData('school').fetch(consent, ['household.members']);
    const state = await until(consent.consentId, (now) => now?.open === false);
    expect(state).toEqual({ outcome: 'delivered', code: null, open: false, doubt: false });
  });

  test('then a relying party that has hung up gets nothing, and nothing counts as delivered', async () => {
    const { domain } = country.consent;
    const { connector } = domain;
    let end = () => {};
    domain.connector = {
      ...connector,
      async release(provider, request) {
        end();
        await wait(50);
        return connector.release(provider, request);
      },
    };
    const client = country.myData('school', {
      fetch: hangingUp((hangUp) => {
        end = hangUp;
      }),
    });
    await client.fetch(consent, ['household.members']).catch(() => undefined);
    const state = await until(
      consent.consentId,
      (now) => now?.outcome !== null && now?.outcome !== undefined,
    );
    domain.connector = connector;
    expect(state).toEqual({ outcome: 'failed', code: 'client-gone', open: false, doubt: false });
  });

  test('then one whose connection ended with the answer under way is unconfirmed', async () => {
    const { accesses, deliveries } = country.consent.domain;
    const { settle } = accesses;
    let end = () => {};
    accesses.settle = async (...all) => {
      const settled = await settle(...all);
      end();
      await wait(50);
      return settled;
    };
    const client = country.myData('school', {
      fetch: hangingUp((hangUp) => {
        end = hangUp;
      }),
    });
    await client.fetch(consent, ['household.members']).catch(() => undefined);
    const state = await until(consent.consentId, (now) => now?.doubt === true);
    accesses.settle = settle;
    expect(state).toEqual({ outcome: 'delivered', code: null, open: false, doubt: true });
    expect(await deliveries.closeAbandoned(abandoned)).toBe(0);
    const listed = await accesses.listOf(
      (await country.consent.domain.consents.find(consent.consentId))?.account ?? '',
      {
        consentId: consent.consentId,
        limit: 10,
      },
    );
    expect(listed.map(({ outcome }) => outcome)).toEqual(['unconfirmed']);
  });
});

describe('when nobody follows an access any more', () => {
  test('then it is closed once it is old enough: without an answer as not delivered, with one as unconfirmed', async () => {
    const { domain } = country.consent;
    const other = await consentTo(country, waiver(standing()));
    const { settle } = domain.accesses;
    const { arrived, unconfirmed } = domain.deliveries;
    // As if the process had died before it wrote.
    Object.assign(domain.deliveries, { arrived: () => undefined, unconfirmed: async () => undefined });
    await country.myData('school').fetch(other.consent, ['household.members']);
    domain.accesses.settle = async () => {
      throw new Error('the process is gone');
    };
    await country
      .myData('school')
      .fetch(consent, ['household.members'])
      .catch(() => undefined);
    domain.accesses.settle = settle;
    Object.assign(domain.deliveries, { arrived, unconfirmed });
    expect((await stateOf(consent.consentId))?.open).toBe(true);
    expect(await domain.deliveries.closeAbandoned({ unansweredSeconds: 60, unfinishedSeconds: 60 })).toBe(0);
    expect(await domain.deliveries.closeAbandoned(abandoned)).toBe(2);
    expect(await stateOf(consent.consentId)).toEqual({
      outcome: 'failed',
      code: 'not-delivered',
      open: false,
      doubt: false,
    });
    expect(await stateOf(other.consent.consentId)).toMatchObject({ outcome: 'delivered', doubt: true });
    const [record] = await country.database.query<{ id: string }>(
      'SELECT id FROM access_record WHERE consent_id = $1',
      [consent.consentId],
    );
    expect(await domain.accesses.settle(record?.id ?? '', 'delivered')).toBe(false);
  });
});
