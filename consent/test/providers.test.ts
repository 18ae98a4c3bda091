import { createServer, type Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { refused, retryable } from '@xinlu/common/errors';
import { signAnswer } from '@xinlu/common/http-signature';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createProviderConnector } from '../src/adapters/provider-connector-http.ts';
import { createCircuits } from '../src/domain/circuits.ts';
import { consentTo, standing, waiver } from './support/consent.ts';
import { type Country, freePort, startCountry } from './support/country.ts';

describe('when a provider keeps failing', () => {
  const away = retryable('peer-unreachable', 'away');
  function clocked() {
    const time = { now: 0 };
    return { time, circuits: createCircuits({ now: () => new Date(time.now) }) };
  }
  const failing = vi.fn(async () => {
    throw away;
  });
  afterEach(() => failing.mockClear());

  test('then it is asked five times, rests, and one request alone tries it again', async () => {
    const { time, circuits } = clocked();
    for (let index = 0; index < 8; index += 1) {
      const code = index < 5 ? 'peer-unreachable' : 'provider-resting';
      await expect(circuits.run('tax', failing)).rejects.toMatchObject({ code });
    }
    expect(failing).toHaveBeenCalledTimes(5);
    expect(await circuits.run('land', async () => 'fine')).toBe('fine');
    time.now = 20_001;
    let answer = () => {};
    const trial = circuits.run(
      'tax',
      () => new Promise<string>((resolve) => (answer = () => resolve('back'))),
    );
    await expect(circuits.run('tax', failing)).rejects.toMatchObject({ code: 'provider-resting' });
    answer();
    expect(await trial).toBe('back');
    expect(await circuits.run('tax', async () => 'fine')).toBe('fine');
  });

  test('then a trial that fails lets it rest again', async () => {
    const { time, circuits } = clocked();
    for (let index = 0; index < 5; index += 1) await circuits.run('tax', failing).catch(() => undefined);
    time.now = 20_001;
    await expect(circuits.run('tax', failing)).rejects.toMatchObject({ code: 'peer-unreachable' });
    expect(() => circuits.check('tax')).toThrow(expect.objectContaining({ code: 'provider-resting' }));
  });

  test('then refusals are answers and never open the circuit', async () => {
    const { circuits } = clocked();
    const refusing = async () => {
      throw refused('data-not-found', 'none');
    };
    for (let index = 0; index < 10; index += 1) {
      await expect(circuits.run('tax', refusing)).rejects.toMatchObject({ code: 'data-not-found' });
    }
  });
});

describe('when a provider is slow, dead or lies', () => {
  let country: Country;
  let server: Server | undefined;
  beforeAll(async () => {
    country = await startCountry();
  });
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });
  afterAll(() => country.close());

  type Lie = (request: { url: string; headers: Record<string, string>; body: Buffer }) => {
    status?: number;
    headers?: Record<string, string>;
    body?: string;
  };

  /** The welfare agency's address answers as told, or never. */
  async function welfareIs(lie: Lie | 'silent' | 'dead') {
    const port = await freePort();
    const endpoint = `http://localhost:${port}`;
    if (lie !== 'dead') {
      server = createServer(async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        if (lie === 'silent') return;
        const headers = request.headers as Record<string, string>;
        const {
          status = 200,
          headers: extra = {},
          body = '',
        } = lie({
          url: `${endpoint}${request.url}`,
          headers,
          body: Buffer.concat(chunks),
        });
        response.writeHead(status, { 'content-type': 'application/json', ...extra }).end(body);
      });
      await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
    }
    const { domain } = country.consent;
    const honest = domain.connector;
    const lying = createProviderConnector({
      register: () => country.view,
      keys: country.keys.consent,
      timeoutMilliseconds: 500,
    });
    const spy = vi.spyOn(domain, 'connector', 'get').mockReturnValue({
      ...honest,
      release: (provider, request) =>
        provider.id === 'welfare'
          ? lying.release({ ...provider, provider: { datasets: [], endpoint } } as never, request)
          : honest.release(provider, request),
    });
    return () => spy.mockRestore();
  }

  const body = JSON.stringify({ data: 'x'.repeat(40) });

  test.each<[string, Lie | 'silent' | 'dead', string]>([
    ['never answers', 'silent', 'peer-unreachable'],
    ['is gone', 'dead', 'peer-unreachable'],
    ['does not sign', () => ({ body }), 'signature-missing'],
    [
      'lets another sign',
      ({ url, headers, body: sent }) => ({
        body,
        headers: signAnswer(
          { status: 200, headers: {}, body: Buffer.from(body) },
          { method: 'POST', url, headers, body: sent },
          country.keys.tax,
          country.deps.clock,
        ),
      }),
      'signature-key-unknown',
    ],
    [
      'signs another body',
      ({ url, headers, body: sent }) => ({
        body: body.replace('x', 'y'),
        headers: signAnswer(
          { status: 200, headers: {}, body: Buffer.from(body) },
          { method: 'POST', url, headers, body: sent },
          country.keys.welfare,
          country.deps.clock,
        ),
      }),
      'content-digest-wrong',
    ],
    [
      'answers an earlier request',
      ({ url, headers, body: sent }) => ({
        body,
        headers: signAnswer(
          { status: 200, headers: {}, body: Buffer.from(body) },
          { method: 'POST', url, headers: { ...headers, signature: 'xinlu=:AAAA:' }, body: sent },
          country.keys.welfare,
          country.deps.clock,
        ),
      }),
      'signature-wrong',
    ],
    ['sends without end', () => ({ body: 'x'.repeat(6_000_000) }), 'peer-unreachable'],
  ])('one that %s is named beside what the others gave', async (_what, lie, code) => {
    const restore = await welfareIs(lie);
    const { consent, client } = await consentTo(country, waiver(standing()));
    const { results } = await client.fetch(consent);
    restore();
    expect(results.map(({ provider, error }) => [provider, error?.code])).toEqual([
      ['household', undefined],
      ['welfare', code],
    ]);
    const outcome = await country.database.one(
      `SELECT o.outcome, o.code FROM access_record a JOIN access_outcome o ON o.access_id = a.id
       WHERE a.consent_id = $1 AND a.provider = 'welfare'`,
      [consent.consentId],
    );
    expect(outcome).toEqual({ outcome: 'failed', code });
    await wait(0);
  });
});
