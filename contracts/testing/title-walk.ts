import { keccak256, toBeHex, zeroPadValue } from 'ethers';
import type { Bytes32, Mortgage, Title } from '../src/index.ts';
import { type Approver, addressKey, random32 } from './title-keys.ts';
import {
  type Change,
  mortgageOf,
  sharesOf,
  stateOf,
  type TitleWorld,
  termsOf,
  titleOf,
} from './title-register.ts';

/** What a unit is by the law, kept beside the contract and not read from it. */
type Unit = { readonly unit: Bytes32; version: number; title: Title; closed: boolean };

export type Walk = {
  readonly calls: number;
  readonly moved: number;
  readonly refused: Record<string, number>;
};

type Send = (data: string, expected: 'moves' | 'refused') => Promise<{ refusal?: string }>;

const kinds = [
  'open',
  'transfer',
  'setMortgage',
  'discharge',
  'correct',
  'freeze',
  'release',
  'split',
  'merge',
] as const;
const faults = [
  'stale version',
  'future version',
  'other state',
  'approval missing',
  'approval of a stranger',
  'approval twice',
  'one officer for two',
  'officer without role',
  'deadline over',
  'another register',
  'used before',
] as const;

/**
 * Sends random changes to a title register, right ones and wrong ones, and holds each answer and each state against
 * a model of the law: a right change moves the title by one version, a wrong one changes nothing.
 *
 * @param calls how many changes are sent.
 * @param seed the same seed makes the same choices.
 * @param sender which of the chain's accounts sends; walks at the same time need one each.
 * @throws Error that names seed, call and difference.
 */
