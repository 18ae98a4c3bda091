import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Answer } from '../domain/witness.ts';

/** A request holds at most 63 hashes and a note; this is far more. */
const longestBody = 65_536;

/**
 * The witness's HTTP face: `POST /add-checkpoint` (C2SP tlog-witness), `/health` and `/ready`. Plain Node: a witness
 * should be small enough to be read whole by whoever is asked to trust it.
 */
export function buildServer(add: (body: string) => Answer, failed: (error: unknown) => void): Server {
  const server = createServer((request, response) => {
    handle(request, response, add).catch((error: unknown) => {
      failed(error);
      if (response.headersSent) response.destroy();
      else say(response, 503, 'this witness cannot remember now and signs nothing\n');
    });
  });
  server.requestTimeout = 10_000;
  server.headersTimeout = 5_000;
  server.maxRequestsPerSocket = 10_000;
  return server;
}

async function handle(request: IncomingMessage, response: ServerResponse, add: (body: string) => Answer) {
  const { method } = request;
  const path = (request.url ?? '/').split('?')[0];
  if (path === '/health' || path === '/ready') return say(response, 200, 'ok\n');
  if (path !== '/add-checkpoint') return say(response, 404, 'there is nothing at this address\n');
  if (method !== 'POST') return say(response, 405, 'POST a checkpoint\n');
  const body = await readBody(request);
  if (body === undefined) return say(response, 413, 'too long\n');
  const answer = add(body);
  if (answer.status === 409) return say(response, 409, `${answer.size}\n`, 'text/x.tlog.size');
  return say(response, answer.status, answer.body);
}

function say(response: ServerResponse, status: number, body: string, type = 'text/plain; charset=utf-8') {
  response
    .writeHead(status, {
      'content-type': type,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...(status === 413 && { connection: 'close' }),
    })
    .end(body);
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > longestBody) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
