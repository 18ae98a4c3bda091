import { type Static, Type } from 'typebox';
import { parser } from './parse.ts';
import { Id, Timestamp } from './register.ts';

const Digest = Type.String({ pattern: '^[\\w-]{43}$', description: 'base64url SHA-256' });

/** Taiwan's national ID 國民身分證統一編號: a letter, 1 or 2, eight digits; the checksum is the IdP's to check. */
export const NationalId = Type.String({ pattern: '^[A-Z][1289A-D]\\d{8}$' });

/** Broker -> IdP, signed: binds one person's identity to one consent, to be enveloped for its providers only. */
export const EnvelopeGrantRequest = Type.Object(
  {
    access_token: Type.String({ minLength: 16, maxLength: 4096 }),
    consent_id: Type.String({ format: 'uuid' }),
    consent_hash: Digest,
    providers: Type.Array(Id, { minItems: 1, maxItems: 20, uniqueItems: true }),
    expires_at: Timestamp,
  },
  { additionalProperties: false },
);
export type EnvelopeGrantRequest = Static<typeof EnvelopeGrantRequest>;
export const EnvelopeGrantResponse = Type.Object({ grant_id: Type.String({ minLength: 1 }) });

/** IdP -> broker: grants of its that live on although the mandate by which somebody consented has ended; some at a time. */
export const EndedEnvelopeGrants = Type.Object({
  grant_ids: Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 1000 }),
});

/** Broker -> IdP, signed: one identity envelope for one release order. */
export const EnvelopeRequest = Type.Object(
  { grant_id: Type.String({ minLength: 1, maxLength: 200 }), provider: Id, order_hash: Digest },
  { additionalProperties: false },
);
export type EnvelopeRequest = Static<typeof EnvelopeRequest>;
export const EnvelopeResponse = Type.Object({ envelope: Type.String({ minLength: 16 }) });

export const ENVELOPE_JWT_TYPE = 'xinlu-envelope+jwt';
/** Inside the envelope, signed by the IdP, encrypted to the provider. Lives 60 s at most. */
export const EnvelopeClaims = Type.Object({
  iss: Type.String(),
  aud: Id,
  jti: Type.String(),
  iat: Type.Integer(),
  exp: Type.Integer(),
  national_id: NationalId,
  consent_hash: Digest,
  order_hash: Digest,
});
export type EnvelopeClaims = Static<typeof EnvelopeClaims>;

/** IdP -> civil registry, signed both ways: did this CA bind this certificate serial to this national ID? */
export const ConfirmationRequest = Type.Object(
  {
    ca: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the issuing CA certificate' }),
    serial: Type.String({ pattern: '^[0-9A-F]{1,64}$' }),
    national_id: NationalId,
  },
  { additionalProperties: false },
);
export type ConfirmationRequest = Static<typeof ConfirmationRequest>;
/** IdP -> civil registry, signed both ways: does the person with this national ID bear this name, as her papers say? */
export const PapersConfirmationRequest = Type.Object(
  { national_id: NationalId, name: Type.String({ minLength: 1, maxLength: 100 }) },
  { additionalProperties: false },
);
export type PapersConfirmationRequest = Static<typeof PapersConfirmationRequest>;
/** To either question. */
export const ConfirmationResponse = Type.Object({
  confirmed: Type.Boolean(),
  state: Type.Optional(Type.Union([Type.Literal('living'), Type.Literal('deceased')])),
});
export type ConfirmationResponse = Static<typeof ConfirmationResponse>;

/** IdP -> civil registry, signed both ways: is the one the parent or guardian of the other? */
export const GuardianshipRequest = Type.Object(
  { guardian_national_id: NationalId, ward_national_id: NationalId },
  { additionalProperties: false },
);
export type GuardianshipRequest = Static<typeof GuardianshipRequest>;
export const GuardianshipResponse = Type.Object({
  confirmed: Type.Boolean(),
  /** Only when confirmed: the ward's name, and when the guardianship ends by law (majority), if that is known. */
  ward_name: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  until: Type.Optional(Timestamp),
});
export type GuardianshipResponse = Static<typeof GuardianshipResponse>;

/**
 * Civil registry -> IdP, signed: a life event of a person, from when on. `living` takes back a death that was recorded by
 * mistake. What is said of one person counts in the order of `at`.
 */
export const CivilNotice = Type.Union([
  Type.Object(
    {
      kind: Type.Union([Type.Literal('deceased'), Type.Literal('living')]),
      national_id: NationalId,
      at: Timestamp,
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      kind: Type.Literal('renamed'),
      national_id: NationalId,
      name: Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' }),
      at: Timestamp,
    },
    { additionalProperties: false },
  ),
]);
export type CivilNotice = Static<typeof CivilNotice>;

export const parseEnvelopeGrantResponse = parser(
  EnvelopeGrantResponse,
  'idp-answer-malformed',
  "The IdP's answer",
);
export const parseEndedEnvelopeGrants = parser(
  EndedEnvelopeGrants,
  'idp-answer-malformed',
  "The IdP's answer",
);
export const parseEnvelopeResponse = parser(EnvelopeResponse, 'idp-answer-malformed', "The IdP's answer");
export const parseEnvelopeClaims = parser(EnvelopeClaims, 'envelope-malformed', 'The identity envelope');
export const parseConfirmationResponse = parser(
  ConfirmationResponse,
  'registry-answer-malformed',
  "The registry's answer",
);
export const parseGuardianshipResponse = parser(
  GuardianshipResponse,
  'registry-answer-malformed',
  "The registry's answer",
);
