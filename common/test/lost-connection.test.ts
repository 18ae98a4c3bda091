import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../src/sql/index.ts';

/** One message of PostgreSQL's protocol: type, length, body. */
function message(type: string, body: string | Buffer = ''): Buffer {
  const content = Buffer.from(body as string);
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeUInt32BE(content.length + 4, 1);
  return Buffer.concat([head, content]);
}

const welcome = [message('R', Buffer.alloc(4)), message('Z', 'I')];
const farewell = message(
  'E',
  'SFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0',
);

let server: Server;
let greetings: number;

beforeEach(async () => {
  greetings = 0;
  // All in one segment: the client is ready and gone before anybody who awaited it runs.
  server = createServer((socket) => {
    socket
      .on('error', () => undefined)
      .once('data', () => {
        greetings++;
        socket.end(Buffer.concat([...welcome, farewell]));
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

test('when the server closes a connection as it opens, then the transaction fails and the process lives', async () => {
  const { port } = server.address() as AddressInfo;
  const database = openDatabase(`postgres://nobody:x@127.0.0.1:${port}/none`);
  for (let time = 1; time <= 3; time++) {
    await expect(database.transaction((tx) => tx.query('SELECT 1'))).rejects.toThrow();
    expect(greetings).toBe(time);
  }
  await database.close();
});
