import { afterAll, beforeAll, expect, test } from 'vitest';
import { NATIONAL_ID, startWorld, type World } from './helpers/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close());

/** The values of one measure by the end of the source's address. */
async function shown(name: string): Promise<Record<string, number>> {
  const text = await (await fetch(`${world.url}/metrics`)).text();
  const lines = text.matchAll(
    new RegExp(`^xinlu_revocation_list_${name}\\{[^}]*url="[^"]*/(\\w+)"[^}]*\\} (\\S+)$`, 'gm'),
  );
  return Object.fromEntries([...lines].map(([, source, value]) => [source, Number(value)]));
}

test('/metrics shows age, size and failures of each revocation list, and nobody’s name', async () => {
  expect(await shown('fresh')).toEqual({ root: 1, rsa: 1, ec: 1, health: 1, company: 1, agency: 1 });
  const { ec: age = Number.NaN } = await shown('age_seconds');
  expect(age).toBeGreaterThanOrEqual(60);
  expect(age).toBeLessThan(600);
  expect((await shown('entries'))['ec']).toBe(0);
  await world.revoke(await world.issue({ nationalId: NATIONAL_ID.lin, name: '林怡君' }));
  expect((await shown('entries'))['ec']).toBe(1);
  expect((await shown('bytes'))['ec']).toBeGreaterThan(0);

  const before = await shown('failures');
  world.crls.set('rsa', undefined);
  await world.lists.refresh();
  expect((await shown('failures'))['rsa']).toBe((before['rsa'] ?? 0) + 1);
  expect((await shown('failures_in_a_row'))['rsa']).toBe(1);
  expect((await shown('failures'))['ec']).toBe(before['ec']);
  // The list that is held still counts.
  expect((await shown('fresh'))['rsa']).toBe(1);
  expect(await (await fetch(`${world.url}/metrics`)).text()).not.toContain('林怡君');
});
