import type Provider from 'oidc-provider';
import { createSeal } from './seal.ts';

/** Where the records lie that a code or token hangs on. */
export type Trace = { sessionUid: string; grantId: string };

/** Writes traces into ids and reads them out again. */
export type Tracer = { seal(trace: Trace): string; open(id: string): Trace | undefined };

const MARK = '~';

/**
 * Codes and tokens that say, to us alone, which session and grant they hang on: their records are then fetched in one trip,
 * and not one after the other. The trace is sealed (AES-256-GCM, another nonce each time), so two tokens of one person
 * have nothing in common to see; it only says where to look and is worth nothing without the record of the whole id.
 */
export function createTracer(secret: Uint8Array): Tracer {
  const { seal, open } = createSeal(secret, 'xinlu oidc token trace');
  return {
    seal: ({ sessionUid, grantId }) => `${seal(`${sessionUid}\n${grantId}`)}${MARK}`,
    open(id) {
      const end = id.indexOf(MARK);
      // What was not sealed by us is looked up as it is, and not found.
      const text = end < 0 ? undefined : open(id.slice(0, end));
      if (text === undefined) return undefined;
      const [sessionUid = '', grantId = ''] = text.split('\n');
      return { sessionUid, grantId };
    },
  };
}

type Model = { prototype: { sessionUid?: string; grantId?: string; generateTokenId(): string } };

/** Lets the provider make such ids for what hangs on a session and a grant. */
export function useTracedIds(provider: Provider, tracer: Tracer): void {
  const { AuthorizationCode, AccessToken, RefreshToken } = provider as unknown as Record<string, Model>;
  for (const model of [AuthorizationCode, AccessToken, RefreshToken]) {
    if (model === undefined) throw new Error('oidc-provider lacks a model');
    const random = model.prototype.generateTokenId;
    model.prototype.generateTokenId = function traced() {
      const { sessionUid, grantId } = this;
      const trace =
        sessionUid === undefined || grantId === undefined ? '' : tracer.seal({ sessionUid, grantId });
      return `${trace}${random.call(this)}`;
    };
  }
}
