import { type Adapter, type AdapterPayload, type ClientMetadata, errors } from 'oidc-provider';
import type { KeyValue, KeyValueOperation } from '../kv/index.ts';
import { type RequestStore, requestStore } from './request-store.ts';
import type { Tracer } from './traced-ids.ts';

const GRANT_MODELS = new Set([
  'AccessToken',
  'AuthorizationCode',
  'RefreshToken',
  'DeviceCode',
  'BackchannelAuthenticationRequest',
]);
/** What the library saves last before it answers with success: all that was demanded before is decided in this trip. */
const LAST_SAVED = new Set(['AccessToken', 'ClientCredentials', 'PushedAuthorizationRequest', 'Session']);
/** For artefacts that state no lifetime of their own; all of ours do. */
const FALLBACK_SECONDS = 86_400;

const keyOf = (model: string, id: string) => `oidc:${model}:${id}`;
/** A session stands here too, whole: tokens know it by its uid, browsers by its id. */
const ofUid = (uid: string) => `oidc:session-of:${uid}`;
const ofUserCode = (userCode: string) => `oidc:usercode:${userCode}`;
const revoked = (grantId: string) => `oidc:revoked:${grantId}`;

/**
 * oidc-provider's artefacts on the key-value port. What may be used once is consumed by compare-and-set: of parallel
 * redemptions of a code, refresh token or pushed request exactly one goes on, the others get `invalid_grant`. Clients are
 * not stored at all: `findClient` derives them from the participant register at each request.
 */
export class KeyValueAdapter implements Adapter {
  readonly #model: string;
  readonly #kv: KeyValue;
  readonly #findClient: (clientId: string) => ClientMetadata | undefined;
  readonly #tracer: Tracer | undefined;

  constructor(
    model: string,
    kv: KeyValue,
    findClient: (clientId: string) => ClientMetadata | undefined,
    tracer?: Tracer,
  ) {
    this.#model = model;
    this.#kv = kv;
    this.#findClient = findClient;
    this.#tracer = tracer;
  }

