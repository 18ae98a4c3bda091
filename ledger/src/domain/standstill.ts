import { isAppError } from '@xinlu/common/errors';

/**
 * Remembers why the log stands still. A fatal error stays until a whole round has passed: neither an outage that
 * follows it nor a round that another process did says that it is over.
 *
 * @param told is given each fatal error that was not the last one already
 */
export function trackFault(told: (error: unknown) => void) {
  let fault: string | null = null;
  return {
    /** Code of the fatal error; null while the log goes on. */
    fault: () => fault,
    failed(error: unknown): void {
      if (!isAppError(error) || error.kind !== 'fatal' || error.code === fault) return;
      fault = error.code;
      told(error);
    },
    passed(): void {
      fault = null;
    },
  };
}
