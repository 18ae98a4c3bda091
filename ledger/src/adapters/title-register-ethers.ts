import { isAppError, refused, retryable } from '@xinlu/common/errors';
import { officerRoles, readContract, type TitleMessage, titleDomain, titleMessages } from '@xinlu/contracts';
import {
  AbiCoder,
  Contract,
  dataSlice,
  getBytes,
  isError,
  type JsonRpcProvider,
  keccak256,
  recoverAddress,
  TypedDataEncoder,
  Wallet,
  zeroPadValue,
} from 'ethers';
import { type TitleChange, type TitleRegister, titleOf } from '../domain/cases/title.ts';

export type TitleSettings = {
  readonly provider: JsonRpcProvider;
  readonly chainId: number;
  readonly contract: string;
  readonly deployedBlock: number;
  /** Of whoever pays for the transactions; it decides nothing. 0x hex. */
  readonly privateKey: string;
};

const messageNames = {
  open: 'Open',
  transfer: 'Transfer',
  setMortgage: 'SetMortgage',
  discharge: 'Discharge',
} as const satisfies Record<TitleChange['kind'], TitleMessage>;

const unopened = { version: 0, frozen: false, closed: false, state: `0x${'0'.repeat(54)}` };

const selector1271 = '0x1626ba7e';
const verify7913 = '0x024ad318';

