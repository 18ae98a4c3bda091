import {
  type BaseContract,
  type Contract,
  ContractFactory,
  type ContractTransactionReceipt,
  type JsonRpcProvider,
  type Signer,
  TypedDataEncoder,
  ZeroAddress,
} from 'ethers';
import {
  type Bytes32,
  type Mortgage,
  officerRoles,
  readContract,
  type Share,
  type Terms,
  type Title,
  type TitleMessage,
  titleDomain,
  titleMessages,
} from '../src/index.ts';
import { type Approver, addressKey, random32 } from './title-keys.ts';

/** Deploys a contract of the build. */
export async function deploy(
  signer: Signer,
  name: Parameters<typeof readContract>[0],
  ...args: unknown[]
): Promise<Contract> {
  const { abi, bytecode } = readContract(name);
  const contract: BaseContract = await new ContractFactory([...abi] as never, bytecode, signer).deploy(
    ...args,
  );
  await contract.waitForDeployment();
  return contract as Contract;
}

export type Officers = {
  readonly registrars: readonly [Approver, Approver];
  readonly governors: readonly [Approver, Approver];
  readonly court: Approver;
  readonly supervisor: Approver;
};

export function newOfficers(): Officers {
  return {
    registrars: [addressKey(), addressKey()],
    governors: [addressKey(), addressKey()],
    court: addressKey(),
    supervisor: addressKey(),
  };
}

/** A change as it is sent: the function's name and its arguments without the approvals. */
export type Change = {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly digest: string;
  readonly approvers: readonly Approver[];
};

export type TitleWorld = Awaited<ReturnType<typeof foundRegister>>;

/** A title register on a chain, its officers, and the making of changes for it. */
export async function foundRegister(
  signer: Signer,
  officers: Officers = newOfficers(),
  predecessor: string = ZeroAddress,
) {
  const manager = await deploy(signer, 'AccessManager', await signer.getAddress());
  const seats = [
    ...officers.registrars.map(({ key }) => [key, officerRoles.registrar]),
    ...officers.governors.map(({ key }) => [key, officerRoles.governor]),
    [officers.court.key, officerRoles.court],
    [officers.supervisor.key, officerRoles.supervisor],
  ];
  const register = await deploy(signer, 'TitleRegister', await manager.getAddress(), seats, predecessor);
  const address = await register.getAddress();
  const provider = signer.provider as JsonRpcProvider;
  const { chainId } = await provider.getNetwork();
  const domain = titleDomain(chainId, address);
  const digestOf = (type: TitleMessage, message: Record<string, unknown>) =>
    TypedDataEncoder.hash(domain, titleMessages[type], message);
  const approved = ({ digest, approvers }: Change) => approvers.map((approver) => approver.approve(digest));
  return {
    manager,
    register,
    address,
    provider,
    /** Accounts of a development chain that it signs for itself, other than the one that founded the register. */
    accounts: ((await provider.send('eth_accounts', [])) as string[]).slice(1),
    officers,
    domain,
    digestOf,
    approved,
    /** Sends a change with the approvals of its approvers. */
    async send(change: Change, approvals: readonly string[] = approved(change)) {
      const sent = await register.getFunction(change.name)(...change.args, approvals);
      return (await sent.wait()) as ContractTransactionReceipt;
    },
    /** Name and values of the custom error with which a change is refused; undefined if it is not. */
    async refusal(change: Change, approvals: readonly string[] = approved(change)) {
      return refusalOf(register, change.name, [...change.args, approvals]);
    },
    ...changes(digestOf, officers),
  };
}

/** Name and values of the custom error of a call; undefined if it is not refused. */
export async function refusalOf(contract: Contract, name: string, args: readonly unknown[]) {
  try {
    await contract.getFunction(name).staticCall(...args);
    return undefined;
  } catch (error) {
    const { revert } = error as { revert?: { name: string; args: unknown[] } };
    if (!revert) throw error;
    return [revert.name, ...revert.args];
  }
}

/** EIP-712 hash of a title's state. */
export const stateOf = (title: Title): string =>
  TypedDataEncoder.hashStruct('Title', titleMessages.Title, title);

const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;

