import { constants, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { validateCertificate } from '../src/index.ts';
import { bits, constructed, int, nothing, oid, seq, time } from './authority/der.ts';
import { encodeExtension, KU, keyUsage } from './authority/extensions.ts';
import { day, makeRoot, NOW } from './authority/issue.ts';
import { testKey } from './authority/keys.ts';
import { nameOf } from './authority/names.ts';

const HASHES = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
};
type Hash = keyof typeof HASHES;
const root = makeRoot('CN=Root rsa', 'rsa');

/** A certificate signed by RSASSA-PSS (RFC 4055 3.1) as it says, or with one parameter that the signature does not have. */
function decide(hash: Hash, stated: { mask?: Hash; salt?: number; trailer?: number } = {}) {
  const { mask = hash, salt = 32, trailer } = stated;
  const hashId = (name: Hash) => seq(oid(HASHES[name]), nothing());
  const parameters = seq(
    constructed(0, hashId(hash)),
    constructed(1, seq(oid('1.2.840.113549.1.1.8'), hashId(mask))),
    constructed(2, int(salt)),
    ...(trailer === undefined ? [] : [constructed(3, int(trailer))]),
  );
  const algorithm = seq(oid('1.2.840.113549.1.1.10'), parameters);
  const tbs = seq(
    constructed(0, int(2)),
    int(77),
    algorithm,
    nameOf(root.name),
    seq(time(day(-1)), time(day(1))),
    nameOf('CN=Holder'),
    testKey('p256', 'leaf').spki,
    constructed(3, seq(encodeExtension(keyUsage(KU.digitalSignature)))),
  );
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  const signature = sign(hash, tbs, { key: root.key.privateKey, padding, saltLength: 32 });
  const leaf = seq(tbs, algorithm, bits(Uint8Array.from(signature)));
  return validateCertificate({ leaf, anchors: [root.der], time: NOW });
}

describe('when a certificate is signed by RSA-PSS', () => {
  test.each(['sha256', 'sha384', 'sha512'] as const)('then %s with its own mask is accepted', (hash) => {
    expect(decide(hash)).toMatchObject({ valid: true });
  });

  test.each([
    ['a mask by another hash', { mask: 'sha1' }, 'signature-algorithm-unsupported'],
    ['a mask by a stronger hash', { mask: 'sha512' }, 'signature-algorithm-unsupported'],
    ['an unknown trailer', { trailer: 2 }, 'signature-algorithm-unsupported'],
    ['another length of salt than it has', { salt: 20 }, 'signature-invalid'],
  ] as const)('then %s is refused', (_, stated, code) => {
    expect(decide('sha256', stated)).toMatchObject({ valid: false, code });
  });
});
