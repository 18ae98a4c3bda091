import { frozenClock } from '@xinlu/common/clock';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Browser } from './helpers/browser.ts';
import { makeCrl } from './helpers/cards.ts';
import { begin, enrolled } from './helpers/journey.ts';
import { ownBrowser } from './helpers/mandates.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

const clock = frozenClock(new Date());
let world: World;

beforeAll(async () => {
  world = await startWorld({ clock });
});
afterAll(() => world?.close());

const later = (minutes: number) => new Date(clock.now().getTime() + minutes * 60_000);
const cardFor = (minutes: number) =>
  world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君', notAfter: later(minutes) });
const states = async () =>
  (await world.database.query<{ state: string }>('SELECT state FROM passkey ORDER BY created_at, id')).map(
    ({ state }) => state,
  );
const count = async (table: 'notice' | 'audit_event', kind: string) =>
  (await world.database.query(`SELECT 1 FROM ${table} WHERE kind = $1`, [kind])).length;

async function hold(serials: string[]) {
  world.crls.set('ec', await makeCrl(world.authorities.ec, serials, { hold: true }));
  await world.lists.refresh();
  await world.composed.applyRevocations();
}

test('when a card runs out, its passkeys are suspended and say why, and a renewed card restores nothing', async () => {
  const { authenticator, browser } = await enrolled(world, await cardFor(10), NATIONAL_ID.lin);
  await world.composed.endExpiredLogins();
  expect(await states(), 'not before').toEqual(['active']);

  clock.advance(11 * 60_000);
  await world.composed.endExpiredLogins();
  await world.composed.endExpiredLogins();
  expect(await states()).toEqual(['suspended']);
  expect(await count('notice', 'passkey.suspended'), 'once').toBe(1);
  expect(await count('audit_event', 'passkey.suspended')).toBe(1);
  expect((await browser.follow('/account')).url).toContain('/sign-in');
  const other = new Browser(world.url);
  const { json } = await other.usePasskey((await begin(world, other)).page, authenticator);
  expect(json.code).toBe('passkey-suspended');

  const renewed = await ownBrowser(world, await cardFor(600), NATIONAL_ID.lin);
  await world.composed.endExpiredLogins();
  expect(await states()).toEqual(['suspended']);
  expect((await renewed.follow('/account/passkeys')).page).toContain('建立它的憑證已到期');
  expect((await renewed.follow('/account/passkeys?lang=en')).page).toContain('Its card has expired');
});

test('a hold that is let go after the card ran out restores nothing either', async () => {
  const card = await cardFor(10);
  await enrolled(world, card, NATIONAL_ID.lin);
  await hold([card.serial]);
  expect((await states()).at(-1)).toBe('suspended');
  clock.advance(9 * 60_000);
  await hold([]);
  expect((await states()).at(-1), 'still in its time').toBe('active');
  await hold([card.serial]);
  clock.advance(2 * 60_000);
  await hold([]);
  expect((await states()).at(-1)).toBe('suspended');
});
