import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const NONCE = 12;
const TAG = 16;

/** Seals and opens small secrets (tokens, their keys) for the database: AES-256-GCM, bound to what they belong to. */
export type Sealer = {
  seal(value: unknown, belongsTo: string): string;
  open<T>(sealed: string, belongsTo: string): T;
};

export const createSealer = (secret: Uint8Array, purpose: string): Sealer => {
  const key = Buffer.from(hkdfSync('sha256', secret, '', `xinlu/demo/${purpose}`, 32));
  return {
    seal: (value, belongsTo) => {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(belongsTo));
      const body = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
    },
    open: <T>(sealed: string, belongsTo: string) => {
      const bytes = Buffer.from(sealed, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE))
        .setAAD(Buffer.from(belongsTo))
        .setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
      const text = Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]);
      return JSON.parse(text.toString('utf8')) as T;
    },
  };
};
