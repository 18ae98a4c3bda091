import { type Static, Type } from 'typebox';

const Base64url = (length: string) => Type.String({ pattern: `^[\\w-]{${length}}$` });
const Sha256Hex = Type.String({ pattern: '^[0-9a-f]{64}$' });
const strict = { additionalProperties: false } as const;

/** base64 of a DER X.509 certificate. */
const CertificateText = Type.String({ pattern: '^[A-Za-z0-9+/]+={0,2}$', minLength: 100, maxLength: 8192 });

/**
 * How a client proves who it is at our endpoints: `private_key_jwt` (OpenID Connect Core 9) with a registered key, a TLS
 * client certificate (RFC 8705 section 2), a shared secret (RFC 6749 2.3.1) of which the register knows the SHA-256 of its text alone,
 * or not at all (`none`, a public client).
 */
export const ClientAuthentication = Type.Union([
  Type.Object({ method: Type.Literal('private_key_jwt') }, strict),
  Type.Object(
    {
      method: Type.Literal('tls_client_auth'),
      /** RFC 4514 text of the certificate's subject. */
      subjectDn: Type.String({ minLength: 3, maxLength: 500 }),
    },
    strict,
  ),
  Type.Object(
    {
      method: Type.Literal('self_signed_tls_client_auth'),
      certificates: Type.Array(CertificateText, { minItems: 1, maxItems: 5, uniqueItems: true }),
    },
    strict,
  ),
  Type.Object(
    {
      method: Type.Union([Type.Literal('client_secret_basic'), Type.Literal('client_secret_post')]),
      /** Lower-case hex; two while a secret is being changed. The secrets are random, of 256 bits or more. */
      secretSha256: Type.Array(Sha256Hex, { minItems: 1, maxItems: 2, uniqueItems: true }),
    },
    strict,
  ),
  Type.Object({ method: Type.Literal('none') }, strict),
]);
export type ClientAuthentication = Static<typeof ClientAuthentication>;

/** A public key of a client's own choice of algorithm, for its assertions and request objects alone; `kid` as RFC 7638. */
export const ClientKey = Type.Union([
  Type.Object(
    {
      kty: Type.Literal('EC'),
      crv: Type.Literal('P-256'),
      x: Base64url('43'),
      y: Base64url('43'),
      kid: Base64url('43'),
      use: Type.Literal('sig'),
      alg: Type.Literal('ES256'),
    },
    strict,
  ),
  Type.Object(
    {
      kty: Type.Literal('RSA'),
      n: Base64url('342,1366'),
      e: Type.Literal('AQAB'),
      kid: Base64url('43'),
      use: Type.Literal('sig'),
      alg: Type.Literal('PS256'),
    },
    strict,
  ),
  Type.Object(
    {
      kty: Type.Literal('OKP'),
      crv: Type.Literal('Ed25519'),
      x: Base64url('43'),
      kid: Base64url('43'),
      use: Type.Literal('sig'),
      alg: Type.Literal('EdDSA'),
    },
    strict,
  ),
]);
export type ClientKey = Static<typeof ClientKey>;

export const ID_TOKEN_ALGORITHMS = ['ES256', 'PS256', 'EdDSA', 'ML-DSA-44', 'ML-DSA-65'] as const;
export type IdTokenAlgorithm = (typeof ID_TOKEN_ALGORITHMS)[number];

/** What ID tokens can be signed with here: always what FAPI 2.0 section 5.4.1 names, ML-DSA (FIPS 204) where it is turned on. */
export const servedIdTokenAlgorithms = (mlDsa: boolean): readonly IdTokenAlgorithm[] =>
  mlDsa ? ID_TOKEN_ALGORITHMS : ID_TOKEN_ALGORITHMS.filter((alg) => !alg.startsWith('ML-DSA'));

export const EXTRA_GRANTS = ['refresh_token', 'device_code', 'client_credentials'] as const;
export type ExtraGrant = (typeof EXTRA_GRANTS)[number];

const oneOf = <T extends string>(values: readonly T[]) =>
  Type.Union(values.map((value) => Type.Literal(value)));

const HttpUrl = Type.String({ pattern: '^https?://[^\\s#]+$', maxLength: 2048 });

/** What a relying party declares of its OAuth client; whatever is absent has the safe default that `oauthClientOf` names. */
export const OauthClient = Type.Object(
  {
    authentication: Type.Optional(ClientAuthentication),
    /** Keys for assertions and request objects; without them the participant's own signing keys. */
    keys: Type.Optional(Type.Array(ClientKey, { minItems: 1, maxItems: 10 })),
    /** What an access token is bound to: a DPoP key (RFC 9449), the TLS client certificate (RFC 8705), or nothing. */
    senderConstraint: Type.Optional(oneOf(['dpop', 'mtls', 'none'] as const)),
    /** Grants beside the authorization code. */
    grants: Type.Optional(Type.Array(oneOf(EXTRA_GRANTS), { maxItems: 3, uniqueItems: true })),
    /** Authorization requests must be signed request objects, by value (RFC 9101). */
    signedRequestObjects: Type.Optional(Type.Boolean()),
    /** `nonce`: a confidential client may do without PKCE when it sends a nonce (RFC 9700 section 2.1.1). */
    codeProtection: Type.Optional(oneOf(['pkce', 'nonce'] as const)),
    idTokenSignedResponseAlg: Type.Optional(oneOf(ID_TOKEN_ALGORITHMS)),
    /** Resources (RFC 8707) that it may ask access tokens for. */
    resources: Type.Optional(Type.Array(HttpUrl, { maxItems: 20, uniqueItems: true })),
  },
  strict,
);
export type OauthClient = {
  authentication?: ClientAuthentication;
  keys?: ClientKey[];
  senderConstraint?: 'dpop' | 'mtls' | 'none';
  grants?: ExtraGrant[];
  signedRequestObjects?: boolean;
  codeProtection?: 'pkce' | 'nonce';
  idTokenSignedResponseAlg?: IdTokenAlgorithm;
  resources?: string[];
};

/** The same with nothing left open. */
export type DeclaredClient = Required<Omit<OauthClient, 'keys'>> & { keys: readonly ClientKey[] | undefined };

/** A resource server's resource (RFC 8707): its identifier, and what an access token for it looks like. */
export const Resource = Type.Object(
  { identifier: HttpUrl, accessToken: oneOf(['jwt', 'opaque'] as const) },
  strict,
);
export type Resource = { identifier: string; accessToken: 'jwt' | 'opaque' };

/** FAPI 2.0 by default: private_key_jwt and DPoP; a basic party's tokens are bound when it says so. */
export function oauthClientOf(party: { profile: 'fapi2' | 'basic'; client?: OauthClient }): DeclaredClient {
  const { client = {} } = party;
  return {
    authentication: client.authentication ?? { method: 'private_key_jwt' },
    keys: client.keys,
    senderConstraint: client.senderConstraint ?? (party.profile === 'fapi2' ? 'dpop' : 'none'),
    grants: client.grants ?? [],
    signedRequestObjects: client.signedRequestObjects ?? false,
    codeProtection: client.codeProtection ?? 'pkce',
    idTokenSignedResponseAlg: client.idTokenSignedResponseAlg ?? 'ES256',
    resources: client.resources ?? [],
  };
}
