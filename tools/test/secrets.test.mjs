import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Wallet } from 'ethers';
import { beforeAll, describe, expect, test } from 'vitest';
import { keyHolders, placesOf } from '../country.mjs';
import { openSecrets } from '../secrets.mjs';

const places = placesOf({ data: mkdtempSync(join(tmpdir(), 'xinlu-secrets-')) });
let secrets;
beforeAll(async () => {
  secrets = await openSecrets(places);
});

const filesOf = (folder) => readdirSync(folder, { recursive: true, withFileTypes: true });
const contents = () =>
  filesOf(places.secrets)
    .filter((entry) => entry.isFile())
    .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'utf8')]);

describe('the secrets of the embedded country', () => {
  test('when opened again, then every one is as it was', async () => {
    const before = contents();
    const again = await openSecrets(places);
    expect(again).toEqual(secrets);
    expect(contents()).toEqual(before);
  });

  test('when written, then only their owner may read them', () => {
    expect(statSync(places.secrets).mode & 0o777).toBe(0o700);
    for (const entry of filesOf(places.secrets)) {
      const { mode } = statSync(join(entry.parentPath, entry.name));
      expect(mode & 0o077, entry.name).toBe(0);
    }
  });

  test('when made, then each of the plain ones is 32 bytes in hex and none stands twice', () => {
    const values = Object.values(secrets.values);
    for (const value of values) expect(value).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(values).size).toBe(values.length);
  });

  test.each([...keyHolders, { id: 'register', encryption: false }])(
    'when $id has keys, then kid is the RFC 7638 thumbprint and the public file holds no private part',
    ({ id, encryption }) => {
      const keys = JSON.parse(readFileSync(join(places.keys, `${id}.jwks.json`), 'utf8')).keys;
      const open = JSON.parse(readFileSync(join(places.keys, `${id}.public.json`), 'utf8')).keys;
      expect(keys.map(({ use }) => use)).toEqual(encryption ? ['sig', 'enc'] : ['sig']);
      for (const [index, { d, ...rest }] of keys.entries()) {
        expect(d).toEqual(expect.any(String));
        expect(open[index]).toEqual(rest);
        const { crv, kty, x, y } = rest;
        expect(rest.kid).toBe(
          createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url'),
        );
      }
      const key = createPrivateKey({ key: keys[0], format: 'jwk' });
      const signature = sign('sha256', Buffer.from('word'), key);
      const publicKey = createPublicKey({ key: open[0], format: 'jwk' });
      expect(verify('sha256', Buffer.from('word'), publicKey, signature)).toBe(true);
    },
  );

  test('when the chain is given its phrase, then the anchor key is its first account', () => {
    const account = Wallet.fromPhrase(secrets.mnemonic);
    expect(readFileSync(places.anchorKey, 'utf8')).toBe(account.privateKey);
    expect(createPrivateKey(readFileSync(places.logKey)).asymmetricKeyType).toBe('ed25519');
  });
});
