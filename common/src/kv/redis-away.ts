import { ErrorReply } from 'redis';
import { retryable } from '../errors/index.ts';

/** How long a command may wait for a store that is away: long enough for a short break, short enough for whoever waits. */
const PATIENCE_MILLISECONDS = 3_000;
/** Once one has waited in vain, until the store answers again: whoever comes then need not wait as long to learn the same. */
const SHORT_PATIENCE_MILLISECONDS = 300;
/** What a server answers that cannot serve now: while it loads, is a replica, has lost its cluster or replicas, or is full. */
const AWAY_REPLIES = /^(?:LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|NOREPLICAS|UNKILLABLE|BUSY|OOM)\b/;

function away(cause: unknown): Error {
  return retryable('store-away', 'A store of this service cannot be reached; try again in a moment.', {
    cause,
    extra: { retryAfter: 5 },
  });
}

const LOOK_MILLISECONDS = 100;

type Waiting = { until: number; giveUp(): void };

/**
 * Gives a command's answer, or `store-away` (retryable): the client itself would wait for a lost connection without end.
 * Whether a command that got no answer was carried out is not known. One timer looks at all that wait: one for each command
 * would cost as much as the command.
 */
export function waitingInVain() {
  let patience = PATIENCE_MILLISECONDS;
  const waiting = new Set<Waiting>();
  let looking: NodeJS.Timeout | undefined;

  function look(): void {
    const now = performance.now();
    for (const one of waiting) if (one.until <= now) one.giveUp();
    if (waiting.size > 0) return;
    clearInterval(looking);
    looking = undefined;
  }

  return <T>(command: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const one: Waiting = {
        until: performance.now() + patience,
        giveUp() {
          waiting.delete(one);
          patience = SHORT_PATIENCE_MILLISECONDS;
          reject(away(new Error('no answer in time')));
        },
      };
      waiting.add(one);
      looking ??= setInterval(look, LOOK_MILLISECONDS).unref();
      command.then(
        (answer) => {
          waiting.delete(one);
          patience = PATIENCE_MILLISECONDS;
          resolve(answer);
        },
        (error: unknown) => {
          waiting.delete(one);
          const fault = error instanceof ErrorReply && !AWAY_REPLIES.test(error.message);
          reject(fault ? error : away(error));
        },
      );
    });
}
