import { retryable } from '@xinlu/common/errors';
import { approvalByMandate, titleMessages } from '@xinlu/contracts';
import { TypedDataEncoder } from 'ethers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { passkey, random32 } from '../../contracts/testing/title-keys.ts';
import { deploy } from '../../contracts/testing/title-register.ts';
import { applyForCase } from '../src/domain/cases/apply.ts';
import { type CaseWorld, documentsOf, newCaseWorld, newKey, office } from './support/case-world.ts';

let here: CaseWorld;

beforeAll(async () => {
  here = await newCaseWorld();
}, 60_000);
afterAll(() => here.close());
afterEach(() => {
  here.state.trouble = {};
  here.state.now = new Date();
});

const refusal = (code: string) => expect.objectContaining({ code });
const whole = { denominator: '1', buyers: ['1'] };

/** A sale of a fresh unit, up to where its parties approve. */
async function saleToApprove() {
  const [seller, buyer] = [newKey(), newKey()];
  const { unit, title } = await here.openUnit(seller);
  const { id, slots } = await here.apply('sale', unit, whole);
  const file = await here.prepare(
    { ...(await here.read(id)), slots },
    { 'owner-1': seller, 'buyer-1': buyer },
  );
  return { id, unit, title, seller, buyer, file };
}

async function saleToRegister() {
  const sale = await saleToApprove();
  await here.approve(sale.id, [sale.seller, sale.buyer]);
  await here.decide(sale.id);
  return sale;
}

describe('when a house is sold, mortgaged and paid off', () => {
  test('then each case goes from application to deed, and the title says so', async () => {
    const { id, unit, seller, buyer, file } = await saleToApprove();
    expect(file.stage).toBe('approvals');
    expect((await here.approve(id, [seller, buyer])).stage).toBe('decision');
    expect((await here.decide(id)).stage).toBe('registration');
    expect((await here.register(id)).stage).toBe('deed');
    const bank = newKey();
    const claim = random32();
    const mortgage = await here.apply('mortgage-setting', unit, { claim, restrictions: 1 });
    await here.prepare(mortgage, { 'owner-1': buyer, bank });
    await here.approve(mortgage.id, [buyer, bank]);
    await here.decide(mortgage.id);
    expect((await here.register(mortgage.id)).stage).toBe('deed');
    const cancellation = await here.apply('mortgage-cancellation', unit, { claim });
    await here.prepare(cancellation, { bank });
    await here.approve(cancellation.id, [bank]);
    await here.decide(cancellation.id);
    expect((await here.register(cancellation.id)).stage).toBe('deed');
    const record = await here.real.record(unit);
    expect(record.version).toBe(4);
    const title = await here.deps.store.title(unit, record.state);
    expect(title).toMatchObject({ owners: [{ key: buyer.key, numerator: '1' }], mortgages: [] });
    await expect(here.act(id, { name: 'issue-deed', entry: 'other' })).rejects.toEqual(
      refusal('deed-not-logged'),
    );
    expect((await here.act(id, { name: 'issue-deed', entry: 'deed' })).stage).toBe('done');
    const history = await here.deps.store.unitHistory(unit);
    expect(history.filter(({ name }) => name === 'registered').map(({ type }) => type)).toEqual([
      'first-registration',
      'sale',
      'mortgage-setting',
      'mortgage-cancellation',
    ]);
  });
});

describe('when somebody approves', () => {
  test('then a stranger, a signature of something else and a second time are refused', async () => {
    const { id, seller, file } = await saleToApprove();
    const { digest = '' } = file;
    const invalid = refusal('approval-invalid');
    for (const approval of [
      newKey().approve(digest),
      seller.approve(random32()),
      '0x02ffff',
      '0x01ffff00',
      '0x05',
    ]) {
      await expect(here.act(id, { name: 'approve', approval })).rejects.toEqual(invalid);
    }
    await here.act(id, { name: 'approve', approval: seller.approve(digest) });
    const again = here.act(id, { name: 'approve', approval: seller.approve(digest) });
    await expect(again).rejects.toEqual(refusal('approved-already'));
    await expect(here.decide(id)).rejects.toEqual(refusal('case-stage'));
  });

  test('then a representative does by a mandate, and a passkey counts', async () => {
    const verifier = await (await deploy(here.signer, 'ERC7913WebAuthnVerifier')).getAddress();
    const [seller, buyer, agent] = [newKey(), passkey(verifier), newKey()];
    const { unit } = await here.openUnit(seller);
    const file = await here.prepare(await here.apply('sale', unit, whole), {
      'owner-1': seller,
      'buyer-1': buyer,
    });
    const { digest = '', change, id } = file;
    const mandate = { ...change?.terms, representative: agent.key };
    const signed = seller.approve(TypedDataEncoder.hash(here.world.domain, titleMessages.Mandate, mandate));
    await here.act(id, { name: 'approve', approval: approvalByMandate(signed, agent.approve(digest)) });
    await here.approve(id, [buyer]);
    await here.decide(id);
    expect((await here.register(id)).stage).toBe('deed');
  });
});

