import { type Static, Type } from 'typebox';
import { parser } from './parse.ts';
import { Id, Timestamp } from './register.ts';
import { StreamedContent } from './stream.ts';
import { Answers, SealedVerification, Verification } from './verification.ts';

const Digest = Type.String({ pattern: '^[\\w-]{43}$', description: 'base64url SHA-256' });
const FieldName = Type.String({ pattern: '^[a-z][a-z0-9_]{0,63}$' });
const Dataset = Type.String({ pattern: '^[a-z0-9-]+\\.[a-z0-9-]+$', maxLength: 100 });
export const IsoDuration = Type.String({ pattern: '^P(?:\\d+[YMWD])+$', maxLength: 20 });

/** One element of `authorization_details` (RFC 9396) of type `mydata`: what a relying party asks of one dataset. */
export const MyDataDetail = Type.Object(
  {
    type: Type.Literal('mydata'),
    purpose: Id,
    dataset: Dataset,
    provider: Id,
    fields: Type.Array(FieldName, { minItems: 1, maxItems: 100, uniqueItems: true }),
    /** Those of `fields` that the citizen may leave out. */
    optional: Type.Optional(Type.Array(FieldName, { maxItems: 100, uniqueItems: true })),
    /** Standing consent until then; absent means once. */
    until: Type.Optional(Timestamp),
    frequency: Type.Optional(
      Type.Object(
        { count: Type.Integer({ minimum: 1, maximum: 10_000 }), period: IsoDuration },
        { additionalProperties: false },
      ),
    ),
    retention: IsoDuration,
    /** Yes or no about the fields in place of their values (電子查驗). */
    verify: Type.Optional(Type.Literal(true)),
  },
  { additionalProperties: false },
);
export type MyDataDetail = Static<typeof MyDataDetail>;

export const GrantedDetail = Type.Object({
  ...MyDataDetail.properties,
  consent_id: Type.String({ format: 'uuid' }),
});
export type GrantedDetail = Static<typeof GrantedDetail>;

/** RP -> gateway. */
export const ReleaseRequest = Type.Object(
  {
    consent_id: Type.String({ format: 'uuid' }),
    datasets: Type.Optional(Type.Array(Dataset, { minItems: 1, maxItems: 20, uniqueItems: true })),
    /** Answers about one dataset in place of its data. */
    verification: Type.Optional(SealedVerification),
    /** One dataset as a stream of records, for what is too large for one document. */
    stream: Type.Optional(Type.Literal(true)),
  },
  { additionalProperties: false },
);
export type ReleaseRequest = Static<typeof ReleaseRequest>;

export const ReleaseResult = Type.Object({
  provider: Id,
  dataset: Dataset,
  access_id: Type.Optional(Type.String({ format: 'uuid' })),
  data: Type.Optional(Type.String()),
  /** The order that was served: its hash is in the provider's signed answer, so neither side can deny the exchange. */
  order: Type.Optional(Type.String()),
  error: Type.Optional(Type.Object({ code: Type.String(), title: Type.String() })),
});
export const ReleaseResponse = Type.Object({
  release_id: Type.String({ format: 'uuid' }),
  consent_id: Type.String({ format: 'uuid' }),
  results: Type.Array(ReleaseResult),
});
export type ReleaseResponse = Static<typeof ReleaseResponse>;

export const ORDER_JWT_TYPE = 'xinlu-order+jwt';
/** The broker's release order: one access, one dataset, one provider. Lives 60 s at most. */
export const OrderClaims = Type.Object(
  {
    iss: Id,
    aud: Id,
    jti: Type.String({ format: 'uuid' }),
    iat: Type.Integer(),
    exp: Type.Integer(),
    consent_id: Type.String({ format: 'uuid' }),
    consent_hash: Digest,
    client_id: Id,
    sub: Type.String({ minLength: 1, maxLength: 255 }),
    dataset: Dataset,
    fields: Type.Array(FieldName, { minItems: 1, maxItems: 100, uniqueItems: true }),
    purpose: Id,
    until: Type.Union([Timestamp, Type.Null()]),
    /** Set: answers only, to these checks. */
    verification: Type.Optional(Verification),
    /** SHA-256 of the RP's `signature` header value and of its body: the order serves that request alone. */
    request_signature_hash: Digest,
    request_body_hash: Digest,
  },
  { additionalProperties: false },
);
export type OrderClaims = Static<typeof OrderClaims>;

/** Gateway -> connector, signed by the broker; carries the RP's own signed request as it came. */
export const ConnectorRequest = Type.Object(
  {
    order: Type.String({ minLength: 16, maxLength: 16_384 }),
    envelope: Type.String({ minLength: 16, maxLength: 16_384 }),
    request: Type.Object(
      {
        method: Type.Literal('POST'),
        url: Type.String({ maxLength: 2048 }),
        headers: Type.Record(Type.String({ pattern: '^[a-z0-9-]+$' }), Type.String({ maxLength: 8192 })),
        body: Type.String({ maxLength: 65_536 }),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);
export type ConnectorRequest = Static<typeof ConnectorRequest>;
export const ConnectorResponse = Type.Object({ data: Type.String({ minLength: 16 }) });

export const DATA_JWT_TYPE = 'xinlu-data+jwt';
/** A provider's answer, signed by it, inside a JWE that the relying party alone can open. */
export const DataClaims = Type.Object({
  iss: Id,
  aud: Id,
  sub: Type.String(),
  iat: Type.Integer(),
  jti: Type.String(),
  order_hash: Digest,
  consent_id: Type.String({ format: 'uuid' }),
  dataset: Dataset,
  data: Type.Record(Type.String(), Type.Unknown()),
  /** To a verification; `data` is empty then. */
  answers: Type.Optional(Answers),
  /** The values follow as a stream of records; `data` is empty then. */
  content: Type.Optional(StreamedContent),
});
export type DataClaims = Static<typeof DataClaims>;

export const RECEIPT_JWT_TYPE = 'xinlu-receipt+jwt';
export const ACCESS_JWT_TYPE = 'xinlu-access+jwt';

export const parseMyDataDetail = parser(
  MyDataDetail,
  'authorization-detail-malformed',
  'The authorization detail',
);
export const parseReleaseResponse = parser(
  ReleaseResponse,
  'gateway-answer-malformed',
  "The gateway's answer",
);
export const parseOrderClaims = parser(OrderClaims, 'order-malformed', 'The release order');
export const parseConnectorResponse = parser(
  ConnectorResponse,
  'provider-answer-malformed',
  "The provider's answer",
);
export const parseDataClaims = parser(DataClaims, 'data-malformed', "The provider's data");
