import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { logViewOver, type Sighting, watchOnce } from '../log/watch.ts';
import { readTrustList, type TrustList } from '../trust/trust-list.ts';
import { readTrust } from './read-files.ts';

/** `log watch URL`: exit 0 consistent and witnessed, 1 split view or not signed, 2 cannot tell. Ends by itself only with --once or on 1. */
export async function runLogWatch(args: string[]): Promise<number> {
  try {
    const { url, trust, folder, everyMs, patienceMs, once } = await readRequest(args);
    await mkdir(folder, { recursive: true });
    const view = logViewOver(url);
    for (;;) {
      const code = await look(view, trust.log, { folder, patienceMs });
      if (once || code === 1) return code;
      await sleep(everyMs);
    }
  } catch (error) {
    return cannotTell(error);
  }
}

async function readRequest(args: string[]) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      trust: { type: 'string' },
      keep: { type: 'string', default: 'log-watch' },
      every: { type: 'string', default: '10' },
      patience: { type: 'string', default: '60' },
      once: { type: 'boolean', default: false },
    },
  });
  const [url, ...more] = positionals;
  if (!url || more.length > 0 || !/^https?:\/\//.test(url)) {
    throw new Error('請給存證簿的網址 / give the ledger’s address: xinlu log watch URL (--help)');
  }
  const everyMs = readSeconds('--every', values.every, 1);
  const patienceMs = readSeconds('--patience', values.patience, 0);
  const text = await readTrust(values.trust);
  const trust = text === undefined ? undefined : await readTrustList(text);
  if (!trust) throw new Error('沒有可用的信任清單 / there is no genuine trust list (--trust)');
  return {
    url: url.replace(/\/$/, ''),
    trust,
    folder: values.keep,
    everyMs,
    patienceMs,
    once: values.once,
  };
}

function readSeconds(option: string, text: string, least: number): number {
  const seconds = Number(text);
  if (!(seconds >= least && seconds <= 86_400))
    throw new Error(`${option} 須為 ${least} 到 86400 / ${option} is ${least} to 86400`);
  return seconds * 1000;
}

type Keeping = {
  readonly folder: string;
  /** How long a checkpoint may go without its witnesses. */
  readonly patienceMs: number;
};

/** One look; what was seen is kept before it is told. */
async function look(
  view: ReturnType<typeof logViewOver>,
  log: TrustList['log'],
  { folder, patienceMs }: Keeping,
): Promise<0 | 1 | 2> {
  const keptFile = join(folder, 'checkpoint');
  let sighting: Sighting;
  try {
    const kept = await readFile(keptFile, 'utf8').catch(() => undefined);
    sighting = await watchOnce(view, log, kept);
  } catch (error) {
    return cannotTell(error);
  }
  if (sighting.outcome === 'consistent') {
    await writeFile(`${keptFile}.new`, sighting.note, { flush: true });
    await rename(`${keptFile}.new`, keptFile);
    say(`存證簿一致，共 ${sighting.size} 筆`, `The ledger is consistent, ${sighting.size} entries`);
    return sighting.witnessed === undefined
      ? 0
      : awaitWitnesses(sighting.size, sighting.witnessed, { folder, patienceMs });
  }
  if (sighting.outcome === 'behind') {
    say(
      `收到較舊的檢查點（${sighting.size} 筆），內容一致`,
      `An older checkpoint (${sighting.size} entries), consistent`,
    );
    return 0;
  }
  const evidence = join(folder, `evidence-${new Date().toISOString().replaceAll(':', '-')}.json`);
  await writeFile(evidence, `${JSON.stringify(sighting, null, 2)}\n`, { flush: true });
  if (sighting.outcome === 'split') {
    say(`存證簿有兩種說法！證據：${evidence}`, `The ledger shows two histories! Evidence: ${evidence}`);
  } else {
    say(`檢查點不是這個存證簿所簽：${evidence}`, `The checkpoint is not signed by this ledger: ${evidence}`);
  }
  return 1;
}

/**
 * Whether the witnesses keep up with the log. One that they have not all seen could show somebody else another tree, so
 * nothing can be told of a log that goes without them for longer than the patience.
 */
async function awaitWitnesses(
  size: number,
  witnessed: number,
  { folder, patienceMs }: Keeping,
): Promise<0 | 2> {
  const waitingFile = join(folder, 'waiting.json');
  if (witnessed >= size) {
    await rm(waitingFile, { force: true });
    say(`全部經足夠的見證單位確認`, `All of it was confirmed by enough witnesses`);
    return 0;
  }
  const kept = await readWaiting(waitingFile);
  const waiting = kept && kept.size > witnessed ? kept : { size, since: Date.now() };
  await writeFile(waitingFile, JSON.stringify(waiting), { flush: true });
  const isLate = witnessed === 0 || Date.now() - waiting.since >= patienceMs;
  const since = new Date(waiting.since).toISOString();
  say(
    `見證單位確認到第 ${witnessed} 筆${isLate ? `，自 ${since} 起未跟上，無法判斷` : ''}`,
    `Witnesses have confirmed ${witnessed} entries${isLate ? ` and are behind since ${since}: cannot tell` : ''}`,
  );
  return isLate ? 2 : 0;
}

async function readWaiting(file: string): Promise<{ size: number; since: number } | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { size, since } = JSON.parse(text) as Record<string, unknown>;
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(since)) throw new Error(`${file} is malformed`);
  return { size: Number(size), since: Number(since) };
}

function say(zh: string, en: string): void {
  process.stdout.write(`${new Date().toISOString()} ${zh}\n  ${en}\n`);
}

function cannotTell(error: unknown): 2 {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return 2;
}