export async function walkTitles(
  world: TitleWorld,
  twin: TitleWorld,
  { calls, seed, sender = 0 }: { calls: number; seed: number; sender?: number },
): Promise<Walk> {
  const random = randomOf(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const people = Array.from({ length: 24 }, (_, i) =>
    addressKey(keccak256(zeroPadValue(toBeHex(seed * 100 + i + 1), 32))),
  );
  const byKey = new Map(people.map((person) => [person.key as string, person as Approver]));
  const stranger = addressKey();
  const units: Unit[] = [];
  const used: { name: string; data: string }[] = [];
  const refused: Record<string, number> = {};
  const send = sending(world, sender);
  let moved = 0;

  const holder = (key: string): Approver => byKey.get(key) ?? stranger;
  const ascending = (keys: Iterable<string>) => [...new Set(keys)].sort().map(holder);
  const newOwners = () => {
    const owners = new Set([pick(people), pick(people), pick(people)].slice(0, 1 + Math.floor(random() * 3)));
    return sharesOf([...owners].map((owner) => [owner, BigInt(1 + Math.floor(random() * 5))]));
  };
  const withOwners = (title: Title): Title => {
    const owners = newOwners();
    return { ...title, owners, denominator: owners.reduce((sum, { numerator }) => sum + numerator, 0n) };
  };

  /** A change of a random kind that the law allows on the unit, and what stands after it. */
  function rightChange(): { change: Change; apply: () => void; needs: readonly Unit[] } | undefined {
    const kind = units.length < 4 ? 'open' : pick(kinds);
    const one = units.length > 0 ? pick(units) : undefined;
    if (kind === 'open') {
      if (units.length > 40 && random() < 0.9) return undefined;
      const unit = random32();
      const title = withOwners(titleOf(pick(people)));
      const apply = () => void units.push({ unit, version: 1, title, closed: false });
      return { change: world.open(termsOf(unit, 0), title), apply, needs: [] };
    }
    if (!one) return undefined;
    const { title } = one;
    const terms = termsOf(one.unit, one.version);
    const becomes = (next: Title) => () => {
      one.title = next;
      one.version++;
    };
    const single = (change: Change, next: Title) => ({ change, apply: becomes(next), needs: [one] });
    const owners = title.owners.map(({ key }) => holder(key));
    switch (kind) {
      case 'transfer': {
        const next = withOwners(title);
        const holders = title.mortgages.filter(({ restrictions }) => restrictions & 1);
        const parties = [...ascending(concerned(title, next)), ...holders.map(({ key }) => holder(key))];
        return single(world.transfer(terms, title, next, parties), next);
      }
      case 'setMortgage': {
        if (title.mortgages.length > 3) return undefined;
        const mortgage: Mortgage = mortgageOf(pick(people), Math.floor(random() * 4));
        const asked = title.mortgages.filter(({ restrictions }) => restrictions & 2);
        const parties = [...owners, ...asked.map(({ key }) => holder(key)), holder(mortgage.key)];
        const next = { ...title, mortgages: [...title.mortgages, mortgage] };
        return single(world.setMortgage(terms, title, mortgage, parties), next);
      }
      case 'discharge': {
        const rank = Math.floor(random() * title.mortgages.length);
        const mortgage = title.mortgages[rank];
        if (!mortgage) return undefined;
        const next = { ...title, mortgages: title.mortgages.filter((_, at) => at !== rank) };
        return single(world.discharge(terms, title, rank, holder(mortgage.key)), next);
      }
      case 'correct': {
        const next = { ...withOwners(title), parcel: random32() };
        return single(world.correct(terms, title, next), next);
      }
      case 'freeze': {
        if (random() < 0.5 || title.orders.length > 2) return undefined;
        const order = random32();
        return single(world.freeze(terms, title, order), { ...title, orders: [...title.orders, order] });
      }
      case 'release': {
        if (title.orders.length === 0) return undefined;
        const next = { ...title, orders: title.orders.slice(1) };
        return single(world.release(terms, title, 0), next);
      }
      case 'split': {
        const parts = [random32(), random32()].map((unit) => ({ unit, parcel: random32() }));
        const holders = title.mortgages.map(({ key }) => holder(key));
        const apply = () => {
          close(one);
          for (const { unit, parcel } of parts)
            units.push({ unit, version: 1, title: { ...title, parcel }, closed: false });
        };
        return { change: world.split(terms, title, parts, [...owners, ...holders]), apply, needs: [one] };
      }
      case 'merge': {
        const other = pick(units);
        // Above 32 mortgages a merger is refused for its size, which other tests look at.
        if (other === one || title.mortgages.length + other.title.mortgages.length > 32) return undefined;
        const formers = [one, other].map(({ unit, version, title: state }) => ({
          unit,
          version,
          title: state,
        }));
        const next = { ...withOwners({ ...title, parcel: random32() }), orders: [] };
        const unit = random32();
        const parties = [
          ...formers.flatMap(({ title: { owners: all, mortgages } }) => [...all, ...mortgages]),
          ...next.owners,
        ].map(({ key }) => holder(key));
        const mortgages = formers.flatMap(({ title: state }) => state.mortgages);
        const apply = () => {
          close(one);
          close(other);
          units.push({ unit, version: 1, title: { ...next, mortgages }, closed: false });
        };
        return { change: world.merge(termsOf(unit, 0), formers, next, parties), apply, needs: [one, other] };
      }
    }
  }

  function close(one: Unit): void {
    one.closed = true;
    one.version++;
  }

  /** What makes a right change wrong. Undefined where this fault is none for this change. */
  function spoil(change: Change, fault: (typeof faults)[number]): string | undefined {
    const { name, digest, approvers } = change;
    const args = [...change.args];
    const terms = args[0] as { version: number };
    const approvals = world.approved(change);
    const last = approvals.length - 1;
    const at = Math.floor(random() * approvals.length);
    switch (fault) {
      case 'stale version':
      case 'future version':
        if (fault === 'stale version' && terms.version === 0) return undefined;
        args[0] = { ...terms, version: terms.version + (fault === 'stale version' ? -1 : 1) };
        break;
      case 'other state': {
        if (name === 'open' || name === 'merge') return undefined;
        args[1] = { ...(args[1] as Title), parcel: random32() };
        break;
      }
      case 'approval missing':
        approvals.splice(at, 1);
        break;
      case 'approval of a stranger':
        approvals[at] = stranger.approve(digest);
        break;
      case 'approval twice': {
        const other = (at + 1) % approvals.length;
        if (approvers[at]?.key === approvers[other]?.key) return undefined;
        approvals[at] = approvals[other] as `0x${string}`;
        break;
      }
      case 'one officer for two':
        approvals[last - 1] = approvals[last] as `0x${string}`;
        break;
      case 'officer without role':
        approvals[last] = world.officers.governors[0].approve(digest);
        break;
      case 'deadline over':
        args[0] = { ...terms, deadline: 1 };
        break;
      case 'another register': {
        const elsewhere = twin.digestOf('Mandate', {
          unit: random32(),
          version: 1,
          representative: random32(),
          nonce: random32(),
          deadline: 1,
        });
        approvals[at] = (approvers[at] as Approver).approve(elsewhere);
        break;
      }
      case 'used before':
        return used.length > 0 ? pick(used).data : undefined;
    }
    return encode(world, name, args, approvals);
  }

  async function compare(unit: Unit, call: number): Promise<void> {
    const { version, flags, state } = await world.register.getFunction('recordOf')(unit.unit);
    const law = [unit.version, unit.closed ? 2 : unit.title.orders.length > 0 ? 1 : 0, stateOf(unit.title)];
    const chain = [Number(version), Number(flags), state];
    if (chain[0] !== law[0] || chain[1] !== law[1] || chain[2] !== String(law[2]).slice(0, 56)) {
      throw new Error(`seed ${seed} call ${call}: the register holds ${chain}, by the law it is ${law}`);
    }
  }

  let call = 0;
  while (call < calls) {
    const right = rightChange();
    if (!right) continue;
    call++;
    const { change, apply, needs } = right;
    const blocked = needs.some(
      ({ closed, title }) =>
        closed || (title.orders.length > 0 && !['discharge', 'freeze', 'release'].includes(change.name)),
    );
    const fault = random() < 0.5 ? pick(faults) : undefined;
    const spoilt = fault && spoil(change, fault);
    const data = spoilt ?? encode(world, change.name, change.args, world.approved(change));
    const expected = blocked || spoilt ? 'refused' : 'moves';
    const { refusal } = await send(data, expected);
    if ((refusal !== undefined) !== (expected === 'refused')) {
      const story = `${change.name}${spoilt ? ` (${fault})` : ''}${blocked ? ' (blocked)' : ''}`;
      throw new Error(`seed ${seed} call ${call}: ${story} was ${refusal ? `refused: ${refusal}` : 'taken'}`);
    }
    if (refusal !== undefined) refused[refusal] = (refused[refusal] ?? 0) + 1;
    else {
      apply();
      moved++;
      used.push({ name: change.name, data });
      if (used.length > 200) used.splice(Math.floor(random() * 200), 1);
    }
    for (const unit of needs) await compare(unit, call);
    if (call % 500 === 0) for (const unit of units) await compare(unit, call);
    // Some closed units stay among the others, so that they are tried again.
    const gone = units.findIndex(({ closed }) => closed);
    if (units.length > 60 || (gone >= 0 && random() < 0.4)) units.splice(Math.max(gone, 0), 1);
  }
  for (const unit of units) await compare(unit, call);
  return { calls, moved, refused };
}

/** Whose approval a transfer takes: everybody whose part of the whole, or commitment, is not what it was. */
function concerned(before: Title, after: Title): string[] {
  const part = (title: Title) =>
    new Map(
      title.owners.map(({ key, party, numerator }) => [
        key as string,
        // As a fraction of a number that every denominator here divides.
        `${party} ${(numerator * 720_720n) / title.denominator}`,
      ]),
    );
  const [old, fresh] = [part(before), part(after)];
  return [...old.keys(), ...fresh.keys()].filter((key) => old.get(key) !== fresh.get(key));
}

const encode = (world: TitleWorld, name: string, args: readonly unknown[], approvals: readonly string[]) =>
  world.register.interface.encodeFunctionData(name, [...args, approvals]);

/** What is to move is sent, what is to be refused is called: a refusal leaves no trace either way. */
function sending(world: TitleWorld, account: number): Send {
  const { register, provider, accounts } = world;
  return async (data, expected) => {
    const request = { from: accounts[account], to: world.address, data, gas: '0x2dc6c0' };
    if (expected === 'moves') {
      const hash = await provider.send('eth_sendTransaction', [request]);
      // Mined at once; a walk of several beside one another may have to ask again.
      for (let attempt = 0; attempt < 2_000; attempt++) {
        const receipt = await provider.send('eth_getTransactionReceipt', [hash]);
        if (receipt) return Number(receipt.status) === 1 ? {} : { refusal: `transaction ${hash}` };
      }
      throw new Error(`transaction ${hash} is not mined`);
    }
    try {
      await provider.send('eth_call', [request, 'latest']);
      return {};
    } catch (error) {
      const { error: answer } = (error as { info?: { error?: { data?: string } } }).info ?? {};
      if (!answer?.data) throw error;
      return { refusal: register.interface.parseError(answer.data)?.name ?? answer.data };
    }
  };
}

/** Mulberry32: small, seeded, good enough to make choices. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
