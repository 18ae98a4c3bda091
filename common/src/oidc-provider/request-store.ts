import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance } from 'fastify';
import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { errors } from 'oidc-provider';
import type { KeyValue, KeyValueOperation } from '../kv/index.ts';
import { answerUnavailable, isRetryable } from './temporarily-unavailable.ts';

type Demand = {
  operation: KeyValueOperation & { kind: 'setIfAbsent' | 'replace' };
  refusal: () => Error;
  /** Written before the refusal is told. */
  whenRefused?: KeyValueOperation | undefined;
};

/**
 * The key-value store as one request sees it, in as few trips as its decisions allow. What was read is not read again. Writes
 * wait until `settle`, which runs before the answer leaves. A demand (that something be used for the first time) waits for the
 * next trip: nothing read from the store after it is given out, and nothing is answered, before its verdict is there, so it
 * decides as if it had been asked alone. When it refuses, what was written in the same trip stays until it expires: records
 * under random ids that nobody was told.
 */
export class RequestStore {
  readonly kv: KeyValue;
  readonly #waits: boolean;
  readonly #known = new Map<string, string | undefined>();
  readonly #writes = new Map<string, KeyValueOperation>();
  #demands: Demand[] = [];
  #verdict: Promise<void> = Promise.resolve();
  #told = false;

  /** @param waits false where nobody will call `settle`: each write and demand is then sent at once */
  constructor(kv: KeyValue, waits: boolean) {
    this.kv = kv;
    this.#waits = waits;
  }

  /** The values of these keys, in one trip for all that are not known yet. Throws the refusal of an earlier demand. */
  async read(...keys: string[]): Promise<(string | undefined)[]> {
    const missing = keys.filter((key) => !this.#known.has(key));
    if (missing.length > 0) {
      const answers = await this.#send(missing.map((key) => ({ kind: 'get', key })));
      missing.forEach((key, at) => {
        // A write of this request that was made meanwhile is newer than the answer.
        if (!this.#known.has(key)) this.#known.set(key, answers[at] as string | undefined);
      });
    }
    return keys.map((key) => this.#known.get(key));
  }

  /** Takes `text` for what stands at the key, unless it was read: good only for what a compare-and-set will confirm. */
  assume(key: string, text: string): void {
    if (!this.#known.has(key)) this.#known.set(key, text);
  }

  async write(key: string, value: string, ttlSeconds: number): Promise<void> {
    this.#known.set(key, value);
    this.#writes.set(key, { kind: 'set', key, value, ttlSeconds });
    if (!this.#waits) await this.settle();
  }

  async remove(key: string): Promise<void> {
    this.#known.set(key, undefined);
    this.#writes.set(key, { kind: 'delete', key });
    if (!this.#waits) await this.settle();
  }

  /** Demands that this be written now for the first time; the refusal is thrown here or by what follows. */
  async demand(
    operation: Demand['operation'],
    refusal: () => Error,
    whenRefused?: KeyValueOperation,
  ): Promise<void> {
    this.#demands.push({ operation, refusal, whenRefused });
    this.#known.set(operation.key, operation.value);
    if (!this.#waits) await this.settle();
  }

  /** Asks now whether this was written for the first time. */
  async isFirst(operation: Demand['operation']): Promise<boolean> {
    const [answer] = await this.#send([operation]);
    return answer === true;
  }

  /** Sends what waits; throws the refusal of a demand. */
  async settle(): Promise<void> {
    if (this.#writes.size > 0 || this.#demands.length > 0) {
      const writes = [...this.#writes.values()];
      this.#writes.clear();
      await this.#send(writes);
    }
    await this.#hear();
  }

  /** Settles at the end of a request; a refusal that was thrown before has been answered and is not thrown again. */
  async finish(): Promise<void> {
    const told = this.#told;
    try {
      await this.settle();
    } catch (error) {
      if (!told || !(error instanceof errors.OIDCProviderError)) throw error;
    }
  }

  async #hear(): Promise<void> {
    try {
      await this.#verdict;
    } catch (error) {
      this.#told = true;
      throw error;
    }
  }

  async #send(operations: KeyValueOperation[]) {
    const demands = this.#demands;
    this.#demands = [];
    const trip = this.kv.batch([...demands.map(({ operation }) => operation), ...operations]);
    if (demands.length > 0) {
      this.#verdict = Promise.all([this.#verdict, trip]).then(async ([, answers]) => {
        const [refused] = demands.filter((_, at) => answers[at] !== true);
        if (refused === undefined) return;
        if (refused.whenRefused !== undefined) await this.kv.batch([refused.whenRefused]);
        throw refused.refusal();
      });
      this.#verdict.catch(() => undefined); // thrown again to everybody who asks
    }
    const answers = await trip;
    await this.#hear();
    return answers.slice(demands.length);
  }
}

const current = new AsyncLocalStorage<RequestStore>();

/** The store of the request under way on `kv`; outside of one, a store that waits for nothing. */
export function requestStore(kv: KeyValue): RequestStore {
  const store = current.getStore();
  return store?.kv === kv ? store : new RequestStore(kv, false);
}

/** Lets all that a page asks of the provider in one request share what was read; writes are sent at once. */
export function shareRequestStore(app: FastifyInstance, kv: KeyValue): void {
  app.addHook('onRequest', (_request, _reply, done) => current.run(new RequestStore(kv, false), done));
}

/** Gives each request to the provider one `RequestStore`, settled before the answer leaves. Call it before any other `use`. */
export function useRequestStore(provider: Provider, kv: KeyValue): void {
  provider.use(async (ctx, next) => {
    const store = new RequestStore(kv, true);
    await current.run(store, next);
    try {
      await store.finish();
    } catch (error) {
      const known = error instanceof errors.OIDCProviderError;
      if (isRetryable(error)) return answerUnavailable(ctx as KoaContextWithOIDC, error);
      if (!known) provider.emit('server_error', ctx as never, error as Error);
      ctx.remove('location');
      ctx.status = known ? error.statusCode : 500;
      ctx.body = known
        ? { error: error.error, error_description: error.error_description }
        : { error: 'server_error', error_description: 'the store did not answer' };
    }
  });
}
