import {
  createPrivateKey,
  hash,
  type JsonWebKey,
  KeyObject,
  sign,
  verify,
  type webcrypto,
} from 'node:crypto';
import { derOfSignature, signatureOfDer } from './ecdsa-forms.ts';

/** Public keys kept at most, and the longest that is: a proof names its key itself. */
const KEPT = 5_000;
const LONGEST = 600;
const HASHES: Readonly<Record<string, string>> = {
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

type Subtle = typeof crypto.subtle;
type Key = webcrypto.CryptoKey;
type Jwk = Record<string, unknown>;
type Named = { name?: string; namedCurve?: string; hash?: unknown };

const isEs256 = ({ name, hash: by }: Named) => name === 'ECDSA' && by === 'SHA-256';
const isP256 = ({ name, namedCurve }: Named) => name === 'ECDSA' && namedCurve === 'P-256';

/** Names a public key and how it is to be imported, all of its members; undefined for one that is private or too long. */
function nameOf(jwk: Jwk, extractable: boolean, usages: unknown): string | undefined {
  if (jwk['d'] !== undefined) return undefined;
  const name = JSON.stringify([jwk, extractable, usages]);
  return name.length <= LONGEST ? name : undefined;
}

let quickened = false;

/**
 * Does the frequent things of the Web Crypto API, all that jose and so oidc-provider compute with, on the calling thread and
 * at once: ES256, digests, and the import of a public key that was imported before. As jobs for other threads they cost up to
 * three times the work. Each gives what the API gives; everything else goes to it as it came, and so does every argument that
 * is not as expected, for its errors. A key is a pure function of its text, so one that is kept is never out of date.
 */
export function quickenWebCrypto(): void {
  if (quickened) return;
  quickened = true;
  const subtle = Object.getPrototypeOf(crypto.subtle) as Subtle;
  const plain = {
    verify: subtle.verify,
    sign: subtle.sign,
    digest: subtle.digest,
    importKey: subtle.importKey,
  };
  const imported = new Map<string, Key>();
  // Handed over by themselves, with signatures in DER: options about them take half as long as a signature.
  const verifiers = new WeakMap<Key, KeyObject>();
  const signers = new WeakMap<Key, KeyObject>();

  function verifierOf(key: Key): KeyObject {
    const made = verifiers.get(key) ?? KeyObject.from(key);
    verifiers.set(key, made);
    return made;
  }

  subtle.verify = async function verifyEs256(algorithm, key, signature, data) {
    const fits =
      isEs256(algorithm as Named) &&
      isP256(key.algorithm as Named) &&
      key.type === 'public' &&
      key.extractable &&
      key.usages.includes('verify') &&
      signature instanceof Uint8Array &&
      data instanceof Uint8Array;
    if (!fits) return plain.verify.call(this, algorithm, key, signature, data);
    const der = derOfSignature(signature);
    return der !== undefined && verify('sha256', data, verifierOf(key), der);
  };

  subtle.sign = async function signEs256(algorithm, key, data) {
    const signer =
      isEs256(algorithm as Named) && key.usages.includes('sign') && data instanceof Uint8Array
        ? signers.get(key)
        : undefined;
    if (signer === undefined) return plain.sign.call(this, algorithm, key, data);
    return signatureOfDer(sign('sha256', data as Uint8Array, signer)).buffer;
  };

  subtle.digest = async function digest(algorithm, data) {
    const name = typeof algorithm === 'string' ? HASHES[algorithm] : undefined;
    if (name === undefined || !(data instanceof Uint8Array)) return plain.digest.call(this, algorithm, data);
    return new Uint8Array(hash(name, data, 'buffer')).buffer;
  };

  subtle.importKey = async function importKey(this: Subtle, ...args: unknown[]) {
    const [format, jwk, algorithm, extractable, usages] = args as Parameters<Subtle['importKey']>;
    const ours = (format as string) === 'jwk' && isP256(algorithm as Named);
    const name = ours ? nameOf(jwk as unknown as Jwk, extractable, usages) : undefined;
    const known = name === undefined ? undefined : imported.get(name);
    if (known !== undefined) return known;
    const key = await Reflect.apply(plain.importKey, this, args);
    if (ours && key.type === 'private')
      signers.set(key, createPrivateKey({ key: jwk as unknown as JsonWebKey, format: 'jwk' }));
    if (name === undefined) return key;
    if (imported.size >= KEPT) imported.clear();
    imported.set(name, key);
    return key;
  } as Subtle['importKey'];
}
