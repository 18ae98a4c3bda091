import { constants, type KeyObject, verify } from 'node:crypto';
import { DerError } from '../asn1/reader.ts';
import { type AlgorithmIdentifier, type SignatureScheme, schemeOf } from './algorithm.ts';
import type { SubjectPublicKey } from './public-key.ts';

export type SignatureVerdict =
  | 'valid'
  | 'invalid'
  | 'algorithm-unsupported'
  | 'key-mismatch'
  | 'key-unusable';

/** Node's options for a scheme; ECDSA and DSA signatures are DER unless said otherwise. */
export function verifyOptions(scheme: SignatureScheme, key: KeyObject) {
  if (scheme.scheme === 'rsa-pkcs1') return { key, padding: constants.RSA_PKCS1_PADDING };
  if (scheme.scheme === 'rsa-pss') {
    return {
      key,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: scheme.saltLength ?? constants.RSA_PSS_SALTLEN_DIGEST,
    };
  }
  return { key };
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
    return verify(scheme.hash, data, verifyOptions(scheme, key), signature) ? 'valid' : 'invalid';
  } catch {
    // OpenSSL reports some malformed signatures and keys by an error instead of a plain no.
    return 'invalid';
  }
}
