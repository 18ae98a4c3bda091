import { randomBytes } from 'node:crypto';
import { createRedisKeyValue } from '@xinlu/common/kv';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser, pageData } from './helpers/browser.ts';
import { clientOf } from './helpers/journey.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

const REDIS = process.env['TEST_REDIS_URL'] ?? '';
type Commands = Parameters<typeof createRedisKeyValue>[0];

/** Counts trips: commands sent in one turn of the event loop travel together, and are waited for together. */
function countTrips(commands: Commands) {
  const trips: string[][] = [];
  let open = false;
  const note = (command: string) => {
    if (!open) {
      trips.push([]);
      open = true;
      setImmediate(() => {
        open = false;
      });
    }
    trips.at(-1)?.push(command);
  };
  const counting = new Proxy(commands, {
    get(target, name, receiver) {
      const method: unknown = Reflect.get(target, name, receiver);
      if (typeof method !== 'function') return method;
      return (...of: unknown[]) => {
        note(String(name));
        return Reflect.apply(method, target, of) as unknown;
      };
    },
  });
  return { counting, trips };
}

describe.runIf(REDIS !== '')('a login on Redis', () => {
  const prefix = `trips-${randomBytes(6).toString('hex')}`;
  let world: World;
  let counted: ReturnType<typeof countTrips>;

  beforeAll(async () => {
    const client = createClient({ url: REDIS });
    await client.connect();
    counted = countTrips(client as unknown as Commands);
    world = await startWorld({ kv: createRedisKeyValue(counted.counting, prefix) });
  });
  afterAll(() => world?.close());

  test('takes 8 trips, and leaves no key without a time to live', async () => {
    const card = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
    const browser = new Browser(world.url);
    const own = pageData((await browser.follow('/sign-in')).page, 'sign-in-data');
    expect((await browser.useCard(own, card, NATIONAL_ID.lin)).status).toBe(200);
    const client = clientOf(world, 'school');
    await client.begin(); // discovery is not part of a login

    // The address is known by now: one that is new takes one trip more, for its lot of the rate limit.
    const spent: Record<string, string[][]> = {};
    const during = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
      counted.trips.length = 0;
      const result = await work();
      spent[step] = counted.trips.map((trip) => [...trip]);
      return result;
    };
    const start = await during('par', () => client.begin());
    const authorized = await during('authorize', () => browser.request(start.url));
    const interaction = String(authorized.headers.get('location'));
    const done = await during('interaction', () => browser.request(`${interaction}/continue`));
    const resumed = await during('resume', () => browser.request(String(done.headers.get('location'))));
    const back = new URL(String(resumed.headers.get('location')));
    const { accessToken } = await during('token', () => client.complete(back, start.pending));
    expect(accessToken).toBeDefined();

    const trips = Object.fromEntries(Object.entries(spent).map(([step, list]) => [step, list.length]));
    expect(trips, JSON.stringify(spent)).toEqual({
      par: 1,
      authorize: 2,
      interaction: 1,
      resume: 2,
      token: 2,
    });

    const reader = createClient({ url: REDIS });
    await reader.connect();
    const keys = await reader.keys(`${prefix}:*`);
    const immortal = [];
    for (const key of keys) if ((await reader.ttl(key)) < 0) immortal.push(key.replace(/[\w-]{20,}/g, '…'));
    await reader.close();
    expect(keys.length).toBeGreaterThan(5);
    expect(immortal).toEqual([]);
  });
});
