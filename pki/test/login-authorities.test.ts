import { describe, expect, test } from 'vitest';
import { type LoginAuthority, replayDecision, validateCertificate } from '../src/index.ts';
import { policies } from './authority/extensions.ts';
import { type Authority, makeAuthority, makeLeaf, makeRoot, NOW } from './authority/issue.ts';

const P3 = '2.16.886.101.0.3.3';
const P2 = '2.16.886.101.0.3.2';
const root = makeRoot();
const citizens = makeAuthority(root, 'C=TW/O=Test Government/CN=Citizens CA', { add: [policies(P2, P3)] });
const companies = makeAuthority(root, 'C=TW/O=Test Government/CN=Companies CA', { add: [policies(P2, P3)] });
const citizen = makeLeaf(citizens, { add: [policies(P3)] });
const company = makeLeaf(companies, { subject: 'C=TW/O=Company', add: [policies(P3)] });

const fingerprintOf = ({ certificate }: Authority): string => certificate.fingerprint;
const listed: LoginAuthority[] = [
  { fingerprint: fingerprintOf(citizens), identity: 'citizen', maximumAssurance: 'aal3' },
  { fingerprint: fingerprintOf(companies), identity: 'organisation', policies: [P3] },
];

function inputFor(leaf: Authority, authorities: readonly LoginAuthority[]) {
  return {
    leaf: leaf.der,
    intermediates: [citizens.der, companies.der],
    anchors: [root.der],
    time: NOW,
    purpose: 'login',
    authorities,
  } as const;
}
const decide = (leaf: Authority, authorities: readonly LoginAuthority[] = listed, more = {}) =>
  validateCertificate({ ...inputFor(leaf, authorities), ...more });

describe('when the authorities whose cards may log in are listed', () => {
  test('then the decision and its record tell the kind of holder by the authority that issued the card', () => {
    const decision = decide(citizen);
    expect(decision).toMatchObject({
      valid: true,
      identity: 'citizen',
      authority: { fingerprint: fingerprintOf(citizens), maximumAssurance: 'aal3', policies: [P3] },
      evidence: { identity: 'citizen', authority: fingerprintOf(citizens) },
    });
    expect(decide(company)).toMatchObject({
      identity: 'organisation',
      authority: { maximumAssurance: null },
    });
  });

  test('then a fingerprint is known in any writing', () => {
    const written = (fingerprintOf(citizens).toUpperCase().match(/../g) ?? []).join(':');
    expect(decide(citizen, [{ fingerprint: written, identity: 'citizen' }]).identity).toBe('citizen');
  });

  test('then the card of an authority that is not listed is refused, be the root above it listed', () => {
    for (const authorities of [
      [],
      listed.slice(1),
      [{ fingerprint: fingerprintOf(root), identity: 'citizen' }],
    ]) {
      expect(decide(citizen, authorities)).toMatchObject({
        valid: false,
        code: 'login-issuer-unlisted',
        identity: null,
        authority: null,
        evidence: { refusedBy: { rule: expect.stringContaining('Login policy 6') } },
      });
    }
  });

  test('then another certificate of a listed authority with the same name and key is a way as well', () => {
    const renewed = makeAuthority(root, citizens.name, { add: [policies(P3)] });
    const only = [{ fingerprint: fingerprintOf(renewed), identity: 'citizen' }];
    expect(decide(citizen, only)).toMatchObject({ code: 'login-issuer-unlisted' });
    const intermediates = [citizens.der, renewed.der];
    expect(decide(citizen, only, { intermediates })).toMatchObject({
      valid: true,
      path: [citizen, renewed, root].map(fingerprintOf),
    });
  });

  test('then a policy that counts for another authority does not count for this one', () => {
    const lower = makeLeaf(companies, { add: [policies(P2)] });
    const twoLevels: LoginAuthority[] = [
      { fingerprint: fingerprintOf(citizens), identity: 'citizen', policies: [P2, P3] },
      { fingerprint: fingerprintOf(companies), identity: 'organisation', policies: [P3] },
    ];
    expect(decide(makeLeaf(citizens, { add: [policies(P2)] }), twoLevels)).toMatchObject({
      identity: 'citizen',
      policies: [P2],
    });
    expect(decide(lower, twoLevels)).toMatchObject({
      code: 'login-issuer-policy',
      identity: null,
      evidence: { refusedBy: { rule: expect.stringContaining('Login policy 7') } },
    });
    expect(decide(makeLeaf(companies), twoLevels, { explicitPolicy: false })).toMatchObject({
      code: 'login-issuer-policy',
    });
  });

  test('then a policy that the certificate claims and its authority may not grant does not count', () => {
    const narrow = makeAuthority(root, 'CN=Narrow CA', { add: [policies(P2)] });
    const claims = makeLeaf(narrow, { add: [policies(P3)] });
    const authorities = [{ fingerprint: fingerprintOf(narrow), identity: 'citizen', policies: [P3] }];
    const more = { intermediates: [narrow.der] };
    expect(decide(claims, authorities, more)).toMatchObject({ code: 'policy-missing' });
    expect(decide(claims, authorities, { ...more, explicitPolicy: false })).toMatchObject({
      code: 'login-issuer-policy',
    });
  });

  test('then a replay gives the same answer, and another identity in the record is noticed', () => {
    const materials = [root, citizens, companies, citizen, company].map(({ der }) => der);
    for (const decision of [decide(citizen), decide(company), decide(citizen, listed.slice(1))]) {
      const record = JSON.parse(JSON.stringify(decision.evidence));
      expect(replayDecision(record, materials)).toMatchObject({
        same: true,
        decision: { code: decision.code },
      });
      expect(replayDecision({ ...record, identity: 'agency' }, materials).same).toBe(false);
    }
  });

  test.each<[string, LoginAuthority[], object]>([
    ['a fingerprint that is none', [{ fingerprint: 'ab', identity: 'citizen' }], {}],
    ['no identity', [{ fingerprint: fingerprintOf(citizens), identity: '' }], {}],
    ['no policy', [{ fingerprint: fingerprintOf(citizens), identity: 'citizen', policies: [] }], {}],
    [
      'a policy that is no OID',
      [{ fingerprint: fingerprintOf(citizens), identity: 'citizen', policies: ['x'] }],
      {},
    ],
    ['an authority twice', [...listed, ...listed], {}],
    ['another purpose', listed, { purpose: 'any' }],
  ])('then a list with %s is refused', (_, authorities, more) => {
    expect(decide(citizen, authorities, more)).toMatchObject({ valid: false, code: 'input-invalid' });
  });
});
