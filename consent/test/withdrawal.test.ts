import { setTimeout as wait } from 'node:timers/promises';
import { isAppError } from '@xinlu/common/errors';
import { verifyJwt } from '@xinlu/common/keys';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withdrawConsent } from '../src/domain/withdraw-consent.ts';
import { consentTo, standing, waiver } from './support/consent.ts';
import { type Country, startCountry } from './support/country.ts';

const codeOf = (error: unknown) => (isAppError(error) ? error.code : String(error));

async function stop(country: Country, consentId: string) {
  const { domain } = country.consent;
  const consent = await domain.consents.find(consentId);
  return withdrawConsent(domain, { consentId, account: consent?.account ?? '', lang: 'zh-TW' });
}

describe.each(['postgres', 'redis'] as const)('when she withdraws, with short-lived state on %s', (kv) => {
  let country: Country;
  beforeAll(async () => {
    country = await startCountry({ kv });
  });
  afterAll(() => country.close());

  test('then no release that raced with it is dated later, and her "stopped at" verifies', async () => {
    const { domain } = country.consent;
    const { sign } = domain;
    // Widens the moment between reading the consent and writing the record, as a loaded machine would.
    domain.sign = async (typ, claims) => {
      await wait(Math.random() * 20);
      return sign(typ, claims);
    };
    const { consent, client } = await consentTo(country, waiver(standing()));
    let delivered = () => {};
    const oneDelivered = new Promise<void>((resolve) => {
      delivered = resolve;
    });
    const release = async (index: number) => {
      const dataset = consent.details[index % 2]?.dataset ?? '';
      return client.fetch(consent, [dataset]).then(
        ({ results }) => {
          if (results[0]?.error === undefined) delivered();
          return results[0]?.error?.code ?? 'delivered';
        },
        (error: unknown) => codeOf(error),
      );
    };
    const calls = Array.from({ length: 60 }, async (_, index) => {
      await wait(Math.random() * 400);
      return release(index);
    });
    // In the midst of them, however slow the machine is.
    await Promise.race([oneDelivered, Promise.all(calls)]);
    const stopped = await stop(country, consent.consentId);
    const outcomes = await Promise.all([...calls, release(0)]);
    domain.sign = sign;

    expect(outcomes).toContain('consent-withdrawn');
    expect(outcomes).toContain('delivered');
    const late = await country.database.query(
      `SELECT id FROM access_record WHERE consent_id = $1 AND decision = 'allowed' AND at >= $2`,
      [consent.consentId, stopped.endedAt],
    );
    expect(late).toEqual([]);
    const events = await domain.consents.eventsOf(consent.consentId);
    const claims = await verifyJwt(events.at(-1)?.document ?? '', {
      keys: country.view.signingKeys('consent'),
      typ: 'xinlu-receipt+jwt',
      timeless: true,
    });
    expect(claims['stopped_at']).toBe(stopped.endedAt?.toISOString());
    const records = await country.database.one<{ allowed: number; delivered: number }>(
      `SELECT count(*) FILTER (WHERE decision = 'allowed')::int AS allowed,
         count(o.*) FILTER (WHERE o.outcome = 'delivered')::int AS delivered
       FROM access_record a LEFT JOIN access_outcome o ON o.access_id = a.id WHERE a.consent_id = $1`,
      [consent.consentId],
    );
    expect(records?.delivered).toBe(outcomes.filter((outcome) => outcome === 'delivered').length);
    expect(records?.allowed).toBeGreaterThanOrEqual(records?.delivered ?? 0);
  });

  test('then the next request is refused at once, tokens and envelopes are dead', async () => {
    const { consent, client } = await consentTo(country, waiver(standing()));
    await client.fetch(consent, ['household.members']);
    const stopped = await stop(country, consent.consentId);
    await expect(client.fetch(consent)).rejects.toMatchObject({ code: 'consent-withdrawn', status: 403 });
    const stale = { ...consent, accessTokenExpiresAt: new Date(0).toISOString() };
    await expect(client.fetch(stale)).rejects.toMatchObject({ code: 'consent-withdrawn', status: 403 });
    const { kv: store, durableKv } = country.deps;
    expect(await store.get(`oidc:revoked:${stopped.grantId}`)).toBe('1');
    expect(await durableKv.get(`oidc:revoked:${stopped.grantId}`)).toBe('1');
    expect(country.idp.state.ended).toContain(stopped.envelopeGrantId);
    await expect(stop(country, consent.consentId)).rejects.toMatchObject({ code: 'consent-changed' });
  });
});

