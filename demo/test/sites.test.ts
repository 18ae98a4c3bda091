import { parseParticipant } from '@xinlu/common/wire';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildAgencies } from '../src/agencies/index.ts';
import { createSealer } from '../src/sealed.ts';
import { type OpenCountry, openCountry } from './agencies.ts';

const page = { accept: 'text/html' };

describe('every site of the country', () => {
  let open: OpenCountry;
  let agencies: Awaited<ReturnType<typeof buildAgencies>>;
  beforeAll(async () => {
    open = await openCountry();
    agencies = await buildAgencies(open.country, {
      registerReady: () => true,
      verifierPageFolder: open.seeded.folder,
    });
  });
  afterAll(async () => {
    for (const { app } of agencies.sites) await app.close();
    await open.close();
  });

  const at = (offset: number) => {
    const site = agencies.sites.find(({ port }) => port === open.seeded.portBase + offset);
    if (site === undefined) throw new Error(`nothing at +${offset}`);
    return site.app;
  };
  const withPages = [0, 10, 11, 12, 13, 14, 15, 16, 17, 18];

  test.each(withPages)(
    'when the first page of +%i is opened, then both languages come, with a strict policy',
    async (offset) => {
      for (const lang of ['zh-TW', 'en']) {
        const answer = await at(offset).inject({ url: `/?lang=${lang}`, headers: page });
        expect(answer.statusCode).toBe(200);
        expect(answer.body).toContain(`<html lang="${lang}"`);
        expect(answer.body).not.toMatch(/undefined|\[object|NaN/);
        expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
        expect(answer.headers['content-security-policy']).not.toContain('unsafe');
      }
    },
  );

  test.each(withPages)(
    'when an unknown address of +%i is asked for, then it is a 404 problem',
    async (offset) => {
      const answer = await at(offset).inject({ url: '/nothing/here' });
      expect(answer.statusCode).toBe(404);
      expect(answer.headers['content-type']).toContain('application/problem+json');
    },
  );

  test.each([10, 11, 12])(
    'when nobody is signed in at +%i, then nothing of anybody is shown or changed',
    async (offset) => {
      const app = at(offset);
      const own = offset === 12 ? '/deeds' : '/application';
      expect((await app.inject({ url: own, headers: page })).headers.location).toBe('/');
      const post = await app.inject({
        method: 'POST',
        url: own,
        headers: { ...page, 'content-type': 'application/x-www-form-urlencoded' },
        payload: 'number=1',
      });
      expect(post.statusCode).toBe(403);
      const callback = offset === 12 ? '/login/callback?code=x' : '/consent/callback?code=x';
      const answer = await app.inject({ url: callback });
      expect(answer.statusCode).toBeGreaterThanOrEqual(400);
      expect(answer.statusCode).toBeLessThan(500);
    },
  );

  test('when the identity provider is away, then sign-in says so as a retryable fault, in words', async () => {
    const answer = await at(10).inject({ url: '/login', headers: page });
    expect(answer.statusCode).toBe(503);
    expect(answer.body).toContain('身分驗證中心目前沒有回應');
  });

  test('when the portal is opened, then it shows the cards, and the operators’ codes', async () => {
    const { body } = await at(0).inject({ url: '/', headers: page });
    expect(body).toContain('246810');
    expect(body).toMatch(/[A-Z2-9]{5}(-[A-Z2-9]{5}){3}/);
  });

  test('when the card port is held by a real component, then the portal tells', async () => {
    agencies.portTaken(61_161);
    const { body } = await at(0).inject({ url: '/', headers: page });
    expect(body).toContain('連接埠 61161 已經由這臺電腦上的另一個程式使用');
  });

  test('when a card is revoked at the desk, then the next list holds it', async () => {
    const app = at(16);
    const list = async () => (await app.inject('/crl/moica-g3.crl')).rawPayload;
    const before = await list();
    const revoke = (headers: Record<string, string>) =>
      app.inject({
        method: 'POST',
        url: '/revoke',
        headers: { 'content-type': 'application/json', ...headers },
        payload: { card: 'lin-yijun', reason: 'keyCompromise' },
      });
    expect((await revoke({ origin: 'http://evil.example' })).statusCode).toBe(403);
    const { serial } = (await revoke({})).json<{ serial: string }>();
    const serialBytes = Buffer.from(serial, 'hex');
    expect(before.includes(serialBytes)).toBe(false);
    expect((await list()).includes(serialBytes)).toBe(true);
  });

  test('when the library is not in the register, then it says so and offers its data without private keys', async () => {
    const { body } = await at(18).inject({ url: '/', headers: page });
    expect(body).toContain('本館尚未獲准加入');
    const registration = (await at(18).inject('/registration.json')).json();
    expect(parseParticipant.parse(registration)).toMatchObject({ id: 'library', roles: ['rp'] });
    expect(JSON.stringify(registration)).not.toContain('"d"');
  });

  test('when anything but a built file is asked of the verifier page, then there is nothing', async () => {
    const app = at(5);
    expect((await app.inject('/genesis.json')).statusCode).toBe(200);
    for (const url of ['/../keys/idp.json', '/%2e%2e/keys/idp.json', '/keys/../../keys/idp.json'])
      expect((await app.inject(url)).statusCode).toBe(404);
  });
});

describe('a sealed secret', () => {
  const sealer = createSealer(new Uint8Array(32).fill(1), 'test');
  test('when it is opened for what it belongs to, then it is whole; for anything else it does not open', () => {
    const sealed = sealer.seal({ token: 'x' }, 'application 1');
    expect(sealer.open(sealed, 'application 1')).toEqual({ token: 'x' });
    expect(() => sealer.open(sealed, 'application 2')).toThrow();
    expect(() => createSealer(new Uint8Array(32).fill(2), 'test').open(sealed, 'application 1')).toThrow();
    expect(() => createSealer(new Uint8Array(32).fill(1), 'other').open(sealed, 'application 1')).toThrow();
  });
});
