import type { Participant, PublicKey } from '../wire.ts';

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

/** RFC 7638 section 3. */
async function thumbprint(key: { crv: string; x: string; y: string }): Promise<string> {
  const canonical = JSON.stringify({ crv: key.crv, kty: 'EC', x: key.x, y: key.y });
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
    kid: typeof given === 'string' && given !== '' ? given : await thumbprint({ crv, x, y }),
    use,
    alg: use === 'enc' ? 'ECDH-ES+A256KW' : 'ES256',
  };
}

/** Public keys out of a JWKS, a list of JWKs or one JWK. Private keys are refused before they go anywhere. */
export async function readKeys(text: string): Promise<PublicKey[]> {
  const value = parseJson(text);
  const list = Array.isArray(value)
    ? value
    : isPlain(value) && Array.isArray(value['keys'])
      ? value['keys']
      : [value];
  const jwks = list.filter(isPlain);
  if (jwks.length === 0 || jwks.length !== list.length || !jwks.every((jwk) => 'kty' in jwk))
    throw new KeysFault('no-keys');
  return Promise.all(jwks.map(toPublicKey));
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

function section(value: unknown): Plain | undefined {
  return isPlain(value) ? value : undefined;
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
          },
        }),
    ...(provider === undefined
      ? {}
      : { provider: { endpoint: text(provider['endpoint']), datasets: texts(provider['datasets']) } }),
    ...(issuer === undefined ? {} : { issuer: { credentialTypes: texts(issuer['credentialTypes']) } }),
    validFrom: text(value['validFrom']) || new Date().toISOString(),
    ...(text(value['validUntil']) === '' ? {} : { validUntil: text(value['validUntil']) }),
  };
}