describe('when a consent is for one use', () => {
  let country: Country;
  beforeAll(async () => {
    country = await startCountry();
  });
  afterAll(() => country.close());

  test('then of thirty parallel requests one is served for each dataset', async () => {
    const { consent, client } = await consentTo(country, waiver());
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, () =>
        client.fetch(consent).then(
          ({ results }) => results.map((result) => result.error?.code ?? `delivered ${result.dataset}`),
          (error: unknown) => [codeOf(error)],
        ),
      ),
    );
    const all = outcomes.flat();
    expect(all.filter((one) => one === 'delivered household.members')).toHaveLength(1);
    expect(all.filter((one) => one === 'delivered welfare.low-income-status')).toHaveLength(1);
    const rest = new Set(all.filter((one) => !one.startsWith('delivered')));
    expect([...rest].every((code) => ['release-in-progress', 'consent-used'].includes(code))).toBe(true);
    await expect(client.fetch(consent)).rejects.toMatchObject({ code: 'consent-used' });
    const stored = await country.consent.domain.consents.find(consent.consentId);
    expect(stored?.state).toBe('used');
  });

  test('then a failed release does not use it up', async () => {
    const { consent, client } = await consentTo(country, waiver());
    country.idp.state.envelopesFail = true;
    const failed = await client.fetch(consent, ['household.members']);
    country.idp.state.envelopesFail = false;
    expect(failed.results[0]?.error?.code).toBe('identity-provider-refused');
    const { results } = await client.fetch(consent, ['household.members']);
    expect(results[0]?.data).toBeDefined();
  });

  test('then one dead provider is named beside what the others gave', async () => {
    const { consent, client } = await consentTo(country, waiver(standing()));
    const { connector } = country.consent.domain;
    country.consent.domain.connector = {
      ...connector,
      async release(provider, request) {
        if (provider.id === 'welfare') throw new Error('connection reset');
        return connector.release(provider, request);
      },
    };
    const { results } = await client.fetch(consent);
    country.consent.domain.connector = connector;
    expect(results.find((one) => one.provider === 'household')?.data).toBeDefined();
    expect(results.find((one) => one.provider === 'welfare')?.error?.code).toBe('provider-failed');
    const outcomes = await country.database.query(
      `SELECT o.outcome FROM access_record a JOIN access_outcome o ON o.access_id = a.id
       WHERE a.consent_id = $1 ORDER BY o.outcome`,
      [consent.consentId],
    );
    expect(outcomes).toEqual([{ outcome: 'delivered' }, { outcome: 'failed' }]);
  });

  test('then a frequency is kept under parallel requests', async () => {
    const { consent, client } = await consentTo(
      country,
      waiver({ ...standing(), frequency: { count: 3, period: 'P1D' } }),
    );
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, () =>
        client.fetch(consent, ['household.members']).then(
          () => 'delivered',
          (error: unknown) => codeOf(error),
        ),
      ),
    );
    expect(outcomes.filter((one) => one === 'delivered')).toHaveLength(3);
    expect(outcomes.filter((one) => one === 'frequency-exceeded')).toHaveLength(9);
  });

  test('then time ends it, and the end is written down', async () => {
    const { consent, client } = await consentTo(country, waiver(standing()));
    await country.database.query(
      `UPDATE consent SET expires_at = now() - interval '1 second' WHERE id = $1`,
      [consent.consentId],
    );
    await expect(client.fetch(consent)).rejects.toMatchObject({ code: 'consent-expired' });
    await country.consent.housekeep();
    const stored = await country.consent.domain.consents.find(consent.consentId);
    expect(stored?.state).toBe('expired');
  });
});
