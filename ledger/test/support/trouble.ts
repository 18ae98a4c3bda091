import { request as ask, createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What goes wrong between the ledger and its chain. */
export type Trouble =
  | 'none'
  /** Nobody answers. */
  | 'away'
  /** What is asked is done, and the answer never comes. */
  | 'lost'
  /** The same, for what is sent only: questions are answered. */
  | 'sent-but-lost'
  /** Everything is answered, late. */
  | 'slow'
  /** The answer is no JSON. */
  | 'garbled'
  /** The answer is an error that says nothing. */
  | 'failing'
  /** Finality ahead of the newest block, or blocks without numbers. */
  | 'hasty'
  /** Events that were not asked for, of other contracts. */
  | 'lying';

/** Well within the patience of the tests' sender, a second. */
const lateMilliseconds = 200;

export type TroubledChain = { readonly url: string; trouble: Trouble; close(): Promise<void> };

/** A node of its own kind in front of a real one. */
export async function troubledChain(behind: string): Promise<TroubledChain> {
  const proxy: TroubledChain = { url: '', trouble: 'none', close: async () => undefined };
  const server = createServer(async (incoming, outgoing) => {
    const { trouble } = proxy;
    if (trouble === 'away') return incoming.socket.destroy();
    const body = await textOf(incoming);
    const { id, method, params } = JSON.parse(body) as { id: number; method: string; params: unknown[] };
    const answer = await forward(behind, body).catch(() => undefined);
    if (answer === undefined) return incoming.socket.destroy();
    if (trouble === 'slow') await sleep(lateMilliseconds);
    const isLost = trouble === 'lost' || (trouble === 'sent-but-lost' && method === 'eth_sendRawTransaction');
    if (isLost) return incoming.socket.destroy();
    outgoing.writeHead(200, { 'content-type': 'application/json' });
    if (trouble === 'garbled') return outgoing.end('<html>');
    if (trouble === 'failing')
      return outgoing.end(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32000, message: 'no' } }));
    return outgoing.end(lieAbout(trouble, method, params, answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(proxy, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

let lies = 0;

function lieAbout(trouble: Trouble, method: string, params: unknown[], answer: string): string {
  const value = JSON.parse(answer);
  if (trouble === 'hasty' && method === 'eth_getBlockByNumber' && params[0] === 'finalized') {
    const number = lies++ % 2 === 0 ? '0x999999' : 'soon';
    return JSON.stringify({ ...value, result: { ...value.result, number } });
  }
  if (trouble === 'lying' && method === 'eth_getLogs' && value.result?.[0]) {
    const lie = lies++ % 2 === 0 ? { address: `0x${'11'.repeat(20)}` } : { topics: [`0x${'22'.repeat(32)}`] };
    return JSON.stringify({ ...value, result: [{ ...value.result[0], ...lie }] });
  }
  return answer;
}

async function textOf(message: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of message as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

function forward(url: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const outgoing = ask(url, { method: 'POST', headers }, (answer) => resolve(textOf(answer)));
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}
