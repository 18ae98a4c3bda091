import { createHash } from 'node:crypto';
import { fatal, isAppError, retryable } from '@xinlu/common/errors';
import { readContract } from '@xinlu/contracts';
import {
  Contract,
  FetchRequest,
  isError,
  JsonRpcProvider,
  type Log,
  type TransactionReceipt,
  Wallet,
} from 'ethers';
import type { Chain } from '../domain/chain.ts';

const requestMilliseconds = 5_000;

/**
 * Of one anchor; it takes about 36,000, and in the contracts of before 78,000. Not estimated: a node estimates on top of
 * what is pending, where an anchor that is to be replaced already stands and the same again costs less, so the
 * replacement would run out of gas.
 */
const gasLimit = 100_000n;

/** What the contract says when it takes nothing from this sender, by the name of its error. */
const refusals: Record<string, string> = {
  EnforcedPause: 'anchor-paused',
  NotAnAnchorer: 'anchor-not-appointed',
  // Said by contracts that ask their manager at each anchor.
  AccessManagedUnauthorized: 'anchor-not-appointed',
};

/** A provider that asks one thing at a time and keeps no answers: a chain may change between two questions. */
export function chainProvider(
  rpcUrl: string,
  chainId: number,
  timeoutMilliseconds = requestMilliseconds,
): JsonRpcProvider {
  const request = new FetchRequest(rpcUrl);
  request.timeout = timeoutMilliseconds;
  // ethers would otherwise repeat a request that the node is too busy for, for minutes.
  request.setThrottleParams({ maxAttempts: 1 });
  const options = { staticNetwork: true, batchMaxCount: 1, cacheTimeout: -1, pollingInterval: 250 };
  return new JsonRpcProvider(request, chainId, options);
}

export type ChainSettings = {
  readonly provider: JsonRpcProvider;
  readonly chainId: number;
  readonly contract: string;
  /** Block of the contract's deployment; anchors are looked for from there on. */
  readonly deployedBlock: number;
  /** The sender's private key, 0x hex. */
  readonly privateKey: string;
  readonly origin: string;
};

export function logIdOf(origin: string): string {
  return `0x${createHash('sha256').update(origin).digest('hex')}`;
}

/**
 * The anchor contract behind an Ethereum JSON-RPC address. What it anchored is read from its events, which each contract
 * of this log has told alike, so one that was deployed by an earlier version serves on.
 */
export function chainOverEthers(settings: ChainSettings): Chain {
  const { provider, chainId, contract, deployedBlock, origin } = settings;
  const wallet = new Wallet(settings.privateKey, provider);
  const anchor = new Contract(contract, [...readContract('CheckpointAnchor').abi] as never, wallet);
  const topic = anchor.interface.getEvent('Anchored')?.topicHash ?? '';

  /** Events about a size, and a root if one is given. */
  async function anchoredLogs(size: number, root?: Uint8Array): Promise<Log[]> {
    const topics = [topic, word(size), ...(root ? [`0x${Buffer.from(root).toString('hex')}`] : [])];
    const logs = await provider.getLogs({ address: contract, topics, fromBlock: deployedBlock });
    const asked = logs.every(
      (log) =>
        log.address.toLowerCase() === contract.toLowerCase() &&
        !log.removed &&
        topics.every((value, at) => log.topics[at]?.toLowerCase() === value.toLowerCase()),
    );
    if (!asked) throw nonsense();
    return logs;
  }

  async function blockNumber(tag: 'latest' | 'safe' | 'finalized'): Promise<number> {
    const block: { number?: string } | null = await provider.send('eth_getBlockByNumber', [tag, false]);
    // A young chain has no safe or final block yet.
    if (block === null) return -1;
    if (!/^0x[0-9a-f]{1,13}$/i.test(String(block.number))) throw nonsense();
    return Number(block.number);
  }

  return {
    chainId,
    contract,
    check: () =>
      asking(async () => {
        const answered = Number(await provider.send('eth_chainId', []));
        if (answered !== chainId)
          throw fatal('chain-mismatch', `Chain ${answered} answers in place of ${chainId}.`);
        if ((await provider.getCode(contract)) === '0x') {
          throw retryable('chain-contract-missing', 'The anchor contract is not on the chain.');
        }
        if ((await anchor.getFunction('LOG_ID')()) !== logIdOf(origin)) {
          throw fatal('chain-mismatch', 'The anchor contract belongs to another log.');
        }
      }),
    heads: () =>
      asking(async () => {
        const [latest, safe, final] = await Promise.all([
          blockNumber('latest'),
          blockNumber('safe'),
          blockNumber('finalized'),
        ]);
        if (latest < 0 || safe > latest || final > safe) throw nonsense();
        return { latest, safe, final };
      }),
    find: (size, root) =>
      asking(async () => {
        const [log] = await anchoredLogs(size, root);
        if (!log) return undefined;
        return { transaction: log.transactionHash, blockNumber: log.blockNumber, blockHash: log.blockHash };
      }),
    latestSize: () =>
      asking(async () => {
        const size = Number(await anchor.getFunction('latestSize')());
        if (!Number.isSafeInteger(size)) throw nonsense();
        return size;
      }),
    rootOf: (size) =>
      asking(async () => {
        const [log] = await anchoredLogs(size);
        return log && new Uint8Array(Buffer.from(String(log.topics[2]).slice(2), 'hex'));
      }),
    checkTakes: (size, root) =>
      asking(async () => {
        try {
          await anchor.getFunction('anchor').staticCall(size, root, { blockTag: 'latest' });
        } catch (error) {
          const name = isError(error, 'CALL_EXCEPTION') ? error.revert?.name : undefined;
          const code = name === undefined ? undefined : refusals[name];
          throw code
            ? retryable(code, `The anchor contract takes nothing from this sender: ${name}.`)
            : error;
        }
      }),
    nextNonce: () => asking(() => provider.getTransactionCount(wallet.address, 'latest')),
    marketFees: () =>
      asking(async () => {
        const { maxFeePerGas, maxPriorityFeePerGas, gasPrice } = await provider.getFeeData();
        // A chain without EIP-1559 takes the gas price for both.
        const maxFee = maxFeePerGas ?? gasPrice ?? 1n;
        return { maxFee, maxTip: maxPriorityFeePerGas ?? maxFee };
      }),
    send: (size, root, nonce, { maxFee, maxTip }) =>
      asking(async () => {
        const sent = await anchor.getFunction('anchor')(size, root, {
          nonce,
          gasLimit,
          maxFeePerGas: maxFee,
          maxPriorityFeePerGas: maxTip,
        });
        return sent.hash as string;
      }),
  };
}

function word(value: number): string {
  return `0x${value.toString(16).padStart(64, '0')}`;
}

function nonsense() {
  return retryable('chain-answers-wrongly', 'The chain answers something that cannot be.');
}

async function asking<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (isAppError(cause)) throw cause;
    if (isError(cause, 'REPLACEMENT_UNDERPRICED')) {
      throw retryable('anchor-too-dear', 'The chain asks more to replace what hangs.', { cause });
    }
    throw retryable('chain-away', 'The chain does not answer as expected.', { cause });
  }
}

export async function receiptOf(transaction: { wait(): Promise<TransactionReceipt | null> }) {
  const receipt = await transaction.wait();
  if (receipt?.status !== 1) throw fatal('chain-transaction-failed', 'A transaction was not carried out.');
  return receipt;
}
