import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fatal } from '@xinlu/common/errors';
import { type NoteKey, noteKey } from '@xinlu/verifier';

/** The witness's key in a PKCS#8 PEM file (Ed25519). */
export async function witnessKeyFromFile(
  file: string,
  name: string,
): Promise<{ key: NoteKey; sign: (text: string) => Uint8Array }> {
  const secret = createPrivateKey(await readFile(file));
  if (secret.asymmetricKeyType !== 'ed25519') {
    throw fatal('witness-key-malformed', 'WITNESS_KEY_FILE does not hold an Ed25519 key.');
  }
  const { x = '' } = createPublicKey(secret).export({ format: 'jwk' });
  return {
    key: noteKey(name, new Uint8Array(Buffer.from(x, 'base64url')), 'cosignature'),
    sign: (text) => new Uint8Array(sign(null, Buffer.from(text), secret)),
  };
}
