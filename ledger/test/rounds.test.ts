import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { keepRunning } from '../src/domain/rounds.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function loop(round: () => Promise<{ more: boolean }>) {
  const told: string[] = [];
  const running = keepRunning({
    round,
    pauseMilliseconds: 100,
    failed: () => told.push('failed'),
    recovered: () => told.push('recovered'),
  });
  return { told, running };
}

describe('when rounds fail in a row', () => {
  test('then they are told once, pause longer, and the recovery is told', async () => {
    let rounds = 0;
    const { told, running } = loop(async () => {
      if (++rounds <= 3) throw new Error('away');
      return { more: false };
    });
    await vi.advanceTimersByTimeAsync(999);
    expect([rounds, told]).toEqual([1, ['failed']]);
    await vi.advanceTimersByTimeAsync(2_100);
    expect([rounds, told]).toEqual([4, ['failed', 'recovered']]);
    await running.stop();
  });
});

describe('when a round says there is more', () => {
  test('then the next follows at once, and stopping ends it for good', async () => {
    let rounds = 0;
    const { running } = loop(async () => ({ more: ++rounds < 5 }));
    await vi.advanceTimersByTimeAsync(1);
    expect(rounds).toBe(5);
    await running.stop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(rounds).toBe(5);
  });
});