/** The title register behind an Ethereum JSON-RPC address. */
export function titleRegisterOverEthers(settings: TitleSettings): TitleRegister {
  const { provider, chainId, contract, deployedBlock } = settings;
  const wallet = new Wallet(settings.privateKey, provider);
  const register = new Contract(contract, [...readContract('TitleRegister').abi] as never, wallet);
  const domain = titleDomain(chainId, contract);

  const recordAt = (unit: string, blockTag: 'latest' | 'finalized') =>
    asking(async () => {
      const [version, flags, state] = await register.getFunction('recordOf')(unit, { blockTag });
      const bits = Number(flags);
      return {
        version: Number(version),
        frozen: (bits & 1) > 0,
        closed: (bits & 2) > 0,
        state: String(state),
      };
    });

  function digestOf(change: TitleChange): string {
    const { kind, terms, before, after } = change;
    const states = before ? { before: titleOf(before), after: titleOf(after) } : { title: titleOf(after) };
    const name = messageNames[kind];
    return TypedDataEncoder.hash(domain, titleMessages[name], { ...terms, ...states });
  }

  /** By the three forms that `Approvals.sol` documents. */
  async function approverOf(
    change: TitleChange,
    digest: string,
    approval: string,
  ): Promise<string | undefined> {
    if (!approval.startsWith('0x02')) return signerOf(digest, approval);
    const end = 3 + Number(dataSlice(approval, 1, 3));
    const representative = await signerOf(digest, dataSlice(approval, end));
    if (representative === undefined) return undefined;
    const mandate = TypedDataEncoder.hash(domain, titleMessages.Mandate, { ...change.terms, representative });
    return signerOf(mandate, dataSlice(approval, 3, end));
  }

  async function signerOf(digest: string, approval: string): Promise<string | undefined> {
    if (approval.startsWith('0x00')) {
      const address = dataSlice(approval, 1, 21);
      const signature = dataSlice(approval, 21);
      const key = zeroPadValue(address, 32);
      if (getBytes(signature).length === 65 && recovers(digest, signature, address)) return key;
      const data = AbiCoder.defaultAbiCoder().encode(['bytes32', 'bytes'], [digest, signature]);
      return (await says(address, selector1271, data)) ? key : undefined;
    }
    if (!approval.startsWith('0x01')) return undefined;
    const end = 3 + Number(dataSlice(approval, 1, 3));
    const signer = dataSlice(approval, 3, end);
    if (getBytes(signer).length <= 20) return undefined;
    const data = AbiCoder.defaultAbiCoder().encode(
      ['bytes', 'bytes32', 'bytes'],
      [dataSlice(signer, 20), digest, dataSlice(approval, end)],
    );
    return (await says(dataSlice(signer, 0, 20), verify7913, data)) ? keccak256(signer) : undefined;
  }

  /** Whether a contract stands there and answers a question by its selector, which means yes. */
  const says = (address: string, selector: string, data: string) =>
    asking(async () => {
      if ((await provider.getCode(address)) === '0x') return false;
      try {
        const answer = await provider.call({ to: address, data: `${selector}${data.slice(2)}` });
        return answer === `${selector}${'0'.repeat(56)}`;
      } catch (error) {
        if (isError(error, 'CALL_EXCEPTION')) return false;
        throw error;
      }
    });

  return {
    record: (unit) => recordAt(unit, 'latest'),
    async finalRecord(unit) {
      const code = await asking(() => provider.getCode(contract, 'finalized'));
      // The register itself is younger than the final block: nothing of it is final yet.
      return code === '0x' ? unopened : recordAt(unit, 'finalized');
    },
    stateOf: (title) =>
      TypedDataEncoder.hashStruct('Title', titleMessages.Title, titleOf(title)).slice(0, 56),
    digestOf,
    approver: (change, approval) => malformedIsNone(approverOf(change, digestOf(change), approval)),
    registrar: (change, approval) =>
      malformedIsNone(
        (async () => {
          const key = await signerOf(digestOf(change), approval);
          if (key === undefined) return undefined;
          const roles = await asking(() => register.getFunction('rolesOf')(key));
          return (Number(roles) & officerRoles.registrar) > 0 ? key : undefined;
        })(),
      ),
    registration: (unit, nonce) =>
      asking(async () => {
        const filter = { address: contract, topics: [null, unit, nonce], fromBlock: deployedBlock };
        const [log] = await provider.getLogs(filter);
        if (!log || log.removed) return undefined;
        const final: { number: string } | null = await provider.send('eth_getBlockByNumber', [
          'finalized',
          false,
        ]);
        return {
          transaction: log.transactionHash,
          final: final !== null && Number(final.number) >= log.blockNumber,
        };
      }),
    isPending: (transaction) =>
      asking(async () => {
        const sent = await provider.getTransaction(transaction);
        return sent !== null && sent.blockNumber === null;
      }),
    send: (change, approvals) =>
      asking(async () => {
        const { kind, terms, before, after, rank } = change;
        const state = titleOf(after);
        const args = {
          open: [terms, state],
          transfer: [terms, before && titleOf(before), state.denominator, state.owners],
          setMortgage: [terms, before && titleOf(before), state.mortgages.at(-1)],
          discharge: [terms, before && titleOf(before), rank],
        }[kind];
        const call = register.getFunction(kind);
        try {
          await call.staticCall(...args, approvals);
        } catch (error) {
          const { revert } = error as { revert?: { name: string } | null };
          if (!revert) throw error;
          throw refused('title-refused', 'The title register refuses the change.', {
            status: 409,
            extra: { error: revert.name },
          });
        }
        return (await call(...args, approvals)).hash as string;
      }),
  };
}

function recovers(digest: string, signature: string, address: string): boolean {
  try {
    return recoverAddress(digest, signature).toLowerCase() === address.toLowerCase();
  } catch {
    // Not every 65 bytes are a signature.
    return false;
  }
}

/** What cannot be taken apart is nobody's approval; a chain that is away is not. */
async function malformedIsNone(work: Promise<string | undefined>): Promise<string | undefined> {
  try {
    return (await work)?.toLowerCase();
  } catch (error) {
    if (isError(error, 'BUFFER_OVERRUN') || isError(error, 'INVALID_ARGUMENT')) return undefined;
    throw error;
  }
}

async function asking<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (isAppError(cause)) throw cause;
    throw retryable('chain-away', 'The chain does not answer as expected.', { cause });
  }
}
