import { refused } from '@xinlu/common/errors';
import type { KeyValue } from '@xinlu/common/kv';
import type { FastifyInstance } from 'fastify';

/** Eight letters of twenty, 2.6e10 codes: with so many tries nobody comes upon one of the few that wait (RFC 8628 5.1). */
const TRIES = 30;
const WINDOW_SECONDS = 600;

/** Counts, by address, the kiosks' codes that are typed: a try is counted before it is judged. Refusal: `rate-limited` (429). */
export function limitUserCodes(app: FastifyInstance, kv: KeyValue, path: string): void {
  app.addHook('onRequest', async (request) => {
    if (request.method !== 'POST' || request.routeOptions.url !== path) return;
    if ((await kv.increment(`user-codes:${request.ip}`, WINDOW_SECONDS)) <= TRIES) return;
    throw refused('rate-limited', 'Too many codes were tried; wait a few minutes.', {
      status: 429,
      extra: { retryAfter: WINDOW_SECONDS },
    });
  });
}
