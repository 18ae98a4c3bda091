import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { fatal } from '../errors/index.ts';
import type { PublicKey } from '../wire/register.ts';

export type PrivateKey = { kid: string; alg: string; privateKey: KeyObject; privateJwk: JWK };

/** A participant's own keys: one P-256 key that signs (ES256) and, for those who receive secrets, one that decrypts. */
export type KeyRing = {
  signing: PrivateKey;
  encryption?: PrivateKey;
  publicJwks: { keys: PublicKey[] };
};

function publicPart(jwk: JWK): PublicKey {
  const { kty, crv, x, y, kid, use, alg } = jwk;
  return { kty, crv, x, y, kid, use, alg } as PublicKey;
}

function toPrivateKey(jwk: JWK): PrivateKey {
  if (jwk.kid === undefined || jwk.alg === undefined || jwk.d === undefined) {
    throw fatal('keys-malformed', 'A private key lacks kid, alg or its private part.');
  }
  return {
    kid: jwk.kid,
    alg: jwk.alg,
    privateKey: createPrivateKey({ key: jwk as JsonWebKey, format: 'jwk' }),
    privateJwk: jwk,
  };
}

/** From private JWKs; the first with `use: sig` signs, the first with `use: enc` decrypts. */
export function keyRing(jwks: { keys: readonly JWK[] }): KeyRing {
  const signing = jwks.keys.find((key) => key.use === 'sig');
  const encryption = jwks.keys.find((key) => key.use === 'enc');
  if (signing === undefined) throw fatal('keys-malformed', 'The key file holds no signing key.');
  return {
    signing: toPrivateKey(signing),
    ...(encryption === undefined ? {} : { encryption: toPrivateKey(encryption) }),
    publicJwks: { keys: jwks.keys.map(publicPart) },
  };
}

/** Reads a private JWKS file (mode 0600). */
export async function loadKeys(path: string): Promise<KeyRing> {
  return keyRing(JSON.parse(await readFile(path, 'utf8')) as { keys: JWK[] });
}

export async function loadPublicKeys(path: string): Promise<JWK[]> {
  return (JSON.parse(await readFile(path, 'utf8')) as { keys: JWK[] }).keys;
}

/** A fresh P-256 pair as private JWK; `kid` is its RFC 7638 thumbprint. */
export async function generateJwk(use: 'sig' | 'enc'): Promise<JWK> {
  const alg = use === 'sig' ? 'ES256' : 'ECDH-ES+A256KW';
  const { privateKey } = await generateKeyPair(alg, { crv: 'P-256', extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), use, alg };
}

/** Both keys of a new participant, as the private JWKS that `loadKeys` reads. */
export async function generateKeys(): Promise<{ keys: JWK[] }> {
  return { keys: [await generateJwk('sig'), await generateJwk('enc')] };
}

const imported = new WeakMap<object, KeyObject>();

/** The `KeyObject` of a public JWK, made once per JWK object. */
export function publicKeyObject(jwk: JWK): KeyObject {
  const known = imported.get(jwk);
  if (known !== undefined) return known;
  const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  imported.set(jwk, key);
  return key;
}
