import { createClient, createCluster, createSentinel } from 'redis';
import { fatal } from '../errors/index.ts';
import type { RedisCommands } from './kv-redis.ts';

const CONNECT_MILLISECONDS = 5_000;

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
  const socket = { connectTimeout: CONNECT_MILLISECONDS, ...(tls ? { tls: true as const } : {}) };
  const kind = url.protocol.replace(/^rediss?/, '').replace(':', '');
  if (kind === '') return createClient({ url: address, socket: { connectTimeout: CONNECT_MILLISECONDS } });
  if (kind === '+cluster') {
    return createCluster({
      rootNodes: nodesOf(url, 6379).map(({ host, port }) => ({
        url: `${tls ? 'rediss' : 'redis'}://${host}:${port}`,
      })),
      defaults: { ...passwordOf(url), socket },
    });
  }
  const name = url.pathname.slice(1);
  if (kind !== '+sentinel' || name === '')
    throw fatal('redis-address-malformed', 'REDIS_URL is neither of a server, a cluster nor a sentinel.');
  return createSentinel({
    name,
    sentinelRootNodes: nodesOf(url, 26379),
    nodeClientOptions: { ...passwordOf(url), socket },
    sentinelClientOptions: { socket },
  });
}

/**
 * Connects to what the address names: `redis://host:port` (or `rediss:` for TLS) is one server,
 * `redis+cluster://host:port?node=host:port` a cluster by some of its nodes, `redis+sentinel://host:port/NAME?node=host:port`
 * the master called NAME by its sentinels. User and password count for all nodes.
 */
export async function connectRedis(address: string): Promise<RedisCommands> {
  const client = clientFor(address);
  client.on('error', () => undefined); // commands reject on their own; node-redis reconnects
  await client.connect();
  return client as unknown as RedisCommands;
}
