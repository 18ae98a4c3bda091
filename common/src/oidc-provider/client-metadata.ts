import { createHash, type JsonWebKey, X509Certificate } from 'node:crypto';
import type { ClientMetadata } from 'oidc-provider';
import { MANDATE_DETAIL_TYPE } from '../wire/mandate.ts';
import { type ClientAuthentication, type DeclaredClient, oauthClientOf } from '../wire/oauth-client.ts';
import type { Participant } from '../wire/register.ts';

/** Addresses of our own making, under a name that leads nowhere (RFC 6761): `registerFetch` answers them, no network is asked. */
const REGISTER = 'https://register.invalid';
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

function grantTypes(client: DeclaredClient, withBrowser: boolean): string[] {
  return [
    ...(withBrowser ? ['authorization_code'] : []),
    ...client.grants.map((grant) => (grant === 'device_code' ? DEVICE_GRANT : grant)),
  ];
}

/** A self-signed certificate as the JWK with `x5c` that RFC 8705 section 2.2 matches it by. */
function certificateKey(text: string): JsonWebKey {
  const certificate = new X509Certificate(Buffer.from(text, 'base64'));
  return { ...certificate.publicKey.export({ format: 'jwk' }), use: 'sig', x5c: [text] };
}

/** An Ed25519 key signs under two names, EdDSA and (RFC 9864) Ed25519: it must not name one. */
function underEveryName(key: JsonWebKey): JsonWebKey {
  if (key.kty !== 'OKP') return key;
  const { alg: _one, ...rest } = key;
  return rest;
}

/** The keys that count for a client: of its own, else its participant's, and its registered certificates. */
export function clientJwks(participant: Participant): { keys: JsonWebKey[] } {
  const party = participant.relyingParty;
  const client = party === undefined ? undefined : oauthClientOf(party);
  const own = participant.keys.filter((key) => key.use === 'sig');
  const certificates =
    client?.authentication.method === 'self_signed_tls_client_auth'
      ? client.authentication.certificates.map(certificateKey)
      : [];
  const keys = (client?.keys ?? own) as readonly JsonWebKey[];
  return { keys: [...certificates, ...keys.map(underEveryName)] };
}

function keyMetadata(participant: Participant, client: DeclaredClient): Partial<ClientMetadata> {
  const jwks = clientJwks(participant);
  if (!client.grants.includes('device_code')) return { jwks } as Partial<ClientMetadata>;
  // oidc-provider demands an address for the keys of such a client; that of a changed set is another.
  const digest = createHash('sha256').update(JSON.stringify(jwks)).digest('base64url');
  return { jwks_uri: `${REGISTER}/jwks/${participant.id}/${digest}` };
}

/** `placeholder` stands where the library wants a secret; no secret is known to us, see `compareSecretsByHash`. */
function authenticationMetadata(
  authentication: ClientAuthentication,
  placeholder: string,
): Partial<ClientMetadata> {
  switch (authentication.method) {
    case 'tls_client_auth':
      return {
        token_endpoint_auth_method: 'tls_client_auth',
        tls_client_auth_subject_dn: authentication.subjectDn,
      };
    case 'client_secret_basic':
    case 'client_secret_post':
      return { token_endpoint_auth_method: authentication.method, client_secret: placeholder };
    default:
      return { token_endpoint_auth_method: authentication.method };
  }
}

/**
 * OAuth client metadata of a participant as the register declares it (RFC 7591 names); undefined for one that is no
 * client. A participant that serves resources alone is a client that may only introspect.
 */
export function declaredMetadata(participant: Participant, placeholder: string): ClientMetadata | undefined {
  const party = participant.relyingParty;
  if (party === undefined && participant.resources === undefined) return undefined;
  const client = oauthClientOf(party ?? { profile: 'fapi2' });
  const redirectUris = party?.redirectUris ?? [];
  const fapi = party?.profile !== 'basic';
  return {
    client_id: participant.id,
    client_name: participant.name['zh-TW'],
    client_uri: participant.homepage,
    redirect_uris: redirectUris,
    post_logout_redirect_uris: party?.postLogoutRedirectUris ?? [],
    grant_types: grantTypes(client, redirectUris.length > 0),
    response_types: redirectUris.length > 0 ? ['code'] : [],
    subject_type: 'pairwise',
    sector_identifier_uri: `${REGISTER}/sectors/${party?.sector ?? participant.id}`,
    authorization_details_types: party?.delegation === undefined ? [] : [MANDATE_DETAIL_TYPE],
    ...authenticationMetadata(client.authentication, placeholder),
    ...keyMetadata(participant, client),
    id_token_signed_response_alg: client.idTokenSignedResponseAlg,
    require_signed_request_object: client.signedRequestObjects,
    require_pushed_authorization_requests: fapi,
    dpop_bound_access_tokens: client.senderConstraint === 'dpop',
    tls_client_certificate_bound_access_tokens: client.senderConstraint === 'mtls',
    ...(party?.backchannelLogoutUri === undefined
      ? {}
      : { backchannel_logout_uri: party.backchannelLogoutUri, backchannel_logout_session_required: true }),
  } as ClientMetadata;
}

/**
 * The only fetch that the provider has: it reads keys out of the register under addresses that we made up ourselves, and
 * goes nowhere else, whatever a request or a client names.
 */
export function registerFetch(find: (id: string) => Participant | undefined): typeof fetch {
  return async (input) => {
    const [, id = ''] = new RegExp(`^${REGISTER}/jwks/([^/]+)/`).exec(String(input)) ?? [];
    const participant = find(id);
    if (participant === undefined) throw new Error('nothing is fetched that a request or a client names');
    return Response.json(clientJwks(participant));
  };
}
