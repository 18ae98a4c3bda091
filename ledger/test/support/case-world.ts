import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemIds } from '@xinlu/common/ids';
import { type Database, migrate } from '@xinlu/common/sql';
import { testDatabase } from '@xinlu/common/testing';
import type { JsonRpcProvider } from 'ethers';
import { devKeys } from '../../../contracts/testing/anvil.ts';
import { startTitleChain, type TitleChain } from '../../../contracts/testing/title-chain.ts';
import { type Approver, addressKey, random32 } from '../../../contracts/testing/title-keys.ts';
import { casesInPostgres } from '../../src/adapters/cases-postgres.ts';
import { titleRegisterOverEthers } from '../../src/adapters/title-register-ethers.ts';
import { actOnCase, type CaseCommand } from '../../src/domain/cases/act.ts';
import { applyForCase } from '../../src/domain/cases/apply.ts';
import type { CaseFile } from '../../src/domain/cases/case-file.ts';
import { workOnCases } from '../../src/domain/cases/clockwork.ts';
import { landCases } from '../../src/domain/cases/land-cases.ts';
import type { TitleJson, TitleRegister } from '../../src/domain/cases/title.ts';

export const office = 'land-office';
export const documentsOf = (type: string) =>
  Object.fromEntries((landCases.get(type)?.documents ?? []).map((name) => [name, random32()]));

/** A title of these owners in equal shares, as an application carries it. */
export const titleJson = (...owners: Approver[]): TitleJson => ({
  parcel: random32(),
  denominator: String(owners.length),
  owners: owners
    .map(({ key }) => ({ key, party: random32(), numerator: '1' }))
    .sort((a, b) => (a.key < b.key ? -1 : 1)),
  mortgages: [],
  orders: [],
});

export type CaseWorld = Awaited<ReturnType<typeof newCaseWorld>>;

/**
 * An office with a title register on a chain, and a database. `trouble` changes what the register port does.
 *
 * @param options.workElsewhere the clockwork runs in another process; here is only waited for it
 */
