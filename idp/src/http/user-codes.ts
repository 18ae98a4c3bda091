import { refused } from '@xinlu/common/errors';
import type { KeyValue } from '@xinlu/common/kv';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Eight letters of twenty, 2.6e10 codes: with so many tries nobody comes upon one of the few that wait (RFC 8628 5.1). */
const TRIES = 30;
const WINDOW_SECONDS = 600;

/** Counts, by address, the kiosks' codes that are typed: a try is counted before it is judged. Refusal: `rate-limited` (429). */
export function limitUserCodes(app: FastifyInstance, kv: KeyValue, path: string): void {
  // For that address alone, so that no other request waits for it.
  app.addHook('onRoute', (route) => {
    if (route.url !== path || ![route.method].flat().includes('POST')) return;
    route.onRequest = [route.onRequest ?? [], countTry].flat();
  });
  async function countTry(request: FastifyRequest): Promise<void> {
    if (request.method !== 'POST') return;
    if ((await kv.increment(`user-codes:${request.ip}`, WINDOW_SECONDS)) <= TRIES) return;
    throw refused('rate-limited', 'Too many codes were tried; wait a few minutes.', {
      status: 429,
      extra: { retryAfter: WINDOW_SECONDS },
    });
  }
}
