import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@xinlu/common/clock';
import { signedFetch } from '@xinlu/common/http-signature';
import { systemIds } from '@xinlu/common/ids';
import { signJwt } from '@xinlu/common/keys';
import { makeKeys } from '@xinlu/common/testing';
import { launchBrowser, photograph, sidewaysAt } from '@xinlu/common/testing/browser';
import { verifyFile } from '@xinlu/verifier';
import { commands } from '@xinlu/verifier/cli';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { backUp } from '../../test/support/ledger.ts';
import {
  composePaper,
  createLedgerClient,
  issuePaper,
  logDocument,
  newStatusList,
  saltFor,
  signStatusList,
  withStatus,
} from '../src/index.ts';
import { deed, listUri } from './support/country.ts';
import { type RunningLedger, runLedger, until } from './support/running-ledger.ts';

// Whole processes come and go here; a busy machine may take its time.
vi.setConfig({ testTimeout: 120_000 });

let ledger: RunningLedger;

beforeAll(async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  ledger = await runLedger();
});
afterAll(async () => {
  vi.restoreAllMocks();
  await ledger.close();
});

const verify = commands.find(({ name }) => name.join(' ') === 'verify');

/** Exit code of `xinlu verify` on a file with this text. */
async function judge(text: string, ...args: string[]): Promise<number | undefined> {
  const file = join(ledger.folder, 'paper.xinlu.json');
  await writeFile(file, text);
  return verify?.run([file, '--trust', ledger.trustFile, '--json', ...args]);
}

async function deedWithStatus() {
  const tools = { keys: ledger.landOffice, clock: systemClock, ids: systemIds };
  const document = await issuePaper(
    'land-title-deed',
    deed,
    { issuer: 'land-office', status: { uri: listUri, index: 3 } },
    tools,
  );
  const token = (list: Uint8Array, ttlSeconds = 600) =>
    signStatusList(ledger.landOffice, systemClock, { issuer: 'land-office', uri: listUri, list, ttlSeconds });
  return { document, token };
}

describe('when a deed goes through the ledger', () => {
  test('then the file is valid offline and on the chain, and not any more once revoked or changed', async () => {
    const client = createLedgerClient({ url: ledger.url, keys: ledger.landOffice });
    const { document, token } = await deedWithStatus();
    const salt = saltFor(systemIds);
    const logged = await logDocument(client, { kind: 'credential', document, salt });
    expect((await logDocument(client, { kind: 'credential', document, salt })).entryId).toBe(logged.entryId);
    await until(async () => (await client.evidence(logged.entryId))?.state === 'final');
    const status = await token(newStatusList(64));
    const file = await composePaper(client, logged, { status, final: true });

    expect(await judge(file)).toBe(0);
    const { checks } = await verifyFile(file, {
      trust: await readFile(ledger.trustFile, 'utf8'),
      at: new Date(),
    });
    expect(checks.map(({ code }) => code)).toContain('block.proven');
    expect(await judge(file, '--rpc', ledger.anvil.url)).toBe(0);
    expect(await judge(file, '--rpc', 'http://127.0.0.1:1')).toBe(2);
    const at = file.indexOf('"proof"') + 60;
    expect(await judge(file.slice(0, at) + (file[at] === 'A' ? 'B' : 'A') + file.slice(at + 1))).toBe(1);
    const later = new Date(Date.now() + 3_600_000).toISOString();
    expect(await judge(file, '--at', later)).toBe(2);
    const revoked = join(ledger.folder, 'status.jwt');
    await writeFile(revoked, await token(withStatus(newStatusList(64), 3, 'revoked')));
    expect(await judge(file, '--status', revoked)).toBe(1);
    expect(await verify?.run([join(ledger.folder, 'none.json')])).toBe(2);
    const [entry, evidence] = [`/entries/${logged.entryId}`, '/stats'].map((path) =>
      fetch(ledger.url + path),
    );
    expect(await (await entry)?.json()).toMatchObject({
      type: 'credential',
      issuer: 'land-office',
      state: 'final',
    });
    expect(await (await evidence)?.json()).toMatchObject({ anchor: { fault: null, chainId: 31337 } });
  });

  test('then a receipt of the broker is checked the same way', async () => {
    const client = createLedgerClient({ url: ledger.url, keys: ledger.broker });
    const claims = { iss: 'consent', iat: Math.floor(Date.now() / 1000), consent_id: systemIds.uuid() };
    const document = await signJwt(ledger.broker, 'xinlu-receipt+jwt', claims);
    const logged = await logDocument(client, { kind: 'receipt', document, salt: saltFor(systemIds) });
    await until(async () => (await client.evidence(logged.entryId))?.state === 'final');
    expect(await judge(await composePaper(client, logged, { final: true }))).toBe(0);
  });
});

