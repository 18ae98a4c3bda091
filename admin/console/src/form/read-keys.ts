import type {
  ClientAuthentication,
  ClientKey,
  Delegation,
  OauthClient,
  Participant,
  PublicKey,
} from '../wire.ts';

/** Why a pasted text gives no public keys; worded by `keys_fault.<code>`. */
export class KeysFault extends Error {
  readonly code: 'not-json' | 'no-keys' | 'private-key' | 'other-curve';
  constructor(code: KeysFault['code']) {
    super(code);
    this.code = code;
  }
}

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

type Plain = Record<string, unknown>;

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new KeysFault('not-json');
  }
}

/** RFC 7638 section 3: over the given members in their order, which must be lexicographic. */
async function thumbprint(members: Readonly<Record<string, string>>): Promise<string> {
  const canonical = JSON.stringify(members);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(canonical)));
  return btoa(String.fromCharCode(...digest))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

async function toPublicKey(jwk: Plain): Promise<PublicKey> {
  if (PRIVATE_MEMBERS.some((member) => member in jwk)) throw new KeysFault('private-key');
  const { kty, crv, x, y } = jwk;
  if (kty !== 'EC' || crv !== 'P-256' || typeof x !== 'string' || typeof y !== 'string') {
    throw new KeysFault('other-curve');
  }
  const use = jwk['use'] === 'enc' ? 'enc' : 'sig';
  const given = jwk['kid'];
  return {
    kty,
    crv,
    x,
    y,
    kid: typeof given === 'string' && given !== '' ? given : await thumbprint({ crv, kty, x, y }),
    use,
    alg: use === 'enc' ? 'ECDH-ES+A256KW' : 'ES256',
  };
}

const CLIENT_KEYS: Readonly<Record<string, { alg: string; members: readonly string[] }>> = {
  'EC P-256': { alg: 'ES256', members: ['crv', 'kty', 'x', 'y'] },
  RSA: { alg: 'PS256', members: ['e', 'kty', 'n'] },
  'OKP Ed25519': { alg: 'EdDSA', members: ['crv', 'kty', 'x'] },
};

async function toClientKey(jwk: Plain): Promise<ClientKey> {
  if (PRIVATE_MEMBERS.some((member) => member in jwk)) throw new KeysFault('private-key');
  const { kty, crv } = jwk;
  const kind = CLIENT_KEYS[kty === 'RSA' ? 'RSA' : `${String(kty)} ${String(crv)}`];
  if (kind === undefined) throw new KeysFault('other-curve');
  const members = Object.fromEntries(kind.members.map((name) => [name, text(jwk[name])]));
  const kid = text(jwk['kid']) || (await thumbprint(members));
  return { kty: text(kty), ...members, kid, use: 'sig', alg: kind.alg };
}

/** The same for the keys of a client alone: P-256, RSA (PS256) or Ed25519. */
export async function readClientKeys(text: string): Promise<ClientKey[]> {
  return Promise.all(jwksIn(text).map(toClientKey));
}

/** Public keys out of a JWKS, a list of JWKs or one JWK. Private keys are refused before they go anywhere. */
export async function readKeys(text: string): Promise<PublicKey[]> {
  return Promise.all(jwksIn(text).map(toPublicKey));
}

function jwksIn(text: string): Plain[] {
  const value = parseJson(text);
  const list = Array.isArray(value)
    ? value
    : isPlain(value) && Array.isArray(value['keys'])
      ? value['keys']
      : [value];
  const jwks = list.filter(isPlain);
  if (jwks.length === 0 || jwks.length !== list.length || !jwks.every((jwk) => 'kty' in jwk))
    throw new KeysFault('no-keys');
  return jwks;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

function section(value: unknown): Plain | undefined {
  return isPlain(value) ? value : undefined;
}

/** A declared client as it came; the register judges its form, but a private key goes no further. */
async function clientIn(value: Plain): Promise<OauthClient> {
  const keys = Array.isArray(value['keys']) ? value['keys'] : [];
  const authentication = section(value['authentication']) as ClientAuthentication | undefined;
  return {
    ...(authentication === undefined ? {} : { authentication }),
    ...(keys.length === 0 ? {} : { keys: await readClientKeys(JSON.stringify(keys)) }),
    ...optionalTexts(value, ['senderConstraint', 'codeProtection', 'idTokenSignedResponseAlg']),
    ...(texts(value['grants']).length === 0 ? {} : { grants: texts(value['grants']) }),
    ...(typeof value['signedRequestObjects'] === 'boolean'
      ? { signedRequestObjects: value['signedRequestObjects'] }
      : {}),
    ...(texts(value['resources']).length === 0 ? {} : { resources: texts(value['resources']) }),
  };
}

function optionalTexts(value: Plain, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.filter((name) => text(value[name]) !== '').map((name) => [name, text(value[name])]),
  );
}

