import { addressKey, random32 } from './title-keys.ts';
import { type Change, sharesOf, stateOf, type TitleWorld, termsOf, titleOf } from './title-register.ts';

/**
 * One title, sold to two buyers at once: both sales have every approval, and come from two senders, into one block or
 * into two, in either order.
 *
 * @returns the refusal that the other buyer was told.
 * @throws Error unless exactly one sale is registered, whole, and the other was told why not.
 */
export async function raceTwoSales(
  world: TitleWorld,
  { oneBlock }: { oneBlock: boolean },
): Promise<unknown[]> {
  const seller = addressKey();
  const unit = random32();
  const title = titleOf(seller);
  await world.send(world.open(termsOf(unit, 0), title));
  const sales = [addressKey(), addressKey()].map((buyer) => {
    const after = { ...title, owners: sharesOf([[buyer, 1n]]) };
    const parties = [seller, buyer].sort((a, b) => (a.key < b.key ? -1 : 1));
    return { after, change: world.transfer(termsOf(unit, 1), title, after, parties) };
  });
  const { provider, accounts } = world;
  if (oneBlock) await provider.send('evm_setAutomine', [false]);
  const hashes = await Promise.all(
    sales.map(({ change }, i) =>
      provider.send('eth_sendTransaction', [
        { from: accounts[i], to: world.address, data: encode(world, change), gas: '0x7a120' },
      ]),
    ),
  );
  // Of two that come at the same moment the chain may mine one at once and leave the other waiting.
  await provider.send('evm_mine', []);
  if (oneBlock) await provider.send('evm_setAutomine', [true]);
  const receipts = await Promise.all(hashes.map((hash: string) => provider.waitForTransaction(hash)));
  const winners = sales.filter((_, i) => receipts[i]?.status === 1);
  const loser = sales.find((_, i) => receipts[i]?.status === 0);
  const [winner] = winners;
  if (winners.length !== 1 || !winner || !loser) throw new Error(`${winners.length} sales were registered`);
  if (oneBlock && receipts[0]?.blockNumber !== receipts[1]?.blockNumber) throw new Error('two blocks');
  const { version, flags, state } = await world.register.getFunction('recordOf')(unit);
  if (version !== 2n || flags !== 0n || state !== stateOf(winner.after).slice(0, 56)) {
    throw new Error('what stands is not what was registered');
  }
  const told = await world.refusal(loser.change);
  if (!told || String(told) !== String(['VersionConflict', unit, 2n, 1n])) throw new Error(`told ${told}`);
  return told;
}

const encode = (world: TitleWorld, change: Change) =>
  world.register.interface.encodeFunctionData(change.name, [...change.args, world.approved(change)]);
