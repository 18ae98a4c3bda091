import type { KoaContextWithOIDC } from 'oidc-provider';
import Provider, { errors } from 'oidc-provider';
import type { KeyValue } from '../kv/index.ts';
import { requestStore } from './request-store.ts';

const ASSERTION_REUSED = 'client assertion tokens must only be used once';
const PROOF_REUSED = 'DPoP proof JWT Replay detected';
/** What a replayed proof is answered with where nothing but store operations of the same request follow its check. */
const PROOF_REFUSAL: Readonly<Record<string, () => Error>> = {
  pushed_authorization_request: () => new errors.InvalidRequest(PROOF_REUSED),
  token: () => new errors.InvalidGrant(PROOF_REUSED),
};

function claimOf(jwt: unknown, name: string): unknown {
  if (typeof jwt !== 'string') return undefined;
  try {
    const part = Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString();
    return (JSON.parse(part) as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}

/** The refusal that the library itself would give for this replay, if the verdict may come with the next trip to the store. */
function refusalOf(ctx: KoaContextWithOIDC | undefined, jti: string): (() => Error) | undefined {
  if (ctx?.oidc === undefined) return undefined;
  // Client authentication comes before everything else, and stores nothing itself.
  if (claimOf(ctx.oidc.params?.['client_assertion'], 'jti') === jti)
    return () => new errors.InvalidClientAuth(ASSERTION_REUSED);
  return claimOf(ctx.get('dpop'), 'jti') === jti ? PROOF_REFUSAL[ctx.oidc.route] : undefined;
}

/**
 * Makes the provider's replay detection (client assertions, DPoP proofs) one atomic operation; the stock one looks first and
 * writes later, and lets parallel replays through.
 */
export function useAtomicReplayDetection(
  provider: Provider,
  kv: KeyValue,
  digest: (text: string) => string,
): void {
  const detection = (provider as unknown as { ReplayDetection: { unique: unknown } }).ReplayDetection;
  detection.unique = async (issuer: string, jti: string, expiresAt: number): Promise<boolean> => {
    const operation = {
      kind: 'setIfAbsent',
      key: `oidc:jti:${digest(`${issuer}\n${jti}`)}`,
      value: '1',
      ttlSeconds: Math.max(1, expiresAt - Math.floor(Date.now() / 1000)),
    } as const;
    const store = requestStore(kv);
    const refusal = refusalOf(Provider.ctx as KoaContextWithOIDC | undefined, jti);
    if (refusal === undefined) return store.isFirst(operation);
    await store.demand(operation, refusal);
    return true;
  };
}
