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

/**
 * Gives a command's answer, or `store-away` (retryable): the client itself would wait for a lost connection without end.
 * Whether a command that got no answer was carried out is not known.
 */
export function waitingInVain() {
  let patience = PATIENCE_MILLISECONDS;
  return async <T>(command: Promise<T>): Promise<T> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        patience = SHORT_PATIENCE_MILLISECONDS;
        reject(new Error('no answer in time'));
      }, patience);
    });
    try {
      const answer = await Promise.race([command, late]);
      patience = PATIENCE_MILLISECONDS;
      return answer;
    } catch (error) {
      if (error instanceof ErrorReply && !AWAY_REPLIES.test(error.message)) throw error;
      throw away(error);
    } finally {
      clearTimeout(timer);
    }
  };
}
