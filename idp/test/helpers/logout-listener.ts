import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type LogoutListener = {
  url: string;
  /** Logout tokens in the order in which they came. */
  tokens: string[];
  /** Every address that was asked for. */
  paths: string[];
  /** What it answers with; 200 unless set. */
  answer: (response: ServerResponse) => void;
  /** The token after the first `count`; throws when none comes within five seconds. */
  next(count: number): Promise<string>;
  close(): Promise<void>;
};

/** A relying party's logout address on this machine. */
export async function startLogoutListener(): Promise<LogoutListener> {
  const tokens: string[] = [];
  const paths: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    paths.push(request.url ?? '');
    tokens.push(new URLSearchParams(body).get('logout_token') ?? '');
    listener.answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const listener: LogoutListener = {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    tokens,
    paths,
    answer: (response) => response.writeHead(200).end(),
    async next(count) {
      for (let waited = 0; waited < 15_000; waited += 50) {
        const token = tokens[count];
        if (token !== undefined) return token;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`no logout token came after ${count}`);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return listener;
}
