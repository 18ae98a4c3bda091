/** The most signatures and certificates put to the tables of checks in one decision, whatever the graph of cross-certificates. */
export const MAX_STEPS = 256;

/**
 * What one decision may spend, shared by everything it does, so that nested searches cannot multiply it. Steps are the
 * main bound: they are the same on every machine, so a decision can be made again. Time is the last resort behind them;
 * `steps` then tells where it ran out, and a replay stops at the same place.
 */
export class Budget {
  readonly #isTimeUp: (stepsTaken: number) => boolean;
  #steps = 0;
  #spent: 'steps' | 'time' | undefined;

  /** @param isTimeUp asked before each step with the number of those taken; never again once it has said yes */
  constructor(isTimeUp: (stepsTaken: number) => boolean) {
    this.#isTimeUp = isTimeUp;
  }

  /** Takes one step. @returns false, from then on, when a bound forbids it */
  take(): boolean {
    if (this.#spent !== undefined) return false;
    if (this.#steps >= MAX_STEPS) this.#spent = 'steps';
    else if (this.#isTimeUp(this.#steps)) this.#spent = 'time';
    else this.#steps += 1;
    return this.#spent === undefined;
  }

  get steps(): number {
    return this.#steps;
  }

  /** The bound that has forbidden a step, if one has. */
  get spent(): 'steps' | 'time' | undefined {
    return this.#spent;
  }
}
