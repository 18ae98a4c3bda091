import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type Provider from 'oidc-provider';

/** Where the records lie that a code or token hangs on. */
export type Trace = { sessionUid: string; grantId: string };

/** Writes traces into ids and reads them out again. */
export type Tracer = { seal(trace: Trace): string; open(id: string): Trace | undefined };

const IV_BYTES = 12;
const TAG_BYTES = 16;
const MARK = '~';

/**
 * Codes and tokens that say, to us alone, which session and grant they hang on: their records are then fetched in one trip,
 * and not one after the other. The trace is sealed (AES-256-GCM, another nonce each time), so two tokens of one person
 * have nothing in common to see; it only says where to look and is worth nothing without the record of the whole id.
 */
export function createTracer(secret: Uint8Array): Tracer {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'xinlu oidc token trace', 32));
  return {
    seal({ sessionUid, grantId }) {
      const nonce = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const sealed = [nonce, cipher.update(`${sessionUid}\n${grantId}`), cipher.final(), cipher.getAuthTag()];
      return `${Buffer.concat(sealed).toString('base64url')}${MARK}`;
    },
    open(id) {
      const end = id.indexOf(MARK);
      const sealed = end < 0 ? undefined : Buffer.from(id.slice(0, end), 'base64url');
      if (sealed === undefined || sealed.length <= IV_BYTES + TAG_BYTES) return undefined;
      try {
        const cipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_BYTES), {
          authTagLength: TAG_BYTES,
        });
        cipher.setAuthTag(sealed.subarray(-TAG_BYTES));
        const text =
          cipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + cipher.final('utf8');
        const [sessionUid = '', grantId = ''] = text.split('\n');
        return { sessionUid, grantId };
      } catch {
        return undefined; // not sealed by us: looked up as it is, and not found
      }
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
