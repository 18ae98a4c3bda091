import { describe, expect, test } from 'vitest';
import { runGraphs } from '../soak/rounds/graphs.ts';
import { runMutants } from '../soak/rounds/mutants.ts';
import { Watch } from '../soak/rounds/watch.ts';

describe('when the input is hostile (small round; the full one is npm run soak pki)', () => {
  test('then changed certificates, lists, answers and messages are refused by a rule', () => {
    const counts = runMutants(3000, 42, new Watch());
    expect(counts.refused).toBeGreaterThan(2500);
    expect(counts.refused + counts.harmless).toBe(counts.mutants);
  });

  test('then crafted graphs are decided, and nothing unreachable is accepted', { timeout: 60_000 }, () => {
    const codes = runGraphs(42, 42, new Watch());
    expect(Object.values(codes).reduce((sum, count) => sum + count)).toBe(42);
    expect(codes['ring: issuer-unknown']).toBeGreaterThan(0);
  });
});
