/** Time as a port: services ask a `Clock`, tests hand in a frozen one. */
export type Clock = { now(): Date };

export const systemClock: Clock = { now: () => new Date() };

export type FrozenClock = Clock & { advance(milliseconds: number): void; set(date: Date): void };

/** A clock that stands still until told; for tests. */
export function frozenClock(start: Date): FrozenClock {
  let current = start.getTime();
  return {
    now: () => new Date(current),
    advance: (milliseconds) => {
      current += milliseconds;
    },
    set: (date) => {
      current = date.getTime();
    },
  };
}

/** Whole seconds since the epoch, the NumericDate of RFC 7519 section 2. */
export function epochSeconds(clock: Clock): number {
  return Math.floor(clock.now().getTime() / 1000);
}
