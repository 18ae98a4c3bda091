import { createHash, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readTaiwanSubject, verifyCardAnswer, verifyWebEidToken } from '../src/index.ts';
import { octets, oid, printable, seq, set, utf8 } from './authority/der.ts';
import { directoryAttributes, ext } from './authority/extensions.ts';
import { makeAuthority, makeLeaf, makeRoot } from './authority/issue.ts';
import type { KeyKind } from './authority/keys.ts';
import { type MessageRequest, makeSignedData } from './authority/messages.ts';

const root = makeRoot();
const ca = makeAuthority(root, 'C=TW/O=Test Government/CN=CA');
const rsa = makeLeaf(ca, { kind: 'rsa' });
const p256 = makeLeaf(ca, { kind: 'p256' });
const challenge = Buffer.from('challenge of thirty-two random octets');

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
  return 'accepted';
}

describe('when a card answers in PKCS#1', () => {
  const answer = (leaf: typeof rsa, signature: Uint8Array, over: Uint8Array = challenge) =>
    verifyCardAnswer({
      signatureType: 'PKCS1',
      signature,
      certificate: leaf.der,
      challenge: over,
      hashAlgorithm: 'SHA256',
    });

  test('then RSA, ECDSA in DER and ECDSA as r and s are accepted', () => {
    const { fingerprint } = p256.certificate;
    expect(answer(rsa, sign('sha256', challenge, rsa.key.privateKey)).unverifiedCertificate.fingerprint).toBe(
      rsa.certificate.fingerprint,
    );
    expect(
      answer(p256, sign('sha256', challenge, p256.key.privateKey)).unverifiedCertificate.fingerprint,
    ).toBe(fingerprint);
    const raw = sign('sha256', challenge, { key: p256.key.privateKey, dsaEncoding: 'ieee-p1363' });
    expect(answer(p256, raw).unverifiedCertificate.fingerprint).toBe(fingerprint);
  });

  test('then another challenge, key or hash is refused', () => {
    const signature = sign('sha256', challenge, rsa.key.privateKey);
    expect(codeOf(() => answer(rsa, signature, Buffer.from('another challenge')))).toBe(
      'card-signature-invalid',
    );
    expect(codeOf(() => answer(p256, signature))).toBe('card-signature-invalid');
    expect(codeOf(() => answer(rsa, sign('sha1', challenge, rsa.key.privateKey)))).toBe(
      'card-signature-invalid',
    );
    expect(codeOf(() => answer(rsa, new Uint8Array()))).toBe('card-signature-invalid');
    expect(codeOf(() => answer(makeLeaf(ca, { kind: 'ed25519' }), signature))).toBe('card-key-unsupported');
    const without = { signatureType: 'PKCS1', signature, challenge, hashAlgorithm: 'SHA256' } as const;
    expect(codeOf(() => verifyCardAnswer(without))).toBe('card-certificate-missing');
  });
});

describe('when a card answers in PKCS#7', () => {
  const answer = (request: Partial<MessageRequest> = {}, certificate?: Uint8Array) =>
    verifyCardAnswer({
      signatureType: 'PKCS7',
      signature: makeSignedData({ signer: rsa, content: challenge, ...request }),
      challenge,
      hashAlgorithm: 'SHA256',
      ...(certificate ? { certificate } : {}),
    });
  const other = Buffer.from('something else that the holder signed');

  test.each([
    ['attached content', { attached: challenge }],
    ['detached content', {}],
    ['no signed attributes', { attributes: false }],
    ['an EC key', { signer: p256 }],
    ['other certificates around', { certificates: [ca.der, rsa.der, root.der] }],
  ] satisfies [string, Partial<MessageRequest>][])('then %s is accepted', (_, request) => {
    const expected = ('signer' in request ? request.signer : rsa).certificate.fingerprint;
    expect(answer(request).unverifiedCertificate.fingerprint).toBe(expected);
  });

  test.each([
    [
      'attached content that is not the challenge',
      { content: other, attached: other },
      'cms-content-mismatch',
    ],
    [
      'the challenge attached to a signature over other content',
      { content: other, attached: challenge },
      'cms-content-mismatch',
    ],
    ['a detached signature over other content', { content: other }, 'cms-content-mismatch'],
    ['the same without signed attributes', { content: other, attributes: false }, 'cms-signature-invalid'],
    ['two signers', { signers: 2 }, 'cms-signer-count'],
    ['no signer', { signers: 0 }, 'cms-signer-count'],
    ['content that is not data', { contentType: '1.2.840.113549.1.9.16.1.4' }, 'cms-content-type'],
    [
      'attributes about other content',
      { attributeContentType: '1.2.840.113549.1.7.2' },
      'cms-attributes-invalid',
    ],
    ['a wrong digest', { digest: new Uint8Array(32) }, 'cms-content-mismatch'],
    ['no certificate', { certificates: [] }, 'cms-signer-unknown'],
    ['the certificate of someone else', { certificates: [p256.der] }, 'cms-signer-unknown'],
    [
      'two digests',
      { extraAttributes: [seq(oid('1.2.840.113549.1.9.4'), set(octets(new Uint8Array(32))))] },
      'cms-attributes-invalid',
    ],
  ] satisfies [string, Partial<MessageRequest>, string][])('then %s is refused', (_, request, code) => {
    expect(codeOf(() => answer(request))).toBe(code);
  });

  test('then a named certificate must be the signer', () => {
    expect(codeOf(() => answer({}, rsa.der))).toBe('accepted');
    expect(codeOf(() => answer({}, p256.der))).toBe('card-certificate-mismatch');
  });
});

