import { JsonRpcProvider, NonceManager, Wallet } from 'ethers';
import { devKeys, startAnvil } from './anvil.ts';
import { foundRegister } from './title-register.ts';

export type TitleChain = Awaited<ReturnType<typeof startTitleChain>>;

/** A chain of its own with a title register; `account` of the register's world can send from it. */
export async function startTitleChain(args: readonly string[] = []) {
  const anvil = await startAnvil(args);
  const provider = new JsonRpcProvider(anvil.url, undefined, {
    batchMaxCount: 1,
    cacheTimeout: -1,
    pollingInterval: 50,
  });
  const signer = new NonceManager(new Wallet(devKeys[0], provider));
  return {
    url: anvil.url,
    provider,
    signer,
    world: await foundRegister(signer),
    async stop() {
      provider.destroy();
      await anvil.stop();
    },
  };
}