describe('when registrars decide', () => {
  test('then one is not two, a stranger is none, and a party decides nothing', async () => {
    const { id, seller, buyer, file } = await saleToApprove();
    await here.approve(id, [seller, buyer]);
    const decide = (who: { approve(digest: string): string }) =>
      here.act(id, { name: 'decide', approval: who.approve(file.digest ?? '') });
    const [first, second] = here.world.officers.registrars;
    await expect(decide(newKey())).rejects.toEqual(refusal('decision-invalid'));
    await expect(decide(here.world.officers.governors[0])).rejects.toEqual(refusal('decision-invalid'));
    expect((await decide(first)).stage).toBe('decision');
    await expect(decide(first)).rejects.toEqual(refusal('second-registrar-needed'));
    expect((await decide(second)).stage).toBe('registration');
    await expect(here.act(id, { name: 'withdraw', reason: 'too late' })).rejects.toEqual(
      refusal('case-stage'),
    );
  });
});

describe('when a case does not go straight', () => {
  test('then it is handed back, completed, and approved anew', async () => {
    const { id, seller, buyer, file } = await saleToApprove();
    await here.approve(id, [seller]);
    const reasons = [{ code: 'contract-unreadable', detail: 'page 2' }];
    const returned = await here.act(id, { name: 'hand-back', reasons });
    expect(returned).toMatchObject({ stage: 'returned', reasons, approvals: {} });
    expect(Date.parse(returned.due ?? '')).toBeGreaterThan(Date.now() + 14 * 86_400_000);
    await here.act(id, { name: 'complete', documents: { contract: random32() } });
    await here.work();
    const again = await here.read(id);
    expect(again.stage).toBe('approvals');
    expect(again.digest).not.toBe(file.digest);
    await here.approve(id, [seller, buyer]);
    await here.decide(id);
    expect((await here.register(id)).stage).toBe('deed');
  });

  test('then what is not completed in time is rejected, and an appeal brings it back', async () => {
    const { id } = await saleToApprove();
    await here.act(id, { name: 'hand-back', reasons: [{ code: 'tax-unpaid', detail: 'land value tax' }] });
    await here.work();
    expect((await here.read(id)).stage).toBe('returned');
    here.state.now = new Date(Date.now() + 16 * 86_400_000);
    await here.work();
    const rejected = await here.read(id);
    expect(rejected).toMatchObject({ stage: 'rejected', reasons: [{ code: 'not-completed-in-time' }] });
    await here.act(id, { name: 'appeal', ground: 'it was sent in time' });
    await here.act(id, {
      name: 'decide-appeal',
      upheld: true,
      reasons: [{ code: 'in-time', detail: 'postmark' }],
    });
    expect((await here.read(id)).stage).toBe('checks');
    const reason = await here.act(id, { name: 'withdraw', reason: 'no longer wanted' });
    expect(reason.stage).toBe('withdrawn');
    await expect(here.act(id, { name: 'appeal', ground: 'x' })).rejects.toEqual(refusal('case-stage'));
  });

  test('then shares that are not one whole are handed back by the check', async () => {
    const [seller, buyer] = [newKey(), newKey()];
    const { unit } = await here.openUnit(seller);
    const sale = await here.apply('sale', unit, { denominator: '3', buyers: ['2'] });
    const file = await here.prepare(sale, { 'owner-1': seller, 'buyer-1': buyer });
    expect(file).toMatchObject({ stage: 'returned', reasons: [{ code: 'shares-not-one' }] });
  });

  test('then an owner joins with the key of the title, and nobody with that of another', async () => {
    const seller = newKey();
    const { unit } = await here.openUnit(seller);
    const { id } = await here.apply('sale', unit, { denominator: '2', buyers: ['1', '1'] });
    const join = (slot: string, key: string) => here.act(id, { name: 'join', slot, key, party: random32() });
    await expect(join('owner-1', newKey().key)).rejects.toEqual(refusal('key-unexpected'));
    await expect(join('owner-9', seller.key)).rejects.toEqual(refusal('slot-unknown'));
    const buyer = newKey();
    await join('buyer-1', buyer.key);
    await expect(join('buyer-2', buyer.key)).rejects.toEqual(refusal('key-taken'));
    await expect(join('buyer-1', newKey().key)).rejects.toEqual(refusal('slot-taken'));
    const documents = { diary: random32() };
    await expect(here.act(id, { name: 'file-documents', documents })).rejects.toEqual(
      refusal('document-unknown'),
    );
  });
});

