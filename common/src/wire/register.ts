import { type Static, Type } from 'typebox';
import { OauthClient, Resource } from './oauth-client.ts';
import { parser } from './parse.ts';

export const Id = Type.String({
  pattern: '^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])$',
  description: 'participant id; its OAuth client_id',
});
export const HttpUrl = Type.String({ pattern: '^https?://[^\\s#]+$', maxLength: 2048 });
export const Timestamp = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d{1,9})?(?:Z|[+-]\\d{2}:\\d{2})$',
  description: 'RFC 3339',
});
export const Oid = Type.String({ pattern: '^[0-2](?:\\.(?:0|[1-9]\\d*)){2,}$', maxLength: 128 });
export const Localized = Type.Object(
  {
    'zh-TW': Type.String({ minLength: 1, maxLength: 200 }),
    en: Type.String({ minLength: 1, maxLength: 200 }),
  },
  { additionalProperties: false },
);
export type Localized = Static<typeof Localized>;

export const Role = Type.Union(
  (
    [
      'rp',
      'provider',
      'issuer',
      'submitter',
      'operator',
      'identity-provider',
      'broker',
      'register',
      'civil-registry',
      'counter',
      'certificate-authority',
    ] as const
  ).map((role) => Type.Literal(role)),
);
export type Role =
  | 'rp'
  | 'provider'
  | 'issuer'
  | 'submitter'
  | 'operator'
  | 'identity-provider'
  | 'broker'
  | 'register'
  | 'civil-registry'
  | 'counter'
  | 'certificate-authority';

/** A public P-256 key with its purpose; `kid` is its RFC 7638 thumbprint. Private members are refused by form. */
export const PublicKey = Type.Object(
  {
    kty: Type.Literal('EC'),
    crv: Type.Literal('P-256'),
    x: Type.String({ pattern: '^[\\w-]{43}$' }),
    y: Type.String({ pattern: '^[\\w-]{43}$' }),
    kid: Type.String({ pattern: '^[\\w-]{43}$' }),
    use: Type.Union([Type.Literal('sig'), Type.Literal('enc')]),
    alg: Type.Union([Type.Literal('ES256'), Type.Literal('ECDH-ES+A256KW')]),
  },
  { additionalProperties: false },
);
export type PublicKey = Static<typeof PublicKey>;

export const Acr = Type.Union([Type.Literal('low'), Type.Literal('substantial'), Type.Literal('high')]);
export type Acr = Static<typeof Acr>;
/** From the weakest to the strongest. */
export const ACR_ORDER = ['low', 'substantial', 'high'] as const satisfies readonly Acr[];

const urls = Type.Array(HttpUrl, { maxItems: 20, uniqueItems: true });

/** Who signs in: a person for herself, or somebody for a company or group, or for an agency. */
export const HolderKind = Type.Union([
  Type.Literal('citizen'),
  Type.Literal('organisation'),
  Type.Literal('agency'),
]);
export type HolderKind = Static<typeof HolderKind>;
/** What a party takes that does not say. */
export const DEFAULT_HOLDERS: readonly HolderKind[] = ['citizen'];

/** Why one person may act for another: 法定代理人／監護人, 公司代理人, 代理人. */
export const MandateKind = Type.Union([
  Type.Literal('guardian'),
  Type.Literal('company-agent'),
  Type.Literal('representative'),
]);
export type MandateKind = Static<typeof MandateKind>;

export const MandateKinds = Type.Array(MandateKind, { minItems: 1, maxItems: 3, uniqueItems: true });

/** What a relying party may let one person do for another, as the register has it; the citizen reads the names. */
export const Delegation = Type.Object(
  {
    kinds: MandateKinds,
    actions: Type.Array(Type.Object({ code: Id, name: Localized }, { additionalProperties: false }), {
      minItems: 1,
      maxItems: 50,
    }),
  },
  { additionalProperties: false },
);
export type Delegation = Static<typeof Delegation>;

