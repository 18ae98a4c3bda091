import { inflateSync } from 'node:zlib';
import { verifyJwt } from '@xinlu/common/keys';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { amendConsent, pauseConsent, resumeConsent } from '../src/domain/amend-consent.ts';
import { stateOf } from '../src/domain/consent.ts';
import { withdrawConsent } from '../src/domain/withdraw-consent.ts';
import { Browser, csrfOf } from './support/browser.ts';
import { consentTo, standing, waiver } from './support/consent.ts';
import { type Country, SECRETS, startCountry } from './support/country.ts';

let country: Country;
let flow: Awaited<ReturnType<typeof consentTo>>;
let account: string;
beforeAll(async () => {
  country = await startCountry();
});
beforeEach(async () => {
  flow = await consentTo(country, waiver(standing()));
  account = (await stored()).account;
});
afterAll(() => country.close());

async function stored() {
  const consent = await country.consent.domain.consents.find(flow.consent.consentId);
  if (consent === undefined) throw new Error('no consent');
  return consent;
}
const request = () => ({ consentId: flow.consent.consentId, account, lang: 'en' as const });
const days = (count: number) => new Date(Date.now() + count * 86_400_000);
const kept = (...pairs: [string, string[]][]) =>
  new Map(pairs.map(([dataset, fields]) => [dataset, new Set(fields)]));
const all = kept(
  ['household.members', ['members']],
  ['welfare.low-income-status', ['status', 'valid_until']],
);

async function lastReceipt() {
  const events = await country.consent.domain.consents.eventsOf(flow.consent.consentId);
  const claims = await verifyJwt(events.at(-1)?.document ?? '', {
    keys: country.view.signingKeys('consent'),
    typ: 'xinlu-receipt+jwt',
    timeless: true,
  });
  return { events, claims, id: events.at(-1)?.id ?? '' };
}

/** The text of a PDF, by its own map from glyphs to characters; pictures of text have none. */
function textOfPdf(pdf: Buffer): string {
  const raw = pdf.toString('latin1');
  const streams = [...raw.matchAll(/stream\r?\n/g)].map(({ index = 0, 0: head }) => {
    const start = index + head.length;
    try {
      return inflateSync(pdf.subarray(start, raw.indexOf('endstream', start))).toString('latin1');
    } catch {
      return '';
    }
  });
  const glyphs: string[] = [];
  for (const [, list] of streams.join('\n').matchAll(/<[0-9a-f]{4}> <[0-9a-f]{4}> \[([^\]]*)\]/gi)) {
    for (const [, hex = ''] of (list ?? '').matchAll(/<([0-9a-f ]*)>/gi))
      glyphs.push(Buffer.from(hex.replaceAll(' ', ''), 'hex').swap16().toString('utf16le'));
  }
  return streams
    .flatMap((stream) => [...stream.matchAll(/\[(<[^\]]*)\] TJ/g)])
    .map(([, shown = '']) =>
      [...shown.matchAll(/<([0-9a-f]+)>/g)]
        .flatMap(([, hex = '']) => hex.match(/.{4}/g) ?? [])
        .map((code) => glyphs[Number.parseInt(code, 16)] ?? '?')
        .join(''),
    )
    .join('\n');
}

describe('when she pauses', () => {
  test('then nothing is released until she resumes, and both are receipted', async () => {
    const { domain } = country.consent;
    await pauseConsent(domain, request());
    expect((await lastReceipt()).claims).toMatchObject({
      event: { type: 'suspended' },
      language: 'en',
      stopped_at: expect.any(String),
      consent_hash: (await stored()).consentHash,
    });
    await expect(flow.client.fetch(flow.consent)).rejects.toMatchObject({ code: 'consent-suspended' });
    const stale = { ...flow.consent, accessTokenExpiresAt: new Date(0).toISOString() };
    await expect(flow.client.fetch(stale)).rejects.toMatchObject({ code: 'consent-suspended' });
    await expect(pauseConsent(domain, request())).rejects.toMatchObject({ code: 'consent-changed' });
    await resumeConsent(domain, request());
    await expect(resumeConsent(domain, request())).rejects.toMatchObject({ code: 'consent-changed' });
    const { results } = await flow.client.fetch(stale);
    expect(results.every(({ error }) => error === undefined)).toBe(true);
    const { events } = await lastReceipt();
    expect(events.map(({ type }) => type)).toEqual(['requested', 'granted', 'suspended', 'resumed']);
    expect(stateOf(events.map(({ type }) => type))).toBe('granted');
    await expect(
      country.database.query("UPDATE consent_event SET type = 'granted' WHERE type = 'suspended'"),
    ).rejects.toThrow('append-only');
  });

  test('then she can still withdraw, and time still ends it', async () => {
    const { domain } = country.consent;
    await pauseConsent(domain, request());
    await withdrawConsent(domain, request());
    await expect(resumeConsent(domain, request())).rejects.toMatchObject({ code: 'consent-changed' });
    flow = await consentTo(country, waiver(standing()));
    await pauseConsent(domain, request());
    await country.database.query(
      "UPDATE consent SET expires_at = now() - interval '1 second' WHERE id = $1",
      [flow.consent.consentId],
    );
    await expect(resumeConsent(domain, request())).rejects.toMatchObject({ code: 'consent-expired' });
    await country.consent.housekeep();
    expect((await stored()).state).toBe('expired');
  });

  test('then nobody else can, and a consent for one use cannot be paused', async () => {
    const { domain } = country.consent;
    await expect(pauseConsent(domain, { ...request(), account: 'somebody' })).rejects.toMatchObject({
      code: 'consent-unknown',
    });
    flow = await consentTo(country, waiver());
    await expect(pauseConsent(domain, request())).rejects.toMatchObject({ code: 'once-only' });
  });
});

