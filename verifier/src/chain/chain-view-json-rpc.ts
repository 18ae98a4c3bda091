import { keccak_256 } from '@noble/hashes/sha3.js';
import { isObject } from '../document/jws.ts';
import { hex, utf8 } from '../encoding/bytes.ts';
import { anchoredTopic, sizeTopic } from './anchored-event.ts';
import type { AnchoredRoot, ChainView } from './chain-view.ts';

const logIdCall = selector('LOG_ID()');
function selector(signature: string): string {
  return hex(keccak_256(utf8(signature)).slice(0, 4));
}

/**
 * A chain behind an Ethereum JSON-RPC address.
 *
 * @param address given by the reader, never by the file under judgement
 */
export function chainViewOver(
  address: string,
  options: { fetch?: typeof fetch; timeoutMs?: number } = {},
): ChainView {
  const { fetch: fetchFrom = fetch, timeoutMs = 10_000 } = options;
  async function ask(method: string, params: unknown[]): Promise<unknown> {
    const response = await fetchFrom(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
    });
    const answer: unknown = await response.json();
    if (!isObject(answer) || answer['result'] === undefined) throw new Error(`${method}: no result`);
    return answer['result'];
  }
  async function bytes(method: string, params: unknown[]): Promise<string> {
    const result = await ask(method, params);
    if (typeof result !== 'string' || !/^0x[0-9a-f]*$/i.test(result)) throw new Error(`${method}: no result`);
    return result.slice(2);
  }
  async function logsOf(contract: string, size: number, from: string, to: string): Promise<AnchoredRoot[]> {
    const topics = [anchoredTopic, sizeTopic(size)];
    const logs = await ask('eth_getLogs', [{ address: contract, topics, fromBlock: from, toBlock: to }]);
    if (!Array.isArray(logs)) throw new Error('eth_getLogs: no list');
    return logs.map((log) => readLog(log, contract, topics));
  }
  return {
    async chainId() {
      return Number.parseInt(await bytes('eth_chainId', []), 16);
    },
    async logId(contract) {
      if ((await bytes('eth_getCode', [contract, 'latest'])) === '') return undefined;
      return word(await bytes('eth_call', [{ to: contract, data: `0x${logIdCall}` }, 'latest']));
    },
    async anchored(contract, size, likelyBlock) {
      if (likelyBlock !== undefined) {
        // Many nodes answer for a few blocks only; what one does not answer there is asked for at large.
        const block = `0x${likelyBlock.toString(16)}`;
        const found = await logsOf(contract, size, block, block).catch(() => []);
        if (found.length > 0) return found;
      }
      return logsOf(contract, size, '0x0', 'latest');
    },
    async finalBlock() {
      const block = await ask('eth_getBlockByNumber', ['finalized', false]);
      return block === null ? -1 : quantity(isObject(block) ? block['number'] : undefined);
    },
  };
}

/** One event as a node tells it; nodes that answer something else than was asked are not believed. */
function readLog(log: unknown, contract: string, asked: readonly string[]): AnchoredRoot {
  const topics = isObject(log) && Array.isArray(log['topics']) ? log['topics'].map(String) : [];
  const isAsked =
    isObject(log) &&
    String(log['address']).toLowerCase() === contract.toLowerCase() &&
    log['removed'] !== true &&
    topics.length === 3 &&
    asked.every((topic, at) => topics[at]?.toLowerCase() === topic);
  if (!isAsked) throw new Error('the chain answered with another event');
  return { root: word(topics[2]?.slice(2) ?? ''), blockNumber: quantity(log['blockNumber']) };
}

function quantity(value: unknown): number {
  if (typeof value !== 'string' || !/^0x[0-9a-f]{1,13}$/i.test(value))
    throw new Error('no number of a block');
  return Number(value);
}

function word(text: string): Uint8Array {
  if (!/^[0-9a-f]{64}$/i.test(text)) throw new Error('the contract did not answer with 32 bytes');
  return Uint8Array.from({ length: 32 }, (_, index) =>
    Number.parseInt(text.slice(2 * index, 2 * index + 2), 16),
  );
}
