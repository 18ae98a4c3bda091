import type { Database } from '../sql/index.ts';
import { migrate } from '../sql/index.ts';
import { keepMarks } from './kept-marks.ts';
import { createPostgresKeyValue } from './kv-postgres.ts';
import { createRedisKeyValue } from './kv-redis.ts';
import { connectRedis, onReconnect } from './redis-client.ts';

/**
 * Short-lived values: protocol artefacts, nonces, replay markers, rate counters, sessions.
 *
 * Promises of every adapter: each operation is atomic against all the others on the same key, from any number of
 * processes; an expired key is as good as absent; every key has a time to live (whole seconds, at least 1). Losing
 * the whole store costs at worst a new login: nothing durable lives here, and nobody may read absence as permission.
 * While it is away every operation throws `store-away` (retryable) within seconds; `healthy` answers false.
 */
export interface KeyValue {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, ttlSeconds: number): Promise<void>;
  /** True for exactly one of any number of parallel callers while the key lives. */
  setIfAbsent(key: string, value: string, ttlSeconds: number): Promise<boolean>;
  /** Gets and deletes: of any number of parallel takers exactly one receives the value. */
  take(key: string): Promise<string | undefined>;
  /** Compare-and-set: writes `value` only where `expected` stands now. */
  replace(key: string, expected: string, value: string, ttlSeconds: number): Promise<boolean>;
  delete(key: string): Promise<void>;
  /**
   * Several operations in one trip, their answers in the same order. Each is as atomic as it is alone; together they are
   * not, no order among them is promised, and on failure some may have happened. The keys must differ.
   */
  batch(operations: readonly KeyValueOperation[]): Promise<KeyValueAnswer[]>;
  /** Adds one and returns the count; the time to live starts with the first increment and is not prolonged. */
  increment(key: string, ttlSeconds: number): Promise<number>;
  /** True when the store answers. */
  healthy(): Promise<boolean>;
  close(): Promise<void>;
}

/** One operation of a batch, named and shaped as the port's own. */
export type KeyValueOperation =
  | { kind: 'get'; key: string }
  | { kind: 'set'; key: string; value: string; ttlSeconds: number }
  | { kind: 'setIfAbsent'; key: string; value: string; ttlSeconds: number }
  | { kind: 'replace'; key: string; expected: string; value: string; ttlSeconds: number }
  | { kind: 'delete'; key: string };

/** A value or its absence for `get`, whether it was written for the conditional ones, nothing for the others. */
export type KeyValueAnswer = string | boolean | undefined;

/** The store that the configuration names: Redis when there is an address, else the service's own PostgreSQL. */
export async function createKeyValue(options: {
  database: Database;
  redisUrl?: string | undefined;
  prefix: string;
}): Promise<KeyValue> {
  if (options.redisUrl === undefined) {
    await migrate(options.database, new URL('./migrations/', import.meta.url), 'key-value');
    return createPostgresKeyValue(options.database, options.prefix);
  }
  return openRedisKeyValue(options.redisUrl, options.prefix);
}

/** The port on the Redis of this address, with the marks of this process kept through a restart of it. */
export async function openRedisKeyValue(address: string, prefix: string): Promise<KeyValue> {
  const client = await connectRedis(address);
  return keepMarks(createRedisKeyValue(client, prefix), (listener) => onReconnect(client, listener));
}

export { createPostgresKeyValue } from './kv-postgres.ts';
export { createRedisKeyValue } from './kv-redis.ts';
export { runOperation } from './operations.ts';
export { connectRedis } from './redis-client.ts';
