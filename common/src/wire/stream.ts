import { type Static, Type } from 'typebox';
import { parser } from './parse.ts';
import { Id } from './register.ts';

const Digest = Type.String({ pattern: '^[\\w-]{43}$', description: 'base64url SHA-256' });

/** Most bytes of records in one streamed answer. */
export const LARGEST_STREAM_BYTES = 50 * 1024 * 1024;
/** Most bytes of one record as JSON. */
export const LARGEST_RECORD_BYTES = 1024 * 1024;

/** Says in a provider's signed answer how the records that follow it are encrypted: for the reader of that answer alone. */
export const StreamedContent = Type.Object(
  {
    /** RFC 8188 */
    encoding: Type.Literal('aes128gcm'),
    /** 32 random bytes, base64url. */
    key: Digest,
    /** One record a line, each an object of granted fields. */
    media_type: Type.Literal('application/x-ndjson'),
  },
  { additionalProperties: false },
);
export type StreamedContent = Static<typeof StreamedContent>;

const Jwt = Type.String({ minLength: 16, maxLength: 32_768 });

/** The head frame as the connector sends it. `proof` says, readable by the broker, that this answer is the provider's for this order. */
export const ProviderStreamHead = Type.Object({ data: Jwt, proof: Jwt });
export type ProviderStreamHead = Static<typeof ProviderStreamHead>;

/** The head frame as the gateway sends it on. */
export const StreamHead = Type.Object({
  release_id: Type.String({ format: 'uuid' }),
  consent_id: Type.String({ format: 'uuid' }),
  access_id: Type.String({ format: 'uuid' }),
  provider: Id,
  dataset: Type.String({ maxLength: 100 }),
  order: Jwt,
  data: Jwt,
});
export type StreamHead = Static<typeof StreamHead>;

export const STREAM_HEAD_JWT_TYPE = 'xinlu-stream-head+jwt';
export const StreamHeadClaims = Type.Object({
  iss: Id,
  iat: Type.Integer(),
  order_hash: Digest,
  /** Of `data`, the encrypted answer. */
  data_digest: Digest,
});
export type StreamHeadClaims = Static<typeof StreamHeadClaims>;

export const STREAM_END_JWT_TYPE = 'xinlu-stream-end+jwt';
/** Signed by the provider once all is sent: what exactly it sent on this order, which neither side can deny. */
export const StreamEndClaims = Type.Object({
  iss: Id,
  iat: Type.Integer(),
  order_hash: Digest,
  data_digest: Digest,
  /** Of all content frames' payloads one after another. */
  content_digest: Digest,
  content_bytes: Type.Integer({ minimum: 0 }),
});
export type StreamEndClaims = Static<typeof StreamEndClaims>;

export const StreamFault = Type.Object({
  code: Type.String({ pattern: '^[a-z0-9-]{1,60}$' }),
  title: Type.String({ maxLength: 300 }),
});

const what = 'The streamed answer';
export const parseProviderStreamHead = parser(ProviderStreamHead, 'stream-malformed', what);
export const parseStreamHead = parser(StreamHead, 'stream-malformed', what);
export const parseStreamHeadClaims = parser(StreamHeadClaims, 'stream-malformed', what);
export const parseStreamEndClaims = parser(StreamEndClaims, 'stream-malformed', what);
export const parseStreamFault = parser(StreamFault, 'stream-malformed', what);
