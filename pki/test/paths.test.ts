import { describe, expect, test } from 'vitest';
import { validateCertificate } from '../src/index.ts';
import { bool, nothing, oid, seq } from './authority/der.ts';
import {
  basicConstraints,
  ext,
  KU,
  keyUsage,
  nameConstraints,
  policies,
  policyConstraints,
  policyMappings,
  subjectAltName,
} from './authority/extensions.ts';
import { type Authority, day, issue, makeAuthority, makeLeaf, makeRoot, NOW } from './authority/issue.ts';
import { testKey } from './authority/keys.ts';
import { directoryName, dnsName, emailName, ipName, uriName } from './authority/names.ts';

const root = makeRoot();
const CA = 'C=TW/O=Test Government/CN=CA';

/** root -> CA -> leaf, with either changed. */
function chain(ca: Parameters<typeof makeAuthority>[2] = {}, leaf: Parameters<typeof makeLeaf>[1] = {}) {
  const authority = makeAuthority(root, CA, ca);
  return { ca: authority, leaf: makeLeaf(authority, leaf) };
}

function decide(
  leaf: Authority,
  intermediates: Authority[],
  more: Partial<Parameters<typeof validateCertificate>[0]> = {},
) {
  return validateCertificate({
    leaf: leaf.der,
    intermediates: intermediates.map((c) => c.der),
    anchors: [root.der],
    time: NOW,
    ...more,
  });
}

describe('when a path follows every rule', () => {
  test.each(['rsa', 'p256', 'p384', 'ed25519', 'ml-dsa-65'] as const)(
    'then it is valid with %s keys',
    (kind) => {
      const top = makeRoot(`CN=Root ${kind}`, kind);
      const ca = makeAuthority(top, `CN=CA ${kind}`, { kind });
      const leaf = makeLeaf(ca, { kind });
      const decision = decide(leaf, [ca], { anchors: [top.der] });
      expect(decision).toMatchObject({ valid: true, code: 'ok', assurance: 'full' });
      expect(decision.path).toEqual([leaf, ca, top].map((c) => c.certificate.fingerprint));
    },
  );

  test('then the order of candidates and strangers among them do not matter', () => {
    const { ca, leaf } = chain();
    const stranger = makeRoot('CN=Stranger');
    expect(decide(leaf, [stranger, leaf, root, ca, ca])).toMatchObject({ valid: true });
  });

  test('then a leaf that is itself an anchor is valid alone', () => {
    expect(decide(root, [])).toMatchObject({ valid: true });
  });

  test('then an anchor of the same name with another key does not get in the way', () => {
    const { ca, leaf } = chain();
    const older = makeRoot(root.name, 'p384');
    expect(decide(leaf, [ca], { anchors: [older.der, root.der] })).toMatchObject({ valid: true });
  });
});

const weakCa = (extensions: ReturnType<typeof ext>[]) => ({ extensions });

type Broken = [string, string, () => { ca: Authority; leaf: Authority }];