describe('when she gives less', () => {
  test('then only what she left is released from that moment, until the earlier end', async () => {
    const { domain } = country.consent;
    const until = days(10);
    await amendConsent(domain, {
      ...request(),
      narrowing: { until, fields: kept(['welfare.low-income-status', ['status']]) },
    });
    const { results } = await flow.client.fetch(flow.consent, ['welfare.low-income-status']);
    expect(results[0]?.data).toEqual({ status: 'low-income' });
    await expect(flow.client.fetch(flow.consent, ['household.members'])).rejects.toMatchObject({
      code: 'dataset-not-granted',
    });
    const { claims } = await lastReceipt();
    expect(claims).toMatchObject({
      event: { type: 'amended' },
      validity: { until: until.toISOString() },
      pii_processing: [{ fields: [{ name: 'status' }], left_out: [{ name: 'valid_until' }, {}] }],
    });
    expect((await stored()).expiresAt).toEqual(until);
    const grant = await flow.client.granted(flow.consent);
    expect(grant?.map(({ fields }) => fields)).toEqual([['status']]);
  });

  test.each([
    [
      'a field that she did not grant',
      { fields: kept(['household.members', ['members', 'address']]) },
      'widening',
    ],
    ['a dataset that she did not grant', { fields: kept(['tax.income', ['year']]) }, 'widening'],
    ['a later end', { until: days(91), fields: all }, 'widening'],
    ['an end in the past', { until: days(-1), fields: all }, 'until-past'],
    ['no day at all', { until: new Date(Number.NaN), fields: all }, 'until-past'],
    ['nothing left', { fields: kept() }, 'nothing-left'],
  ])('then %s is refused and changes nothing', async (_what, narrowing, code) => {
    const before = await stored();
    await expect(
      amendConsent(country.consent.domain, { ...request(), narrowing: { until: days(5), ...narrowing } }),
    ).rejects.toMatchObject({ code });
    expect(await stored()).toEqual(before);
  });

  test('then releases in flight are either before the amendment or narrowed', async () => {
    const { domain } = country.consent;
    const calls = Array.from({ length: 12 }, () =>
      flow.client.fetch(flow.consent, ['welfare.low-income-status']).then(({ results }) => results[0]),
    );
    await Promise.race(calls);
    await amendConsent(domain, {
      ...request(),
      narrowing: { until: days(5), fields: kept(['welfare.low-income-status', ['status']]) },
    });
    await Promise.all(calls);
    const late = await country.database.query<{ fields: string[] }>(
      `SELECT a.fields FROM access_record a JOIN consent_event e ON e.consent_id = a.consent_id
       WHERE a.consent_id = $1 AND e.type = 'amended' AND a.at >= e.at`,
      [flow.consent.consentId],
    );
    for (const { fields } of late) expect(fields).toEqual(['status']);
  });
});

