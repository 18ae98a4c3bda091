import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { epochSeconds, systemClock } from '@xinlu/common/clock';
import { fatal } from '@xinlu/common/errors';
import { runService } from '@xinlu/common/service';
import { formatVerifierKey, parseVerifierKey } from '@xinlu/verifier';
import { headsInSqlite } from './adapters/heads-sqlite.ts';
import { witnessKeyFromFile } from './adapters/witness-key-file.ts';
import { readWitnessConfig } from './config.ts';
import { addCheckpoint } from './domain/witness.ts';
import { buildServer } from './http/server.ts';

const memoryOf = (folder: string) => join(folder, 'memory.sqlite');

await runService('witness', {
  async serve({ log }) {
    const config = readWitnessConfig(process.env);
    await mkdir(config.DATA_DIR, { recursive: true, mode: 0o700 });
    const logs = readLogs(await readFile(config.WITNESS_LOGS_FILE, 'utf8'));
    const { key, sign } = await witnessKeyFromFile(config.WITNESS_KEY_FILE, config.WITNESS_NAME);
    const heads = headsInSqlite(memoryOf(config.DATA_DIR));
    const witness = { heads, logs, key, sign, now: () => epochSeconds(systemClock) };
    const server = buildServer(
      (body) => addCheckpoint(witness, body),
      (error) => log.error({ err: error }, 'witness-failed'),
    );
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(config.PORT, config.HOST, resolve);
    });
    log.info({ key: formatVerifierKey(key), logs: logs.map(({ name }) => name) }, 'watching');
    return {
      async close() {
        const closed = new Promise<void>((resolve) => server.close(() => resolve()));
        server.closeIdleConnections();
        await closed;
        heads.close();
      },
    };
  },
  /** Prints the proofs that a log showed two trees of one size: JSON lines of two signed checkpoints. */
  async splits() {
    const heads = headsInSqlite(memoryOf(readWitnessConfig(process.env).DATA_DIR));
    for (const split of heads.splits()) process.stdout.write(`${JSON.stringify(split)}\n`);
    heads.close();
    return undefined;
  },
});

function readLogs(text: string) {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const key = parseVerifierKey(line.trim());
      if (!key)
        throw fatal('witness-logs-malformed', 'WITNESS_LOGS_FILE holds a line that is no verifier key.');
      return key;
    });
}
