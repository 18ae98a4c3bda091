import { describe, expect, test } from 'vitest';
import { replayDecision, validateCertificate } from '../src/index.ts';
import { makeCrl } from './authority/crls.ts';
import { makeAuthority, makeLeaf, makeRoot, NOW } from './authority/issue.ts';
import { makeOcsp } from './authority/ocsp-answers.ts';

const root = makeRoot();
const ca = makeAuthority(root, 'CN=CA');
const leaf = makeLeaf(ca);
const rootCrl = makeCrl({ issuer: root });
const caCrl = makeCrl({ issuer: ca });
const materials = [root.der, ca.der, leaf.der, rootCrl, caCrl];

/** A clock that goes on by so many milliseconds each time it is asked. */
function tickingBy(milliseconds: number): () => number {
  let now = 1e6;
  return () => {
    now += milliseconds;
    return now;
  };
}

const decide = (more: Partial<Parameters<typeof validateCertificate>[0]> = {}) =>
  validateCertificate({
    leaf: leaf.der,
    intermediates: [ca.der],
    anchors: [root.der],
    time: NOW,
    revocation: 'required',
    crls: [rootCrl, caCrl],
    ...more,
  });

describe('when a decision may take only so long', () => {
  test('then it is refused at the step where the time is up, even within the revocation sources', () => {
    const all = decide({ monotonicNow: tickingBy(0) });
    expect(all).toMatchObject({ valid: true, evidence: { steps: 4, input: { budgetMilliseconds: 2000 } } });
    for (const steps of [0, 1, 2, 3]) {
      expect(decide({ budgetMilliseconds: steps, monotonicNow: tickingBy(1) })).toMatchObject({
        valid: false,
        code: 'budget-spent',
        evidence: {
          steps,
          refusedBy: { rule: 'Bounds of this library' },
          input: { budgetMilliseconds: steps },
        },
      });
    }
    expect(decide({ budgetMilliseconds: 4, monotonicNow: tickingBy(1) })).toMatchObject({ valid: true });
  });

  test('then a good list does not stand when there was no time for the answer that may say revoked', () => {
    const ocsp = [makeOcsp({ issuer: ca, certificate: leaf.der, status: 'revoked' })];
    expect(decide({ ocsp, monotonicNow: tickingBy(0) })).toMatchObject({ code: 'certificate-revoked' });
    expect(decide({ ocsp, budgetMilliseconds: 4, monotonicNow: tickingBy(1) })).toMatchObject({
      code: 'budget-spent',
    });
  });

  test('then a replay stops at the recorded step, and time has no say in the replay of another decision', () => {
    const late = decide({ budgetMilliseconds: 2, monotonicNow: tickingBy(1) });
    const record = JSON.parse(JSON.stringify(late.evidence));
    expect(replayDecision(record, materials)).toMatchObject({
      same: true,
      decision: { code: 'budget-spent' },
    });
    const inTime = decide({ budgetMilliseconds: 0, monotonicNow: tickingBy(0) });
    expect(replayDecision(inTime.evidence, materials)).toMatchObject({
      same: true,
      decision: { valid: true },
    });
    expect(replayDecision({ ...record, code: 'ok', valid: true }, materials).same).toBe(false);
  });

  test('then a budget that is no number is refused', () => {
    for (const budgetMilliseconds of [Number.NaN, -1])
      expect(decide({ budgetMilliseconds })).toMatchObject({ code: 'input-invalid' });
  });
});

describe('when there are more sources than steps', () => {
  test('then a path that was found does not stand, as the answer that was not asked may say revoked', () => {
    const good = Array.from({ length: 260 }, () => makeOcsp({ issuer: ca, certificate: leaf.der }));
    const revoked = makeOcsp({ issuer: ca, certificate: leaf.der, status: 'revoked' });
    expect(decide({ ocsp: [...good, revoked] })).toMatchObject({ valid: false, code: 'path-search-limit' });
    expect(decide({ ocsp: [...good.slice(0, 100), revoked] })).toMatchObject({ code: 'certificate-revoked' });
  });
});