export const RelyingParty = Type.Object(
  {
    /** Host of the sector identifier: one sector, one pairwise subject (OpenID Connect Core 8.1). */
    sector: Type.String({ pattern: '^[a-z0-9.-]+(?::\\d+)?$', maxLength: 255 }),
    /** None for a party that has no browser to send back: a kiosk (device grant), a machine (client credentials). */
    redirectUris: urls,
    postLogoutRedirectUris: urls,
    backchannelLogoutUri: Type.Optional(HttpUrl),
    profile: Type.Union([Type.Literal('fapi2'), Type.Literal('basic')]),
    minimumAcr: Acr,
    consentRedirectUris: urls,
    /** Ids of the catalogue's purposes that this party may ask for. */
    purposes: Type.Array(Id, { maxItems: 50, uniqueItems: true }),
    /** Whose sign-ins it takes; citizens alone unless told. */
    holders: Type.Optional(Type.Array(HolderKind, { minItems: 1, maxItems: 3, uniqueItems: true })),
    /** Whether it may ask for the scope `organisation`: business number or OID of an organisation or agency. */
    organisationIds: Type.Optional(Type.Boolean()),
    /** Without it, every login is of the person herself. */
    delegation: Type.Optional(Delegation),
    client: Type.Optional(OauthClient),
  },
  { additionalProperties: false },
);
export type RelyingParty = Omit<Static<typeof RelyingParty>, 'client'> & { client?: OauthClient };

export const Provider = Type.Object(
  {
    endpoint: HttpUrl,
    datasets: Type.Array(Type.String({ pattern: '^[a-z0-9.-]+$' }), { minItems: 1, maxItems: 100 }),
  },
  { additionalProperties: false },
);

export const Issuer = Type.Object(
  {
    credentialTypes: Type.Array(Type.String({ minLength: 1, maxLength: 500 }), {
      minItems: 1,
      maxItems: 100,
    }),
  },
  { additionalProperties: false },
);

/** Whose cards an authority issues. A health insurance card is a person's, too, and is worth what its authority says. */
export const CardIdentity = Type.Union([
  Type.Literal('citizen'),
  Type.Literal('health-insured'),
  Type.Literal('organisation'),
  Type.Literal('agency'),
]);
export type CardIdentity = Static<typeof CardIdentity>;

/**
 * An authority whose cards let somebody in. Trust begins at the roots that the identity provider is configured with: an
 * entry whose certificate does not lead to one of them counts for nothing.
 */
