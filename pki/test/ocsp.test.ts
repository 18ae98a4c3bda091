import { describe, expect, test } from 'vitest';
import { validateCertificate } from '../src/index.ts';
import { makeCrl } from './authority/crls.ts';
import { nothing } from './authority/der.ts';
import { ext, extendedKeyUsage, ocspNoCheck } from './authority/extensions.ts';
import { type Authority, day, makeAuthority, makeLeaf, makeRoot, NOW } from './authority/issue.ts';
import { makeOcsp } from './authority/ocsp-answers.ts';

const root = makeRoot();
const ca = makeAuthority(root, 'C=TW/O=Test Government/CN=CA');
const leaf = makeLeaf(ca, { serial: 0x77 });
const rootCrl = makeCrl({ issuer: root });

type More = Partial<Parameters<typeof validateCertificate>[0]>;

function decide(crls: Uint8Array[], more: More = {}, of: Authority = leaf) {
  return validateCertificate({
    leaf: of.der,
    intermediates: [ca.der],
    anchors: [root.der],
    time: NOW,
    revocation: 'required',
    crls: [rootCrl, ...crls],
    ...more,
  });
}

const listed = { serial: 0x77, reason: 1 };

describe('when OCSP is asked', () => {
  const ask = (answers: Uint8Array[], more: More = {}) => decide([], { ocsp: answers, ...more });
  const delegate = (
    extensions = [extendedKeyUsage('1.3.6.1.5.5.7.3.9'), ocspNoCheck()],
    issuer: Authority = ca,
  ) => makeAuthority(issuer, 'CN=Responder', { extensions });
  const from = (responder: Authority, more = {}) =>
    makeOcsp({ issuer: ca, certificate: leaf.der, responder, certificates: [responder.der], ...more });

  test('then an answer of the issuer or its delegate counts', () => {
    expect(ask([makeOcsp({ issuer: ca, certificate: leaf.der })])).toMatchObject({ valid: true });
    expect(ask([makeOcsp({ issuer: ca, certificate: leaf.der, byKey: true })])).toMatchObject({
      valid: true,
    });
    expect(ask([from(delegate())])).toMatchObject({ valid: true });
    expect(ask([makeOcsp({ issuer: ca, certificate: leaf.der, status: 'revoked' })])).toMatchObject({
      code: 'certificate-revoked',
    });
  });

  test('then a good answer never overrides a revocation', () => {
    const good = makeOcsp({ issuer: ca, certificate: leaf.der });
    const bad = makeOcsp({ issuer: ca, certificate: leaf.der, status: 'revoked' });
    expect(decide([makeCrl({ issuer: ca, entries: [listed] })], { ocsp: [good] })).toMatchObject({
      code: 'certificate-revoked',
    });
    expect(ask([good, bad])).toMatchObject({ code: 'certificate-revoked' });
    expect(ask([bad, good])).toMatchObject({ code: 'certificate-revoked' });
    expect(decide([makeCrl({ issuer: ca })], { ocsp: [bad] })).toMatchObject({ code: 'certificate-revoked' });
  });

  const stranger = makeRoot('CN=Responder', 'p384');
  const pretender = makeRoot('CN=Responder', 'p256', [extendedKeyUsage('1.3.6.1.5.5.7.3.9'), ocspNoCheck()]);
  test.each([
    ['a stranger signed it', () => from(stranger), 'ocsp-responder-not-delegated'],
    ['a stranger who claims to be a delegate signed it', () => from(pretender), 'ocsp-responder-invalid'],
    ['its signer is not at hand', () => from(stranger, { certificates: [] }), 'ocsp-signature-invalid'],
    [
      'the delegate is not meant for OCSP',
      () => from(delegate([extendedKeyUsage('1.3.6.1.5.5.7.3.2'), ocspNoCheck()])),
      'ocsp-responder-not-delegated',
    ],
    [
      'the delegate names another issuer',
      () => from(delegate(undefined, { ...ca, name: 'CN=Other' })),
      'ocsp-responder-invalid',
    ],
    ['the delegate is of another authority', () => from(delegate(undefined, root)), 'ocsp-responder-invalid'],
    [
      'nothing tells whether the delegate is revoked',
      () => from(delegate([extendedKeyUsage('1.3.6.1.5.5.7.3.9')])),
      'ocsp-responder-revocation',
    ],
    [
      'it is about another certificate',
      () => makeOcsp({ issuer: ca, certificate: ca.der }),
      'revocation-unknown',
    ],
    [
      'it is about another key of the issuer',
      () => makeOcsp({ issuer: ca, certificate: leaf.der, idKey: root.key }),
      'revocation-unknown',
    ],
    [
      'it says unknown',
      () => makeOcsp({ issuer: ca, certificate: leaf.der, status: 'unknown' }),
      'revocation-unknown',
    ],
    [
      'it is expired',
      () => makeOcsp({ issuer: ca, certificate: leaf.der, nextUpdate: day(-0.5) }),
      'ocsp-expired',
    ],
    [
      'it is old and has no next update',
      () => makeOcsp({ issuer: ca, certificate: leaf.der, nextUpdate: null }),
      'ocsp-expired',
    ],
    [
      'it is from the future',
      () => makeOcsp({ issuer: ca, certificate: leaf.der, thisUpdate: day(1), producedAt: day(1) }),
      'ocsp-produced-at',
    ],
    ['it answers twice', () => makeOcsp({ issuer: ca, certificate: leaf.der, times: 2 }), 'ocsp-ambiguous'],
    [
      'it has an unknown critical extension',
      () => makeOcsp({ issuer: ca, certificate: leaf.der, extensions: [ext('1.2.3.4', nothing(), true)] }),
      'ocsp-critical-extension-unknown',
    ],
  ])('then it says nothing when %s', (_, make, code) => {
    expect(ask([make()])).toMatchObject({ valid: false, code });
  });

  test('then the nonce must be the one that was asked with', () => {
    const ocspNonce = Buffer.alloc(16, 7);
    const answer = (nonce?: Uint8Array) =>
      makeOcsp({ issuer: ca, certificate: leaf.der, ...(nonce ? { nonce } : {}) });
    expect(ask([answer(ocspNonce)], { ocspNonce })).toMatchObject({ valid: true });
    expect(ask([answer(Buffer.alloc(16, 8))], { ocspNonce })).toMatchObject({ code: 'ocsp-nonce-mismatch' });
    expect(ask([answer()], { ocspNonce })).toMatchObject({ code: 'ocsp-nonce-mismatch' });
    for (const length of [0, 129]) {
      const impossible = { ocspNonce: Buffer.alloc(length) };
      expect(ask([answer(impossible.ocspNonce)], impossible)).toMatchObject({ code: 'input-invalid' });
    }
  });
});
