import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { SoftAuthenticator } from './helpers/authenticator.ts';
import { Browser, pageData } from './helpers/browser.ts';
import { enrolled } from './helpers/journey.ts';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

let world: World;
let victim: SoftAuthenticator;

beforeAll(async () => {
  world = await startWorld();
  victim = (
    await enrolled(world, await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' }), NATIONAL_ID.lin)
  ).authenticator;
});
afterAll(() => world?.close());

type Changed = { response?: Record<string, unknown>; id?: string; rawId?: string };

/** One passkey login; `forge` changes what the authenticator answered. Gives the refusal whole, without what names the request. */
async function attempt(
  authenticator: SoftAuthenticator,
  forge: (answer: Changed) => object = (answer) => answer,
) {
  const browser = new Browser(world.url);
  const { page } = await browser.follow('/sign-in');
  const data = pageData(page, 'sign-in-data');
  const { json } = await browser.post(`${data.place}/passkey/options`, data.csrfToken);
  const answer = forge(authenticator.get(json, world.url) as Changed);
  const verify = vi.spyOn(globalThis.crypto.subtle, 'verify');
  const response = await browser.request(`${data.place}/passkey/answer`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      'x-csrf-token': data.csrfToken,
      origin: world.url,
    },
    body: JSON.stringify({ answer }),
  });
  const checks = verify.mock.calls.length;
  verify.mockRestore();
  const { instance: _, ...body } = (await response.json()) as { instance: string; code?: string };
  return { status: response.status, body, checks };
}

const stranger = () => {
  const authenticator = new SoftAuthenticator();
  authenticator.create({ challenge: 'x', user: { id: 'x' }, rp: { id: 'localhost' } }, world.url);
  return authenticator;
};

describe('a login by passkey', () => {
  test('with the credential id of another person and one’s own key is refused', async () => {
    const id = victim.credentials[0]?.id.toString('base64url') ?? '';
    const { status, body } = await attempt(stranger(), (answer) => ({ ...answer, id, rawId: id }));
    expect([status, body.code]).toEqual([403, 'passkey-not-accepted']);
  });

  test('with a signature, flags or client data that were changed is refused', async () => {
    const flip = (text: unknown, at: number) => {
      const bytes = Buffer.from(String(text), 'base64url');
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      return bytes.toString('base64url');
    };
    const UV_BYTE = 32;
    for (const [field, at] of [
      ['signature', 20],
      ['authenticatorData', 36],
      ['authenticatorData', UV_BYTE],
      ['authenticatorData', 0],
    ] as const) {
      const { status } = await attempt(victim, (answer) => ({
        ...answer,
        response: { ...answer.response, [field]: flip(answer.response?.[field], at) },
      }));
      expect(status, `${field} ${at}`).toBe(403);
    }
    expect((await attempt(victim)).status).toBe(200);
  });

  test('tells nobody which passkeys exist: unknown, removed and forged get one answer for the same work', async () => {
    const id = victim.credentials[0]?.id.toString('base64url') ?? '';
    const forged = await attempt(stranger(), (answer) => ({ ...answer, id, rawId: id }));
    const unknown = await attempt(stranger());
    await world.database.query("UPDATE passkey SET state = 'removed'");
    const removed = await attempt(victim);
    await world.database.query("UPDATE passkey SET state = 'active'");
    expect(unknown).toEqual(forged);
    expect(removed).toEqual(forged);
    expect(forged.checks).toBe(1);
  });

  test('with what is no answer at all is refused, never a fault of ours', async () => {
    for (const answer of [
      null,
      7,
      'x',
      [],
      {},
      { id: 'x' },
      { id: '', rawId: '', type: 'public-key', response: {} },
    ]) {
      const { status } = await attempt(victim, () => answer as object);
      expect(status, JSON.stringify(answer)).toBe(400);
    }
    const { status } = await attempt(victim, (answer) => ({
      ...answer,
      response: { ...answer.response, authenticatorData: 'AA', signature: 'AA' },
    }));
    expect(status).toBe(403);
  });
});
