import { systemClock } from '@xinlu/common/clock';
import { signRequest, verifyAnswer } from '@xinlu/common/http-signature';
import { createKeyValue } from '@xinlu/common/kv';
import type { Consent } from '@xinlu/rp-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { Browser } from './support/browser.ts';
import { consentTo, standing, waiver } from './support/consent.ts';
import { type Country, startCountry } from './support/country.ts';
import { type RedisServer, startRedis } from './support/gateways.ts';
import { startPostgres } from './support/killable-postgres.ts';

const redisHere = (process.env['TEST_REDIS_URL'] ?? '') !== '';

let country: Country;
let postgres: Awaited<ReturnType<typeof startPostgres>>;
let redis: RedisServer | undefined;
let consent: Consent;
let login: Awaited<ReturnType<Country['loginAt']>>;
const unobserved = globalThis.fetch;
beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), redisHere ? startRedis() : undefined]);
  country = await startCountry({
    openDatabase: async () => postgres.open(),
    openKv: (database) => createKeyValue({ database, redisUrl: redis?.url, prefix: 'away' }),
  });
}, 60_000);
beforeEach(async () => {
  ({ consent } = await consentTo(country, waiver(standing())));
  login = await country.loginAt('school', new Browser());
});
afterAll(async () => {
  await country.close();
  await postgres.stop();
  await redis?.kill();
});

const DATASET = ['household.members'];
const fetched = () => country.myData('school').fetch(consent, DATASET);
const stale = () => ({ ...consent, accessTokenExpiresAt: new Date(0).toISOString() });

/** The school asks for another consent, up to the answer to its pushed request. */
async function pushed() {
  const { idToken, claims } = login;
  const request = { idToken, subject: claims.sub, details: waiver(standing()) };
  let said: { status: number; retryAfter: string | null; body: unknown } | undefined;
  const observed = vi.spyOn(globalThis, 'fetch').mockImplementation(async (...call) => {
    const response = await unobserved(...call);
    if (String(call[0]).endsWith('/oauth/par')) {
      const { status, headers } = response;
      said = { status, retryAfter: headers.get('retry-after'), body: await response.clone().json() };
    }
    return response;
  });
  const error = await country
    .myData('school')
    .ask(request)
    .catch((cause: unknown) => cause);
  observed.mockRestore();
  return { error, said };
}

async function refusedRaw() {
  const body = Buffer.from(JSON.stringify({ consent_id: consent.consentId, datasets: DATASET }));
  const message = {
    method: 'POST',
    url: country.gatewayUrl,
    headers: { 'content-type': 'application/json' },
    body,
  };
  const headers = { ...message.headers, ...signRequest(message, country.keys.school, systemClock) };
  const response = await fetch(country.gatewayUrl, { method: 'POST', headers, body });
  const { headers: said } = response;
  return {
    status: response.status,
    type: said.get('content-type'),
    retryAfter: said.get('retry-after'),
    signed: said.has('signature'),
    body: (await response.json()) as Record<string, unknown>,
  };
}

const AWAY = {
  status: 503,
  type: 'application/problem+json; charset=utf-8',
  retryAfter: '5',
  signed: true,
  body: expect.objectContaining({ code: 'store-away', status: 503 }),
};

async function recordsOf(consentId: string) {
  return country.database.query<{ decision: string; outcome: string | null; code: string | null }>(
    `SELECT a.decision, o.outcome, o.code FROM access_record a LEFT JOIN access_outcome o ON o.access_id = a.id
     WHERE a.consent_id = $1`,
    [consentId],
  );
}

describe.runIf(redisHere)('while Redis is away', () => {
  test('then gateway and OAuth endpoints say so, nothing is released, and both go on once it is back', async () => {
    await redis?.kill();
    const [refusal, raw, par] = await Promise.all([
      fetched().catch((error: unknown) => error),
      refusedRaw(),
      pushed(),
    ]);
    expect(refusal).toMatchObject({ code: 'store-away', kind: 'retryable', status: 503 });
    expect(raw).toEqual(AWAY);
    expect(par.error).toMatchObject({ code: 'issuer-unreachable', kind: 'retryable' });
    const body = expect.objectContaining({ error: 'temporarily_unavailable' });
    expect(par.said).toEqual({ status: 503, retryAfter: '5', body });
    expect(await recordsOf(consent.consentId)).toEqual([]);
    await redis?.start();
    // Its tokens are gone with it; a standing consent gets others.
    const { results } = await country.myData('school').fetch(stale(), DATASET);
    expect(results[0]?.data).toBeDefined();
  });
});

describe('while PostgreSQL is away', () => {
  test('then gateway and token endpoint say so, nothing is released, and both go on once it is back', async () => {
    await postgres.kill();
    const [refusal, raw, refreshed] = await Promise.all([
      fetched().catch((error: unknown) => error),
      refusedRaw(),
      country
        .myData('school')
        .fetch(stale(), DATASET)
        .catch((error: unknown) => error),
    ]);
    expect(refusal).toMatchObject({ code: 'store-away', kind: 'retryable', status: 503 });
    expect(raw).toEqual(AWAY);
    expect(refreshed).toMatchObject({ kind: 'retryable', status: 503 });
    await postgres.start();
    expect(await recordsOf(consent.consentId)).toEqual([]);
    expect((await fetched()).results[0]?.data).toBeDefined();
  });

  test('then one that goes away after the provider answered leaves an access that is closed as not delivered', async () => {
    const { domain } = country.consent;
    const { connector } = domain;
    domain.connector = {
      ...connector,
      async release(provider, request) {
        const answer = await connector.release(provider, request);
        await postgres.kill();
        return answer;
      },
    };
    await expect(fetched()).rejects.toMatchObject({ code: 'store-away', kind: 'retryable', status: 503 });
    domain.connector = connector;
    await postgres.start();
    await domain.deliveries.closeAbandoned({ unansweredSeconds: 0, unfinishedSeconds: 0 });
    expect(await recordsOf(consent.consentId)).toEqual([
      { decision: 'allowed', outcome: 'failed', code: 'not-delivered' },
    ]);
  });
});

describe('when the body of a signed request is of the wrong form', () => {
  test.each([
    ['not JSON', '{', 'json-malformed'],
    ['another form', '{"consent_id":"x"}', 'request-malformed'],
  ])('then the refusal is signed: %s', async (_what, text, code) => {
    const body = Buffer.from(text);
    const message = {
      method: 'POST',
      url: country.gatewayUrl,
      headers: { 'content-type': 'application/json' },
      body,
    };
    const headers = { ...message.headers, ...signRequest(message, country.keys.school, systemClock) };
    const response = await fetch(country.gatewayUrl, { method: 'POST', headers, body });
    const answer = {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.bytes(),
    };
    const key = (kid: string) => country.view.key(kid)?.jwk;
    expect(verifyAnswer(answer, { ...message, headers }, key, systemClock).kid).toBe(
      country.keys.consent.signing.kid,
    );
    expect([answer.status, JSON.parse(Buffer.from(answer.body).toString()).code]).toEqual([400, code]);
  });
});
