import { constants, createVerify, type KeyObject, verify } from 'node:crypto';
import { DerError } from '../asn1/reader.ts';
import { type AlgorithmIdentifier, type SignatureScheme, schemeOf } from './algorithm.ts';
import type { SubjectPublicKey } from './public-key.ts';

export type SignatureVerdict =
  | 'valid'
  | 'invalid'
  | 'algorithm-unsupported'
  | 'key-mismatch'
  | 'key-unusable';

/** PSS states its salt; PKCS #1 v1.5 is what Node takes for keys of `rsaEncryption`, and DER for ECDSA and DSA. */
function keyWithOptions(scheme: SignatureScheme, key: KeyObject) {
  if (scheme.scheme !== 'rsa-pss') return key;
  const saltLength = scheme.saltLength ?? constants.RSA_PSS_SALTLEN_DIGEST;
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength };
}

/** Streaming verification is the faster way in Node for the schemes that hash first; the others sign the data itself. */
function verifyWith(
  scheme: SignatureScheme,
  key: KeyObject,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (scheme.hash === null) return verify(null, data, key, signature);
  return createVerify(scheme.hash).update(data).verify(keyWithOptions(scheme, key), signature);
}

/** Checks one signature over `data`. Never throws for bad input. */
export function verifySignature(
  algorithm: AlgorithmIdentifier,
  publicKey: SubjectPublicKey,
  data: Uint8Array,
  signature: Uint8Array,
): SignatureVerdict {
  const scheme = schemeOf(algorithm);
  if (scheme === undefined) return 'algorithm-unsupported';
  if (publicKey.kind === undefined || !scheme.keyKinds.includes(publicKey.kind)) return 'key-mismatch';
  let key: KeyObject;
  try {
    key = publicKey.keyObject();
  } catch (error) {
    if (error instanceof DerError) return 'key-unusable';
    throw error;
  }
  try {
    return verifyWith(scheme, key, data, signature) ? 'valid' : 'invalid';
  } catch {
    // OpenSSL reports some malformed signatures and keys by an error instead of a plain no.
    return 'invalid';
  }
}
