import { setTimeout as sleep } from 'node:timers/promises';
import type { KeyValue, KeyValueOperation } from './index.ts';
import { runOperation } from './operations.ts';

/** How soon after a loss of its connection each process has it again, if the store can be reached at all. */
export const RECONNECT_MILLISECONDS = 500;
/** How long after a reconnection nothing counts as the first until the others have had time to bring back their marks. */
const RETURN_MILLISECONDS = 3 * RECONNECT_MILLISECONDS;
/** Marks remembered at most, some 20 MB; beyond it the oldest are left to the store alone. */
const MOST = 100_000;

type Mark = { value: string; until: number };

const concernsMarks = ({ kind }: KeyValueOperation) => kind === 'setIfAbsent' || kind === 'delete';

/**
 * Marks that something was used (`setIfAbsent`), kept by the process that made them too until they expire, for a store that
 * may come back empty. The process refuses a second use by itself, and writes its marks again when the connection comes
 * back; each is then told beside its key as well. A first use that is claimed about that time is confirmed only when all had
 * time to do so and none told of it. A mark is lost when its process and the store end together, or when the process stays
 * cut off from the store longer than the others wait.
 *
 * @param onReconnect calls its listener each time a connection begins to stand again, before anything that waited for it is answered
 */
export function keepMarks(
  kv: KeyValue,
  onReconnect: (listener: () => Promise<void>) => void,
  most: number = MOST,
): KeyValue {
  const marks = new Map<string, Mark>();
  let certainFrom = 0;
  let forgotten = 0;
  const told = (key: string) => `again:${key}`;

  function isKept(key: string): boolean {
    const mark = marks.get(key);
    return mark !== undefined && mark.until > Date.now();
  }

  function keep(key: string, mark: Mark): void {
    const now = Date.now();
    if (now - forgotten > 10_000 || marks.size >= most) {
      forgotten = now;
      for (const [old, { until }] of marks) if (until <= now) marks.delete(old);
    }
    if (marks.size >= most) for (const oldest of [...marks.keys()].slice(0, most / 10)) marks.delete(oldest);
    marks.set(key, mark);
  }

  async function writeAll(): Promise<void> {
    const live = [...marks].filter(([, { until }]) => until - Date.now() >= 1000);
    await Promise.allSettled(
      live.flatMap(([key, { value, until }]) => {
        const ttlSeconds = Math.ceil((until - Date.now()) / 1000);
        return [kv.set(told(key), '1', ttlSeconds), kv.set(key, value, ttlSeconds)];
      }),
    );
  }

  let writing = false;
  let due = false;
  onReconnect(async () => {
    certainFrom = Date.now() + RETURN_MILLISECONDS;
    due = true;
    // A connection that comes and goes is waited for by one set of writes at a time.
    if (writing) return;
    writing = true;
    while (due) {
      due = false;
      await writeAll();
    }
    writing = false;
  });

  const port: KeyValue = {
    ...kv,
    async setIfAbsent(key, value, ttlSeconds) {
      if (isKept(key)) return false;
      const until = Date.now() + ttlSeconds * 1000;
      if (!(await kv.setIfAbsent(key, value, ttlSeconds))) return false;
      if (Date.now() < certainFrom) {
        while (Date.now() < certainFrom) await sleep(certainFrom - Date.now());
        if ((await kv.get(told(key))) !== undefined) return false;
      }
      keep(key, { value, until });
      return true;
    },
    async delete(key) {
      marks.delete(key);
      await kv.delete(key);
    },
    async take(key) {
      marks.delete(key);
      return kv.take(key);
    },
    // All are begun in the same turn, so they still leave in one write.
    async batch(operations) {
      const others = kv.batch(operations.filter((operation) => !concernsMarks(operation)));
      const marked = operations.map((operation) =>
        concernsMarks(operation) ? runOperation(port, operation) : undefined,
      );
      const [answers, own] = await Promise.all([others, Promise.all(marked)]);
      let next = 0;
      return operations.map((operation, at) => (concernsMarks(operation) ? own[at] : answers[next++]));
    },
  };
  return port;
}
