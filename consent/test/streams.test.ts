import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { type Frame, frame, readFrames } from '@xinlu/common/stream';
import type { Consent, ReleaseStream } from '@xinlu/rp-kit';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createProviderConnector } from '../src/adapters/provider-connector-http.ts';
import { consentTo, standing } from './support/consent.ts';
import { type Country, startCountry } from './support/country.ts';

const RECORDS = 3_000;
const ended = vi.fn();
const income = { records: RECORDS, ended };

let country: Country;
let consent: Consent;
beforeAll(async () => {
  country = await startCountry({ income });
  const details = ['tax.income', 'household.members'].map((dataset) => ({
    purpose: 'credit-card-application',
    dataset,
    provider: dataset === 'tax.income' ? 'tax' : 'household',
    fields: dataset === 'tax.income' ? ['annual_income', 'employer'] : ['members'],
    retention: 'P1Y',
    ...standing(),
  }));
  ({ consent } = await consentTo(country, details, { id: 'bank' }));
});
afterEach(() => {
  vi.restoreAllMocks();
  ended.mockReset();
});
afterAll(() => country.close());

// The purpose allows five a day, one consent serves all: earlier accesses are moved back in time.
afterEach(async () => {
  await country.database.query('ALTER TABLE access_record DISABLE TRIGGER append_only');
  await country.database.query("UPDATE access_record SET at = at - interval '2 days'");
});

async function read({ records }: ReleaseStream) {
  let count = 0;
  let last: Record<string, unknown> = {};
  for await (const record of records) {
    count += 1;
    last = record;
  }
  return { count, last };
}

async function lastState(dataset = 'tax.income') {
  const state = () =>
    country.database.one<{ outcome: string | null; doubt: boolean; open: boolean }>(
      `SELECT o.outcome, u.access_id IS NOT NULL AS doubt, p.access_id IS NOT NULL AS open
       FROM access_record a LEFT JOIN access_outcome o ON o.access_id = a.id
       LEFT JOIN access_unconfirmed u ON u.access_id = a.id LEFT JOIN access_open p ON p.access_id = a.id
       WHERE a.dataset = $1 ORDER BY a.at DESC LIMIT 1`,
      [dataset],
    );
  for (let tries = 0; tries < 100 && (await state())?.open !== false; tries += 1) await wait(20);
  return state();
}

type Change = (frames: Frame[]) => Frame[];

/** Changes the stream from one address on its way: the gateway's to the bank, or the agency's to the gateway. */
async function changed(response: Response, change: Change): Promise<Response> {
  if (!response.headers.get('content-type')?.includes('stream')) return response;
  const frames: Frame[] = [];
  for await (const one of readFrames(response.body as ReadableStream<Uint8Array>)) frames.push(one);
  const body = Buffer.concat(change(frames).map(({ kind, payload }) => frame(kind, payload)));
  return new Response(body, { status: response.status, headers: response.headers });
}

const bank = (change?: Change) =>
  country.myData('bank', {
    ...(change === undefined
      ? {}
      : {
          fetch: async (url: string | URL | Request, init?: RequestInit) =>
            changed(await fetch(url, init), change),
        }),
  });

async function streamed(change?: Change, dataset = 'tax.income') {
  const { release } = await bank(change).stream(consent, dataset);
  return read(release);
}

describe('when a dataset is asked for as a stream', () => {
  test('then every record comes, with the granted fields alone, and the access is closed', async () => {
    const { count, last } = await streamed();
    expect(count).toBe(RECORDS);
    expect(last).toEqual({
      annual_income: RECORDS - 1,
      employer: expect.stringMatching(/^2999 樹+$/),
    });
    expect(await lastState()).toEqual({ outcome: 'delivered', doubt: false, open: false });
    expect(ended).toHaveBeenCalledWith(RECORDS);
  });

  test('then one that is a single document is one record', async () => {
    const { count, last } = await streamed(undefined, 'household.members');
    expect([count, Object.keys(last)]).toEqual([1, ['members']]);
  });

  test('then a bank that stops reading stops the agency too, and it is not known what arrived', async () => {
    income.records = 60_000;
    const { release } = await bank().stream(consent, 'tax.income');
    income.records = RECORDS;
    for await (const _ of release.records) break;
    expect(await lastState()).toEqual({ outcome: 'delivered', doubt: true, open: false });
    await vi.waitFor(() => expect(ended).toHaveBeenCalled());
    expect(ended.mock.calls[0]?.[0]).toBeLessThan(60_000);
  });

  test('then nobody gets it in one document', async () => {
    const { results } = await bank().fetch(consent, ['tax.income']);
    expect(results[0]?.error?.code).toBe('dataset-streamed');
  });
});