describe('when she uses her pages', () => {
  const page = (path: string) => `${country.url('consent')}/consents/${flow.consent.consentId}${path}`;

  test('then she narrows, pauses and resumes there, and hears what was wrong', async () => {
    const { browser } = flow;
    const form = await (await browser.open(page('/amend?lang=zh-TW'))).text();
    const post = (fields: string[], until: string) =>
      browser.follow(page('/amend'), /never/, { _csrf: csrfOf(form), field: fields, until });
    const soon = days(20).toISOString().slice(0, 10);
    const wrong = await post([], soon);
    expect(wrong.response?.status).toBe(422);
    expect(wrong.body).toContain('至少要留下一個項目');
    expect((await post(['household.members:members'], '2020-01-01')).body).toContain('期限要在今天以後');
    expect((await post(['household.members:members'], '2099-01-01')).body).toContain('期限不能延後');
    expect((await post(['household.members:members'], soon)).body).toContain('已經縮減');
    const paused = await browser.follow(page('/pause'), /never/, { _csrf: csrfOf(form) });
    expect(paused.body).toContain('已經暫停');
    const resumed = await browser.follow(page('/resume'), /never/, { _csrf: csrfOf(form) });
    expect(resumed.body).toContain('已經恢復');
    expect((await browser.follow(page('/pause'), /never/, { _csrf: 'forged' })).response?.status).toBe(403);
    expect((await stored()).state).toBe('granted');
  });

  test('then she takes along all that is kept about her, as JSON and as PDF, and nobody else does', async () => {
    await flow.client.fetch(flow.consent, ['household.members']);
    await expect(flow.client.fetch(flow.consent, ['tax.income'])).rejects.toMatchObject({
      code: 'dataset-not-granted',
    });
    const base = country.url('consent');
    const json = await (await flow.browser.open(`${base}/my-data.json`)).text();
    const mine = JSON.parse(json) as {
      complete: boolean;
      consents: { id: string; events: { receipt: string | null }[] }[];
      accesses: { consent_id: string; decision: string; record: string }[];
    };
    expect(mine.complete).toBe(true);
    const here = mine.accesses.filter((access) => access.consent_id === flow.consent.consentId);
    expect(here.map(({ decision }) => decision)).toEqual(['refused', 'allowed']);
    for (const { record } of here) {
      const claims = await verifyJwt(record, {
        keys: country.view.signingKeys('consent'),
        typ: 'xinlu-access+jwt',
        timeless: true,
      });
      expect(claims['consent_id']).toBe(flow.consent.consentId);
    }
    expect(mine.consents.some(({ events }) => events.some(({ receipt }) => receipt !== null))).toBe(true);
    expect(json).not.toContain((await stored()).grantId);
    const pdf = Buffer.from(await (await flow.browser.open(`${base}/my-data.pdf?lang=zh-TW`)).arrayBuffer());
    const text = textOfPdf(pdf).replaceAll('\n', '');
    for (const words of ['下載我的資料', '信路高級中學', flow.consent.consentId, '不在同意的資料範圍內'])
      expect(text).toContain(words);
    for (const secret of SECRETS) expect(`${json}${text}`).not.toContain(secret);

    country.idp.state.person = { id: 'person-9', nationalId: 'F131104093' };
    const other = new Browser();
    await other.follow(`${base}/login`, /never/);
    country.idp.state.person = { id: 'person-1', nationalId: 'A229871345' };
    expect(await (await other.open(`${base}/my-data.json`)).json()).toMatchObject({
      consents: [],
      accesses: [],
    });
    expect((await new Browser().open(`${base}/my-data.pdf`)).status).toBe(401);
  });

  test('then each receipt comes as a PDF in her language whose text can be selected, with the evidence inside', async () => {
    const { browser } = flow;
    await withdrawConsent(country.consent.domain, { ...request(), lang: 'zh-TW' });
    const { events } = await lastReceipt();
    for (const event of events.filter(({ document }) => document !== null)) {
      const url = `${country.url('consent')}/receipts/${event.id}/receipt.pdf`;
      await expect
        .poll(
          async () => Buffer.from(await (await browser.open(url)).arrayBuffer()).includes('EmbeddedFile'),
          {
            timeout: 15_000,
          },
        )
        .toBe(true);
      const response = await browser.open(url);
      expect(response.headers.get('content-type')).toBe('application/pdf');
      const pdf = Buffer.from(await response.arrayBuffer());
      const text = textOfPdf(pdf);
      for (const words of ['同意收據', '信路高級中學', '高中職低收入戶學雜費減免', flow.consent.consentId])
        expect(text.replaceAll('\n', '')).toContain(words);
      expect(text).toContain(event.type === 'withdrawn' ? '您撤回同意' : '您同意提供');
      const raw = pdf.toString('latin1');
      expect(raw).toContain('/StructTreeRoot');
      expect(raw).toContain('/Lang (zh-TW)');
      expect(raw).not.toContain('/Subtype /Image');
      for (const secret of SECRETS) expect(text).not.toContain(secret);
    }
    const stranger = new Browser();
    const url = `${country.url('consent')}/receipts/${events[1]?.id}/receipt.pdf`;
    expect((await stranger.open(url)).status).toBe(401);
  });
});
