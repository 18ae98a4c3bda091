import { Wallet } from 'ethers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { approvalOfAddress, titleMessages } from '../src/index.ts';
import { raceTwoSales } from '../testing/double-sale.ts';
import { startTitleChain, type TitleChain } from '../testing/title-chain.ts';
import { type Approver, addressKey, p256Key, passkey, random32 } from '../testing/title-keys.ts';
import { deploy, foundRegister, sharesOf, stateOf, termsOf, titleOf } from '../testing/title-register.ts';
import { walkTitles } from '../testing/title-walk.ts';

let chain: TitleChain;
let verifiers: { p256: string; webAuthn: string };

beforeAll(async () => {
  chain = await startTitleChain();
  const [p256, webAuthn] = [
    await deploy(chain.signer, 'ERC7913P256Verifier'),
    await deploy(chain.signer, 'ERC7913WebAuthnVerifier'),
  ];
  verifiers = { p256: await p256.getAddress(), webAuthn: await webAuthn.getAddress() };
}, 60_000);

afterAll(() => chain.stop());

const ascending = (...keys: Approver[]) => keys.sort((a, b) => (a.key < b.key ? -1 : 1));

/** A unit of this owner, and its sale to that one, not yet sent. */
async function saleBetween(seller: Approver, buyer: Approver) {
  const unit = random32();
  const before = titleOf(seller);
  await chain.world.send(chain.world.open(termsOf(unit, 0), before));
  const after = { ...before, owners: sharesOf([[buyer, 1n]]) };
  const terms = termsOf(unit, 1);
  const change = chain.world.transfer(terms, before, after, ascending(seller, buyer));
  return { unit, terms, before, after, change };
}

describe('when parties approve by keys of different kinds', () => {
  test.each([
    ['P-256', () => p256Key(verifiers.p256)],
    ['WebAuthn', () => passkey(verifiers.webAuthn)],
  ])('then a sale by %s moves the title, and a signature of another change does not', async (_, newKey) => {
    const [seller, buyer] = [newKey(), newKey()];
    const { unit, after, change } = await saleBetween(seller, buyer);
    const approvals = chain.world.approved(change);
    const at = change.approvers.indexOf(seller);
    const wrong = approvals.with(at, seller.approve(random32()));
    expect(await chain.world.refusal(change, wrong)).toEqual(['SignatureInvalid', seller.key, change.digest]);
    await chain.world.send(change);
    const [version, flags, state] = await chain.world.register.getFunction('recordOf')(unit);
    expect([version, flags, state]).toEqual([2n, 0n, stateOf(after).slice(0, 56)]);
  });

  test('then a passkey that did not verify its user does not count', async () => {
    const seller = passkey(verifiers.webAuthn);
    const { change } = await saleBetween(seller, addressKey());
    const approvals = chain.world
      .approved(change)
      .map((approval) => approval.replace('0500000001', '0100000001'));
    expect((await chain.world.refusal(change, approvals))?.[0]).toBe('SignatureInvalid');
  });

  test('then what a wallet shows and signs as typed data is what the register takes', async () => {
    const wallet = Wallet.createRandom();
    const seller: Approver = { ...addressKey(wallet.privateKey) };
    const { terms, before, after, change } = await saleBetween(seller, addressKey());
    const signature = await wallet.signTypedData(chain.world.domain, titleMessages.Transfer, {
      ...terms,
      before,
      after,
    });
    const approvals = chain.world
      .approved(change)
      .with(change.approvers.indexOf(seller), approvalOfAddress(wallet.address, signature));
    await chain.world.send(change, approvals);
  });
});

describe('when a title changes', () => {
  test('then an event tells unit, case, version and state', async () => {
    const { unit, terms, after, change } = await saleBetween(addressKey(), addressKey());
    const { logs } = await chain.world.send(change);
    const [event, ...others] = logs.map((log) => chain.world.register.interface.parseLog(log));
    expect(others).toEqual([]);
    expect(event?.name).toBe('Transferred');
    expect(event?.args.slice(0, 5)).toEqual([unit, terms.nonce, 2n, stateOf(after), after.denominator]);
  });

  test('then neither the same size of signature nor the other half of s makes a second form of it', async () => {
    const seller = addressKey();
    const { change } = await saleBetween(seller, addressKey());
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const at = change.approvers.indexOf(seller);
    const approvals = chain.world.approved(change);
    const [, head = '', s = '', v] = /^(0x00.{104})(.{64})(.{2})$/.exec(approvals[at] ?? '') ?? [];
    const other = `${head}${(order - BigInt(`0x${s}`)).toString(16).padStart(64, '0')}${v === '1b' ? '1c' : '1b'}`;
    const refusal = await chain.world.refusal(change, approvals.with(at, other as `0x${string}`));
    expect(refusal?.[0]).toBe('SignatureInvalid');
  });
});

describe('when one title is sold twice at once', () => {
  test.each([true, false])(
    'then one sale is registered and the other told why (one block: %s)',
    async (oneBlock) => {
      expect((await raceTwoSales(chain.world, { oneBlock }))[0]).toBe('VersionConflict');
    },
  );
});

describe('when changes come at random', () => {
  test('then the register does by each what the law says', async () => {
    const twin = await foundRegister(chain.signer);
    const walk = await walkTitles(chain.world, twin, { calls: 200, seed: 20_260_101 });
    expect(walk.moved).toBeGreaterThan(50);
    expect(Object.values(walk.refused).reduce((sum, count) => sum + count, 0)).toBe(200 - walk.moved);
  }, 30_000);
});
