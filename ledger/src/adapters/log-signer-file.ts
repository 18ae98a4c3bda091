import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fatal } from '@xinlu/common/errors';
import { noteKey } from '@xinlu/verifier';
import type { LogSigner } from '../domain/log-signer.ts';

/** The log's key in a PKCS#8 PEM file (Ed25519). For development: a file can be copied. */
export async function logSignerFromFile(file: string, origin: string): Promise<LogSigner> {
  const secret = createPrivateKey(await readFile(file));
  if (secret.asymmetricKeyType !== 'ed25519') {
    throw fatal('log-key-malformed', 'LOG_KEY_FILE does not hold an Ed25519 key.');
  }
  const { x = '' } = createPublicKey(secret).export({ format: 'jwk' });
  return {
    origin,
    key: noteKey(origin, new Uint8Array(Buffer.from(x, 'base64url'))),
    sign: async (text) => new Uint8Array(sign(null, Buffer.from(text), secret)),
  };
}
