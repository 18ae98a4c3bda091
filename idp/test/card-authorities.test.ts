import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCardTrust } from '../src/adapters/card-trust-file.ts';
import type { SoftAuthenticator } from './helpers/authenticator.ts';
import { Browser } from './helpers/browser.ts';
import { type Card, fingerprint, makeAuthority, makeCrl } from './helpers/cards.ts';
import { begin, enrolled } from './helpers/journey.ts';
import { certificateAuthority, NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close());

async function byCard(card: Card) {
  const browser = new Browser(world.url);
  const { page } = await begin(world, browser);
  const { status, json } = await browser.useCard(page, card, NATIONAL_ID.lin);
  return status === 200 ? 200 : json.code;
}

async function byPasskey(authenticator: SoftAuthenticator) {
  const browser = new Browser(world.url);
  const { page } = await begin(world, browser);
  const { status, json } = await browser.usePasskey(page, authenticator);
  return status === 200 ? 200 : json.code;
}

const der = (rawData: ArrayBuffer) => Buffer.from(rawData).toString('base64');

describe('the authorities of the register', () => {
  test('when one is admitted, then its cards count without a restart, as soon as its list is held', async () => {
    const fresh = await makeAuthority(world.authorities.root, 'MOICA 5', 'ec');
    const card = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君', authority: fresh });
    expect(await byCard(card)).toBe('card-not-trusted');
    const entry = certificateAuthority('moica-5', 50, {
      certificate: der(fresh.certificate.rawData),
      identity: 'citizen',
      maximumAcr: 'high',
      policies: ['2.16.886.101.0.3.3'],
      crls: ['http://crl.test/moica-5'],
    });
    await world.register.change([...world.register.participants, entry]);
    expect(await byCard(card)).toBe('revocation-unknown');
    world.crls.set('moica-5', await makeCrl(fresh, []));
    await world.lists.refresh();
    expect(await byCard(card)).toBe(200);
    await world.register.change(world.register.participants);
    expect(await byCard(card)).toBe('card-not-trusted');
  });

  test('when one is ended, then its cards, passkeys and sessions stop at once, and come back with it', async () => {
    const card = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
    const { browser, authenticator } = await enrolled(world, card, NATIONAL_ID.lin);
    const { participants } = world.register;
    const validUntil = new Date(Date.now() - 1000).toISOString();
    await world.register.change(
      participants.map((one) => (one.id === 'ca-ec' ? { ...one, validUntil } : one)),
    );
    expect(await byCard(card)).toBe('card-not-trusted');
    expect(await byPasskey(authenticator)).toBe('passkey-suspended');
    expect(await world.composed.applyRevocations()).toBeGreaterThan(0);
    expect((await browser.follow('/account')).url).toContain('/sign-in');

    await world.register.change(participants);
    expect(await world.composed.applyRevocations()).toBe(1);
    expect(await byPasskey(authenticator)).toBe(200);
    expect((await browser.follow('/account')).url).toContain('/sign-in');
  });

  test('when an entry leads to no pinned root, or does not parse, then it counts for nothing and harms nobody', async () => {
    const { stranger } = world.authorities;
    const card = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
    const foreign = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君', authority: stranger });
    const entry = (id: string, number: number, certificate: string) =>
      certificateAuthority(id, number, {
        certificate,
        identity: 'citizen',
        maximumAcr: 'high',
        policies: ['2.16.886.101.0.3.3'],
        crls: ['http://crl.test/stranger'],
      });
    world.crls.set('stranger', await makeCrl(stranger, []));
    await world.register.change([
      ...world.register.participants,
      entry('stranger', 60, der(stranger.certificate.rawData)),
      entry('nonsense', 61, 'A'.repeat(200)),
    ]);
    expect(await byCard(foreign)).toBe('card-not-trusted');
    expect(await byCard(card)).toBe(200);
    for (const event of ['card-authority-not-rooted', 'card-authority-unusable'])
      expect(world.logLines.join('')).toContain(event);
    await world.register.change(world.register.participants);
  });

  test('when another policy or a lower level is registered, then that is what its cards count for from now on', async () => {
    const card = await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
    const changed = (changes: object) =>
      world.register.participants.map((one) =>
        one.certificateAuthority !== undefined && one.id === 'ca-ec'
          ? { ...one, certificateAuthority: { ...one.certificateAuthority, ...changes } }
          : one,
      );
    await world.register.change(changed({ policies: ['2.16.886.101.0.3.4'] }));
    expect(await byCard(card)).toBe('card-not-trusted');
    await world.register.change(changed({ maximumAcr: 'low' }));
    const browser = new Browser(world.url);
    const { page, complete } = await begin(world, browser);
    const { json } = await browser.useCard(page, card, NATIONAL_ID.lin);
    expect((await complete(json.next)).claims['acr']).toBe('low');
    await world.register.change(world.register.participants);
  });
});

test('a file of roots may still list authorities, and one that names what it does not hold is refused', () => {
  const { root, ec } = world.authorities;
  const issuer = fingerprint(root.certificate);
  const file = {
    anchors: [der(root.certificate.rawData)],
    crls: [{ issuer, url: 'http://crl.test/root' }],
  };
  expect(readCardTrust(file).trust).toMatchObject({ intermediates: [], authorities: [] });
  const ca = fingerprint(ec.certificate);
  const authority = { ca, identity: 'citizen', maximumAcr: 'high', policies: ['2.16.886.101.0.3.3'] };
  expect(() => readCardTrust({ ...file, authorities: [authority] })).toThrow('unknown authority');
  const former = { ...file, intermediates: [der(ec.certificate.rawData)], authorities: [authority] };
  expect(readCardTrust(former).trust.authorities).toHaveLength(1);
});
