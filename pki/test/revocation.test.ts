import { describe, expect, test } from 'vitest';
import { replayDecision, validateCertificate } from '../src/index.ts';
import { certificateIssuer, issuingDistributionPoint, makeCrl } from './authority/crls.ts';
import { nothing } from './authority/der.ts';
import {
  authorityKeyId,
  basicConstraints,
  distributionPoints,
  ext,
  KU,
  keyUsage,
} from './authority/extensions.ts';
import { type Authority, day, makeAuthority, makeLeaf, makeRoot, NOW } from './authority/issue.ts';
import { testKey } from './authority/keys.ts';
import { directoryName, uriName } from './authority/names.ts';

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
const P1 = [uriName('http://crl.example/1.crl')];
const P2 = [uriName('http://crl.example/2.crl')];

describe('when a CRL is asked', () => {
  test('then what it lists is revoked and what it does not list is good', () => {
    expect(decide([makeCrl({ issuer: ca })])).toMatchObject({ valid: true, assurance: 'full' });
    expect(decide([makeCrl({ issuer: ca, entries: [listed] })])).toMatchObject({
      code: 'certificate-revoked',
    });
  });

  test('then a revoked authority revokes everything below it', () => {
    const crl = makeCrl({ issuer: root, entries: [{ serial: BigInt(`0x${ca.certificate.serial}`) }] });
    expect(decide([makeCrl({ issuer: ca })], { crls: [crl, makeCrl({ issuer: ca })] })).toMatchObject({
      code: 'certificate-revoked',
    });
  });

  test.each([
    ['there is none', [], 'revocation-unknown'],
    ['it is expired', [makeCrl({ issuer: ca, nextUpdate: day(-0.5) })], 'crl-expired'],
    ['it is from the future', [makeCrl({ issuer: ca, thisUpdate: day(1) })], 'crl-not-yet-valid'],
    ['it has no next update', [makeCrl({ issuer: ca, nextUpdate: null })], 'crl-no-next-update'],
    [
      'it is forged',
      [makeCrl({ issuer: { name: ca.name, key: testKey('p256', 'forger') } })],
      'crl-signature-invalid',
    ],
    [
      'it has an unknown critical extension',
      [makeCrl({ issuer: ca, extensions: [ext('1.2.3.4', nothing(), true)] })],
      'crl-critical-extension-unknown',
    ],
    [
      'an entry has an unknown critical extension',
      [makeCrl({ issuer: ca, entries: [{ serial: 5, extensions: [ext('1.2.3.4', nothing(), true)] }] })],
      'crl-critical-extension-unknown',
    ],
    [
      'it is for authorities only',
      [makeCrl({ issuer: ca, extensions: [issuingDistributionPoint({ onlyAuthority: true })] })],
      'revocation-unknown',
    ],
    [
      'it is for attribute certificates only',
      [makeCrl({ issuer: ca, extensions: [issuingDistributionPoint({ onlyAttribute: true })] })],
      'revocation-unknown',
    ],
    [
      'it covers only some reasons',
      [makeCrl({ issuer: ca, extensions: [issuingDistributionPoint({ reasons: [1, 2] })] })],
      'revocation-unknown',
    ],
    [
      'it is another partition',
      [makeCrl({ issuer: ca, extensions: [issuingDistributionPoint({ fullName: P2 })] })],
      'revocation-unknown',
    ],
    ['it is a delta alone', [makeCrl({ issuer: ca, number: 3, baseNumber: 1 })], 'revocation-unknown'],
    ['it is malformed', [Uint8Array.of(0x30, 0x80)], 'revocation-unknown'],
  ])('then nothing is known when %s', (_, crls, code) => {
    expect(decide(crls)).toMatchObject({ valid: false, code });
  });

  test('then a grace period that policy grants lowers the assurance visibly', () => {
    const crls = [makeCrl({ issuer: ca, nextUpdate: day(-0.5) })];
    expect(decide(crls, { revocationGraceSeconds: 86_400 })).toMatchObject({
      valid: true,
      assurance: 'reduced',
    });
    expect(decide(crls, { revocationGraceSeconds: 3600 })).toMatchObject({
      valid: false,
      code: 'crl-expired',
    });
  });

  test('then an older list that still counts as fresh cannot hide a revocation', () => {
    const older = makeCrl({ issuer: ca, number: 4 });
    const newer = makeCrl({ issuer: ca, number: 5, entries: [listed] });
    expect(decide([older, newer])).toMatchObject({ code: 'certificate-revoked' });
    expect(decide([newer, older])).toMatchObject({ code: 'certificate-revoked' });
  });

  test('then lists by reason together cover a certificate', () => {
    const partition = (reasons: number[]) =>
      makeCrl({ issuer: ca, extensions: [issuingDistributionPoint({ reasons })] });
    expect(decide([partition([1, 2, 3, 4])])).toMatchObject({ valid: false });
    expect(decide([partition([1, 2, 3, 4]), partition([5, 6, 7, 8])])).toMatchObject({ valid: true });
  });

  test('then a partition answers only for the certificates that name it', () => {
    const one = makeLeaf(ca, { add: [distributionPoints({ fullName: P1 })] });
    const partition = makeCrl({ issuer: ca, extensions: [issuingDistributionPoint({ fullName: P1 })] });
    expect(decide([partition], {}, one)).toMatchObject({ valid: true });
    expect(decide([partition])).toMatchObject({ code: 'revocation-unknown' });
  });

  test('then an authority whose key may not sign lists is not believed', () => {
    const mute = makeAuthority(root, 'CN=Mute', {
      extensions: [basicConstraints(true), keyUsage(KU.keyCertSign)],
    });
    const decision = decide([makeCrl({ issuer: mute })], { intermediates: [mute.der] }, makeLeaf(mute));
    expect(decision).toMatchObject({ code: 'crl-key-usage' });
  });

  test('then the list of another generation of the same name says nothing', () => {
    const second = makeAuthority(root, ca.name, { key: testKey('p256', 'second generation') });
    const mine = makeLeaf(second, { serial: 0x99 });
    const both = { intermediates: [ca.der, second.der] };
    expect(decide([makeCrl({ issuer: ca })], both, mine)).toMatchObject({
      valid: false,
      code: 'crl-signer-other',
    });
    expect(decide([makeCrl({ issuer: ca }), makeCrl({ issuer: second })], both, mine)).toMatchObject({
      valid: true,
    });
    const revoked = makeCrl({ issuer: second, entries: [{ serial: 0x99 }] });
    expect(decide([makeCrl({ issuer: ca, number: 9 }), revoked], both, mine)).toMatchObject({
      code: 'certificate-revoked',
    });
  });

  test('then a delta adds, and removes what was on hold', () => {
    const base = makeCrl({ issuer: ca, number: 1 });
    const held = makeCrl({ issuer: ca, number: 1, entries: [{ serial: 0x77, reason: 6 }] });
    const delta = (reason: number, baseNumber = 1) =>
      makeCrl({ issuer: ca, number: 3, baseNumber, entries: [{ serial: 0x77, reason }] });
    expect(decide([base, delta(1)])).toMatchObject({ code: 'certificate-revoked' });
    expect(decide([held, delta(8)])).toMatchObject({ valid: true });
    expect(decide([held, delta(8, 2)])).toMatchObject({ code: 'certificate-revoked' });
  });

  test('then an indirect list counts when the certificate names its issuer', () => {
    const name = 'C=TW/O=Test Government/CN=CRL issuer';
    const signer = makeAuthority(root, name, {
      extensions: [keyUsage(KU.crlSign), authorityKeyId(root.key.keyId)],
    });
    const point = distributionPoints({ fullName: P1, crlIssuer: [directoryName(name)] });
    const mine = makeLeaf(ca, { serial: 0x55, add: [point] });
    const scope = issuingDistributionPoint({ fullName: P1, indirect: true });
    const entries = [
      { serial: 0x55, extensions: [certificateIssuer('CN=Someone else')] },
      { serial: 0x56, extensions: [certificateIssuer(ca.name)] },
    ];
    const more = { intermediates: [ca.der, signer.der] };
    const list = makeCrl({ issuer: signer, entries, extensions: [scope] });
    expect(decide([list], more, mine)).toMatchObject({ valid: true });
    const hit = [...entries, { serial: 0x55 }];
    const revoking = makeCrl({ issuer: signer, entries: hit, extensions: [scope] });
    expect(decide([revoking], more, mine)).toMatchObject({ code: 'certificate-revoked' });
    const direct = makeCrl({ issuer: signer, extensions: [issuingDistributionPoint({ fullName: P1 })] });
    expect(decide([direct], more, mine)).toMatchObject({ code: 'crl-not-indirect' });
    const revokedSigner = makeCrl({
      issuer: root,
      entries: [{ serial: BigInt(`0x${signer.certificate.serial}`) }],
    });
    expect(decide([list], { ...more, crls: [revokedSigner, list] }, mine)).toMatchObject({ valid: false });
  });
});

describe('when a decision is replayed', () => {
  const crl = makeCrl({ issuer: ca, entries: [listed] });
  const materials = [leaf.der, ca.der, root.der, rootCrl, crl];

  test('then the same octets give the same answer, refusals too', () => {
    for (const decision of [
      decide([crl]),
      decide([]),
      decide([crl], { time: day(5000) }),
      decide([crl], { purpose: 'login' }),
    ]) {
      const record = JSON.parse(JSON.stringify(decision.evidence));
      expect(replayDecision(record, materials)).toMatchObject({
        same: true,
        decision: { code: decision.code },
      });
    }
  });

  test('then a changed record or missing octets are noticed', () => {
    const { evidence } = decide([crl]);
    expect(replayDecision({ ...evidence, code: 'ok', valid: true }, materials).same).toBe(false);
    expect(() => replayDecision(evidence, materials.slice(1))).toThrow(/not at hand/);
  });

  test('then the record holds no name of the holder', () => {
    expect(JSON.stringify(decide([crl]).evidence)).not.toContain('林怡君');
  });
});
