import { keccak_256 } from '@noble/hashes/sha3.js';
import { isObject } from '../document/jws.ts';
import { hex, utf8 } from '../encoding/bytes.ts';
import type { ChainView } from './chain-view.ts';

const logIdCall = selector('LOG_ID()');
const rootOfCall = selector('rootOf(uint64)');

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
  const { fetch: ask = fetch, timeoutMs = 10_000 } = options;
  async function call(method: string, params: unknown[]): Promise<string> {
    const response = await ask(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
    });
    const answer: unknown = await response.json();
    const result = isObject(answer) ? answer['result'] : undefined;
    if (typeof result !== 'string' || !/^0x[0-9a-f]*$/i.test(result)) throw new Error(`${method}: no result`);
    return result.slice(2);
  }
  const read = (contract: string, data: string, block: string) =>
    call('eth_call', [{ to: contract, data: `0x${data}` }, block]);
  return {
    async chainId() {
      return Number.parseInt(await call('eth_chainId', []), 16);
    },
    async logId(contract) {
      if ((await call('eth_getCode', [contract, 'latest'])) === '') return undefined;
      return word(await read(contract, logIdCall, 'latest'));
    },
    async rootOf(contract, size, block) {
      const result = await read(contract, rootOfCall + size.toString(16).padStart(64, '0'), block);
      // A contract younger than the final block answers nothing there: it holds no root yet.
      return result === '' && block === 'finalized' ? new Uint8Array(32) : word(result);
    },
  };
}

function word(text: string): Uint8Array {
  if (text.length !== 64) throw new Error('the contract did not answer with 32 bytes');
  return Uint8Array.from({ length: 32 }, (_, index) =>
    Number.parseInt(text.slice(2 * index, 2 * index + 2), 16),
  );
}