export const CertificateAuthority = Type.Object(
  {
    certificate: Type.String({
      pattern: '^[A-Za-z0-9+/]+={0,2}$',
      minLength: 100,
      maxLength: 12_000,
      description: 'the certificate of the authority, base64 DER',
    }),
    identity: CardIdentity,
    /** The most that a card of it is taken for. */
    maximumAcr: Acr,
    /** A card must be under one of these certificate policies. */
    policies: Type.Array(Oid, { minItems: 1, maxItems: 20, uniqueItems: true }),
    /** Where it publishes its revocation lists: each of them must be held and fresh. */
    crls: Type.Array(HttpUrl, { minItems: 1, maxItems: 200, uniqueItems: true }),
    ocsp: Type.Optional(
      Type.Object(
        {
          url: HttpUrl,
          /** Without an answer: refuse the card, or go by the fresh list. An answer that says revoked always counts. */
          whenSilent: Type.Union([Type.Literal('refuse'), Type.Literal('use-list')]),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
export type CertificateAuthority = Static<typeof CertificateAuthority>;

/** A signing key with its dates, in force or not any more. Services go by `keys` alone; papers of years ago need these. */
export const KeyRecord = Type.Object(
  {
    key: PublicKey,
    from: Timestamp,
    until: Type.Optional(Timestamp),
    revoked: Type.Optional(
      Type.Object(
        {
          at: Timestamp,
          /** Its signatures count only for entries of the log before this index. */
          logIndex: Type.Integer({ minimum: 0 }),
          reason: Type.Union([Type.Literal('compromised'), Type.Literal('replaced'), Type.Literal('ceased')]),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
export type KeyRecord = Static<typeof KeyRecord>;

/** Roles and credential types that a participant held for a time and does not hold, or holds otherwise, now. */
export const FormerEntitlement = Type.Object(
  {
    roles: Type.Array(Role, { minItems: 1, maxItems: 11, uniqueItems: true }),
    credentialTypes: Type.Array(Type.String({ minLength: 1, maxLength: 500 }), { maxItems: 100 }),
    from: Timestamp,
    until: Timestamp,
  },
  { additionalProperties: false },
);
export type FormerEntitlement = Omit<Static<typeof FormerEntitlement>, 'roles'> & { roles: Role[] };

/** What a participant was: by it, what it signed then can be judged for as long as anybody keeps a paper. */
export const Past = Type.Object(
  {
    keys: Type.Optional(Type.Array(KeyRecord, { maxItems: 200 })),
    entitlements: Type.Optional(Type.Array(FormerEntitlement, { maxItems: 100 })),
  },
  { additionalProperties: false },
);
export type Past = Omit<Static<typeof Past>, 'entitlements'> & { entitlements?: FormerEntitlement[] };

/** One organisation in the register: who it is, what it may do, with which keys, from when to when. */
export const Participant = Type.Object(
  {
    id: Id,
    name: Localized,
    oid: Oid,
    kind: Type.Union([Type.Literal('government'), Type.Literal('private')]),
    roles: Type.Array(Role, { minItems: 1, maxItems: 11, uniqueItems: true }),
    /** None for who never speaks to us, as a certificate authority. */
    keys: Type.Array(PublicKey, { maxItems: 20 }),
    homepage: HttpUrl,
    relyingParty: Type.Optional(RelyingParty),
    provider: Type.Optional(Provider),
    issuer: Type.Optional(Issuer),
    /** What it serves as a resource server to holders of our access tokens. */
    resources: Type.Optional(Type.Array(Resource, { minItems: 1, maxItems: 20 })),
    certificateAuthority: Type.Optional(CertificateAuthority),
    validFrom: Timestamp,
    validUntil: Type.Optional(Timestamp),
    past: Type.Optional(Past),
  },
  { additionalProperties: false },
);
export type Participant = Omit<
  Static<typeof Participant>,
  'roles' | 'relyingParty' | 'resources' | 'past'
> & {
  roles: Role[];
  relyingParty?: RelyingParty;
  resources?: Resource[];
  past?: Past;
};

export const RegisterSnapshot = Type.Object(
  {
    iss: Type.String({ maxLength: 2048 }),
    version: Type.Integer({ minimum: 1 }),
    iat: Type.Integer({ minimum: 0 }),
    /** base64url SHA-256 of the previous version's JWS text; null for version 1. */
    previous: Type.Union([Type.String({ pattern: '^[\\w-]{43}$' }), Type.Null()]),
    participants: Type.Array(Participant, { maxItems: 10_000 }),
  },
  { additionalProperties: false },
);
export type RegisterSnapshot = Omit<Static<typeof RegisterSnapshot>, 'participants'> & {
  participants: Participant[];
};

export const REGISTER_JWT_TYPE = 'xinlu-register+jwt';

/** What an empty register starts from: the first participants, and operators known by a one-time code's SHA-256 (hex). */
export const Genesis = Type.Object(
  {
    participants: Type.Array(Participant, { minItems: 1, maxItems: 10_000 }),
    operators: Type.Array(
      Type.Object(
        {
          name: Type.String({ minLength: 1, maxLength: 100 }),
          enrolmentCodeSha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
        },
        { additionalProperties: false },
      ),
      { minItems: 2, maxItems: 100 },
    ),
  },
  { additionalProperties: false },
);
export type Genesis = Omit<Static<typeof Genesis>, 'participants'> & { participants: Participant[] };

export const parseParticipant = parser(Participant, 'participant-malformed', 'The participant');
export const parseRegisterSnapshot = parser(RegisterSnapshot, 'register-malformed', 'The register snapshot');
export const parseGenesis = parser(Genesis, 'genesis-malformed', 'The genesis file');
