import pg from 'pg';
import { retryable } from '../errors/index.ts';

/** SQLSTATE classes and codes by which a server says that it cannot serve now: connection lost, too many, shutting down, too slow. */
const AWAY_STATES = /^(?:08|53|57P0[1-5]$|57014$|25P0[34]$)/;
const AWAY_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** The client's own words; it gives these no code. */
const AWAY_WORDS =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

function isAway(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return AWAY_STATES.test(error.code ?? '');
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isAway);
  return AWAY_CODES.has((error as NodeJS.ErrnoException).code ?? '') || AWAY_WORDS.test(error.message);
}

/** The error as it is; one by which the database is away for the moment as retryable, `store-away`. */
export function orAway(error: unknown): unknown {
  if (!isAway(error)) return error;
  return retryable('store-away', 'A store of this service cannot be reached; try again in a moment.', {
    cause: error,
    extra: { retryAfter: 5 },
  });
}
