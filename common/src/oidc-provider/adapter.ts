import { type Adapter, type AdapterPayload, type ClientMetadata, errors } from 'oidc-provider';
import type { KeyValue } from '../kv/index.ts';

const GRANT_MODELS = new Set([
  'AccessToken',
  'AuthorizationCode',
  'RefreshToken',
  'DeviceCode',
  'BackchannelAuthenticationRequest',
]);
/** For artefacts that state no lifetime of their own; all of ours do. */
const FALLBACK_SECONDS = 86_400;

type Claimed = { payload: AdapterPayload; text: string };

/**
 * oidc-provider's artefacts on the key-value port. What may be used once is consumed by compare-and-set: of parallel
 * redemptions of a code, refresh token or pushed request exactly one goes on, the others get `invalid_grant`. Clients are
 * not stored at all: `findClient` derives them from the participant register at each request.
 */
export class KeyValueAdapter implements Adapter {
  readonly #model: string;
  readonly #kv: KeyValue;
  readonly #findClient: (clientId: string) => ClientMetadata | undefined;

  constructor(model: string, kv: KeyValue, findClient: (clientId: string) => ClientMetadata | undefined) {
    this.#model = model;
    this.#kv = kv;
    this.#findClient = findClient;
  }

  #key(id: string): string {
    return `oidc:${this.#model}:${id}`;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    const ttl = Math.max(1, Math.ceil(expiresIn ?? FALLBACK_SECONDS));
    await this.#kv.set(this.#key(id), JSON.stringify(payload), ttl);
    if (this.#model === 'Session' && payload.uid !== undefined)
      await this.#kv.set(`oidc:uid:${payload.uid}`, id, ttl);
    if (payload.userCode !== undefined) await this.#kv.set(`oidc:usercode:${payload.userCode}`, id, ttl);
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    if (this.#model === 'Client') return this.#findClient(id) as AdapterPayload | undefined;
    return (await this.#claim(id))?.payload;
  }

  async #claim(id: string): Promise<Claimed | undefined> {
    const text = await this.#kv.get(this.#key(id));
    if (text === undefined) return undefined;
    const payload = JSON.parse(text) as AdapterPayload;
    const grantId = GRANT_MODELS.has(this.#model) ? payload.grantId : undefined;
    if (grantId !== undefined && (await isGrantRevoked(this.#kv, grantId))) return undefined;
    return { payload, text };
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const id = await this.#kv.get(`oidc:uid:${uid}`);
    return id === undefined ? undefined : this.find(id);
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    const id = await this.#kv.get(`oidc:usercode:${userCode}`);
    return id === undefined ? undefined : this.find(id);
  }

  async consume(id: string): Promise<void> {
    const stored = await this.#claim(id);
    if (stored !== undefined && stored.payload.consumed === undefined) {
      const now = Math.floor(Date.now() / 1000);
      const consumed = JSON.stringify({ ...stored.payload, consumed: now });
      // Kept until its own expiry, so that a late second use is still recognized as one.
      const ttl = Math.max(1, (stored.payload.exp ?? now + FALLBACK_SECONDS) - now);
      if (await this.#kv.replace(this.#key(id), stored.text, consumed, ttl)) return;
    }
    throw this.#model === 'PushedAuthorizationRequest'
      ? new errors.InvalidRequestUri('request_uri was already used')
      : new errors.InvalidGrant('already consumed');
  }

  async destroy(id: string): Promise<void> {
    await this.#kv.delete(this.#key(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await revokeGrantTokens(this.#kv, grantId);
  }
}

/** Whether all tokens of this grant were ended. */
export async function isGrantRevoked(kv: KeyValue, grantId: string): Promise<boolean> {
  return (await kv.get(`oidc:revoked:${grantId}`)) !== undefined;
}

const LONGEST_GRANT_SECONDS = 400 * 86_400;

/** Ends all tokens of a grant at once: each is checked against this mark whenever it is looked up. */
export async function revokeGrantTokens(kv: KeyValue, grantId: string): Promise<void> {
  await kv.set(`oidc:revoked:${grantId}`, '1', LONGEST_GRANT_SECONDS);
}
