import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { logViewOver, type Sighting, watchOnce } from '../log/watch.ts';
import { readTrustList, type TrustList } from '../trust/trust-list.ts';
import { readTrust } from './read-files.ts';

/** `log watch URL`: exit 0 consistent, 1 split view or not signed, 2 cannot tell. Ends by itself only with --once or on 1. */
export async function runLogWatch(args: string[]): Promise<number> {
  try {
    const { url, trust, folder, everyMs, once } = await readRequest(args);
    await mkdir(folder, { recursive: true });
    const view = logViewOver(url);
    for (;;) {
      const code = await look(view, trust.log, folder);
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
      once: { type: 'boolean', default: false },
    },
  });
  const [url, ...more] = positionals;
  if (!url || more.length > 0 || !/^https?:\/\//.test(url)) {
    throw new Error('請給存證簿的網址 / give the ledger’s address: xinlu log watch URL (--help)');
  }
  const seconds = Number(values.every);
  if (!(seconds >= 1 && seconds <= 86_400))
    throw new Error('--every 須為 1 到 86400 / --every is 1 to 86400');
  const text = await readTrust(values.trust);
  const trust = text === undefined ? undefined : await readTrustList(text);
  if (!trust) throw new Error('沒有可用的信任清單 / there is no genuine trust list (--trust)');
  return {
    url: url.replace(/\/$/, ''),
    trust,
    folder: values.keep,
    everyMs: seconds * 1000,
    once: values.once,
  };
}

/** One look; what was seen is kept before it is told. */
async function look(
  view: ReturnType<typeof logViewOver>,
  log: TrustList['log'],
  folder: string,
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
    return 0;
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

function say(zh: string, en: string): void {
  process.stdout.write(`${new Date().toISOString()} ${zh}\n  ${en}\n`);
}

function cannotTell(error: unknown): 2 {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return 2;
}
