import { frozenClock } from '@xinlu/common/clock';
import { createLogger } from '@xinlu/common/log';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { extendedKeyUsage, ocspNoCheck } from '../../pki/test/authority/extensions.ts';
import { makeAuthority, makeLeaf, makeRoot, NOW } from '../../pki/test/authority/issue.ts';
import { makeOcsp } from '../../pki/test/authority/ocsp-answers.ts';
import { createOnlineStatus } from '../src/adapters/ocsp-http.ts';
import { Browser } from './helpers/browser.ts';
import type { Card } from './helpers/cards.ts';
import { begin, enrolled } from './helpers/journey.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

describe('a responder', () => {
  const root = makeRoot();
  const ca = makeAuthority(root, 'C=TW/O=Test Government/CN=CA');
  const other = makeAuthority(root, 'C=TW/O=Test Government/CN=Other CA');
  const leaf = makeLeaf(ca, { serial: 0x77 });
  /** The value of the nonce extension is the last thing in a request of ours. */
  const nonceIn = (request: Uint8Array) => request.slice(-32);

  async function ask(answer: (nonce: Uint8Array) => Uint8Array | number, whenSilent = 'refuse' as const) {
    const asked: string[] = [];
    const online = createOnlineStatus({
      clock: frozenClock(NOW),
      log: createLogger({ name: 'test', level: 'silent' }),
      trust: () => ({
        anchors: [root.certificate],
        intermediates: [ca.certificate],
        authorities: [
          {
            ca: ca.certificate.fingerprint,
            identity: 'citizen',
            maximumAcr: 'high',
            policies: [],
            ocsp: { url: 'http://ocsp.test/', whenSilent },
          },
        ],
      }),
      fetch: (async (url: string, init: RequestInit) => {
        asked.push(url);
        const given = answer(nonceIn(init.body as Uint8Array));
        return typeof given === 'number'
          ? new Response('', { status: given })
          : new Response(new Uint8Array(given));
      }) as typeof fetch,
    });
    expect(online.authorities()).toEqual([ca.certificate.fingerprint]);
    const said = await online.ask(ca.certificate.fingerprint, leaf.certificate);
    expect(asked).toEqual(['http://ocsp.test/']);
    return said;
  }
  const about = { issuer: ca, certificate: leaf.der };

  test('is believed when the authority, or whom it delegated, has signed for this nonce', async () => {
    expect(await ask((nonce) => makeOcsp({ ...about, nonce }))).toBe('good');
    expect(await ask((nonce) => makeOcsp({ ...about, nonce, status: 'revoked' }))).toBe('revoked');
    const responder = makeAuthority(ca, 'CN=Responder', {
      extensions: [extendedKeyUsage('1.3.6.1.5.5.7.3.9'), ocspNoCheck()],
    });
    const certificates = [responder.der];
    expect(await ask((nonce) => makeOcsp({ ...about, nonce, responder, certificates }))).toBe('good');
  });

  test('is as good as silent when it replays, is another’s, knows nothing, is stale, talks nonsense or is away', async () => {
    expect(await ask(() => makeOcsp(about))).toBe('silent');
    expect(await ask(() => makeOcsp({ ...about, nonce: new Uint8Array(32) }))).toBe('silent');
    expect(
      await ask((nonce) => makeOcsp({ ...about, nonce, responder: other, certificates: [other.der] })),
    ).toBe('silent');
    expect(await ask((nonce) => makeOcsp({ ...about, nonce, status: 'unknown' }))).toBe('silent');
    const past = new Date(NOW.getTime() - 60_000);
    expect(await ask((nonce) => makeOcsp({ ...about, nonce, nextUpdate: past }))).toBe('silent');
    expect(await ask(() => new Uint8Array([1, 2, 3]))).toBe('silent');
    expect(await ask(() => new Uint8Array(30_000))).toBe('silent');
    expect(await ask(() => 503)).toBe('silent');
  });
});

describe('cards of an authority with a responder', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world?.close());

  const declare = (whenSilent: 'refuse' | 'use-list') =>
    world.register.change(
      world.register.participants.map((one) =>
        one.id === 'ca-ec' && one.certificateAuthority !== undefined
          ? {
              ...one,
              certificateAuthority: {
                ...one.certificateAuthority,
                ocsp: { url: 'http://ocsp.test/', whenSilent },
              },
            }
          : one,
      ),
    );
  const newCard = () => world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' });
  async function byCard(card: Card) {
    const browser = new Browser(world.url);
    const { page } = await begin(world, browser);
    const { status, json } = await browser.useCard(page, card, NATIONAL_ID.lin);
    return status === 200 ? 200 : json.code;
  }

  test('are refused when it says revoked or on hold, though the list does not; silence is as the register says', async () => {
    await declare('refuse');
    const card = await newCard();
    for (const answer of ['revoked', 'held'] as const) {
      world.online.set(card.serial, answer);
      expect(await byCard(card)).toBe('card-revoked');
    }
    world.online.set(card.serial, 'silent');
    expect(await byCard(card)).toBe('revocation-unknown');
    await declare('use-list');
    expect(await byCard(card)).toBe(200);
  });

  test('are refused by the list whatever it says', async () => {
    await declare('refuse');
    const card = await newCard();
    await world.revoke(card);
    world.online.set(card.serial, 'good');
    expect(await byCard(card)).toBe('card-revoked');
  });

  test('in use are stopped as soon as it takes them back: sessions and passkeys end, others stay', async () => {
    await declare('use-list');
    const [card, other] = [await newCard(), await newCard()];
    const { browser, authenticator } = await enrolled(world, card, NATIONAL_ID.lin);
    const { browser: bystander } = await enrolled(world, other, NATIONAL_ID.lin);
    expect(await world.composed.applyOnlineStatus()).toBe(0);
    world.online.set(card.serial, 'revoked');
    expect(await world.composed.applyOnlineStatus()).toBe(1);
    expect((await browser.follow('/account')).url).toContain('/sign-in');
    expect((await bystander.follow('/account')).url).toContain('/account');
    const next = new Browser(world.url);
    const { page } = await begin(world, next);
    expect((await next.usePasskey(page, authenticator)).json.code).toBe('passkey-suspended');
    world.online.set(card.serial, 'good');
    expect(await world.composed.applyOnlineStatus(), 'good takes nothing back').toBe(0);
    expect(await byCard(card)).toBe('card-revoked');
    const rows = await world.database.query<{ row: string }>(
      'SELECT card_certificate::text AS row FROM card_certificate',
    );
    for (const { row } of rows) expect(row).not.toContain(card.der.toString('hex').slice(0, 60));
  });
});
