import type { KeyValue } from '@xinlu/common/kv';
import { createLeases } from '@xinlu/common/rate-limit';
import Provider, { errors, type KoaContextWithOIDC } from 'oidc-provider';

const WRONG_SECRETS = 10;
const WINDOW_SECONDS = 900;
/** Callers remembered as stopped at most; above, all are forgotten, and the store counts on. */
const REMEMBERED = 20_000;

function tooMany(): Error {
  const error = new errors.CustomOIDCProviderError(
    'temporarily_unavailable',
    'too many wrong secrets; wait some minutes',
  );
  return Object.assign(error, { statusCode: 429, status: 429 });
}

/**
 * After ten wrong secrets for one client from one address within 15 minutes nothing more is compared for it from there (429),
 * the right one neither. From elsewhere the client goes on: nobody locks it out by guessing. Call it after the comparison is set.
 */
export function limitSecretGuesses(provider: Provider, kv: KeyValue): void {
  const wrong = createLeases(kv, 'client-secret', WRONG_SECRETS, WINDOW_SECONDS);
  const stopped = new Map<string, number>();
  const prototype = provider.Client.prototype as unknown as {
    compareClientSecret(this: { clientId: string }, claimedSecret: string): boolean | Promise<boolean>;
  };
  const compare = prototype.compareClientSecret;
  prototype.compareClientSecret = async function compareClientSecret(claimedSecret) {
    const ctx = Provider.ctx as KoaContextWithOIDC | undefined;
    const key = `${this.clientId}:${ctx?.ip ?? ''}`;
    if ((stopped.get(key) ?? 0) > Date.now()) throw tooMany();
    if (await compare.call(this, claimedSecret)) return true;
    if (await wrong.take(key)) return false;
    if (stopped.size >= REMEMBERED) stopped.clear();
    stopped.set(key, Date.now() + WINDOW_SECONDS * 1000);
    throw tooMany();
  };
}