function delegationIn(delegation: Record<string, unknown>): Delegation {
  const actions = Array.isArray(delegation['actions']) ? delegation['actions'].filter(isPlain) : [];
  return {
    kinds: texts(delegation['kinds']),
    actions: actions.map(({ code, name }) => {
      const words = section(name);
      return { code: text(code), name: { 'zh-TW': text(words?.['zh-TW']), en: text(words?.['en']) } };
    }),
  };
}

/** An organisation's application: a participant as it wishes to stand, however incomplete; the register judges it. */
export async function readApplication(json: string): Promise<Participant> {
  const value = parseJson(json);
  if (!isPlain(value) || !isPlain(value['name'])) throw new KeysFault('no-keys');
  const keys =
    Array.isArray(value['keys']) && value['keys'].length > 0
      ? await readKeys(JSON.stringify(value['keys']))
      : [];
  const party = section(value['relyingParty']);
  const provider = section(value['provider']);
  const issuer = section(value['issuer']);
  const client = section(party?.['client']);
  const delegation = section(party?.['delegation']);
  const resources = Array.isArray(value['resources']) ? value['resources'].filter(isPlain) : [];
  const authority = section(value['certificateAuthority']);
  const ocsp = section(authority?.['ocsp']);
  return {
    id: text(value['id']),
    name: { 'zh-TW': text(value['name']['zh-TW']), en: text(value['name']['en']) },
    oid: text(value['oid']),
    kind: value['kind'] === 'private' ? 'private' : 'government',
    roles: texts(value['roles']),
    keys,
    homepage: text(value['homepage']),
    ...(party === undefined
      ? {}
      : {
          relyingParty: {
            sector: text(party['sector']),
            redirectUris: texts(party['redirectUris']),
            postLogoutRedirectUris: texts(party['postLogoutRedirectUris']),
            backchannelLogoutUri: text(party['backchannelLogoutUri']),
            profile: party['profile'] === 'basic' ? 'basic' : 'fapi2',
            minimumAcr: text(party['minimumAcr']) || 'substantial',
            consentRedirectUris: texts(party['consentRedirectUris']),
            purposes: texts(party['purposes']),
            ...(client === undefined ? {} : { client: await clientIn(client) }),
            ...(Array.isArray(party['holders']) ? { holders: texts(party['holders']) } : {}),
            ...(party['organisationIds'] === true ? { organisationIds: true } : {}),
            ...(delegation === undefined ? {} : { delegation: delegationIn(delegation) }),
          },
        }),
    ...(provider === undefined
      ? {}
      : { provider: { endpoint: text(provider['endpoint']), datasets: texts(provider['datasets']) } }),
    ...(issuer === undefined ? {} : { issuer: { credentialTypes: texts(issuer['credentialTypes']) } }),
    ...(resources.length === 0
      ? {}
      : {
          resources: resources.map((one) => ({
            identifier: text(one['identifier']),
            accessToken: text(one['accessToken']),
          })),
        }),
    ...(authority === undefined
      ? {}
      : {
          certificateAuthority: {
            certificate: text(authority['certificate']),
            identity: text(authority['identity']) || 'citizen',
            maximumAcr: text(authority['maximumAcr']) || 'substantial',
            policies: texts(authority['policies']),
            crls: texts(authority['crls']),
            ...(ocsp === undefined
              ? {}
              : { ocsp: { url: text(ocsp['url']), whenSilent: text(ocsp['whenSilent']) || 'use-list' } }),
          },
        }),
    validFrom: text(value['validFrom']) || new Date().toISOString(),
    ...(text(value['validUntil']) === '' ? {} : { validUntil: text(value['validUntil']) }),
    ...(isPlain(value['past']) ? { past: value['past'] } : {}),
  };
}
