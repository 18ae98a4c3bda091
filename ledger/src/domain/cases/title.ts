import type { Bytes32, Mortgage, Share, Terms, Title } from '@xinlu/contracts';
import { type Static, Type } from 'typebox';

/** 32 bytes as 0x hex, in small letters. */
export const Hash = Type.String({ pattern: '^0x[0-9a-f]{64}$' });
/** A whole number above zero that fits 64 bits. */
export const Part = Type.String({ pattern: '^[1-9][0-9]{0,17}$' });

/** A title's state as JSON carries it: numbers of 64 bits as decimal text. */
export const TitleJson = Type.Object(
  {
    parcel: Hash,
    denominator: Part,
    owners: Type.Array(
      Type.Object({ key: Hash, party: Hash, numerator: Part }, { additionalProperties: false }),
      { minItems: 1, maxItems: 256 },
    ),
    mortgages: Type.Array(
      Type.Object(
        { key: Hash, party: Hash, claim: Hash, restrictions: Type.Integer({ minimum: 0, maximum: 3 }) },
        { additionalProperties: false },
      ),
      { maxItems: 32 },
    ),
    orders: Type.Array(Hash, { maxItems: 32 }),
  },
  { additionalProperties: false },
);
export type TitleJson = Static<typeof TitleJson>;

export function titleOf(json: TitleJson): Title {
  return {
    parcel: json.parcel as Bytes32,
    denominator: BigInt(json.denominator),
    owners: json.owners.map((owner) => ({ ...owner, numerator: BigInt(owner.numerator) }) as Share),
    mortgages: json.mortgages as Mortgage[],
    orders: json.orders as Bytes32[],
  };
}

/** What a case asks of the register: one of its functions, the state before and after, and whose approval it takes. */
export type TitleChange = {
  readonly kind: 'open' | 'transfer' | 'setMortgage' | 'discharge';
  readonly terms: Terms;
  /** Undefined where a unit is opened. */
  readonly before: TitleJson | undefined;
  readonly after: TitleJson;
  /** Of a discharge: which mortgage, from 0. */
  readonly rank?: number;
  /** Keys of the parties, in the order of the register. */
  readonly parties: readonly string[];
};

/** Where a unit stands on the chain; version 0 if it was never opened. */
export type TitleRecord = {
  readonly version: number;
  readonly frozen: boolean;
  readonly closed: boolean;
  /** 27 bytes as 0x hex */
  readonly state: string;
};

/** The title register. What it answers is the chain's word of now: a reorganisation may take it back until it is final. */
export type TitleRegister = {
  record(unit: string): Promise<TitleRecord>;
  /** As `record`, but of the chain's final block, which no reorganisation takes back. */
  finalRecord(unit: string): Promise<TitleRecord>;
  /** Where the change of this case (its nonce) stands on the chain; undefined if nowhere. */
  registration(unit: string, nonce: string): Promise<{ transaction: string; final: boolean } | undefined>;
  /** Whether a transaction still waits to be included. */
  isPending(transaction: string): Promise<boolean>;
  /** The 27 bytes of a state. */
  stateOf(title: TitleJson): string;
  /** The EIP-712 digest that all approve, 0x hex. */
  digestOf(change: TitleChange): string;
  /** The key for which this approves, be it by a representative. Undefined if its signature does not hold. */
  approver(change: TitleChange, approval: string): Promise<string | undefined>;
  /** The registrar who approves. Undefined if it is none. */
  registrar(change: TitleChange, approval: string): Promise<string | undefined>;
  /**
   * Sends the change; it may be sent again without harm, for it names the version that it changes. Answers the
   * transaction. Refusal `title-refused` with the register's error in `extra` if the register would not take it.
   */
  send(change: TitleChange, approvals: readonly string[]): Promise<string>;
};
