import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { type AppError, isAppError } from '../errors/index.ts';

const RETRY_SECONDS = 5;

/** An answer that says: nobody is wrong, later may work (RFC 6749 sections 4.1.2.1 and 5.2 name the error's form). */
export function answerUnavailable(ctx: KoaContextWithOIDC, { extra, status, publicMessage }: AppError): void {
  const page = ctx.type === 'text/html' ? ctx.body : undefined;
  ctx.remove('location');
  ctx.status = status;
  const { retryAfter } = extra;
  ctx.set('retry-after', String(typeof retryAfter === 'number' ? retryAfter : RETRY_SECONDS));
  ctx.set('cache-control', 'no-store');
  ctx.body = page ?? { error: 'temporarily_unavailable', error_description: publicMessage };
}

export function isRetryable(error: unknown): error is AppError {
  return isAppError(error) && error.kind === 'retryable';
}

/** What the provider would answer with 500 `server_error` though a store is only away for the moment is told as that. */
export function useTemporaryUnavailability(provider: Provider): void {
  const faults = new WeakMap<object, AppError>();
  provider.on('server_error', (ctx, error: unknown) => {
    if (isRetryable(error)) faults.set(ctx, error);
  });
  provider.use(async (ctx, next) => {
    await next();
    const fault = faults.get(ctx);
    if (fault !== undefined) answerUnavailable(ctx as KoaContextWithOIDC, fault);
  });
}
