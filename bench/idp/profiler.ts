import { readdir, readFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';

/** Where a server's time went: milliseconds of its main thread by part, and of all its other threads. */
export type Parts = Record<string, number>;

type Frame = { functionName: string; url: string };

/** In order: the first that fits a frame, or else the nearest of its callers that has one, names its part. */
const PARTS: readonly (readonly [part: string, fits: (frame: Frame) => boolean])[] = [
  ['idle', ({ functionName }) => functionName === '(idle)'],
  ['the profiler itself', ({ url }) => url === 'node:inspector'],
  ['garbage collection', ({ functionName }) => functionName === '(garbage collector)'],
  [
    'cryptography',
    ({ url }) => /^node:(internal\/)?crypto|\/oidc-provider\/(web-crypto|ecdsa-forms)\.ts/.test(url),
  ],
  ['JOSE', ({ url }) => url.includes('/node_modules/jose/')],
  ['Redis client', ({ url }) => /\/node_modules\/@redis\/|\/common\/src\/kv\//.test(url)],
  ['PostgreSQL client', ({ url }) => /\/node_modules\/pg(-\w+)?\/|\/common\/src\/sql\//.test(url)],
  ['oidc-provider', ({ url }) => url.includes('/node_modules/oidc-provider/')],
  ['koa, writing the answer', ({ url }) => /\/node_modules\/(koa|cookies|keygrip|tsscmp)/.test(url)],
  ['fastify', ({ url }) => /\/node_modules\/(fastify|@fastify|avvio|find-my-way|prom-client)/.test(url)],
  ['other packages', ({ url }) => url.includes('/node_modules/')],
  ['own code', ({ url }) => url.startsWith('file:')],
];
/** What has no caller but the event loop. */
const REST = 'HTTP, sockets and the event loop';
const OTHER_THREADS: Readonly<Record<string, string>> = {
  'libuv-worker': 'other threads: jobs of the Web Crypto API',
  V8Worker: 'other threads: compiling, garbage collection',
};

const session = new Session();
let threadsBefore: Map<string, Thread>;

type Thread = { name: string; milliseconds: number };

/** CPU of each thread of this process so far; Node and V8 name theirs. */
async function threads(): Promise<Map<string, Thread>> {
  const found = new Map<string, Thread>();
  for (const id of await readdir('/proc/self/task')) {
    const stat = await readFile(`/proc/self/task/${id}/stat`, 'utf8').catch(() => '');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    found.set(id, { name, milliseconds: (Number(fields[11]) + Number(fields[12])) * 10 });
  }
  return found;
}

export async function startProfile(): Promise<void> {
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
  threadsBefore = await threads();
}

/** Ends the profile; gives the time by part, and the profile itself as DevTools open it. */
export async function endProfile(): Promise<{ parts: Parts; profile: object }> {
  const threadsAfter = await threads();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  const partOf = partsOf(profile.nodes);
  const parts: Parts = {};
  profile.samples?.forEach((id, at) => {
    const part = partOf.get(id) ?? REST;
    parts[part] = (parts[part] ?? 0) + (profile.timeDeltas?.[at] ?? 0) / 1000;
  });
  delete parts['idle'];
  delete parts['the profiler itself'];
  for (const [id, { name, milliseconds }] of threadsAfter) {
    const part = OTHER_THREADS[name];
    if (part === undefined) continue;
    parts[part] = (parts[part] ?? 0) + milliseconds - (threadsBefore.get(id)?.milliseconds ?? 0);
  }
  return { parts, profile };
}

type Node = { id: number; callFrame: Frame; children?: number[] | undefined };

function partsOf(nodes: readonly Node[]): Map<number, string> {
  const callerOf = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const own = new Map(
    nodes.map(({ id, callFrame }) => [id, PARTS.find(([, fits]) => fits(callFrame))?.[0]] as const),
  );
  return new Map(
    nodes.map(({ id }) => {
      let at: number | undefined = id;
      while (at !== undefined && own.get(at) === undefined) at = callerOf.get(at);
      return [id, (at === undefined ? undefined : own.get(at)) ?? REST];
    }),
  );
}