describe('when a Web eID token comes', () => {
  const origin = 'https://id.gov.tw';
  const nonce = 'Y2hhbGxlbmdl';

  function token(algorithm: string, leaf: typeof rsa, more: Record<string, unknown> = {}) {
    const hash = `sha${algorithm.slice(2)}`;
    const digest = (text: string) => createHash(hash).update(text).digest();
    const data = Buffer.concat([digest(origin), digest(nonce)]);
    const key = leaf.key.privateKey;
    const signature = algorithm.startsWith('ES')
      ? sign(hash, data, { key, dsaEncoding: 'ieee-p1363' })
      : algorithm.startsWith('PS')
        ? sign(hash, data, { key, padding: 6, saltLength: -1 })
        : sign(hash, data, key);
    return {
      format: 'web-eid:1.0',
      algorithm,
      unverifiedCertificate: Buffer.from(leaf.der).toString('base64'),
      signature: signature.toString('base64'),
      appVersion: 'https://web-eid.eu/web-eid-app/releases/v2.0.0',
      ...more,
    };
  }
  const verifyToken = (value: unknown, at = origin, asked = nonce) =>
    codeOf(() => verifyWebEidToken({ token: value, origin: at, challenge: asked }));

  test.each<[string, KeyKind]>([
    ['RS256', 'rsa'],
    ['RS512', 'rsa'],
    ['PS256', 'rsa'],
    ['PS384', 'rsa'],
    ['PS512', 'rsa'],
    ['ES256', 'p256'],
    ['ES384', 'p384'],
  ])('then %s is accepted for this origin and challenge alone', (algorithm, kind) => {
    const value = token(algorithm, makeLeaf(ca, { kind }));
    expect(verifyToken(value)).toBe('accepted');
    expect(verifyToken(value, 'https://id.gov.tw.example')).toBe('card-signature-invalid');
    expect(verifyToken(value, origin, 'b3RoZXI=')).toBe('card-signature-invalid');
  });

  test.each([
    ['nothing', null, 'web-eid-malformed'],
    ['a list', [], 'web-eid-malformed'],
    ['an unknown format', token('RS256', rsa, { format: 'web-eid:2' }), 'web-eid-format-unsupported'],
    ['no algorithm', token('RS256', rsa, { algorithm: 'none' }), 'web-eid-algorithm-unsupported'],
    [
      'an algorithm of another kind of key',
      token('RS256', rsa, { algorithm: 'ES256' }),
      'card-signature-invalid',
    ],
    [
      'a certificate that is none',
      token('RS256', rsa, { unverifiedCertificate: 'AAAA' }),
      'certificate-malformed',
    ],
    ['base64 that is none', token('RS256', rsa, { signature: '***' }), 'web-eid-malformed'],
  ])('then %s is refused', (_, value, code) => expect(verifyToken(value)).toBe(code));
});

describe("when a certificate of Taiwan's profile is read", () => {
  const OIDS = {
    tail: '2.16.886.1.100.2.51',
    business: '2.16.886.1.100.2.101',
    org: '2.16.886.1.100.2.102',
    class: '2.16.886.1.100.2.1',
    card: '2.16.886.1.100.2.2',
  };
  const read = (...attributes: [string, Uint8Array][]) =>
    readTaiwanSubject(makeLeaf(ca, { add: [directoryAttributes(...attributes)] }).certificate);

  test('then every attribute of a citizen and of a company is told', () => {
    expect(
      read([OIDS.class, oid('2.16.886.1.100.3.1.1')], [OIDS.tail, printable('6789')], ['1.2.3', utf8('?')]),
    ).toEqual({
      name: '林怡君',
      lastFourOfNationalId: '6789',
      subjectClass: '2.16.886.1.100.3.1.1',
    });
    const company = makeLeaf(ca, {
      subject: 'C=TW/O=測試股份有限公司/serialNumber=12345678',
      add: [
        directoryAttributes(
          [OIDS.business, printable('12345678')],
          [OIDS.card, utf8('primary')],
          [OIDS.org, oid('2.16.886.101.20003')],
        ),
      ],
    });
    expect(readTaiwanSubject(company.certificate)).toEqual({
      name: '測試股份有限公司',
      businessNumber: '12345678',
      cardKind: 'primary',
      organisationOid: '2.16.886.101.20003',
    });
  });

  test.each([
    ['five digits', [[OIDS.tail, printable('12345')]], 'taiwan-national-id-tail-malformed'],
    ['letters in the digits', [[OIDS.tail, printable('12a4')]], 'taiwan-national-id-tail-malformed'],
    ['a short business number', [[OIDS.business, printable('1234567')]], 'taiwan-business-number-malformed'],
    ['a class that is text', [[OIDS.class, printable('2.16')]], 'taiwan-subject-class-malformed'],
    ['an unknown kind of card', [[OIDS.card, printable('third')]], 'taiwan-card-kind-malformed'],
    [
      'an attribute twice',
      [
        [OIDS.tail, printable('1234')],
        [OIDS.tail, printable('5678')],
      ],
      'taiwan-attribute-duplicate',
    ],
  ] satisfies [string, [string, Uint8Array][], string][])(
    'then %s is refused by name',
    (_, attributes, code) => {
      expect(codeOf(() => read(...attributes))).toBe(code);
    },
  );

  test('then an attribute with two values or none is refused', () => {
    const bad = ext('2.5.29.9', seq(seq(oid(OIDS.tail), set(printable('1234'), printable('5678')))));
    expect(codeOf(() => readTaiwanSubject(makeLeaf(ca, { add: [bad] }).certificate))).toBe(
      'taiwan-attributes-malformed',
    );
    const empty = ext('2.5.29.9', seq(seq(oid(OIDS.tail), set())));
    expect(codeOf(() => readTaiwanSubject(makeLeaf(ca, { add: [empty] }).certificate))).toBe(
      'taiwan-attributes-malformed',
    );
  });
});
