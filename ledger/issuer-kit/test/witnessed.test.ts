import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemIds } from '@xinlu/common/ids';
import { signJwt } from '@xinlu/common/keys';
import { formatVerifierKey, type Report } from '@xinlu/verifier';
import { commands } from '@xinlu/verifier/cli';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type RunningWitness, runWitness } from '../../witness/test/support/running-witness.ts';
import { composePaper, createLedgerClient, logDocument, saltFor } from '../src/index.ts';
import { type RunningLedger, runLedger, until } from './support/running-ledger.ts';

// Whole processes come and go here; a busy machine may take its time.
vi.setConfig({ testTimeout: 120_000 });

let witnesses: RunningWitness[] = [];
let ledger: RunningLedger;
let printed = '';

beforeAll(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed = String(text);
    return true;
  });
  ledger = await runLedger({
    async witnesses(log) {
      witnesses = await Promise.all([1, 2, 3].map((n) => runWitness(log, `witness.example/${n}`)));
      const list = witnesses.map(({ key, url }) => ({ vkey: formatVerifierKey(key), url }));
      return { quorum: 2, witnesses: list };
    },
  });
});
afterAll(async () => {
  vi.restoreAllMocks();
  await ledger.close();
  await Promise.all(witnesses.map((witness) => witness.close()));
});

const verify = commands.find(({ name }) => name.join(' ') === 'verify');

/** Verdict, and the codes of what did not pass. */
async function judge(text: string) {
  const file = join(ledger.folder, 'paper.xinlu.json');
  await writeFile(file, text);
  await verify?.run([file, '--trust', ledger.trustFile, '--json']);
  const { verdict, checks } = JSON.parse(printed) as Report;
  return [verdict, ...checks.filter(({ result }) => result !== 'pass').map(({ code }) => code)];
}

async function logReceipt() {
  const client = createLedgerClient({ url: ledger.url, keys: ledger.broker });
  const claims = { iss: 'consent', iat: Math.floor(Date.now() / 1000), consent_id: systemIds.uuid() };
  const document = await signJwt(ledger.broker, 'xinlu-receipt+jwt', claims);
  return {
    client,
    logged: await logDocument(client, { kind: 'receipt', document, salt: saltFor(systemIds) }),
  };
}

const stats = async () =>
  (await (await fetch(`${ledger.url}/stats`)).json()) as {
    log: { published: number };
    witnesses: { size: number; each: { name: string; fault: string | null }[] };
    anchor: { counts: Record<string, number> };
  };

describe('when witnesses watch the log', () => {
  test('then a paper is valid with two of three, not without them, and what waited follows when they are back', async () => {
    await witnesses[2]?.kill();
    const { client, logged } = await logReceipt();
    await until(async () => (await client.evidence(logged.entryId))?.state === 'final');
    const file = await composePaper(client, logged, { final: true });
    expect(await judge(file)).toEqual(['valid']);
    const proof = String(JSON.parse(file).proof);
    expect(proof.match(/^— witness\.example/gm)).toHaveLength(2);
    const { each } = (await stats()).witnesses;
    expect(each.map(({ fault }) => fault)).toEqual([null, null, 'witness-away']);
    // Any changed byte of the proof shows, those of the cosignatures too.
    const [from, to] = [file.indexOf('— witness'), file.indexOf('"anchor"') - 6];
    for (let at = from + 2; at < to; at += 9) {
      const changed = file.slice(0, at) + (file[at] === 'A' ? 'B' : 'A') + file.slice(at + 1);
      if (changed !== file) expect((await judge(changed))[0]).toBe('not-valid');
    }

    await witnesses[1]?.kill();
    const later = await logReceipt();
    await until(async () => (await later.client.evidence(later.logged.entryId)) !== undefined);
    const alone = await composePaper(later.client, later.logged);
    expect(await judge(alone)).toEqual(['not-valid', 'witnesses.too-few', 'anchor.missing']);
    const { log, witnesses: standing, anchor } = await stats();
    expect(standing.size).toBeLessThan(log.published);
    expect(anchor.counts).toMatchObject({ queued: 0, sent: 0 });
    await until(async () => (await (await fetch(`${ledger.url}/`)).text()).includes('見證單位不足'));

    await witnesses[1]?.start();
    await until(async () => (await later.client.evidence(later.logged.entryId))?.state === 'final');
    expect(await judge(await composePaper(later.client, later.logged, { final: true }))).toEqual(['valid']);
  });
});
