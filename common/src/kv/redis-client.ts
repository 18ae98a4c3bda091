import { createClient, createCluster, createSentinel } from 'redis';
import { fatal } from '../errors/index.ts';
import { RECONNECT_MILLISECONDS } from './kept-marks.ts';
import type { RedisCommands } from './kv-redis.ts';

const CONNECT_MILLISECONDS = 5_000;
/** Commands that wait at most while the store is away; those beyond are refused at once. */
const commandsQueueMaxLength = 100_000;
/** How long a command waits to be sent while there is no connection; less, by up to a slot, for one that comes late in its slot. */
const PATIENCE_MILLISECONDS = 5_000;
const SLOT_MILLISECONDS = 250;
/** Soon at first, then evenly, so that no process stays away from a store that the others have again. */
const reconnectStrategy = (retries: number) => Math.min(25 * 2 ** retries, RECONNECT_MILLISECONDS);

type Node = { host: string; port: number };

function nodesOf(url: URL, port: number): Node[] {
  const others = url.searchParams.getAll('node').map((text) => new URL(`redis://${text}`));
  return [url, ...others].map((one) => ({
    host: one.hostname,
    port: one.port === '' ? port : Number(one.port),
  }));
}

const passwordOf = (url: URL) => ({
  ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
  ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
});

function clientFor(address: string) {
  const url = new URL(address);
  const tls = url.protocol.startsWith('rediss');
  const patience = { connectTimeout: CONNECT_MILLISECONDS, reconnectStrategy };
  const socket = { ...patience, ...(tls ? { tls: true as const } : {}) };
  const kind = url.protocol.replace(/^rediss?/, '').replace(':', '');
  if (kind === '') return createClient({ url: address, socket: patience, commandsQueueMaxLength });
  if (kind === '+cluster') {
    return createCluster({
      rootNodes: nodesOf(url, 6379).map(({ host, port }) => ({
        url: `${tls ? 'rediss' : 'redis'}://${host}:${port}`,
      })),
      defaults: { ...passwordOf(url), socket, commandsQueueMaxLength },
    });
  }
  const name = url.pathname.slice(1);
  if (kind !== '+sentinel' || name === '')
    throw fatal('redis-address-malformed', 'REDIS_URL is neither of a server, a cluster nor a sentinel.');
  return createSentinel({
    name,
    sentinelRootNodes: nodesOf(url, 26379),
    nodeClientOptions: { ...passwordOf(url), socket, commandsQueueMaxLength },
    sentinelClientOptions: { socket },
  });
}

type Commands = Required<RedisCommands>;
type Client = Commands & {
  on(event: string, listener: () => void): unknown;
  withCommandOptions(options: { timeout: undefined; abortSignal: AbortSignal }): Commands;
};

/**
 * Lets commands that wait for a connection give up. node-redis starts a timer for each, which goes off even when the answer has
 * long been there and takes more time than the command itself: all commands of one slot share one.
 */
function withSharedPatience(
  client: Client,
  isCluster: boolean,
  milliseconds: number,
): RedisCommands & Pick<Client, 'on'> {
  let began = Number.NEGATIVE_INFINITY;
  let commands: Commands = client;
  const now = () => {
    const time = performance.now();
    if (time - began >= SLOT_MILLISECONDS) {
      began = time;
      const abortSignal = AbortSignal.timeout(milliseconds);
      commands = client.withCommandOptions({ timeout: undefined, abortSignal });
    }
    return commands;
  };
  return {
    get: (key) => now().get(key),
    ...(isCluster ? {} : { mGet: (keys: string[]) => now().mGet(keys) }),
    set: (key, value, options) => now().set(key, value, options),
    getDel: (key) => now().getDel(key),
    del: (key) => now().del(key),
    eval: (script, options) => now().eval(script, options),
    ping: () => now().ping(),
    close: () => client.close(),
    on: (event, listener) => client.on(event, listener),
  };
}

/**
 * Connects to what the address names: `redis://host:port` (or `rediss:` for TLS) is one server,
 * `redis+cluster://host:port?node=host:port` a cluster by some of its nodes, `redis+sentinel://host:port/NAME?node=host:port`
 * the master called NAME by its sentinels. User and password count for all nodes.
 */
export async function connectRedis(
  address: string,
  patienceMilliseconds = PATIENCE_MILLISECONDS,
): Promise<RedisCommands> {
  const client = clientFor(address);
  client.on('error', () => undefined); // commands reject on their own; node-redis reconnects
  await client.connect();
  return withSharedPatience(
    client as unknown as Client,
    new URL(address).protocol.includes('+cluster'),
    patienceMilliseconds,
  );
}

/**
 * Of one server and of a node of a cluster, when TCP stands again (at `ready` commands that waited may have been answered);
 * of sentinels, when they name another master, and at each failed try to reach it.
 */
const RECONNECTIONS = ['connect', 'node-connect', 'topology-change', 'client-error'];

/** Calls the listener whenever a connection of this client begins to stand again, before what waited for it is answered. */
export function onReconnect(client: RedisCommands, listener: () => Promise<void>): void {
  const { on } = client as unknown as { on(event: string, listener: () => void): unknown };
  for (const event of RECONNECTIONS) on.call(client, event, () => void listener());
}
