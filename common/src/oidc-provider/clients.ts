import { randomBytes } from 'node:crypto';
import type { ClientMetadata } from 'oidc-provider';
import type { RegisterView } from '../register/index.ts';
import type { Participant } from '../wire/register.ts';
import { declaredMetadata } from './client-metadata.ts';

/**
 * OAuth client metadata of a participant. Profile `fapi2` (FAPI 2.0 Security Profile): PAR, private_key_jwt, DPoP and
 * ES256 are demanded; `basic` is the plain code flow with PKCE, still by private_key_jwt since the keys are registered.
 */
function clientMetadata(
  participant: Participant,
  redirectUris: string[],
  extra: Partial<ClientMetadata>,
): ClientMetadata | undefined {
  const party = participant.relyingParty;
  if (party === undefined || redirectUris.length === 0) return undefined;
  const fapi = party.profile === 'fapi2';
  return {
    client_id: participant.id,
    client_name: participant.name['zh-TW'],
    'client_name#en': participant.name.en,
    client_uri: participant.homepage,
    redirect_uris: redirectUris,
    post_logout_redirect_uris: party.postLogoutRedirectUris,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    id_token_signed_response_alg: 'ES256',
    subject_type: 'pairwise',
    jwks: { keys: participant.keys.filter((key) => key.use === 'sig') },
    require_pushed_authorization_requests: fapi,
    dpop_bound_access_tokens: fapi,
    ...extra,
  } as ClientMetadata;
}

/** Looks a client up in the newest register: admitted within its poll, gone as soon as it ended. */
export function registeredClients(
  register: () => RegisterView,
  redirectUrisOf: (participant: Participant) => string[],
  extra: (participant: Participant) => Partial<ClientMetadata> = () => ({}),
): (clientId: string) => ClientMetadata | undefined {
  return (clientId) => {
    const participant = register().activeParticipant(clientId);
    return participant === undefined
      ? undefined
      : clientMetadata(participant, redirectUrisOf(participant), extra(participant));
  };
}

/** Looks a client up as the register declares it, with its own way to prove itself, its grants and its algorithms. */
export function declaredClients(
  register: () => RegisterView,
): (clientId: string) => ClientMetadata | undefined {
  // Of this process alone: a client's secret stands nowhere, and nothing public may serve as a symmetric key of ours.
  const placeholder = randomBytes(32).toString('base64url');
  // A participant's entry is one object as long as a version of the register stands.
  const made = new WeakMap<Participant, ClientMetadata | undefined>();
  return (clientId) => {
    const participant = register().activeParticipant(clientId);
    if (participant === undefined) return undefined;
    if (!made.has(participant)) made.set(participant, declaredMetadata(participant, placeholder));
    return made.get(participant);
  };
}
