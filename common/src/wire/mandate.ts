import { type Static, Type } from 'typebox';
import { parser } from './parse.ts';
import { Id, MandateKind, MandateKinds, Timestamp } from './register.ts';

export const MANDATE_DETAIL_TYPE = 'mandate';

/** What a relying party asks for in `authorization_details` (RFC 9396): somebody who may act for another, in this. */
export const MandateRequest = Type.Object(
  {
    type: Type.Literal(MANDATE_DETAIL_TYPE),
    kinds: MandateKinds,
    actions: Type.Array(Id, { minItems: 1, maxItems: 50, uniqueItems: true }),
  },
  { additionalProperties: false },
);
export type MandateRequest = Static<typeof MandateRequest>;

/**
 * What it is given, in the ID token, in userinfo and at introspection, when the citizen chose to act for another: `sub` is
 * then the one she acts for, `act.sub` (RFC 8693 section 4.1) herself. `identifier` names the mandate in this sector alone.
 */
export const MandateDetail = Type.Object(
  {
    type: Type.Literal(MANDATE_DETAIL_TYPE),
    identifier: Type.String({ pattern: '^[\\w-]{43}$' }),
    kind: MandateKind,
    actions: Type.Array(Id, { minItems: 1, maxItems: 50, uniqueItems: true }),
    /** When it ends by itself; without it, when one of the two or the civil registry says so. */
    until: Type.Optional(Timestamp),
  },
  { additionalProperties: false },
);
export type MandateDetail = Static<typeof MandateDetail>;

export const parseMandateRequest = parser(
  MandateRequest,
  'mandate-request-malformed',
  'The request for a mandate',
);
export const parseMandateDetail = parser(MandateDetail, 'mandate-malformed', 'The mandate');
