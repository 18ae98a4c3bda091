import { frozenClock } from '@xinlu/common/clock';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Card, makeCrl } from './helpers/cards.ts';
import { keepListsFresh } from './helpers/counter.ts';
import { ownBrowser } from './helpers/mandates.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

const clock = frozenClock(new Date());
let world: World;
let lin: Card;
let chen: Card;

beforeAll(async () => {
  world = await startWorld({ clock });
  await keepListsFresh(world);
  lin = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
  chen = await world.issue({ nationalId: NATIONAL_ID.chen, name: '陳志明' });
  await ownBrowser(world, lin, NATIONAL_ID.lin);
  await ownBrowser(world, chen, NATIONAL_ID.chen);
});
afterAll(() => world?.close());

const nextUpdate = new Date(Date.now() + 30 * 86_400_000);
const publish = async (serials: string[]) => {
  world.crls.set('ec', await makeCrl(world.authorities.ec, serials, { nextUpdate }));
  await world.lists.refresh();
};
const stateOf = async ({ serial }: Card) =>
  (
    await world.database.one<{ state: string }>('SELECT state FROM card_certificate WHERE serial = $1', [
      serial,
    ])
  )?.state;

/** Applies the lists, and gives the serials that were looked up for it. */
async function apply(): Promise<{ changed: number; looked: string[] }> {
  const looked: string[] = [];
  const listed = world.lists.listed;
  const spy = vi.spyOn(world.lists, 'listed').mockImplementation((authority, since) => {
    const serials = [...listed(authority, since)];
    looked.push(...serials);
    return serials;
  });
  const changed = await world.composed.applyRevocations();
  spy.mockRestore();
  return { changed, looked: looked.toSorted() };
}

test('of a new list only what has come is looked up, and all of it once an hour', async () => {
  const others = ['1A', '2B', '3C', '7FFFFF', '80'];
  await publish(others);
  expect(await apply()).toEqual({ changed: 0, looked: others.toSorted() });
  expect(await apply()).toEqual({ changed: 0, looked: [] });
  await publish([...others, lin.serial, '4D']);
  expect(await apply()).toEqual({ changed: 1, looked: [lin.serial, '4D'].toSorted() });
  expect([await stateOf(lin), await stateOf(chen)]).toEqual(['revoked', 'active']);
  // What a list no longer names, having expired, is not looked up.
  await publish(['4D']);
  expect(await apply()).toEqual({ changed: 0, looked: [] });
  clock.advance(3600_000);
  expect(await apply()).toEqual({ changed: 0, looked: ['4D'] });
});

test('a run that failed is done again', async () => {
  await publish(['4D', chen.serial]);
  const away = vi
    .spyOn(world.database, 'transaction')
    .mockRejectedValueOnce(new Error('the database is away'));
  await expect(world.composed.applyRevocations()).rejects.toThrow('away');
  away.mockRestore();
  expect(await stateOf(chen)).toBe('active');
  expect(await apply()).toMatchObject({ changed: 1, looked: [chen.serial] });
  expect(await stateOf(chen)).toBe('revoked');
});

test('a card whose list comes while it signs in is refused, and so recorded that the next list finds it', async () => {
  const card = await world.issue({ nationalId: NATIONAL_ID.namesake, name: '林怡君' });
  // The list names it after it was checked and before it is recorded.
  const transaction = world.database.transaction;
  const spy = vi.spyOn(world.database, 'transaction').mockImplementationOnce(async (work) => {
    await publish(['4D', card.serial]);
    await world.composed.applyRevocations();
    return transaction(work);
  });
  await expect(ownBrowser(world, card, NATIONAL_ID.namesake)).rejects.toThrow('card-revoked');
  expect(spy).toHaveBeenCalled();
  spy.mockRestore();
});
