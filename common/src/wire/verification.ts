import { type Static, Type } from 'typebox';
import { parser } from './parse.ts';

const FieldName = Type.String({ pattern: '^[a-z][a-z0-9_]{0,63}$' });

/** What can be tested of a field's value without giving it: by equality, by order (numbers, days), by a beginning. */
export const CheckTest = Type.Union([
  Type.Literal('equals'),
  Type.Literal('one-of'),
  Type.Literal('at-least'),
  Type.Literal('at-most'),
  Type.Literal('on-or-before'),
  Type.Literal('on-or-after'),
  Type.Literal('starts-with'),
]);
export type CheckTest = Static<typeof CheckTest>;

const Check = Type.Object({ field: FieldName, test: CheckTest }, { additionalProperties: false });

/** Of one verification, what everybody on the way may read: the case, the reason, and what is tested of which field. */
export const Verification = Type.Object(
  {
    case_number: Type.String({ minLength: 1, maxLength: 60 }),
    reason: Type.String({ minLength: 4, maxLength: 200 }),
    checks: Type.Array(Check, { minItems: 1, maxItems: 10 }),
  },
  { additionalProperties: false },
);
export type Verification = Static<typeof Verification>;

/** As a relying party sends it: what the fields are tested against is sealed to the provider (a JWE of `SealedChecks`). */
export const SealedVerification = Type.Object(
  { ...Verification.properties, sealed: Type.String({ minLength: 16, maxLength: 16_384 }) },
  { additionalProperties: false },
);
export type SealedVerification = Static<typeof SealedVerification>;

const Scalar = Type.Union([Type.String({ maxLength: 300 }), Type.Number(), Type.Boolean()]);
export const SealedChecks = Type.Array(
  Type.Object(
    {
      field: FieldName,
      test: CheckTest,
      value: Type.Union([Scalar, Type.Array(Scalar, { minItems: 1, maxItems: 20 })]),
    },
    { additionalProperties: false },
  ),
  { minItems: 1, maxItems: 10 },
);
export type SealedCheck = {
  field: string;
  test: CheckTest;
  value: Static<typeof Scalar> | Static<typeof Scalar>[];
};

/** What a provider answers: yes or no to each check, in their order. */
export const Answers = Type.Array(
  Type.Object({ field: FieldName, test: CheckTest, answer: Type.Boolean() }, { additionalProperties: false }),
  { maxItems: 10 },
);
export type Answer = Static<typeof Answers>[number];

export const parseSealedChecks = parser(SealedChecks, 'verification-malformed', 'The sealed checks');
