import { type Static, Type } from 'typebox';
import { parser } from './parse.ts';
import { Id, Timestamp } from './register.ts';

const Digest = Type.String({ pattern: '^[\\w-]{43}$', description: 'base64url SHA-256' });
const Text = Type.String({ minLength: 1, maxLength: 200 });
/** So that no other document of ours can be taken for one that she signs. */
export const CONSENT_STATEMENT_TYPE = 'xinlu-consent-statement/1';

/**
 * What a citizen signs when she signs a consent: SHA-256 of its canonical form (RFC 8785) is the challenge of her passkey. The
 * identity provider, where her passkeys live, shows what stands here in the open; the rest of what she saw is behind
 * `particulars`, salted, because it is none of the identity provider's business.
 */
export const ConsentStatement = Type.Object(
  {
    type: Type.Literal(CONSENT_STATEMENT_TYPE),
    broker: Id,
    consent_id: Type.String({ format: 'uuid' }),
    /** Who asks, and whose data: the citizen as that party knows her. */
    client_id: Id,
    subject: Type.String({ minLength: 1, maxLength: 255 }),
    purpose: Type.Object(
      { id: Id, version: Type.Integer({ minimum: 1 }), title: Text },
      { additionalProperties: false },
    ),
    datasets: Type.Array(
      Type.Object(
        { id: Type.String({ pattern: '^[a-z0-9-]+\\.[a-z0-9-]+$', maxLength: 100 }), title: Text },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 20 },
    ),
    /** When it ends; null for one use. */
    until: Type.Union([Timestamp, Type.Null()]),
    /** The language of the titles, in which she decided. */
    language: Type.Union([Type.Literal('zh-TW'), Type.Literal('en')]),
    /** Base64url SHA-256 of the canonical `ConsentParticulars`. */
    particulars: Digest,
  },
  { additionalProperties: false },
);
export type ConsentStatement = Static<typeof ConsentStatement>;

/** The rest of what she saw; stands in the receipt, and `salt` keeps the identity provider from guessing it. */
export type ConsentParticulars = {
  salt: string;
  catalogue_version: string;
  data: readonly {
    dataset: string;
    provider: string;
    fields: readonly string[];
    left_out: readonly string[];
    verify: boolean;
  }[];
  frequency: { count: number; period: string } | null;
  retention: string;
};

/** Broker -> IdP, signed: have the person behind this token sign the statement, then send her browser back. */
export const ConfirmationAsked = Type.Object(
  {
    access_token: Type.String({ minLength: 16, maxLength: 4096 }),
    statement: ConsentStatement,
    return_to: Type.String({ format: 'uri', maxLength: 2048 }),
  },
  { additionalProperties: false },
);
export type ConfirmationAsked = Static<typeof ConfirmationAsked>;
/** `url` is where to send her browser; it comes back to `return_to` with `?confirmation=id`. */
export const ConfirmationOpened = Type.Object({
  id: Type.String({ pattern: '^[\\w-]{43}$' }),
  url: Type.String({ minLength: 1, maxLength: 2048 }),
});

/** What the broker gets once her browser is back. */
export const ConfirmationOutcome = Type.Object({
  state: Type.Union([Type.Literal('open'), Type.Literal('signed'), Type.Literal('refused')]),
  confirmation: Type.Optional(Type.String({ minLength: 16, maxLength: 32_768 })),
});

export const CONFIRMATION_JWT_TYPE = 'xinlu-confirmation+jwt';
const Base64url = Type.String({ pattern: '^[\\w-]+$', maxLength: 16_384 });

/**
 * The identity provider's word that the passkey behind `public_key` is hers, with her passkey's assertion (WebAuthn Level 3,
 * section 7.2) over the statement, so that nobody need take the word alone for it. `sub` and `act.sub` are her names at the
 * party that asks: an assertion brings no name to it that it did not have.
 */
export const ConfirmationClaims = Type.Object({
  iss: Type.String(),
  /** The broker that asked. */
  aud: Id,
  jti: Type.String(),
  iat: Type.Integer(),
  /** Whose data it is about. */
  sub: Type.String({ minLength: 1, maxLength: 255 }),
  /** Who signed for her, by a mandate (RFC 8693 section 4.1). */
  act: Type.Optional(Type.Object({ sub: Type.String({ minLength: 1, maxLength: 255 }) })),
  statement_hash: Digest,
  /** What the passkey was worth at that moment. */
  acr: Type.Union([Type.Literal('low'), Type.Literal('substantial'), Type.Literal('high')]),
  webauthn: Type.Object({
    rp_id: Type.String({ minLength: 1, maxLength: 253 }),
    origin: Type.String({ minLength: 1, maxLength: 2048 }),
    credential_id_hash: Digest,
    public_key: Type.Object({
      kty: Type.Union([Type.Literal('EC'), Type.Literal('OKP'), Type.Literal('RSA')]),
      alg: Type.Union([Type.Literal('ES256'), Type.Literal('EdDSA'), Type.Literal('RS256')]),
      crv: Type.Optional(Type.String({ maxLength: 16 })),
      x: Type.Optional(Base64url),
      y: Type.Optional(Base64url),
      n: Type.Optional(Base64url),
      e: Type.Optional(Base64url),
    }),
    authenticator_data: Base64url,
    client_data_json: Base64url,
    signature: Base64url,
  }),
});
export type ConfirmationClaims = Static<typeof ConfirmationClaims>;

export const parseConfirmationOpened = parser(ConfirmationOpened, 'idp-answer-malformed', "The IdP's answer");
export const parseConfirmationOutcome = parser(
  ConfirmationOutcome,
  'idp-answer-malformed',
  "The IdP's answer",
);
export const parseConfirmationClaims = parser(
  ConfirmationClaims,
  'confirmation-malformed',
  'The confirmation',
);