export async function newCaseWorld(options: { workElsewhere?: boolean } = {}) {
  const [chain, database, folder] = await Promise.all([
    startTitleChain(),
    testDatabase(),
    mkdtemp(join(tmpdir(), 'xinlu-cases-')),
  ]);
  await migrate(database, new URL('../../src/migrations/', import.meta.url));
  const { provider, world } = chain;
  const real = titleRegisterOverEthers({
    provider: provider as JsonRpcProvider,
    chainId: 31337,
    contract: world.address,
    deployedBlock: 0,
    privateKey: devKeys[1],
  });
  const state = { trouble: {} as Partial<TitleRegister>, now: new Date() };
  const deps = {
    store: casesInPostgres(database, (name) => landCases.get(name) ?? { documents: [], days: {} }),
    register: new Proxy(real, {
      get: (target, name: keyof TitleRegister) => state.trouble[name] ?? target[name],
    }),
    types: landCases,
    isDeed: async (entry: string) => entry === 'deed',
    now: () => state.now,
    nonce: () => random32(),
  };
  /** Until no case waits for the clockwork any more; what was sent becomes final meanwhile. */
  const wait = async () => {
    for (let i = 0; i < 600; i++) {
      await provider.send('anvil_mine', ['0x8']);
      const left = await database.one(
        "SELECT FROM case_file WHERE stage IN ('checks', 'registration') LIMIT 1",
      );
      if (!left) return 0;
      await sleep(100);
    }
    throw new Error('the clockwork does not come to an end');
  };
  const work = options.workElsewhere ? wait : () => workOnCases(deps);
  const steps = caseSteps({ ...deps, work }, chain, database);
  return { ...chain, ...steps, deps, real, state, database, folder, settings, close };

  /** The environment of a process that works on these cases. */
  async function settings() {
    const file = (name: string) => join(folder, name);
    const verifiers = { p256: world.address, webAuthn: world.address };
    const titles = {
      chainId: 31337,
      contract: world.address,
      manager: world.address,
      verifiers,
      deployedBlock: 0,
    };
    await writeFile(file('titles.json'), JSON.stringify(titles));
    await writeFile(file('key'), devKeys[1]);
    return {
      DATABASE_URL: database.url,
      CHAIN_RPC_URL: chain.url,
      TITLES_FILE: file('titles.json'),
      TITLES_KEY_FILE: file('key'),
    };
  }

  async function close() {
    await chain.stop();
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

type Deps = Parameters<typeof actOnCase>[0] & { work(): Promise<number> };

function caseSteps(deps: Deps, { provider, world }: TitleChain, database: Database) {
  const command = () => ({ id: systemIds.uuid(), hash: systemIds.bytes(32) });
  const act = (id: string, what: CaseCommand, by = command()) => actOnCase(deps, { id, office }, by, what);
  const { work } = deps;
  const read = async (id: string): Promise<CaseFile> => {
    const file = await deps.store.hold(id, office, async (held) => held.file);
    if (!file) throw new Error('no case');
    return file;
  };
  /** Blocks on top, until what was sent is final. */
  const mine = () => provider.send('anvil_mine', ['0x8']);

  async function apply(type: string, unit: string, facts: Record<string, unknown>) {
    const id = systemIds.uuid();
    return applyForCase(deps, office, command(), { id, type, unit, facts });
  }

  /** Joins everybody, files and pays what the type asks, and lets the clockwork check it. */
  async function prepare(file: CaseFile, keys: Readonly<Record<string, Approver>>) {
    const known = (expects?: string) => Object.values(keys).find(({ key }) => key === expects)?.key;
    for (const { slot, expects } of file.slots) {
      const key = keys[slot]?.key ?? known(expects) ?? '';
      await act(file.id, { name: 'join', slot, key, party: random32() });
    }
    await act(file.id, { name: 'file-documents', documents: documentsOf(file.type) });
    if (file.fee > 0) await act(file.id, { name: 'pay', amount: file.fee, reference: 'receipt 1' });
    await work();
    return read(file.id);
  }

  async function approve(id: string, approvers: readonly Approver[]) {
    const { digest = '', change } = await read(id);
    for (const key of change?.parties ?? []) {
      const approver = approvers.find((one) => one.key === key);
      if (approver && !(await read(id)).approvals[key]) {
        await act(id, { name: 'approve', approval: approver.approve(digest) });
      }
    }
    return read(id);
  }

  async function decide(id: string, registrars: readonly Approver[] = world.officers.registrars) {
    const { digest = '' } = await read(id);
    for (const registrar of registrars)
      await act(id, { name: 'decide', approval: registrar.approve(digest) });
    return read(id);
  }

  /** Through the register until it is final. */
  async function register(id: string) {
    await work();
    await mine();
    await work();
    return read(id);
  }

  /** A unit of these owners, by a case of its own. */
  async function openUnit(...owners: Approver[]) {
    const unit = random32();
    const title = titleJson(...owners);
    const file = await apply('first-registration', unit, { title });
    await prepare(file, {});
    await decide(file.id);
    const { stage } = await register(file.id);
    if (stage !== 'deed') throw new Error(`the unit was not opened: ${stage}`);
    return { unit, title };
  }

  /**
   * One title in two cases at once, each approved by everybody and decided, while two processes do the office's work.
   * Answers the cases as they end.
   */
  async function sellTwice() {
    const seller = newKey();
    const buyers = [newKey(), newKey()];
    const { unit } = await openUnit(seller);
    const ids: string[] = [];
    for (const buyer of buyers) {
      const sale = await apply('sale', unit, { denominator: '1', buyers: ['1'] });
      ids.push((await prepare(sale, { 'owner-1': seller, 'buyer-1': buyer })).id);
    }
    await Promise.all(ids.map((id) => approve(id, [seller, ...buyers])));
    await Promise.all(ids.map((id) => decide(id)));
    await Promise.all([work(), work()]);
    await mine();
    await Promise.all([work(), work()]);
    await work();
    return { unit, files: await Promise.all(ids.map(read)) };
  }

  const eventNames = async (id: string) =>
    (
      await database.query<{ name: string }>('SELECT name FROM case_event WHERE case_id = $1 ORDER BY seq', [
        id,
      ])
    ).map(({ name }) => name);

  return {
    act,
    apply,
    sellTwice,
    approve,
    command,
    decide,
    eventNames,
    mine,
    openUnit,
    prepare,
    read,
    register,
    work,
  };
}

export const newKey = () => addressKey();
