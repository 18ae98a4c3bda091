import type { ClientAuthentication, ClientKey, OauthClient, Participant, Resource } from '../wire.ts';
import { toLines, toText } from './lines.ts';

export const AUTHENTICATION_METHODS = [
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
  'client_secret_basic',
  'client_secret_post',
  'none',
] as const;
export const EXTRA_GRANTS = ['refresh_token', 'device_code', 'client_credentials'] as const;

/** The OAuth client of a party as it is being typed; an empty choice is the profile's own. */
export type ClientDraft = {
  authentication: string;
  subjectDn: string;
  certificates: string;
  secretSha256: string;
  clientKeys: ClientKey[];
  senderConstraint: string;
  grants: string[];
  signedRequestObjects: string;
  codeProtection: string;
  idTokenSignedResponseAlg: string;
  clientResources: string;
  jwtResources: string;
  opaqueResources: string;
};

export const emptyClientDraft: ClientDraft = {
  authentication: '',
  subjectDn: '',
  certificates: '',
  secretSha256: '',
  clientKeys: [],
  senderConstraint: '',
  grants: [],
  signedRequestObjects: '',
  codeProtection: '',
  idTokenSignedResponseAlg: '',
  clientResources: '',
  jwtResources: '',
  opaqueResources: '',
};

/** Certificates in PEM, or the base64 inside, one a line. */
export function certificatesIn(text: string): string[] {
  const blocks = [...text.matchAll(/-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/g)];
  if (blocks.length === 0) return toLines(text);
  return [...new Set(blocks.map(([, body = '']) => body.replace(/\s+/g, '')))];
}

export function clientDraftOf(participant: Participant): ClientDraft {
  const client = participant.relyingParty?.client ?? {};
  const { authentication } = client;
  const resources = (kind: string) =>
    toText(participant.resources?.filter((one) => one.accessToken === kind).map((one) => one.identifier));
  return {
    authentication: authentication?.method ?? '',
    subjectDn: authentication !== undefined && 'subjectDn' in authentication ? authentication.subjectDn : '',
    certificates: toText(
      authentication !== undefined && 'certificates' in authentication ? authentication.certificates : [],
    ),
    secretSha256: toText(
      authentication !== undefined && 'secretSha256' in authentication ? authentication.secretSha256 : [],
    ),
    clientKeys: client.keys ?? [],
    senderConstraint: client.senderConstraint ?? '',
    grants: client.grants ?? [],
    signedRequestObjects:
      client.signedRequestObjects === undefined ? '' : String(client.signedRequestObjects),
    codeProtection: client.codeProtection ?? '',
    idTokenSignedResponseAlg: client.idTokenSignedResponseAlg ?? '',
    clientResources: toText(client.resources),
    jwtResources: resources('jwt'),
    opaqueResources: resources('opaque'),
  };
}

function authenticationOf(draft: ClientDraft): ClientAuthentication | undefined {
  switch (draft.authentication) {
    case 'private_key_jwt':
    case 'none':
      return { method: draft.authentication };
    case 'tls_client_auth':
      return { method: draft.authentication, subjectDn: draft.subjectDn.trim() };
    case 'self_signed_tls_client_auth':
      return { method: draft.authentication, certificates: certificatesIn(draft.certificates) };
    case 'client_secret_basic':
    case 'client_secret_post':
      return { method: draft.authentication, secretSha256: toLines(draft.secretSha256) };
    default:
      return undefined;
  }
}

/** The declared client; undefined when all of it is left to the profile. */
export function clientOf(draft: ClientDraft): OauthClient | undefined {
  const authentication = authenticationOf(draft);
  const resources = toLines(draft.clientResources);
  const client: OauthClient = {
    ...(authentication === undefined ? {} : { authentication }),
    ...(draft.clientKeys.length === 0 ? {} : { keys: draft.clientKeys }),
    ...(draft.senderConstraint === '' ? {} : { senderConstraint: draft.senderConstraint }),
    ...(draft.grants.length === 0
      ? {}
      : { grants: EXTRA_GRANTS.filter((one) => draft.grants.includes(one)) }),
    ...(draft.signedRequestObjects === ''
      ? {}
      : { signedRequestObjects: draft.signedRequestObjects === 'true' }),
    ...(draft.codeProtection === '' ? {} : { codeProtection: draft.codeProtection }),
    ...(draft.idTokenSignedResponseAlg === ''
      ? {}
      : { idTokenSignedResponseAlg: draft.idTokenSignedResponseAlg }),
    ...(resources.length === 0 ? {} : { resources }),
  };
  return Object.keys(client).length === 0 ? undefined : client;
}

export function resourcesOf(draft: ClientDraft): Resource[] {
  const kind = (text: string, accessToken: string) =>
    toLines(text).map((identifier) => ({ identifier, accessToken }));
  return [...kind(draft.jwtResources, 'jwt'), ...kind(draft.opaqueResources, 'opaque')];
}

export const CLIENT_FIELDS: readonly [prefix: string, field: keyof ClientDraft][] = [
  ['/relyingParty/client/authentication/subjectDn', 'subjectDn'],
  ['/relyingParty/client/authentication/certificates', 'certificates'],
  ['/relyingParty/client/authentication/secretSha256', 'secretSha256'],
  ['/relyingParty/client/authentication', 'authentication'],
  ['/relyingParty/client/keys', 'clientKeys'],
  ['/relyingParty/client/senderConstraint', 'senderConstraint'],
  ['/relyingParty/client/grants', 'grants'],
  ['/relyingParty/client/signedRequestObjects', 'signedRequestObjects'],
  ['/relyingParty/client/codeProtection', 'codeProtection'],
  ['/relyingParty/client/idTokenSignedResponseAlg', 'idTokenSignedResponseAlg'],
  ['/relyingParty/client/resources', 'clientResources'],
  ['/resources', 'jwtResources'],
];
