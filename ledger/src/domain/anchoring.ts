import type { Clock } from '@xinlu/common/clock';
import { fatal } from '@xinlu/common/errors';
import type { Anchor, AnchorQueue } from './anchor-queue.ts';
import type { Chain, ChainHeads } from './chain.ts';
import { type Fees, highestFees, nextFees } from './fees.ts';
import type { LogStore } from './log-store.ts';
import { treeRoot } from './tree.ts';

export type AnchorPolicy = {
  /** A grown log is anchored this often. */
  readonly everySeconds: number;
  /** A sent anchor that no block took after this time is sent again. */
  readonly resendSeconds: number;
  /** Sent in one round at most. */
  readonly batch: number;
  /** Never more than this is offered. */
  readonly feeCap: Fees;
};

export const usualPolicy: Omit<AnchorPolicy, 'feeCap'> = { everySeconds: 3, resendSeconds: 30, batch: 20 };

type Anchoring = {
  readonly queue: AnchorQueue;
  readonly store: Pick<LogStore, 'published' | 'readTile'>;
  readonly chain: Chain;
  readonly clock: Clock;
  readonly policy: AnchorPolicy;
};

/**
 * One round: queue the newest checkpoint, look where each anchor stands on the chain, send what waits.
 * The chain's own word decides each state, so lost answers, reorganisations and a chain that comes back shorter
 * all end in the same place: what it does not hold is sent again.
 *
 * @throws fatal `log-behind-chain`, with nothing sent or dropped, if the chain holds a history that is not this log's
 */
export async function anchorOnce({ queue, store, chain, clock, policy }: Anchoring): Promise<void> {
  await queue.alone(async (mine) => {
    await mine.queueNewest(policy.everySeconds);
    await chain.check();
    await checkContinues(store, chain);
    const heads = await chain.heads();
    await recheckFinals(mine, chain);
    for (const anchor of await mine.open())
      await settle(anchor, heads, { queue: mine, chain, clock, policy });
    await sendWaiting({ queue: mine, chain, policy });
  });
}

/** Only what was published is ever sent, so a log that is whole holds all that its contract holds. */
async function checkContinues(store: Anchoring['store'], chain: Chain): Promise<void> {
  const size = await chain.latestSize();
  if (size === 0) return;
  const published = (await store.published())?.size ?? 0;
  if (size > published) {
    throw behindChain(`The chain holds a log of ${size} entries; ${published} are published here.`);
  }
  await checkRoot(chain, size, await treeRoot(store.readTile, size));
}

/** A size that the contract does not hold is no conflict. */
async function checkRoot(chain: Chain, size: number, root: Uint8Array): Promise<void> {
  const standing = await chain.rootOf(size);
  if (standing && Buffer.compare(standing, root) !== 0) {
    throw behindChain(`The chain holds another root for ${size} entries.`);
  }
}

function behindChain(message: string) {
  return fatal('log-behind-chain', message);
}

/** A chain may lose even what it called final (a development chain does): the newest final one tells. */
async function recheckFinals(queue: AnchorQueue, chain: Chain): Promise<void> {
  const [newest] = await queue.finals(1);
  if (!newest || (await stands(chain, newest))) return;
  for (const anchor of await queue.finals(Number.MAX_SAFE_INTEGER)) {
    if (!(await stands(chain, anchor))) await queue.markLost(anchor.size);
  }
}

async function stands(chain: Chain, { size, root }: Anchor): Promise<boolean> {
  return (await chain.find(size, root)) !== undefined;
}

async function settle(
  anchor: Anchor,
  heads: ChainHeads,
  { queue, chain, clock, policy }: Omit<Anchoring, 'store'>,
): Promise<void> {
  // A queued anchor is looked up too: it may have been sent by a process that died before it could say so.
  const place = await chain.find(anchor.size, anchor.root);
  if (place) {
    const state =
      place.blockNumber <= heads.final ? 'final' : place.blockNumber <= heads.safe ? 'safe' : 'included';
    if (state !== anchor.state || place.blockHash !== anchor.place?.blockHash) {
      await queue.markPlaced(anchor.size, state, place);
    }
    return;
  }
  const waited = anchor.sentAt ? (clock.now().getTime() - anchor.sentAt.getTime()) / 1000 : 0;
  const lost = anchor.state !== 'queued' && (anchor.state !== 'sent' || waited >= policy.resendSeconds);
  if (lost) await queue.markLost(anchor.size);
}

async function sendWaiting({ queue, chain, policy }: Omit<Anchoring, 'store' | 'clock'>): Promise<void> {
  const open = await queue.open();
  // While one is under way its nonce is taken: wait for it, or for its time to run out.
  if (open.some(({ state }) => state === 'sent')) return;
  const waiting = open.filter(({ state }) => state === 'queued').slice(0, policy.batch);
  if (waiting.length === 0) return;
  const anchored = await chain.latestSize();
  const fees = await feesToOffer(open, chain, policy);
  let nonce = await chain.nextNonce();
  for (const { size, root } of waiting) {
    // Smaller than what the contract holds and not in it: it can never be anchored, and the larger one covers it.
    if (size < anchored) {
      await checkRoot(chain, size, root);
      await queue.drop(size);
      continue;
    }
    // What the contract refuses would only burn its price: a pause is waited for.
    await chain.checkTakes(size, root);
    // What was sent and lost its answer may hang there: the next attempt knows that it must outbid it.
    await queue.noteAttempt(size, fees);
    await queue.markSent(size, await chain.send(size, root, nonce++, fees));
  }
}

/** Any earlier attempt may hang under any of the next nonces, so all of them are outbid. */
async function feesToOffer(open: readonly Anchor[], chain: Chain, policy: AnchorPolicy): Promise<Fees> {
  const hanging = highestFees(open.filter(({ state }) => state === 'queued').map(({ offered }) => offered));
  return nextFees(await chain.marketFees(), hanging, policy.feeCap);
}
