import type { Adapter, AdapterPayload } from 'oidc-provider';

/** What the adapter needs of node-redis. */
export type RedisCommands = {
  get(key: string): Promise<string | null>;
  set(key: string, value: string, options: { EX: number }): Promise<unknown>;
  hGetAll(key: string): Promise<Record<string, string>>;
  hSet(key: string, field: string, value: string | number): Promise<unknown>;
  ttl(key: string): Promise<number>;
  del(keys: string | string[]): Promise<unknown>;
  lRange(key: string, from: number, to: number): Promise<string[]>;
  multi(): Batch;
};
type Batch = {
  hSet(key: string, field: string, value: string): Batch;
  set(key: string, value: string, options?: { EX: number }): Batch;
  expire(key: string, seconds: number): Batch;
  rPush(key: string, value: string): Batch;
  exec(): Promise<unknown>;
};

const CONSUMABLE = new Set([
  'AuthorizationCode',
  'RefreshToken',
  'DeviceCode',
  'BackchannelAuthenticationRequest',
  'PushedAuthorizationRequest',
]);
const GRANTABLE = new Set([
  'AccessToken',
  'AuthorizationCode',
  'RefreshToken',
  'DeviceCode',
  'BackchannelAuthenticationRequest',
]);

/** The Redis adapter of oidc-provider's own examples: a hash for what is consumed, else a string; the tokens of a grant in a list. */
export function redisAdapter(redis: RedisCommands, prefix: string): new (name: string) => Adapter {
  return class RedisAdapter implements Adapter {
    readonly #name: string;
    constructor(name: string) {
      this.#name = name;
    }
    #key = (id: string) => `${prefix}:${this.#name}:${id}`;

    async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
      const key = this.#key(id);
      const text = JSON.stringify(payload);
      const grantable = GRANTABLE.has(this.#name) && payload.grantId !== undefined;
      if (!CONSUMABLE.has(this.#name) && !grantable && payload.uid === undefined) {
        await redis.set(key, text, { EX: expiresIn });
        return;
      }
      const batch = redis.multi();
      if (CONSUMABLE.has(this.#name)) batch.hSet(key, 'payload', text).expire(key, expiresIn);
      else batch.set(key, text, { EX: expiresIn });
      if (grantable) {
        const grantKey = `${prefix}:grant:${payload.grantId}`;
        batch.rPush(grantKey, key);
        if ((await redis.ttl(grantKey)) < expiresIn) batch.expire(grantKey, expiresIn);
      }
      if (payload.uid !== undefined) batch.set(`${prefix}:uid:${payload.uid}`, id, { EX: expiresIn });
      await batch.exec();
    }
    async find(id: string): Promise<AdapterPayload | undefined> {
      if (!CONSUMABLE.has(this.#name)) {
        const text = await redis.get(this.#key(id));
        return text === null ? undefined : (JSON.parse(text) as AdapterPayload);
      }
      const { payload, consumed } = await redis.hGetAll(this.#key(id));
      if (payload === undefined) return undefined;
      return {
        ...(JSON.parse(payload) as AdapterPayload),
        ...(consumed === undefined ? {} : { consumed: Number(consumed) }),
      };
    }
    async findByUid(uid: string): Promise<AdapterPayload | undefined> {
      const id = await redis.get(`${prefix}:uid:${uid}`);
      return id === null ? undefined : this.find(id);
    }
    async findByUserCode(): Promise<undefined> {
      return undefined;
    }
    async consume(id: string): Promise<void> {
      await redis.hSet(this.#key(id), 'consumed', Math.floor(Date.now() / 1000));
    }
    async destroy(id: string): Promise<void> {
      await redis.del(this.#key(id));
    }
    async revokeByGrantId(grantId: string): Promise<void> {
      const grantKey = `${prefix}:grant:${grantId}`;
      await redis.del([...(await redis.lRange(grantKey, 0, -1)), grantKey]);
    }
  };
}