const contents = (frames: Frame[]) => frames.filter(({ kind }) => kind === 'content');
const without = (frames: Frame[], left: Frame | undefined) => frames.filter((one) => one !== left);
function swapped(frames: Frame[]): Frame[] {
  const [, a, b] = contents(frames);
  return frames.map((one) => (one === a ? (b as Frame) : one === b ? (a as Frame) : one));
}
function flipped(frames: Frame[]): Frame[] {
  const [, , victim] = contents(frames);
  const payload = Buffer.from(victim?.payload ?? []);
  payload[100] = (payload[100] ?? 0) ^ 1;
  return frames.map((one) => (one === victim ? { kind: one.kind, payload } : one));
}

const CHANGES: [string, Change, RegExp][] = [
  ['is cut before its end', (frames) => frames.slice(0, -1), /^stream-broken$/],
  [
    'lacks its last content',
    (frames) => without(frames, contents(frames).at(-1)),
    /^(?:data-unbound|provider-answer-unbound)$/,
  ],
  [
    'lacks some content',
    (frames) => without(frames, contents(frames)[2]),
    /^(?:stream-broken|provider-answer-unbound)$/,
  ],
  ['comes in another order', swapped, /^(?:stream-broken|provider-answer-unbound)$/],
  ['is changed in one bit', flipped, /^(?:stream-broken|provider-answer-unbound)$/],
  [
    'has another end',
    (frames) => [...frames.slice(0, -1), { kind: 'end', payload: randomBytes(60) }],
    /^jwt-/,
  ],
];

describe('when a stream is changed between gateway and bank', () => {
  test.each(CHANGES)('then one that %s is refused', async (_what, change, code) => {
    await expect(streamed(change)).rejects.toMatchObject({ code: expect.stringMatching(code) });
  });

  test('then one of another request is refused', async () => {
    const { stream } = bank();
    let earlier: Frame[] = [];
    await streamed((frames) => {
      earlier = frames;
      return frames;
    });
    expect(stream).toBeDefined();
    await expect(streamed(() => earlier)).rejects.toMatchObject({ code: 'data-unbound' });
    // Nor does another's content go with this request's head.
    await expect(streamed(([head]) => [head as Frame, ...earlier.slice(1)])).rejects.toMatchObject({
      code: 'stream-broken',
    });
  });
});

/** Lets what the tax agency sends be changed before the gateway has it. */
function agencyChanged(change: Change): void {
  const connector = createProviderConnector({
    register: () => country.view,
    keys: country.keys.consent,
    timeoutMilliseconds: 5_000,
    fetch: async (url, init) => changed(await fetch(url, init), change),
  });
  vi.spyOn(country.consent.domain, 'connector', 'get').mockReturnValue(connector);
}

describe('when a stream is changed between agency and gateway', () => {
  test.each(CHANGES)(
    'then one that %s does not arrive whole, and is not said to',
    async (_what, change, code) => {
      agencyChanged(change);
      await expect(streamed()).rejects.toMatchObject({ code: expect.stringMatching(code) });
      expect(await lastState()).toEqual({ outcome: 'delivered', doubt: true, open: false });
    },
  );

  test('then one that begins with another answer is refused before anything counts as delivered', async () => {
    let first: Frame | undefined;
    agencyChanged(([head, ...rest]) => {
      first ??= head;
      return [first as Frame, ...rest];
    });
    await streamed();
    await expect(streamed()).rejects.toMatchObject({ code: 'provider-answer-unbound' });
    expect(await lastState()).toEqual({ outcome: 'failed', doubt: false, open: false });
  });
});