const broken: Broken[] = [
  ['the leaf is expired', 'certificate-expired', () => chain({}, { notAfter: day(-1) })],
  ['the leaf is not valid yet', 'certificate-not-yet-valid', () => chain({}, { notBefore: day(1) })],
  ['the authority is expired', 'certificate-expired', () => chain({ notAfter: day(-1) })],
  [
    'the authority does not say that it is one',
    'not-an-authority',
    () => chain(weakCa([keyUsage(KU.keyCertSign)])),
  ],
  ['the authority says that it is none', 'not-an-authority', () => chain(weakCa([basicConstraints(false)]))],
  [
    'the authority may not sign certificates',
    'key-usage',
    () => chain(weakCa([basicConstraints(true), keyUsage(KU.crlSign)])),
  ],
  ['the authority is of version 1', 'not-an-authority', () => chain({ version: 1, extensions: [] })],
  [
    'the leaf has an unknown critical extension',
    'critical-extension-unknown',
    () => chain({}, { add: [ext('1.2.3.4', nothing(), true)] }),
  ],
  [
    'the authority has an unknown critical extension',
    'critical-extension-unknown',
    () => chain({ add: [ext('1.2.3.4', nothing(), true)] }),
  ],
  [
    'an extension stands twice',
    'certificate-malformed',
    () => ({
      ...chain(),
      leaf: {
        ...root,
        der: issue({ issuer: root, subject: 'CN=x', key: root.key, extensions: [keyUsage(0), keyUsage(0)] }),
      },
    }),
  ],
  [
    'the algorithms inside and outside differ',
    'algorithm-mismatch',
    () => chain({}, { outerAlgorithm: seq(oid('1.2.840.10045.4.3.3')) }),
  ],
  [
    'the leaf is signed with another key',
    'signature-invalid',
    () => {
      const { ca } = chain();
      return { ca, leaf: makeLeaf({ name: CA, key: testKey('p256', 'forger') }) };
    },
  ],
  [
    'the leaf names another issuer',
    'issuer-unknown',
    () => {
      const { ca } = chain();
      return { ca, leaf: makeLeaf({ name: 'CN=Other', key: ca.key }) };
    },
  ],
  [
    'a name is excluded',
    'name-excluded',
    () =>
      chain(
        { add: [nameConstraints([], [dnsName('gov.tw')])] },
        { add: [subjectAltName(dnsName('www.gov.tw'))] },
      ),
  ],
  [
    'a name is not permitted',
    'name-not-permitted',
    () =>
      chain(
        { add: [nameConstraints([dnsName('gov.tw')])] },
        { add: [subjectAltName(dnsName('gov.tw.example'))] },
      ),
  ],
  [
    'the subject is not permitted',
    'name-not-permitted',
    () => chain({ add: [nameConstraints([directoryName('C=JP')])] }),
  ],
  [
    'an e-mail address in the subject is not permitted',
    'name-not-permitted',
    () =>
      chain(
        { add: [nameConstraints([emailName('gov.tw')])] },
        { subject: 'C=TW/CN=x/emailAddress=a@example.com' },
      ),
  ],
  [
    'a URI without a host meets a constraint',
    'name-constraint-unclear',
    () =>
      chain({ add: [nameConstraints([uriName('.gov.tw')])] }, { add: [subjectAltName(uriName('urn:x:y'))] }),
  ],
  [
    'an address is outside of the permitted network',
    'name-not-permitted',
    () =>
      chain(
        { add: [nameConstraints([ipName(10, 0, 0, 0, 255, 0, 0, 0)])] },
        { add: [subjectAltName(ipName(11, 0, 0, 1))] },
      ),
  ],
  [
    'a policy is required and the leaf has none',
    'policy-missing',
    () => chain({ add: [policies('1.2.3'), policyConstraints(0)] }),
  ],
  [
    'a mapping names anyPolicy',
    'policy-mapping-any',
    () => chain({ add: [policies('1.2.3'), policyMappings(['2.5.29.32.0', '1.2.3'])] }),
  ],
  [
    'a boolean is not DER',
    'certificate-malformed',
    () => {
      const lax = ext('2.5.29.19', seq(bool(true).with(2, 1)));
      return {
        ...chain(),
        leaf: { ...root, der: issue({ issuer: root, subject: 'CN=x', key: root.key, extensions: [lax] }) },
      };
    },
  ],
];

describe('when one rule is broken', () => {
  test.each(broken)('then it is refused because %s', (_, code, make) => {
    const { ca, leaf } = make();
    const decision = decide(leaf, [ca]);
    expect(decision).toMatchObject({ valid: false, code });
    expect(decision.evidence.refusedBy?.rule).toBeTruthy();
  });

  test('then a path longer than an authority allows is refused, but self-issued certificates do not count', () => {
    const ca = makeAuthority(root, CA, { pathLength: 0 });
    const second = makeAuthority(ca, 'CN=Second');
    expect(decide(makeLeaf(second), [ca, second])).toMatchObject({ valid: false, code: 'path-too-long' });
    const renewed = makeAuthority(ca, CA, { key: testKey('p256', 'renewed') });
    expect(decide(makeLeaf(renewed), [ca, renewed])).toMatchObject({ valid: true });
  });

  test('then constraints in the certificate of the anchor hold as well', () => {
    const strict = makeRoot('CN=Strict root', 'p256', [
      basicConstraints(true, 0),
      keyUsage(KU.keyCertSign),
      nameConstraints([directoryName('C=TW')]),
    ]);
    const leaf = makeLeaf(strict, { subject: 'C=JP/CN=x' });
    expect(decide(leaf, [], { anchors: [strict.der] })).toMatchObject({
      valid: false,
      code: 'name-not-permitted',
    });
    const ca = makeAuthority(strict, 'C=TW/CN=Below');
    expect(decide(makeLeaf(ca), [ca], { anchors: [strict.der] })).toMatchObject({
      valid: false,
      code: 'path-too-long',
    });
  });

  test('then an expired anchor anchors nothing', () => {
    const key = testKey('p256', 'old root');
    const name = 'CN=Old root';
    const der = issue({
      issuer: { name, key },
      subject: name,
      key,
      notAfter: day(-1),
      extensions: [basicConstraints(true)],
    });
    expect(decide(makeLeaf({ name, key }), [], { anchors: [der] })).toMatchObject({
      code: 'anchor-certificate-expired',
    });
  });
});
