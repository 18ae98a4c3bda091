import { CompactEncrypt, compactDecrypt, type JWK } from 'jose';
import { refused } from '../errors/index.ts';
import { type KeyRing, publicKeyObject } from './key-ring.ts';

const KEY_MANAGEMENT = 'ECDH-ES+A256KW';
const CONTENT = 'A256GCM';

/** Encrypts a signed JWT to one recipient: a nested JWT (RFC 7519 section 5.2), ECDH-ES+A256KW with A256GCM. */
export function encryptNested(jwt: string, recipient: JWK): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(jwt))
    .setProtectedHeader({
      alg: KEY_MANAGEMENT,
      enc: CONTENT,
      cty: 'JWT',
      ...(recipient.kid ? { kid: recipient.kid } : {}),
    })
    .encrypt(publicKeyObject(recipient));
}

/** The signed JWT inside, its signature still unverified. Refusal: `jwe-undecryptable`. */
export async function decryptNested(unverifiedJwe: string, keys: KeyRing): Promise<string> {
  if (keys.encryption === undefined)
    throw refused('jwe-undecryptable', 'There is no key to open this answer with.');
  try {
    const { plaintext } = await compactDecrypt(unverifiedJwe, keys.encryption.privateKey, {
      keyManagementAlgorithms: [KEY_MANAGEMENT],
      contentEncryptionAlgorithms: [CONTENT],
    });
    return new TextDecoder().decode(plaintext);
  } catch (cause) {
    throw refused('jwe-undecryptable', 'The encrypted message cannot be opened with our key.', { cause });
  }
}
