import type { ServerOptions } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { refused } from '../errors/index.ts';

export type RequestLimits = {
  /** From the first byte to the end of the headers; who sends them slower gets 408. */
  headersMilliseconds: number;
  /** From the first byte to the end of the body, at least as long as for the headers. */
  requestMilliseconds: number;
  headerBytes: number;
  headerCount: number;
};

/** Wide for a phone on a bad line, narrow for who would hold connections open by sending a byte now and then. */
export const REQUEST_LIMITS: RequestLimits = {
  headersMilliseconds: 10_000,
  requestMilliseconds: 30_000,
  headerBytes: 16_384,
  headerCount: 100,
};

/** The limits that Node's own server keeps, for hijacked answers too. It looks for the late ones ten times in their time. */
export const serverOptions = (limits: RequestLimits): ServerOptions => ({
  headersTimeout: limits.headersMilliseconds,
  connectionsCheckingInterval: Math.ceil(limits.headersMilliseconds / 10),
  maxHeaderSize: limits.headerBytes,
});

/**
 * Refuses a request with more headers: `headers-too-many` (431). Node's `maxHeadersCount` would leave out what is over it
 * and go on with the rest, so that two readers of one request could see different ones.
 */
export function limitHeaderCount(app: FastifyInstance, most: number): void {
  app.addHook('onRequest', async ({ raw }) => {
    if (raw.rawHeaders.length / 2 > most)
      throw refused('headers-too-many', 'This request has too many headers.', { status: 431 });
  });
}
