import { generateKeyPairSync, type webcrypto } from 'node:crypto';
import { calculateJwkThumbprint, compactVerify, EmbeddedJWK, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { quickenWebCrypto } from '../src/oidc-provider/index.ts';

const { subtle } = crypto;
const ES256 = { name: 'ECDSA', hash: 'SHA-256' } as const;
const P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const plain = {
  verify: subtle.verify,
  sign: subtle.sign,
  digest: subtle.digest,
  importKey: subtle.importKey,
};
quickenWebCrypto();

const data = Buffer.from('what was signed');
const pair = await subtle.generateKey(P256, true, ['sign', 'verify']);
const signature = new Uint8Array(await subtle.sign(ES256, pair.privateKey, data));
const jwk = await subtle.exportKey('jwk', pair.publicKey);
const publicJwk = { kty: 'EC', crv: 'P-256', x: jwk.x ?? '', y: jwk.y ?? '' };

const spoiled = (bytes: Uint8Array, at: number) =>
  bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));

/** What came of it, an answer or an error, in a form that can be compared. */
const outcome = (work: () => Promise<unknown>) =>
  Promise.resolve()
    .then(work)
    .then(
      (value) => ({ value }),
      (error: Error) => ({ error: error.name }),
    );

describe('a signature is judged as the Web Crypto API judges it', () => {
  test.each<[string, Uint8Array, Uint8Array, boolean]>([
    ['good', signature, data, true],
    ['another r', spoiled(signature, 3), data, false],
    ['another s', spoiled(signature, 40), data, false],
    ['other data', signature, spoiled(data, 0), false],
    ['too short', signature.subarray(1), data, false],
    ['empty', new Uint8Array(), data, false],
    ['too long', Buffer.concat([signature, signature]), data, false],
    ['zeros', new Uint8Array(64), data, false],
    ['too great', new Uint8Array(64).fill(255), data, false],
    ['r of nothing', signature.map((byte, at) => (at < 32 ? 0 : byte)), data, false],
  ])('%s', async (_name, given, about, expected) => {
    expect(await subtle.verify(ES256, pair.publicKey, given, about)).toBe(expected);
    expect(await plain.verify.call(subtle, ES256, pair.publicKey, given, about)).toBe(expected);
  });

  test('a key that may not verify, of another kind or under another hash has the same outcome', async () => {
    const rsa = await subtle.generateKey(
      { name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) },
      true,
      ['sign', 'verify'],
    );
    const hidden = await subtle.importKey('jwk', publicJwk, P256, false, ['verify']);
    const idle = await subtle.importKey('jwk', publicJwk, P256, true, []);
    const tries: [object, webcrypto.CryptoKey][] = [
      [ES256, pair.privateKey],
      [ES256, rsa.publicKey],
      [ES256, hidden],
      [ES256, idle],
      [{ name: 'ECDSA', hash: 'SHA-384' }, pair.publicKey],
      [{ name: 'ECDSA', hash: { name: 'SHA-256' } }, pair.publicKey],
      [{ name: 'RSA-PSS', saltLength: 32 }, pair.publicKey],
    ];
    for (const [algorithm, key] of tries) {
      const of = [algorithm as typeof ES256, key, signature, data] as const;
      const expected = await outcome(() => plain.verify.call(subtle, ...of));
      expect(await outcome(() => subtle.verify(...of))).toEqual(expected);
    }
  });
});

test('digests are the same, as bytes of their own', async () => {
  for (const name of ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512', 'sha-256', { name: 'SHA-256' }]) {
    const one = await subtle.digest(name, data);
    expect(Buffer.from(one)).toEqual(Buffer.from(await plain.digest.call(subtle, name, data)));
    expect(one).toBeInstanceOf(ArrayBuffer);
    expect(one.byteLength).toBeLessThanOrEqual(64);
  }
});

describe('a public key that was imported before', () => {
  const take = (key: object, usages: webcrypto.KeyUsage[] = ['verify'], extractable = true) =>
    subtle.importKey('jwk', key as webcrypto.JsonWebKey, P256, extractable, usages);

  test('is the same key; one that differs in anything is another', async () => {
    const first = await take(publicJwk);
    expect(await take({ ...publicJwk })).toBe(first);
    expect((await take(publicJwk, [])).usages).toEqual([]);
    expect((await take(publicJwk, ['verify'], false)).extractable).toBe(false);
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
    const other = await take(stranger);
    expect(await subtle.verify(ES256, other, signature, data)).toBe(false);
    expect(await subtle.verify(ES256, await take(publicJwk), signature, data)).toBe(true);
  });

  test('hides no fault of the next: a point off the curve, other usages, an unextractable one', async () => {
    await take(publicJwk);
    const faulty = [
      { ...publicJwk, y: publicJwk.x },
      { ...publicJwk, use: 'enc' },
      { ...publicJwk, ext: false },
      { ...publicJwk, key_ops: ['sign'] },
      { ...publicJwk, crv: 'P-384' },
      { kty: 'EC' },
    ];
    for (const one of faulty) {
      const jwkOf = one as webcrypto.JsonWebKey;
      const expected = await outcome(() =>
        Reflect.apply(plain.importKey, subtle, ['jwk', jwkOf, P256, true, ['verify']]),
      );
      expect(expected).toHaveProperty('error');
      expect(await outcome(() => take(one)), JSON.stringify(one)).toEqual(expected);
    }
  });

  test('a private key signs at once what everybody verifies', async () => {
    const secret = await subtle.exportKey('jwk', pair.privateKey);
    const key = await subtle.importKey('jwk', secret, P256, false, ['sign']);
    for (let n = 0; n < 300; n += 1) {
      const about = Buffer.from(`message ${n}`);
      const made = new Uint8Array(await subtle.sign(ES256, key, about));
      expect(made).toHaveLength(64);
      expect(await plain.verify.call(subtle, ES256, pair.publicKey, made, about)).toBe(true);
      expect(await subtle.verify(ES256, pair.publicKey, made, about)).toBe(true);
      const theirs = new Uint8Array(await plain.sign.call(subtle, ES256, key, about));
      expect(await subtle.verify(ES256, pair.publicKey, theirs, about)).toBe(true);
    }
    await expect(subtle.sign(ES256, await take(publicJwk), data)).rejects.toThrow();
    await expect(subtle.sign({ name: 'RSA-PSS', saltLength: 32 }, key, data)).rejects.toThrow();
  });

  test('private keys are not kept', async () => {
    const secret = await subtle.exportKey('jwk', pair.privateKey);
    const one = await subtle.importKey('jwk', secret, P256, true, ['sign']);
    expect(await subtle.importKey('jwk', secret, P256, true, ['sign'])).not.toBe(one);
  });
});

test('jose refuses a proof whose key is not the one that signed it', async () => {
  const { privateKey } = await generateKeyPair('ES256');
  const proof = (key: object) =>
    new SignJWT({ jti: '1' }).setProtectedHeader({ alg: 'ES256', jwk: key }).sign(privateKey);
  const forged = await proof(publicJwk);
  await expect(compactVerify(forged, EmbeddedJWK)).rejects.toThrow();
  await expect(compactVerify(forged, EmbeddedJWK)).rejects.toThrow();
  expect(await calculateJwkThumbprint(publicJwk)).toMatch(/^[\w-]{43}$/);
});