describe('when the process is killed under load', () => {
  test('then every acknowledged entry is there afterwards, at one place', async () => {
    const client = createLedgerClient({ url: ledger.url, keys: ledger.broker });
    const acknowledged: string[] = [];
    for (let round = 0; round < 3; round++) {
      const load = Array.from({ length: 200 }, () =>
        client.submit('access', systemIds.bytes(32)).then(
          ({ id }) => acknowledged.push(id),
          () => undefined,
        ),
      );
      const before = acknowledged.length;
      await until(async () => acknowledged.length >= before + 20);
      await ledger.kill();
      await Promise.all(load);
      await ledger.start();
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(60);
    const indexOf = async (id: string): Promise<number | null> =>
      ((await (await fetch(`${ledger.url}/entries/${id}`)).json()) as { index: number | null }).index;
    await until(async () => (await Promise.all(acknowledged.map(indexOf))).every((index) => index !== null));
    const indexes = await Promise.all(acknowledged.map(indexOf));
    expect(new Set(indexes).size).toBe(acknowledged.length);
  });
});

describe('when the database comes back older than the log', () => {
  const ask = async (path: string) => {
    const answer = await fetch(ledger.url + path);
    return { status: answer.status, json: (await answer.json()) as unknown };
  };
  const submit = () =>
    signedFetch({ keys: ledger.broker })(`${ledger.url}/entries`, {
      method: 'POST',
      json: { type: 'access', commitment: Buffer.from(systemIds.bytes(32)).toString('base64url') },
    });
  const published = async () => {
    const { log } = (await ask('/stats')).json as { log: { size: number; published: number } };
    return log.published === log.size ? log.size : -1;
  };

  test('then it stays up, takes nothing, says why, and goes on once the newest state is back', async () => {
    const before = await published();
    const restoreOld = await backUp(ledger.database);
    expect((await submit()).status).toBe(201);
    await until(async () => (await published()) > before);
    await ledger.kill();
    const restoreNew = await backUp(ledger.database);
    await restoreOld();
    await ledger.start('health');
    expect(await ask('/ready')).toMatchObject({
      status: 503,
      json: { checks: { database: true, log: false } },
    });
    expect(await ask('/stats')).toMatchObject({
      status: 200,
      json: { log: { fault: 'log-went-back', pending: 0 } },
    });
    expect(await submit()).toMatchObject({ status: 503, json: { code: 'log-went-back' } });
    expect(await (await fetch(`${ledger.url}/`)).text()).toContain('停止收錄');
    expect((await ask('/stats')).json).toMatchObject({ log: { pending: 0 } });
    await restoreNew();
    await until(async () => (await ask('/ready')).status === 200);
    expect((await submit()).status).toBe(201);
    expect((await ask('/stats')).json).toMatchObject({ log: { fault: null } });
  });
});

describe('when a submission is not right', () => {
  const send = (keys: Awaited<ReturnType<typeof makeKeys>>, json: unknown) =>
    signedFetch({ keys })(`${ledger.url}/entries`, { method: 'POST', json });
  const good = () => ({ type: 'access', commitment: Buffer.from(systemIds.bytes(32)).toString('base64url') });

  test('then strangers, unsigned requests and malformed entries get a 4xx that names the fault', async () => {
    expect((await send(await makeKeys(), good())).status).toBe(401);
    const unsigned = await fetch(`${ledger.url}/entries`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(good()),
    });
    expect(unsigned.status).toBe(401);
    for (const wrong of [
      { ...good(), type: 'gossip' },
      { ...good(), commitment: 'short' },
      { ...good(), commitment: `${'A'.repeat(42)}B` },
      { ...good(), name: '林怡君' },
      [],
      'text',
    ]) {
      const { status, json } = await send(ledger.broker, wrong);
      expect(status).toBe(400);
      expect(json).toMatchObject({ status: 400, code: expect.any(String) });
    }
  });

  test('then what is not there is a 404 and never a fault of ours', async () => {
    for (const path of [
      '/entries/0198c0de-0000-7000-8000-000000000000',
      '/entries/0198c0de-0000-7000-8000-000000000000/evidence',
      '/log/tile/0/999',
      '/log/tile/..%2f..%2flog.key',
      '/log/proof?index=0&size=999999',
      '/log/consistency?from=1&to=999999',
    ]) {
      expect([path, (await fetch(ledger.url + path)).status]).toEqual([path, 404]);
    }
    for (const path of [
      '/entries/x',
      '/log/proof?index=-1&size=1',
      '/log/proof',
      '/log/proof?index=1e99&size=1',
    ]) {
      expect([path, (await fetch(ledger.url + path)).status]).toEqual([path, 400]);
    }
    expect(JSON.parse(await readFile(ledger.trustFile, 'utf8')).format).toBe('xinlu-trust/1');
    expect((await fetch(`${ledger.url}/`)).status).toBe(200);
  });
});

describe('when somebody opens the log’s page', () => {
  test('then the numbers stand there in both languages, at any width', async () => {
    const browser = await launchBrowser();
    const screenshots = join(import.meta.dirname, '../../screenshots');
    for (const [language, width, heading] of [
      ['zh-TW', 1280, '公開存證簿的現況'],
      ['zh-TW', 360, '公開存證簿的現況'],
      ['en', 360, 'The public ledger now'],
    ] as const) {
      const page = await browser.newPage({ viewport: { width, height: 900 } });
      await page.goto(`${ledger.url}/?lang=${language}`);
      expect(await page.locator('h1').textContent()).toBe(heading);
      expect(await sidewaysAt(page, width)).toBe(0);
      await photograph(page, join(screenshots, `status-${language}-${width}.png`));
    }
    await browser.close();
  });
});
