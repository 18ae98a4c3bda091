import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { validateCertificate } from '../src/index.ts';

/** NIST's suite stands beside the project (see the README of this room); its data are not part of it. */
const folder = new URL('../../../shared/pkits/', import.meta.url);
const atHand = existsSync(new URL('pkits.json', folder));

type Case = {
  num: string;
  name: string;
  certs: string[];
  crls: string[];
  expect: boolean;
  ips: string | null;
  ucps: string | null;
  explicit: boolean;
  inhmap: boolean;
  inhany: boolean;
};

const file = (name: string): Uint8Array => readFileSync(new URL(name, folder));

function policyOids(names: string | null): string[] | undefined {
  return names === null
    ? undefined
    : names.split(',').map((name) => {
        const trimmed = name.trim();
        if (trimmed === 'anyPolicy') return '2.5.29.32.0';
        return `2.16.840.1.101.3.2.1.48.${trimmed.replace('NIST-test-policy-', '')}`;
      });
}

if (!atHand) console.log('PKITS: ../shared/pkits is not here, so the 249 cases of NIST are not run');

describe.skipIf(!atHand)('NIST PKITS 1.0.1', () => {
  const cases: Case[] = atHand ? JSON.parse(readFileSync(new URL('pkits.json', folder), 'utf8')) : [];

  test('has 249 cases', () => expect(cases).toHaveLength(249));

  test.each(cases.map((c): [string, Case] => [`${c.num} ${c.name}`, c]))('%s', (_, c) => {
    const [anchor = '', ...below] = c.certs;
    const leaf = below.pop() ?? '';
    const policies = policyOids(c.ips);
    const decision = validateCertificate({
      leaf: file(`certs/${leaf}.crt`),
      intermediates: below.map((name) => file(`certs/${name}.crt`)),
      anchors: [file(`certs/${anchor}.crt`)],
      crls: c.crls.map((name) => file(`crls/${name}.crl`)),
      time: new Date('2011-04-15T00:00:00Z'),
      revocation: 'required',
      explicitPolicy: c.explicit,
      inhibitPolicyMapping: c.inhmap,
      inhibitAnyPolicy: c.inhany,
      ...(policies ? { policies } : {}),
    });
    expect(`${decision.valid} ${decision.code}`).toMatch(c.expect ? /^true/ : /^false/);
    if (c.expect) expect(decision.policies).toEqual(c.ucps ? policyOids(c.ucps)?.sort() : []);
  });
});
