import { startTitleChain, type TitleChain } from '../../contracts/testing/title-chain.ts';
import { type Approver, addressKey, p256Key, passkey, random32 } from '../../contracts/testing/title-keys.ts';
import {
  type Change,
  deploy,
  mortgageOf,
  sharesOf,
  termsOf,
  titleOf,
} from '../../contracts/testing/title-register.ts';

type Emit = (line: Record<string, unknown>) => void;

/** Gas of one whole sale; the last of the sale's approvals are always those of two registrars. */
const limits = { open: 75_000, transfer: 95_000, setMortgage: 80_000, discharge: 80_000 };
const wholeSale = 300_000;
/** Gas of the same for tokens, in this compiler's world: OpenZeppelin's ERC-721, and TradeTrust's title escrow. */
const peers = { erc721MintAndTransfer: 111_525, tradeTrustMint: 291_912 };

async function gasOfSale(
  chain: TitleChain,
  newKey: () => Approver,
): Promise<Record<keyof typeof limits, number>> {
  const { world } = chain;
  const [seller, buyer, bank] = [newKey(), newKey(), newKey()];
  const unit = random32();
  const hers = titleOf(seller);
  const his = { ...hers, owners: sharesOf([[buyer, 1n]]) };
  const mortgage = mortgageOf(bank);
  const parties = [seller, buyer].sort((a, b) => (a.key < b.key ? -1 : 1));
  const gas = async (change: Change) => Number((await world.send(change)).gasUsed);
  return {
    open: await gas(world.open(termsOf(unit, 0), hers)),
    transfer: await gas(world.transfer(termsOf(unit, 1), hers, his, parties)),
    setMortgage: await gas(world.setMortgage(termsOf(unit, 2), his, mortgage, [buyer, bank])),
    discharge: await gas(world.discharge(termsOf(unit, 3), { ...his, mortgages: [mortgage] }, 0, bank)),
  };
}

const sum = (numbers: Record<string, number>) =>
  Object.values(numbers).reduce((total, one) => total + one, 0);

/** secp256k1, against the limits. Several sales, for gas varies by the zeros in keys and signatures. */
async function againstLimits(emit: Emit): Promise<void> {
  const chain = await startTitleChain();
  try {
    const sales = [];
    for (let i = 0; i < 20; i++) sales.push(await gasOfSale(chain, () => addressKey()));
    const over: string[] = [];
    const line = (what: string, ours: number, limit: number, more: Record<string, unknown> = {}) => {
      emit({ what, ours, limit, ratio: Math.round((ours / limit) * 1000) / 1000, ...more });
      if (ours > limit) over.push(what);
    };
    for (const [name, limit] of Object.entries(limits)) {
      const most = Math.max(...sales.map((sale) => sale[name as keyof typeof limits]));
      line(`gas of ${name}, most of ${sales.length}`, most, limit);
    }
    line('gas of open, transfer, setMortgage and discharge', Math.max(...sales.map(sum)), wholeSale, peers);
    if (over.length > 0) throw new Error(`above its limit: ${over.join(', ')}`);
  } finally {
    await chain.stop();
  }
}

/** P-256 and WebAuthn parties (registrars sign by secp256k1), with the precompile of EIP-7951 and without. */
async function otherKeys(emit: Emit): Promise<void> {
  for (const hardfork of ['osaka', 'prague']) {
    const chain = await startTitleChain(['--hardfork', hardfork]);
    try {
      const address = async (name: Parameters<typeof deploy>[1]) =>
        (await deploy(chain.signer, name)).getAddress();
      const p256 = await address('ERC7913P256Verifier');
      const webAuthn = await address('ERC7913WebAuthnVerifier');
      const precompile = hardfork === 'osaka';
      for (const [keys, newKey] of [
        ['P-256', () => p256Key(p256)],
        ['WebAuthn', () => passkey(webAuthn)],
      ] as const) {
        const sale = await gasOfSale(chain, newKey);
        emit({ what: `gas of a sale by ${keys}`, precompile, ...sale, whole: sum(sale) });
      }
    } finally {
      await chain.stop();
    }
  }
}

export const benches = [
  {
    name: 'contracts',
    summary: 'gas of the title register by kind of change and of key, against its limits',
    async run(emit: Emit): Promise<void> {
      await againstLimits(emit);
      await otherKeys(emit);
    },
  },
];
