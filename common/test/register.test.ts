import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { frozenClock } from '../src/clock/index.ts';
import { createLogger } from '../src/log/index.ts';
import { createRegisterClient } from '../src/register/index.ts';
import { fakeRegister, makeKeys } from '../src/testing/index.ts';
import type { Participant } from '../src/wire/index.ts';

const clock = frozenClock(new Date('2026-03-01T00:00:00Z'));
const registerKeys = await makeKeys();
const school: Participant = {
  id: 'school',
  name: { 'zh-TW': '學校', en: 'School' },
  oid: '2.16.886.101.1',
  kind: 'government',
  roles: ['rp'],
  keys: (await makeKeys()).publicJwks.keys,
  homepage: 'https://school.example',
  validFrom: '2026-01-01T00:00:00Z',
  validUntil: '2026-06-01T00:00:00Z',
};
const version = (number: number, participants = [school], keys = registerKeys) =>
  fakeRegister(participants, { clock, version: number, keys }).then(({ snapshotJws }) => snapshotJws);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'register-'));
});
afterAll(() => rm(folder, { recursive: true }));

let count = 0;
function client(answer: () => Promise<Response> | Response, cacheFile = join(folder, `cache-${++count}`)) {
  const register = createRegisterClient({
    url: 'https://register.example',
    keys: registerKeys.publicJwks.keys,
    cacheFile,
    clock,
    log: createLogger({ name: 'x', level: 'silent' }),
    fetch: async () => answer(),
    pollSeconds: 3600,
  });
  return { register, cacheFile };
}

describe('the register client', () => {
  test('when a signed snapshot comes, then it is used, kept, and told to listeners', async () => {
    const jws = await version(1);
    const { register, cacheFile } = client(() => new Response(jws));
    const told: number[] = [];
    register.onChange((view) => told.push(view.version));
    await register.start();
    register.stop();
    expect(register.current().activeParticipant('school')?.name.en).toBe('School');
    expect(register.current().key(school.keys[0]?.kid ?? '')?.participant.id).toBe('school');
    expect(await readFile(cacheFile, 'utf8')).toBe(jws);
    expect(told).toEqual([1]);
  });

  test('when the register is away, then the kept snapshot serves', async () => {
    const cacheFile = join(folder, 'kept');
    await writeFile(cacheFile, await version(3));
    const { register } = client(() => Promise.reject(new Error('away')), cacheFile);
    await register.start();
    register.stop();
    expect(register.current().version).toBe(3);
  });

  test('when nothing was ever seen, then it says so and invents nothing', async () => {
    const { register } = client(() => new Response('', { status: 503 }));
    await register.start();
    register.stop();
    expect(register.ready).toBe(false);
    expect(() => register.current()).toThrow('register-unavailable');
  });

  test('when a participant is out of its time, then it is known but not active', async () => {
    const jws = await version(1);
    const { register } = client(() => new Response(jws));
    await register.start();
    register.stop();
    clock.set(new Date('2026-07-01T00:00:00Z'));
    expect(register.current().participant('school')).toBeDefined();
    expect(register.current().activeParticipant('school')).toBeUndefined();
    expect(register.current().byRole('rp')).toEqual([]);
    clock.set(new Date('2026-03-01T00:00:00Z'));
  });

  test.each<[string, () => Promise<string>]>([
    ['signed by another key', async () => version(9, [school], await makeKeys())],
    ['older than the one known', () => version(1, [])],
    ['not a JWT', async () => 'nonsense'],
    [
      'with a byte changed',
      // Of the signature's first character every bit counts; of its last two.
      async () => (await version(9)).replace(/[^.](?=[^.]*$)/, (first) => (first === 'A' ? 'B' : 'A')),
    ],
    ['of a wrong form', async () => version(9, [{ ...school, roles: ['king'] } as never])],
    [
      'with a private key inside',
      async () => version(9, [{ ...school, keys: [{ ...school.keys[0], d: 'x' }] } as never]),
    ],
  ])('when a snapshot comes %s, then the last good one stays', async (_what, make) => {
    let jws = await version(2);
    const { register, cacheFile } = client(() => new Response(jws));
    await register.start();
    register.stop();
    const kept = await readFile(cacheFile, 'utf8');
    jws = await make();
    await register.refresh();
    expect(register.current().version).toBe(2);
    expect(await readFile(cacheFile, 'utf8')).toBe(kept);
  });
});
