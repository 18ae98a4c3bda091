import { hash, KeyObject, verify, type webcrypto } from 'node:crypto';

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

/** Names a public P-256 key and how it is to be imported, all of its members; undefined for every other key. */
function nameOf(jwk: Jwk, algorithm: Named, extractable: boolean, usages: unknown): string | undefined {
  if (!isP256(algorithm) || jwk['kty'] !== 'EC' || jwk['d'] !== undefined) return undefined;
  const name = JSON.stringify([jwk, extractable, usages]);
  return name.length <= LONGEST ? name : undefined;
}

let quickened = false;

/**
 * Does three frequent things of the Web Crypto API, all that jose and so oidc-provider compute with, on the calling thread and
 * at once: ES256 verification, digests, and the import of a public key that was imported before. As jobs for other threads the
 * way there and back costs as much as a digest, an import or a third of a verification. Each gives what the API gives;
 * everything else goes to it as it came, and so does every argument that is not as expected, for its errors. A key is a pure
 * function of its text, so one that is kept is never out of date.
 */
export function quickenWebCrypto(): void {
  if (quickened) return;
  quickened = true;
  const subtle = Object.getPrototypeOf(crypto.subtle) as Subtle;
  const plain = { verify: subtle.verify, digest: subtle.digest, importKey: subtle.importKey };
  const imported = new Map<string, Key>();
  const verifiers = new WeakMap<Key, { key: KeyObject; dsaEncoding: 'ieee-p1363' }>();

  function verifierOf(key: Key) {
    const known = verifiers.get(key);
    if (known !== undefined) return known;
    const made = { key: KeyObject.from(key), dsaEncoding: 'ieee-p1363' } as const;
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
    return verify('sha256', data, verifierOf(key), signature);
  };

  subtle.digest = async function digest(algorithm, data) {
    const name = typeof algorithm === 'string' ? HASHES[algorithm] : undefined;
    if (name === undefined || !(data instanceof Uint8Array)) return plain.digest.call(this, algorithm, data);
    return new Uint8Array(hash(name, data, 'buffer')).buffer;
  };

  subtle.importKey = async function importKey(this: Subtle, ...args: unknown[]) {
    const [format, jwk, algorithm, extractable, usages] = args as Parameters<Subtle['importKey']>;
    const name =
      (format as string) === 'jwk'
        ? nameOf(jwk as unknown as Jwk, algorithm as Named, extractable, usages)
        : undefined;
    const known = name === undefined ? undefined : imported.get(name);
    if (known !== undefined) return known;
    const key = await Reflect.apply(plain.importKey, this, args);
    if (name === undefined || key.type !== 'public') return key;
    if (imported.size >= KEPT) imported.clear();
    imported.set(name, key);
    return key;
  } as Subtle['importKey'];
}
