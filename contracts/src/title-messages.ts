/** The EIP-712 messages of the title register, field by field as `TitleRegister.sol` hashes them. */

/** 32 bytes as 0x hex. */
export type Bytes32 = `0x${string}`;

/** One owner's share (LADM LA_Right). */
export type Share = { readonly key: Bytes32; readonly party: Bytes32; readonly numerator: bigint };

/** A mortgage; `restrictions`: 1 a transfer, 2 a further mortgage needs the holder. */
export type Mortgage = {
  readonly key: Bytes32;
  readonly party: Bytes32;
  readonly claim: Bytes32;
  readonly restrictions: number;
};

/** The state of a unit (LADM BAUnit). Owners ascend by key; their numerators add up to the denominator. */
export type Title = {
  readonly parcel: Bytes32;
  readonly denominator: bigint;
  readonly owners: readonly Share[];
  readonly mortgages: readonly Mortgage[];
  readonly orders: readonly Bytes32[];
};

/** What every change names; `deadline` in seconds since 1970. */
export type Terms = {
  readonly unit: Bytes32;
  readonly version: number;
  readonly nonce: Bytes32;
  readonly deadline: number;
};

type Field = { readonly name: string; readonly type: string };
const fields = (text: string): Field[] =>
  text.split(',').map((field) => {
    const [type = '', name = ''] = field.split(' ');
    return { name, type };
  });

const title = {
  Share: fields('bytes32 key,bytes32 party,uint64 numerator'),
  Mortgage: fields('bytes32 key,bytes32 party,bytes32 claim,uint8 restrictions'),
  Title: fields('bytes32 parcel,uint64 denominator,Share[] owners,Mortgage[] mortgages,bytes32[] orders'),
};
const change = fields('bytes32 unit,uint32 version,Title before,Title after,bytes32 nonce,uint48 deadline');

/** EIP-712 types by primary type, with all that each refers to. */
export const titleMessages = {
  Title: title,
  Open: { Open: fields('bytes32 unit,Title title,bytes32 nonce,uint48 deadline'), ...title },
  Transfer: { Transfer: change, ...title },
  SetMortgage: { SetMortgage: change, ...title },
  Discharge: { Discharge: change, ...title },
  Correct: { Correct: change, ...title },
  Freeze: { Freeze: change, ...title },
  Release: { Release: change, ...title },
  Split: {
    Split: fields('bytes32 unit,uint32 version,Title before,Part[] parts,bytes32 nonce,uint48 deadline'),
    Part: fields('bytes32 unit,bytes32 parcel'),
    ...title,
  },
  Merge: {
    Merge: fields('Former[] formers,bytes32 unit,Title after,bytes32 nonce,uint48 deadline'),
    Former: fields('bytes32 unit,uint32 version,Title title'),
    ...title,
  },
  Mandate: {
    Mandate: fields('bytes32 unit,uint32 version,bytes32 representative,bytes32 nonce,uint48 deadline'),
  },
  Appoint: { Appoint: fields('bytes32 key,uint8 roles,uint32 version,uint48 deadline') },
  HandOver: { HandOver: fields('address successor,uint32 version,uint48 deadline') },
} satisfies Record<string, Record<string, Field[]>>;

export type TitleMessage = keyof typeof titleMessages;

/** The EIP-712 domain of a title register. */
export function titleDomain(chainId: number | bigint, verifyingContract: string) {
  return { name: 'XinluTitleRegister', version: '1', chainId, verifyingContract };
}

/** Roles of officers, as bits. */
export const officerRoles = { registrar: 1, court: 2, supervisor: 4, governor: 8 } as const;

const hex = (value: string) => value.replace(/^0x/, '');
const twoBytes = (value: string) => (hex(value).length / 2).toString(16).padStart(4, '0');

/** An approval by an Ethereum address: secp256k1, or ERC-1271 where a contract stands there. */
export function approvalOfAddress(address: string, signature: string): `0x${string}` {
  return `0x00${hex(address).toLowerCase()}${hex(signature)}`;
}

/** An approval by an ERC-7913 signer (address of the verifier, then the key). */
export function approvalOfSigner(signer: string, signature: string): `0x${string}` {
  return `0x01${twoBytes(signer)}${hex(signer)}${hex(signature)}`;
}

/** An approval by a representative, with the party's own approval of the mandate. */
export function approvalByMandate(mandate: string, representative: string): `0x${string}` {
  return `0x02${twoBytes(mandate)}${hex(mandate)}${hex(representative)}`;
}
