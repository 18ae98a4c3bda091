import type { JsonWebKey } from 'node:crypto';
import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
  sign,
} from 'node:crypto';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import type { PartyId } from './parties.ts';
import type { Side } from './sides.ts';

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

export type Answer = { status: number; headers: IncomingHttpHeaders; text: string };

/** One request over a kept connection. */
export function send(
  url: string,
  options: { method?: 'GET' | 'POST'; headers?: Record<string, string>; form?: Record<string, string> } = {},
): Promise<Answer> {
  const body = options.form === undefined ? undefined : new URLSearchParams(options.form).toString();
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      {
        agent,
        method: options.method ?? (body === undefined ? 'GET' : 'POST'),
        headers: {
          ...options.headers,
          ...(body === undefined
            ? {}
            : {
                'content-type': 'application/x-www-form-urlencoded',
                'content-length': Buffer.byteLength(body),
              }),
        },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        );
        incoming.on('error', reject);
      },
    );
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      // The server may end a kept connection at the moment when it is used again.
      if (error.code === 'ECONNRESET' && outgoing.reusedSocket) resolve(send(url, options));
      else reject(error);
    });
    outgoing.end(body);
  });
}

function jws(key: KeyObject, header: object, payload: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${part({ alg: 'ES256', ...header })}.${part(payload)}`;
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

const now = () => Math.floor(Date.now() / 1000);
const VERIFIER = 'v'.repeat(43);
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

/** What a relying party sends, with a key per client and a DPoP key as a browser-less client keeps it. */
export class Party {
  readonly #side: Side;
  readonly id: PartyId;
  readonly #key: KeyObject;
  readonly #kid: string;
  readonly #dpop = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly #dpopJwk: JsonWebKey;

  constructor(side: Side, id: PartyId) {
    this.#side = side;
    this.id = id;
    const jwk = side.clients[id];
    this.#key = createPrivateKey({ key: jwk as JsonWebKey, format: 'jwk' });
    this.#kid = String(jwk.kid);
    this.#dpopJwk = this.#dpop.publicKey.export({ format: 'jwk' });
  }

  auth(): Record<string, string> {
    const [id, seconds] = [this.id, now()];
    return {
      client_id: id,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: jws(
        this.#key,
        { kid: this.#kid },
        { iss: id, sub: id, aud: this.#side.url, jti: randomUUID(), iat: seconds, exp: seconds + 60 },
      ),
    };
  }

  proof(method: 'GET' | 'POST', path: string, accessToken?: string): string {
    return jws(
      this.#dpop.privateKey,
      { typ: 'dpop+jwt', jwk: this.#dpopJwk },
      {
        htm: method,
        htu: `${this.#side.url}${path}`,
        jti: randomUUID(),
        iat: now(),
        ...(accessToken === undefined
          ? {}
          : { ath: createHash('sha256').update(accessToken).digest('base64url') }),
      },
    );
  }

  request(scope = 'openid profile'): Record<string, string> {
    return {
      client_id: this.id,
      response_type: 'code',
      redirect_uri: `https://${this.id}.example/login/callback`,
      scope,
      state: 's',
      nonce: 'n',
      code_challenge: CHALLENGE,
      code_challenge_method: 'S256',
    };
  }

  redemption(code: string): Record<string, string> {
    return {
      ...this.auth(),
      grant_type: 'authorization_code',
      code,
      redirect_uri: `https://${this.id}.example/login/callback`,
      code_verifier: VERIFIER,
    };
  }
}
