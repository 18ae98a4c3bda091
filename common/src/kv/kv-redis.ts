import type { KeyValue, KeyValueOperation } from './index.ts';
import { runOperation } from './operations.ts';
import { waitingInVain } from './redis-away.ts';

/** The few commands this adapter needs of node-redis, single, sentinel or cluster. */
export type RedisCommands = {
  get(key: string): Promise<string | null>;
  /** Of one server: a cluster has no such command for keys of several nodes. */
  mGet?(keys: string[]): Promise<(string | null)[]>;
  set(key: string, value: string, options: { EX: number; NX?: true }): Promise<string | null>;
  getDel(key: string): Promise<string | null>;
  del(key: string): Promise<number>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  ping(): Promise<string>;
  close(): Promise<unknown>;
};

// One key a script, so that each runs on any node of a cluster.
const REPLACE = `if redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3]) return 1 else return 0 end`;
const INCREMENT = `local n = redis.call('INCR', KEYS[1])
  if n == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end return n`;

/** The key-value port on Redis (7 or newer protocols; GETDEL needs 6.2). Every write carries its time to live. */
export function createRedisKeyValue(client: RedisCommands, prefix: string): KeyValue {
  const full = (key: string) => `${prefix}:${key}`;
  const orAway = waitingInVain();
  const port: Omit<KeyValue, 'batch'> = {
    get: async (key) => (await orAway(client.get(full(key)))) ?? undefined,
    async set(key, value, ttlSeconds) {
      await orAway(client.set(full(key), value, { EX: ttlSeconds }));
    },
    setIfAbsent: async (key, value, ttlSeconds) =>
      (await orAway(client.set(full(key), value, { EX: ttlSeconds, NX: true }))) !== null,
    take: async (key) => (await orAway(client.getDel(full(key)))) ?? undefined,
    replace: async (key, expected, value, ttlSeconds) =>
      (await orAway(
        client.eval(REPLACE, { keys: [full(key)], arguments: [expected, value, String(ttlSeconds)] }),
      )) === 1,
    async delete(key) {
      await orAway(client.del(full(key)));
    },
    increment: async (key, ttlSeconds) =>
      Number(await orAway(client.eval(INCREMENT, { keys: [full(key)], arguments: [String(ttlSeconds)] }))),
    healthy: () =>
      orAway(client.ping()).then(
        () => true,
        () => false,
      ),
    async close() {
      await client.close();
    },
  };

  /** All that is to be read, by one command where that is possible and worth it. */
  function readAll(
    operations: readonly KeyValueOperation[],
  ): ((key: string) => Promise<string | undefined>) | undefined {
    const keys = operations.flatMap(({ kind, key }) => (kind === 'get' ? [key] : []));
    if (client.mGet === undefined || keys.length < 2) return undefined;
    const values = orAway(client.mGet(keys.map(full)));
    return async (key) => (await values)[keys.indexOf(key)] ?? undefined;
  }

  return {
    ...port,
    // Commands of one turn of the event loop leave in one write; a cluster's client sends each to the node of its key.
    batch(operations) {
      const read = readAll(operations);
      return Promise.all(
        operations.map((operation) =>
          operation.kind === 'get' && read !== undefined
            ? read(operation.key)
            : runOperation(port, operation),
        ),
      );
    },
  };
}