/** What a change of version `version` of a unit names. */
export function termsOf(unit: Bytes32, version: number, deadline = inAnHour()): Terms {
  return { unit, version, nonce: random32(), deadline };
}

/** A title of these owners, in equal shares. */
export function titleOf(...owners: readonly Approver[]): Title {
  return {
    parcel: random32(),
    denominator: BigInt(owners.length),
    owners: sharesOf(owners.map((owner) => [owner, 1n])),
    mortgages: [],
    orders: [],
  };
}

export function sharesOf(owners: readonly (readonly [Approver, bigint])[]): Share[] {
  return owners
    .map(([{ key }, numerator]) => ({ key, party: random32(), numerator }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

export const mortgageOf = (bank: Approver, restrictions = 0): Mortgage => ({
  key: bank.key,
  party: random32(),
  claim: random32(),
  restrictions,
});

/** Each change with its message and, in the contract's order, those who must approve it. */
function changes(
  digestOf: (type: TitleMessage, message: Record<string, unknown>) => string,
  { registrars, court, supervisor }: Officers,
) {
  const change = (
    type: TitleMessage,
    name: string,
    { terms, before, after }: { terms: Terms; before: Title; after: Title },
    args: readonly unknown[],
    approvers: readonly Approver[],
  ): Change => ({
    name,
    args: [terms, before, ...args],
    digest: digestOf(type, { ...terms, before, after }),
    approvers,
  });
  return {
    open: (terms: Terms, title: Title): Change => ({
      name: 'open',
      args: [terms, title],
      digest: digestOf('Open', { ...terms, title }),
      approvers: registrars,
    }),
    /** `parties` in the contract's order: owners whose share changes, ascending, then holders. */
    transfer: (terms: Terms, before: Title, after: Title, parties: readonly Approver[]) =>
      change(
        'Transfer',
        'transfer',
        { terms, before, after },
        [after.denominator, after.owners],
        [...parties, ...registrars],
      ),
    setMortgage(terms: Terms, before: Title, mortgage: Mortgage, parties: readonly Approver[]) {
      const after = { ...before, mortgages: [...before.mortgages, mortgage] };
      const approvers = [...parties, ...registrars];
      return change('SetMortgage', 'setMortgage', { terms, before, after }, [mortgage], approvers);
    },
    discharge(terms: Terms, before: Title, rank: number, holder: Approver) {
      const after = { ...before, mortgages: before.mortgages.filter((_, index) => index !== rank) };
      return change('Discharge', 'discharge', { terms, before, after }, [rank], [holder, ...registrars]);
    },
    correct: (terms: Terms, before: Title, after: Title) =>
      change('Correct', 'correct', { terms, before, after }, [after], [supervisor, ...registrars]),
    freeze(terms: Terms, before: Title, order: Bytes32) {
      const after = { ...before, orders: [...before.orders, order] };
      return change('Freeze', 'freeze', { terms, before, after }, [order], [court, registrars[0]]);
    },
    release(terms: Terms, before: Title, index: number) {
      const after = { ...before, orders: before.orders.filter((_, at) => at !== index) };
      return change('Release', 'release', { terms, before, after }, [index], [court, registrars[0]]);
    },
    split: (
      terms: Terms,
      before: Title,
      parts: readonly { unit: Bytes32; parcel: Bytes32 }[],
      parties: readonly Approver[],
    ): Change => ({
      name: 'split',
      args: [terms, before, parts],
      digest: digestOf('Split', { ...terms, before, parts }),
      approvers: [...parties, ...registrars],
    }),
    merge(
      terms: Terms,
      formers: readonly { unit: Bytes32; version: number; title: Title }[],
      to: Pick<Title, 'parcel' | 'denominator' | 'owners'>,
      parties: readonly Approver[],
    ): Change {
      const after = { ...to, mortgages: formers.flatMap(({ title }) => title.mortgages), orders: [] };
      return {
        name: 'merge',
        args: [terms, formers, to.parcel, to.denominator, to.owners],
        digest: digestOf('Merge', {
          formers,
          unit: terms.unit,
          after,
          nonce: terms.nonce,
          deadline: terms.deadline,
        }),
        approvers: [...parties, ...registrars],
      };
    },
  };
}
