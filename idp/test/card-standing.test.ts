import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SoftAuthenticator } from './helpers/authenticator.ts';
import { Browser } from './helpers/browser.ts';
import { makeCrl } from './helpers/cards.ts';
import { begin, enrolled } from './helpers/journey.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close());

const newCard = () => world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });

async function signIn(authenticator: SoftAuthenticator) {
  const browser = new Browser(world.url);
  const { page } = await begin(world, browser);
  const { status, json } = await browser.usePasskey(page, authenticator);
  return status === 200 ? status : json.code;
}

async function publish(name: 'ec' | 'root', revoked: string[], options: Parameters<typeof makeCrl>[2] = {}) {
  world.crls.set(name, await makeCrl(world.authorities[name], revoked, options));
  await world.lists.refresh();
}

const past = () => new Date(Date.now() - 30_000);

describe('a passkey', () => {
  test('waits, as its card would, while no fresh list of its authority or of the one above is held', async () => {
    const { authenticator } = await enrolled(world, await newCard(), NATIONAL_ID.lin);
    for (const name of ['ec', 'root'] as const) {
      await publish(name, [], { nextUpdate: past() });
      expect(await signIn(authenticator), name).toBe('revocation-unknown');
      await publish(name, []);
      expect(await signIn(authenticator), name).toBe(200);
    }
  });

  test('is refused from the moment its card is on a list, before the list was applied', async () => {
    const card = await newCard();
    const { authenticator } = await enrolled(world, card, NATIONAL_ID.lin);
    await publish('ec', [card.serial]);
    expect(await signIn(authenticator)).toBe('passkey-suspended');
  });
});

describe('a card on hold', () => {
  test('comes back with its passkeys when the list lets it go; what was signed in stays ended', async () => {
    const card = await newCard();
    const { browser, authenticator } = await enrolled(world, card, NATIONAL_ID.lin);
    await publish('ec', [card.serial], { hold: true });
    await world.composed.applyRevocations();
    expect(await signIn(authenticator)).toBe('passkey-suspended');
    expect((await browser.follow('/account')).url).toContain('/sign-in');

    await publish('ec', [], { nextUpdate: past() });
    expect(await world.composed.applyRevocations(), 'a stale list lets nothing go').toBe(0);
    await publish('ec', []);
    expect(await world.composed.applyRevocations()).toBe(1);
    expect(await signIn(authenticator)).toBe(200);
    expect((await browser.follow('/account')).url).toContain('/sign-in');
  });

  test('that is then revoked for good does not come back', async () => {
    const card = await newCard();
    const { authenticator } = await enrolled(world, card, NATIONAL_ID.lin);
    await publish('ec', [card.serial], { hold: true });
    await world.composed.applyRevocations();
    await publish('ec', [card.serial]);
    expect(await world.composed.applyRevocations()).toBe(1);
    await publish('ec', []);
    expect(await world.composed.applyRevocations()).toBe(0);
    expect(await signIn(authenticator)).toBe('passkey-suspended');
  });
});

test('the cards of an authority that was itself revoked are revoked with it', async () => {
  const { authenticator } = await enrolled(world, await newCard(), NATIONAL_ID.lin);
  await publish('root', [world.authorities.ec.certificate.serialNumber]);
  expect(await signIn(authenticator)).toBe('passkey-suspended');
  expect(await world.composed.applyRevocations()).toBeGreaterThan(0);
  await publish('root', []);
  expect(await signIn(authenticator)).toBe('passkey-suspended');
});
