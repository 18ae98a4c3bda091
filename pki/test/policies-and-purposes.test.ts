import { describe, expect, test } from 'vitest';
import { validateCertificate } from '../src/index.ts';
import { oid, seq } from './authority/der.ts';
import {
  authorityKeyId,
  basicConstraints,
  ext,
  inhibitAnyPolicy,
  KU,
  keyUsage,
  policies,
  policyMappings,
} from './authority/extensions.ts';
import { type Authority, makeAuthority, makeLeaf, makeRoot, NOW } from './authority/issue.ts';

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

describe('when policies are asked for', () => {
  const P1 = '2.16.886.101.0.3.1';
  const P3 = '2.16.886.101.0.3.3';

  test('then a path with another policy is refused, and one with it names it', () => {
    const { ca, leaf } = chain({ add: [policies(P1, P3)] }, { add: [policies(P3)] });
    expect(decide(leaf, [ca], { policies: [P1], explicitPolicy: true })).toMatchObject({
      code: 'policy-not-accepted',
    });
    expect(decide(leaf, [ca], { policies: [P3, P1], explicitPolicy: true })).toMatchObject({
      valid: true,
      policies: [P3],
    });
  });

  test('then a mapped policy counts under the name that the anchor knows, unless mapping is inhibited', () => {
    const { ca, leaf } = chain(
      { add: [policies(P3), policyMappings([P3, '1.2.3.3'])] },
      { add: [policies('1.2.3.3')] },
    );
    const asked = { policies: [P3], explicitPolicy: true };
    expect(decide(leaf, [ca], asked)).toMatchObject({ valid: true, policies: [P3] });
    expect(decide(leaf, [ca], { ...asked, inhibitPolicyMapping: true })).toMatchObject({ valid: false });
  });

  test('then anyPolicy stands for all until it is inhibited', () => {
    const any = '2.5.29.32.0';
    const asked = { policies: [P3], explicitPolicy: true };
    const open = chain({ add: [policies(any)] }, { add: [policies(any)] });
    expect(decide(open.leaf, [open.ca], asked)).toMatchObject({ valid: true, policies: [P3] });
    expect(decide(open.leaf, [open.ca], { ...asked, inhibitAnyPolicy: true })).toMatchObject({
      valid: false,
    });
    const inhibited = chain({ add: [policies(any), inhibitAnyPolicy(0)] }, { add: [policies(any)] });
    expect(decide(inhibited.leaf, [inhibited.ca], asked)).toMatchObject({ valid: false });
  });
});

describe('when the purpose is login', () => {
  const P3 = '2.16.886.101.0.3.3';
  const ask = { purpose: 'login' } as const;
  const good = { add: [policies(P3)] };

  test('then a card certificate of assurance level 3 is accepted', () => {
    const { ca, leaf } = chain(good, good);
    expect(decide(leaf, [ca], ask)).toMatchObject({ valid: true, policies: [P3] });
  });

  test.each([
    ['a missing policy', 'policy-missing', () => chain(good, { add: [policies('1.2.3')] })],
    [
      'an encryption certificate',
      'login-key-usage',
      () => {
        const { ca } = chain(good);
        return { ca, leaf: makeLeaf(ca, { extensions: [keyUsage(KU.keyEncipherment), policies(P3)] }) };
      },
    ],
    ['a short RSA key', 'login-key-weak', () => chain(good, { ...good, kind: 'rsa1024' })],
    ['SHA-1', 'login-hash-weak', () => chain(good, { ...good, hash: 'sha1' })],
    [
      'another extended key usage',
      'login-key-purpose',
      () => chain(good, { add: [policies(P3), ext('2.5.29.37', seq(oid('1.3.6.1.5.5.7.3.1')))] }),
    ],
    [
      'the certificate of an authority',
      'login-authority',
      () => {
        const { ca } = chain(good);
        const add = [policies(P3)];
        return {
          ca,
          leaf: makeAuthority(ca, 'CN=Sub', {
            extensions: [
              basicConstraints(true),
              keyUsage(KU.keyCertSign, KU.digitalSignature),
              authorityKeyId(ca.key.keyId),
              ...add,
            ],
          }),
        };
      },
    ],
  ] satisfies [string, string, () => { ca: Authority; leaf: Authority }][])(
    'then %s is refused',
    (_, code, make) => {
      const { ca, leaf } = make();
      expect(decide(leaf, [ca], ask)).toMatchObject({ valid: false, code });
    },
  );
});

describe('when the input is bad', () => {
  test.each([
    ['an empty leaf', { leaf: new Uint8Array() }, 'certificate-malformed'],
    ['a malformed anchor', { anchors: [Uint8Array.of(1)] }, 'anchor-malformed'],
    ['no anchors', { anchors: [] }, 'issuer-unknown'],
    ['no time', { time: new Date(Number.NaN) }, 'input-invalid'],
    ['a policy that is no OID', { policies: ['x'] }, 'input-invalid'],
  ])('then %s is refused with a code', (_, more, code) => {
    const { ca, leaf } = chain();
    expect(decide(leaf, [ca], more)).toMatchObject({ valid: false, code });
  });
});
