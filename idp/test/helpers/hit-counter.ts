import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type HitCounter = { url: string; readonly hits: number; close(): Promise<void> };

/** A server on this machine that counts who comes to it. */
export async function countHits(): Promise<HitCounter> {
  let hits = 0;
  const server = createServer((_request, response) => {
    hits += 1;
    response.end('{"keys":[]}');
  });
  // Connections count, so that an unfinished request is seen as well.
  server.on('connection', () => {
    hits += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    get hits() {
      return hits;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
