import { type Static, Type } from 'typebox';
import { parser } from './parse.ts';
import { Id } from './register.ts';

export const EntryType = Type.Union([
  Type.Literal('consent'),
  Type.Literal('access'),
  Type.Literal('credential'),
  Type.Literal('status-list'),
  Type.Literal('register'),
]);
export type EntryType = Static<typeof EntryType>;

const Commitment = Type.String({ pattern: '^[\\w-]{43}$', description: 'base64url of 32 bytes' });

/** Submitter -> ledger, signed. The issuer of the entry is whoever signed. */
export const EntrySubmission = Type.Object(
  { type: EntryType, commitment: Commitment },
  { additionalProperties: false },
);
export type EntrySubmission = Static<typeof EntrySubmission>;

export const EntryReceipt = Type.Object({
  id: Type.String({ format: 'uuid' }),
  index: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
});
export type EntryReceipt = Static<typeof EntryReceipt>;

export const Entry = Type.Object({
  ...EntryReceipt.properties,
  type: EntryType,
  issuer: Id,
  commitment: Commitment,
  state: Type.Union([
    Type.Literal('accepted'),
    Type.Literal('integrated'),
    Type.Literal('anchored'),
    Type.Literal('final'),
  ]),
});
export type Entry = Static<typeof Entry>;

/**
 * The two parts of a `*.xinlu.json` file that come from the ledger, to be put into it as they are: the C2SP tlog-proof
 * as text, and the ledger's signed anchor statement as compact JWS (null until the checkpoint is in a block).
 */
export const EntryEvidence = Type.Object({
  proof: Type.String(),
  anchor: Type.Union([Type.String(), Type.Null()]),
  /** How far the anchor of this proof's checkpoint is. */
  state: Type.Union([
    Type.Literal('integrated'),
    Type.Literal('queued'),
    Type.Literal('sent'),
    Type.Literal('included'),
    Type.Literal('safe'),
    Type.Literal('final'),
  ]),
});
export type EntryEvidence = Static<typeof EntryEvidence>;

export const parseEntryReceipt = parser(EntryReceipt, 'ledger-answer-malformed', "The ledger's answer");
export const parseEntry = parser(Entry, 'ledger-answer-malformed', "The ledger's answer");
export const parseEntryEvidence = parser(EntryEvidence, 'ledger-answer-malformed', "The ledger's answer");
