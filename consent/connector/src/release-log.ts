import { type FileHandle, mkdir, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { retryable } from '@xinlu/common/errors';

/** One release that this agency made: the broker's signed order, and what was sent for it. No value of anybody. */
export type ReleaseEntry = {
  /** RFC 3339 */
  at: string;
  /** The order as the broker signed it (JWT). */
  order: string;
  /** base64url SHA-256 of the encrypted answer. */
  answer_digest: string;
};

/** The agency's own account of what left it and on whose order, to be held against the broker's access log. */
export type ReleaseLog = {
  /** Durable once it returns. Fails as retryable, and then nothing may leave. */
  record(entry: ReleaseEntry): Promise<void>;
  close(): Promise<void>;
};

const NAME = /^releases-\d{4}-\d{2}-\d{2}\.jsonl$/;

type Waiting = { entry: ReleaseEntry; resolve(): void; reject(error: unknown): void };

/** Opens a day's file for appending. A line that a crash cut short is ended, so that it spoils no other. */
async function openDay(folder: string, day: string): Promise<FileHandle> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = await open(join(folder, `releases-${day}.jsonl`), 'a+', 0o600);
  const { size } = await file.stat();
  if (size === 0) return file;
  const last = Buffer.alloc(1);
  await file.read(last, 0, 1, size - 1);
  if (last[0] !== 0x0a) await file.appendFile('\n');
  return file;
}

/**
 * A release log in a folder: JSON lines, one file a day (UTC). What arrives while a write is under way is flushed to the disk
 * together by the next one. One process a folder.
 */
export function openReleaseLog(folder: string): ReleaseLog {
  let waiting: Waiting[] = [];
  let running: Promise<void> | undefined;
  let current: { day: string; file: FileHandle } | undefined;

  async function fileOf(day: string): Promise<FileHandle> {
    if (current?.day === day) return current.file;
    await current?.file.close();
    current = undefined;
    current = { day, file: await openDay(folder, day) };
    return current.file;
  }

  async function write(batch: readonly Waiting[]): Promise<void> {
    const days = Map.groupBy(batch, ({ entry }) => entry.at.slice(0, 10));
    for (const [day, lines] of days) {
      const file = await fileOf(day);
      await file.appendFile(lines.map(({ entry }) => `${JSON.stringify(entry)}\n`).join(''));
      await file.datasync();
    }
  }

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await write(batch);
        for (const one of batch) one.resolve();
      } catch (cause) {
        // Opened anew next time: half a line may stand there.
        await current?.file.close().catch(() => undefined);
        current = undefined;
        const away = retryable('release-log-away', 'The release cannot be recorded now.', { cause });
        for (const one of batch) one.reject(away);
      }
    }
    running = undefined;
  }

  return {
    record: (entry) =>
      new Promise((resolve, reject) => {
        waiting.push({ entry, resolve, reject });
        running ??= run();
      }),
    async close() {
      await running;
      await current?.file.close();
      current = undefined;
    },
  };
}

function parsed(line: string): ReleaseEntry | undefined {
  try {
    return JSON.parse(line) as ReleaseEntry;
  } catch {
    return undefined;
  }
}

/** All releases of a folder, in the order of their days; a line that a crash cut short was never released and is left out. */
export async function* readReleases(folder: string): AsyncGenerator<ReleaseEntry> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => NAME.test(name)).sort();
  for (const name of names) {
    for (const line of (await readFile(join(folder, name), 'utf8')).split('\n')) {
      const entry = parsed(line);
      if (entry !== undefined) yield entry;
    }
  }
}
