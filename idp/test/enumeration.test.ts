import { type Work, watchWork } from '@xinlu/common/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Place, type Seen, startEnumeration } from './helpers/enumeration.ts';
import type { World } from './helpers/world.ts';

let world: World;
let places: Place[];

beforeAll(async () => {
  ({ world, places } = await startEnumeration());
}, 60_000);
afterAll(() => world?.close());

/** Time is measured by the soak run of this name; here that there is nothing to measure: the same is done for each. */
test.each([
  'the number of a found card',
  'a code of the counter',
  'a passkey at the sign-in',
  'a passkey that objects',
  'a code of an offer',
  'the number of a ward',
  'a token',
  'a code of a kiosk',
])('who tries %s hears the same for the same work, whoever or whatever is known', async (name) => {
  const place = places.find((one) => one.name === name);
  const found: Record<string, { seen: Seen; work: Work }> = {};
  for (const [label, question] of Object.entries(place?.cases ?? {})) {
    // The first of each kind prepares statements and fills caches.
    await (await question())();
    const ask = await question();
    const { result, work } = await watchWork(ask);
    found[label] = { seen: result, work };
  }
  const [first, ...others] = Object.entries(found);
  expect(others.length).toBeGreaterThan(0);
  expect(first?.[1].work.statements.length, 'statements seen').toBeGreaterThan(0);
  for (const [label, { seen, work }] of others) {
    expect(seen, label).toEqual(first?.[1].seen);
    expect(work, label).toEqual(first?.[1].work);
  }
});

test('all of these places were tried', () => {
  expect(places.map(({ name }) => name)).toHaveLength(8);
});
