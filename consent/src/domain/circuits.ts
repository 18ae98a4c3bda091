import type { Clock } from '@xinlu/common/clock';
import { isAppError, retryable } from '@xinlu/common/errors';

/** So many failures one after another, and a provider is left alone for a while. */
const FAILURES = 5;
const REST_MILLISECONDS = 20_000;

type Circuit = { failures: number; restsUntil: number; trial: boolean };

/**
 * A circuit breaker for each provider: one that keeps failing to answer is not asked again until it has rested, and then by
 * one request alone; if that is answered all may ask again. So a dead or slow provider costs the others nothing. What a
 * provider refuses is an answer, no failure. Each process learns for itself.
 */
export type Circuits = {
  /** Throws `provider-resting` (503, retryable) while the provider rests. */
  check(provider: string): void;
  run<T>(provider: string, work: () => Promise<T>): Promise<T>;
};

export function createCircuits(clock: Clock): Circuits {
  const circuits = new Map<string, Circuit>();

  function resting(provider: string): boolean {
    const circuit = circuits.get(provider);
    if (circuit === undefined || circuit.failures < FAILURES) return false;
    return circuit.trial || clock.now().getTime() < circuit.restsUntil;
  }

  function check(provider: string): void {
    if (!resting(provider)) return;
    throw retryable('provider-resting', 'The provider has not answered for a while; try again in a minute.');
  }

  return {
    check,
    async run(provider, work) {
      check(provider);
      const circuit = circuits.get(provider) ?? { failures: 0, restsUntil: 0, trial: false };
      circuits.set(provider, circuit);
      const trial = circuit.failures >= FAILURES;
      if (trial) circuit.trial = true;
      try {
        const answer = await work();
        circuit.failures = 0;
        return answer;
      } catch (error) {
        if (isAppError(error) && error.kind === 'refused') circuit.failures = 0;
        else {
          circuit.failures += 1;
          circuit.restsUntil = clock.now().getTime() + REST_MILLISECONDS;
        }
        throw error;
      } finally {
        if (trial) circuit.trial = false;
      }
    },
  };
}
