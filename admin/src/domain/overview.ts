import { parser } from '@xinlu/common/wire';
import { type Static, Type } from 'typebox';

const Count = Type.Integer({ minimum: 0 });
const Counts = Type.Record(Type.String({ pattern: '^[a-zA-Z_-]{1,40}$' }), Count);
const AnchorSummary = Type.Union([
  Type.Object({
    size: Count,
    state: Type.String(),
    transaction: Type.Union([Type.String(), Type.Null()]),
    blockNumber: Type.Union([Count, Type.Null()]),
  }),
  Type.Null(),
]);

/** Consents by state and accesses by outcome: numbers alone, nobody's. */
export const ConsentNumbers = Type.Object({ consents: Counts, accesses: Counts });
export type ConsentNumbers = Static<typeof ConsentNumbers>;

/** The log's size and lag (seconds), and how far its anchors are. */
export const LedgerNumbers = Type.Object({
  log: Type.Object({
    size: Count,
    published: Count,
    pending: Count,
    lagSeconds: Type.Number({ minimum: 0 }),
  }),
  anchor: Type.Object({
    counts: Counts,
    newest: AnchorSummary,
    newestFinal: AnchorSummary,
    fault: Type.Union([Type.String(), Type.Null()]),
    chainId: Type.Union([Count, Type.Null()]),
    contract: Type.Union([Type.String(), Type.Null()]),
  }),
});
export type LedgerNumbers = Static<typeof LedgerNumbers>;

export const parseConsentNumbers = parser(ConsentNumbers, 'consent-answer-malformed', "The broker's answer");
export const parseLedgerNumbers = parser(LedgerNumbers, 'ledger-answer-malformed', "The ledger's answer");