describe('when a command or an application comes again', () => {
  test('then it changes nothing, and its id serves no other', async () => {
    const seller = newKey();
    const { unit } = await here.openUnit(seller);
    const application = { id: crypto.randomUUID(), type: 'sale', unit, facts: whole };
    const by = here.command();
    await applyForCase(here.deps, office, by, application);
    await applyForCase(here.deps, office, by, application);
    const other = applyForCase(here.deps, office, here.command(), application);
    await expect(other).rejects.toEqual(refusal('case-exists'));
    const { id } = application;
    const pay = here.command();
    const amount = 600;
    await Promise.all(
      Array.from({ length: 8 }, () => here.act(id, { name: 'pay', amount, reference: 'r' }, pay)),
    );
    expect((await here.read(id)).paid).toBe(amount);
    const reused = here.act(id, { name: 'pay', amount, reference: 'r' }, { ...here.command(), id: pay.id });
    await expect(reused).rejects.toEqual(refusal('command-reused'));
    await expect(here.deps.store.hold(id, 'another-office', async () => 1)).resolves.toBeUndefined();
  });
});

describe('when one title is sold in two cases at once', () => {
  test('then one sale is registered and the other is handed back and told why', async () => {
    const { unit, files } = await here.sellTwice();
    expect(files.map(({ stage }) => stage).sort()).toEqual(['deed', 'returned']);
    const loser = files.find(({ stage }) => stage === 'returned');
    expect(loser?.reasons).toMatchObject([{ code: 'title-moved' }]);
    expect((await here.real.record(unit)).version).toBe(2);
    await here.act(loser?.id ?? '', { name: 'complete', documents: documentsOf('sale') });
    await here.work();
    expect((await here.read(loser?.id ?? '')).reasons).toMatchObject([{ code: 'title-moved' }]);
  });
});

describe('when the service dies or the chain is away', () => {
  test.each(['before it is sent', 'after it is sent'] as const)(
    'then a change whose service dies %s is registered once',
    async (when) => {
      const { id, unit } = await saleToRegister();
      here.state.trouble = {
        send: async (change, approvals) => {
          if (when === 'after it is sent') await here.real.send(change, approvals);
          throw retryable('chain-away', 'killed');
        },
      };
      await expect(here.work()).rejects.toEqual(refusal('chain-away'));
      here.state.trouble = {};
      expect((await here.register(id)).stage).toBe('deed');
      expect((await here.real.record(unit)).version).toBe(2);
      expect((await here.eventNames(id)).filter((name) => name === 'registered')).toHaveLength(1);
      const logs = await here.provider.getLogs({
        address: here.world.address,
        topics: [null, unit],
        fromBlock: 0,
      });
      expect(logs).toHaveLength(2);
    },
  );

  test('then a case is not registered before its change is final, and goes again after a reorganisation', async () => {
    const { id, unit } = await saleToRegister();
    await here.work();
    expect((await here.real.record(unit)).version).toBe(2);
    await here.work();
    expect((await here.read(id)).stage).toBe('registration');
    await here.provider.send('anvil_reorg', [1, []]);
    expect((await here.real.record(unit)).version).toBe(1);
    await here.work();
    expect((await here.register(id)).stage).toBe('deed');
    expect((await here.real.record(unit)).version).toBe(2);
  });

  test('then a case that fails stops no other', async () => {
    const [first, second] = [await saleToApprove(), await saleToApprove()];
    for (const { id, seller, buyer } of [first, second]) {
      await here.approve(id, [seller, buyer]);
      await here.decide(id);
    }
    here.state.trouble = {
      record: async (unit) => {
        if (unit === first.unit) throw retryable('chain-away', 'for this one');
        return here.real.record(unit);
      },
    };
    await expect(here.work()).rejects.toEqual(refusal('chain-away'));
    expect((await here.real.record(second.unit)).version).toBe(2);
    here.state.trouble = {};
    expect((await here.register(first.id)).stage).toBe('deed');
  });

  test('then nothing that happened is changed or removed', async () => {
    const { id } = await saleToApprove();
    const { database } = here;
    await expect(database.query("UPDATE case_event SET name = 'x' WHERE case_id = $1", [id])).rejects.toThrow(
      'append-only',
    );
    await expect(database.query('DELETE FROM case_event WHERE case_id = $1', [id])).rejects.toThrow(
      'append-only',
    );
  });
});

describe('when a clerk looks at her queue', () => {
  test('then the most urgent case comes first', async () => {
    const first = await saleToApprove();
    const second = await saleToApprove();
    await here.act(second.id, { name: 'hand-back', reasons: [{ code: 'tax-unpaid', detail: 'tax' }] });
    const queue = await here.deps.store.queue(office, {
      dueBefore: new Date(Date.now() + 40 * 86_400_000),
      limit: 500,
    });
    const ids = queue.map(({ id }) => id);
    expect(ids.indexOf(second.id)).toBeLessThan(ids.indexOf(first.id));
    const returned = await here.deps.store.queue(office, { stage: 'returned', limit: 500 });
    expect(returned.every(({ stage }) => stage === 'returned')).toBe(true);
    expect(await here.deps.store.queue('another-office', { limit: 500 })).toEqual([]);
  });
});