  #key = (id: string) => keyOf(this.#model, id);

  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    const store = requestStore(this.#kv);
    const ttl = Math.max(1, Math.ceil(expiresIn ?? FALLBACK_SECONDS));
    const text = JSON.stringify(
      this.#model === 'Interaction' ? await withPushedRequest(store, payload) : payload,
    );
    await store.write(this.#key(id), text, ttl);
    if (this.#model === 'Session' && payload.uid !== undefined)
      await store.write(ofUid(payload.uid), text, ttl);
    if (payload.userCode !== undefined) await store.write(ofUserCode(payload.userCode), id, ttl);
    if (LAST_SAVED.has(this.#model)) await store.settle();
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    if (this.#model === 'Client') return this.#findClient(id) as AdapterPayload | undefined;
    const store = requestStore(this.#kv);
    const trace = GRANT_MODELS.has(this.#model) ? this.#tracer?.open(id) : undefined;
    const [text] = await store.read(
      this.#key(id),
      ...(trace === undefined
        ? []
        : [revoked(trace.grantId), keyOf('Grant', trace.grantId), ofUid(trace.sessionUid)]),
    );
    if (text === undefined) return undefined;
    const payload = JSON.parse(text) as AdapterPayload;
    if (await this.#isRevoked(store, payload)) return undefined;
    if (this.#model === 'Interaction') assumePushedRequest(store, payload);
    return payload;
  }

  async #isRevoked(store: RequestStore, { grantId }: AdapterPayload): Promise<boolean> {
    if (!GRANT_MODELS.has(this.#model) || grantId === undefined) return false;
    const [mark] = await store.read(revoked(grantId));
    return mark !== undefined;
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const [text] = await requestStore(this.#kv).read(ofUid(uid));
    return text === undefined ? undefined : (JSON.parse(text) as AdapterPayload);
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    const [id] = await requestStore(this.#kv).read(ofUserCode(userCode));
    // Looked for in either case: time tells nobody which codes there were.
    const found = await this.find(id ?? 'none');
    return id === undefined ? undefined : found;
  }

  async consume(id: string): Promise<void> {
    const store = requestStore(this.#kv);
    const [text] = await store.read(this.#key(id));
    const payload = text === undefined ? undefined : (JSON.parse(text) as AdapterPayload);
    if (text === undefined || payload === undefined || payload.consumed !== undefined) throw this.#used();
    if (await this.#isRevoked(store, payload)) throw this.#used();
    const now = Math.floor(Date.now() / 1000);
    const operation = {
      kind: 'replace',
      key: this.#key(id),
      expected: text,
      value: JSON.stringify({ ...payload, consumed: now }),
      // Kept until its own expiry, so that a late second use is still recognized as one.
      ttlSeconds: Math.max(1, (payload.exp ?? now + FALLBACK_SECONDS) - now),
    } as const;
    await store.demand(operation, () => this.#used(), this.#endingOf(payload));
  }

  /** Of two who use one code or token at the same moment either may be the thief: what was given for it ends (RFC 9700 4.14.2). */
  #endingOf({ grantId }: AdapterPayload): KeyValueOperation | undefined {
    return grantId === undefined
      ? undefined
      : { kind: 'set', key: revoked(grantId), value: '1', ttlSeconds: LONGEST_GRANT_SECONDS };
  }

  #used(): Error {
    return this.#model === 'PushedAuthorizationRequest'
      ? new errors.InvalidRequestUri('request_uri was already used')
      : new errors.InvalidGrant('already consumed');
  }

  async destroy(id: string): Promise<void> {
    const store = requestStore(this.#kv);
    if (this.#model === 'Session') {
      const [text] = await store.read(this.#key(id));
      const uid = text === undefined ? undefined : (JSON.parse(text) as AdapterPayload).uid;
      if (uid !== undefined) await store.remove(ofUid(uid));
    }
    await store.remove(this.#key(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    const store = requestStore(this.#kv);
    const [mark] = await store.read(revoked(grantId));
    if (mark === undefined) await store.write(revoked(grantId), '1', LONGEST_GRANT_SECONDS);
  }
}

type WithPushedRequest = Omit<AdapterPayload, 'parJti'> & { parJti?: string | undefined; parText?: string };

/**
 * An interaction carries the record of the pushed request it began with, so that the request need not be read again to be
 * consumed. Whether it is still unused and alive is for the compare-and-set to say.
 */
async function withPushedRequest(store: RequestStore, payload: WithPushedRequest): Promise<AdapterPayload> {
  if (payload.parJti === undefined) return payload;
  const [parText] = await store.read(keyOf('PushedAuthorizationRequest', payload.parJti));
  return parText === undefined ? payload : ({ ...payload, parText } as AdapterPayload);
}

/** Seconds before its expiry from when on a record is not assumed to be still there. */
const EXPIRY_MARGIN = 2;

function assumePushedRequest(store: RequestStore, { parJti, parText }: WithPushedRequest): void {
  if (parJti === undefined || parText === undefined) return;
  const { exp = 0 } = JSON.parse(parText) as AdapterPayload;
  // An expired one is gone, and by that time nothing else can begin with it.
  if (exp > Date.now() / 1000 + EXPIRY_MARGIN)
    store.assume(keyOf('PushedAuthorizationRequest', parJti), parText);
}

/** Whether all tokens of this grant were ended. */
export async function isGrantRevoked(kv: KeyValue, grantId: string): Promise<boolean> {
  return (await kv.get(revoked(grantId))) !== undefined;
}

const LONGEST_GRANT_SECONDS = 400 * 86_400;

/** Ends all tokens of a grant at once: each is checked against this mark whenever it is looked up. */
export async function revokeGrantTokens(kv: KeyValue, grantId: string): Promise<void> {
  await kv.set(revoked(grantId), '1', LONGEST_GRANT_SECONDS);
}
