import { X509Certificate } from 'node:crypto';
import {
  type DeclaredClient,
  type IdTokenAlgorithm,
  oauthClientOf,
  type RelyingParty,
} from '@xinlu/common/wire';
import type { Fault, Rule } from './rule.ts';

/** One demand on how a party's OAuth client is declared: where it stands, under which code, and when it is broken. */
type Demand = {
  at: string;
  code: string;
  message: string;
  broken(client: DeclaredClient, party: RelyingParty): boolean;
};

const FAPI_AUTHENTICATION = new Set(['private_key_jwt', 'tls_client_auth', 'self_signed_tls_client_auth']);
const FAPI_ALGORITHMS = new Set(['ES256', 'PS256', 'EdDSA']);
const fapi = (party: RelyingParty) => party.profile === 'fapi2';
const weaklyAuthenticated = ({ authentication }: DeclaredClient) =>
  !FAPI_AUTHENTICATION.has(authentication.method);

/** FAPI 2.0 Security Profile 5.3 for its parties; for the others what keeps a low-risk client low-risk. */
const DEMANDS: readonly Demand[] = [
  {
    at: 'authentication',
    code: 'fapi-authentication',
    message: 'must be private_key_jwt or a TLS certificate under FAPI 2.0',
    broken: (client, party) => fapi(party) && weaklyAuthenticated(client),
  },
  {
    at: 'senderConstraint',
    code: 'fapi-sender-constraint',
    message: 'must be dpop or mtls under FAPI 2.0',
    broken: (client, party) => fapi(party) && client.senderConstraint === 'none',
  },
  {
    at: 'codeProtection',
    code: 'fapi-pkce',
    message: 'must be pkce under FAPI 2.0',
    broken: (client, party) => fapi(party) && client.codeProtection !== 'pkce',
  },
  {
    at: 'idTokenSignedResponseAlg',
    code: 'fapi-algorithm',
    message: 'must be ES256, PS256 or EdDSA under FAPI 2.0',
    broken: (client, party) => fapi(party) && !FAPI_ALGORITHMS.has(client.idTokenSignedResponseAlg),
  },
  {
    at: 'grants',
    code: 'fapi-device-grant',
    message: 'must not hold device_code under FAPI 2.0',
    broken: (client, party) => fapi(party) && client.grants.includes('device_code'),
  },
  {
    // OpenID Connect Core 8.1: without a redirect address only registered keys tie a client to its sector.
    at: 'grants',
    code: 'device-grant-authentication',
    message: 'hold device_code, which needs private_key_jwt or a registered certificate',
    broken: ({ grants, authentication }) =>
      grants.includes('device_code') &&
      !['private_key_jwt', 'self_signed_tls_client_auth'].includes(authentication.method),
  },
  {
    at: 'grants',
    code: 'public-client-credentials',
    message: 'hold client_credentials, which a public client has none of (RFC 6749 section 4.4)',
    broken: ({ grants, authentication }) =>
      grants.includes('client_credentials') && authentication.method === 'none',
  },
  {
    at: 'codeProtection',
    code: 'public-client-pkce',
    message: 'must be pkce for a public client',
    broken: ({ codeProtection, authentication }) =>
      codeProtection !== 'pkce' && authentication.method === 'none',
  },
  {
    at: 'authentication',
    code: 'weak-client-high-assurance',
    message: 'is too weak for a party whose logins must be of level high',
    broken: (client, party) => party.minimumAcr === 'high' && weaklyAuthenticated(client),
  },
  {
    at: 'authentication',
    code: 'purposes-need-key',
    message: 'must be private_key_jwt for a party that asks for data',
    broken: ({ authentication }, party) =>
      party.purposes.length > 0 && authentication.method !== 'private_key_jwt',
  },
];

function algorithmFaults(client: DeclaredClient, served: readonly IdTokenAlgorithm[]): Fault[] {
  if (served.includes(client.idTokenSignedResponseAlg)) return [];
  const path = '/relyingParty/client/idTokenSignedResponseAlg';
  return [{ path, code: 'algorithm-not-served', message: 'is not turned on at the identity provider' }];
}

function certificateFaults({ authentication }: DeclaredClient): Fault[] {
  if (authentication.method !== 'self_signed_tls_client_auth') return [];
  return authentication.certificates.flatMap((text, index) => {
    try {
      new X509Certificate(Buffer.from(text, 'base64'));
      return [];
    } catch {
      const path = `/relyingParty/client/authentication/certificates/${index}`;
      return [{ path, code: 'certificate-malformed', message: 'is not a certificate' }];
    }
  });
}

function subjectFaults({ authentication }: DeclaredClient): Fault[] {
  if (authentication.method !== 'tls_client_auth') return [];
  if (/^[A-Za-z][A-Za-z0-9-]*=[^=]/.test(authentication.subjectDn)) return [];
  const path = '/relyingParty/client/authentication/subjectDn';
  return [{ path, code: 'subject-malformed', message: 'is not a subject name of RFC 4514' }];
}

function redirectFaults(client: DeclaredClient, party: RelyingParty): Fault[] {
  const withoutBrowser = client.grants.some((grant) => grant !== 'refresh_token');
  if (party.redirectUris.length > 0 || withoutBrowser) return [];
  const path = '/relyingParty/redirectUris';
  return [
    { path, code: 'redirect-missing', message: 'is needed unless the party has a grant without a browser' },
  ];
}

/** How a party proves itself and what its tokens are bound to; a FAPI party cannot be weakened. */
export const checkClient: Rule = ({ relyingParty }, { idTokenAlgorithms }) => {
  if (relyingParty === undefined) return [];
  const client = oauthClientOf(relyingParty);
  const broken = DEMANDS.filter((demand) => demand.broken(client, relyingParty));
  return [
    ...broken.map(({ at, code, message }) => ({ path: `/relyingParty/client/${at}`, code, message })),
    ...algorithmFaults(client, idTokenAlgorithms),
    ...certificateFaults(client),
    ...subjectFaults(client),
    ...redirectFaults(client, relyingParty),
  ];
};
