/** The API's shapes as the console uses them; the server's OpenAPI page is their source. */

export type PublicKey = {
  kty: string;
  crv: string;
  x: string;
  y: string;
  kid: string;
  use: string;
  alg: string;
};

/** A key of a client's own choice of algorithm (EC, RSA or OKP). */
export type ClientKey = { kty: string; kid: string; use: string; alg: string; [member: string]: string };

export type ClientAuthentication =
  | { method: 'private_key_jwt' | 'none' }
  | { method: 'tls_client_auth'; subjectDn: string }
  | { method: 'self_signed_tls_client_auth'; certificates: string[] }
  | { method: 'client_secret_basic' | 'client_secret_post'; secretSha256: string[] };

export type OauthClient = {
  authentication?: ClientAuthentication;
  keys?: ClientKey[];
  senderConstraint?: string;
  grants?: string[];
  signedRequestObjects?: boolean;
  codeProtection?: string;
  idTokenSignedResponseAlg?: string;
  resources?: string[];
};

export type Resource = { identifier: string; accessToken: string };

export type Delegation = {
  kinds: string[];
  actions: { code: string; name: { 'zh-TW': string; en: string } }[];
};

export type RelyingParty = {
  sector: string;
  redirectUris: string[];
  postLogoutRedirectUris: string[];
  backchannelLogoutUri?: string;
  profile: string;
  minimumAcr: string;
  consentRedirectUris: string[];
  purposes: string[];
  client?: OauthClient;
  holders?: string[];
  organisationIds?: boolean;
  delegation?: Delegation;
};

export type CertificateAuthority = {
  certificate: string;
  identity: string;
  maximumAcr: string;
  policies: string[];
  crls: string[];
  ocsp?: { url: string; whenSilent: string };
};

export type Participant = {
  id: string;
  name: { 'zh-TW': string; en: string };
  oid: string;
  kind: string;
  roles: string[];
  keys: PublicKey[];
  homepage: string;
  relyingParty?: RelyingParty;
  provider?: { endpoint: string; datasets: string[] };
  issuer?: { credentialTypes: string[] };
  resources?: Resource[];
  certificateAuthority?: CertificateAuthority;
  validFrom: string;
  validUntil?: string;
  /** Former keys and roles; comes and goes with an application file and is edited there. */
  past?: Record<string, unknown>;
};

export type ParticipantRecord = Participant & { state: 'active' | 'future' | 'ended' };
export type Revision = { version: number; signedAt: string; proposal: string | null; content: Participant };
export type ParticipantWithHistory = ParticipantRecord & { history: Revision[] };

export type Who = { id: string; name: string };

export type ProposalKind =
  | 'participant-add'
  | 'participant-change'
  | 'participant-end'
  | 'operator-add'
  | 'operator-end';

export type Proposal = {
  id: string;
  kind: ProposalKind;
  target: string;
  reason: string;
  before: unknown;
  after: unknown;
  baseVersion: number;
  contentHash: string;
  proposedBy: Who;
  proposedAt: string;
  state: 'open' | 'approved' | 'rejected' | 'withdrawn';
  overtaken: boolean;
  own: boolean;
  decidedBy: Who | null;
  decidedAt: string | null;
  decisionReason: string | null;
  decisionJws: string | null;
  version: number | null;
  enrolmentCode?: string;
};

export type OperatorRecord = {
  id: string;
  name: string;
  state: 'enrolled' | 'appointed' | 'code-expired' | 'ended';
  appointedAt: string;
  enrolledAt: string | null;
  endedAt: string | null;
  codeExpires: string | null;
};

export type AuditRecord = {
  id: number;
  seq: number;
  at: string;
  operatorName: string | null;
  action: string;
  subject: string;
  targetName: Participant['name'] | string | null;
  detail: Record<string, string | number | null>;
  hash: string;
};

export type VersionRecord = {
  id: number;
  version: number;
  hash: string;
  previous: string | null;
  signedAt: string;
  proposal: string | null;
  commitment: string;
  salt: string;
  entry: { id: string; index: number | null } | null;
};

export type SessionInfo = {
  csrfToken: string;
  loggedIn: boolean;
  operator: Who | null;
  registerVersion: number;
  demo: boolean;
  /** What ID tokens can be signed with. */
  idTokenAlgorithms: string[];
};

export type SourceReport<T> = { value: T | null; at: string | null; unreachableSince: string | null };

export type AnchorSummary = {
  size: number;
  state: string;
  transaction: string | null;
  blockNumber: number | null;
};

export type Overview = {
  now: string;
  register: {
    version: number;
    signedAt: string | null;
    entry: { id: string; index: number | null } | null;
    participants: Record<string, number>;
    roles: Record<string, number>;
    openProposals: number;
    operators: number;
  };
  consent: SourceReport<{ consents: Record<string, number>; accesses: Record<string, number> }>;
  ledger: SourceReport<{
    log: { size: number; published: number; pending: number; lagSeconds: number };
    anchor: {
      counts: Record<string, number>;
      newest: AnchorSummary | null;
      newestFinal: AnchorSummary | null;
      fault: string | null;
      chainId: number | null;
      contract: string | null;
    };
  }>;
};

export type Fault = { path: string; code?: string; message: string };
