import { createCipheriv, createDecipheriv, createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { fatal } from '@xinlu/common/errors';

type Datum = 'national-id' | 'organisation' | 'name' | 'certificate';

/**
 * Keeps what identifies a person: sealed with AES-256-GCM, bound to her random id and to the kind of datum, and found
 * by HMAC with a key that the database does not hold. A stolen database tells neither who is in it nor whether a given
 * national ID is.
 */
export type IdentityVault = {
  index(identifier: string, what?: 'national-id' | 'organisation'): Buffer;
  seal(personId: string, what: Datum, text: string): Buffer;
  /** Throws `identity-unreadable` (fatal) for another person's or an altered value. */
  open(personId: string, what: Datum, sealed: Uint8Array): string;
};

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export function createIdentityVault(secrets: { seal: Uint8Array; index: Uint8Array }): IdentityVault {
  const keys = { seal: createSecretKey(secrets.seal), index: createSecretKey(secrets.index) };
  const bound = (personId: string, what: string) =>
    Buffer.from(`xinlu/identity/${VERSION}\n${what}\n${personId}`);
  return {
    index: (identifier, what = 'national-id') =>
      createHmac('sha256', keys.index).update(`${what}\n${identifier}`).digest(),
    seal(personId, what, text) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', keys.seal, nonce).setAAD(bound(personId, what));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), body]);
    },
    open(personId, what, sealed) {
      const bytes = Buffer.from(sealed);
      try {
        if (bytes[0] !== VERSION) throw new Error('unknown version of a sealed identity');
        const nonce = bytes.subarray(1, 1 + NONCE_BYTES);
        const tag = bytes.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES);
        const decipher = createDecipheriv('aes-256-gcm', keys.seal, nonce, { authTagLength: TAG_BYTES })
          .setAAD(bound(personId, what))
          .setAuthTag(tag);
        const body = bytes.subarray(1 + NONCE_BYTES + TAG_BYTES);
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
      } catch (cause) {
        throw fatal('identity-unreadable', 'Something went wrong on our side.', { cause });
      }
    },
  };
}
