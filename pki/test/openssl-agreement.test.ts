import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { validateCertificate } from '../src/index.ts';
import { FAULTS } from './authority/faults.ts';
import { NOW } from './authority/issue.ts';
import { Random } from './authority/random.ts';
import { ANY, type ChainDraft, draftChain, type IssuedChain, issueChain } from './authority/random-chain.ts';

const CHAINS = 560;
const SEED = 20260601;

/** Where OpenSSL and this library differ, and the clause that says who is right. */
const EXPLAINED: Readonly<Record<string, { openssl: boolean; clause: string }>> = {
  'authority key identifier of another key': {
    openssl: false,
    clause:
      'RFC 5280 4.2.1.1: the identifier helps to build paths; 6.1 validates by name and signature and never reads it',
  },
  'no basic constraints': {
    openssl: true,
    clause:
      'RFC 5280 6.1.4 (k): a version 3 certificate without basicConstraints is no authority; OpenSSL makes do with keyCertSign',
  },
};

function opensslVersion(): string | undefined {
  try {
    return execFileSync('openssl', ['version'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

const version = opensslVersion();
if (!version) console.log('OpenSSL is not installed, so the agreement with it is not tested');

const folder = mkdtempSync(join(tmpdir(), 'xinlu-pki-'));
afterAll(() => rmSync(folder, { recursive: true }));

const pem = (label: string, ders: readonly Uint8Array[]): string =>
  ders
    .map(
      (der) =>
        `-----BEGIN ${label}-----\n${Buffer.from(der)
          .toString('base64')
          .replace(/.{64}(?=.)/g, '$&\n')}\n-----END ${label}-----\n`,
    )
    .join('');

function opensslAccepts(chain: ChainDraft, issued: IssuedChain): { accepts: boolean; words: string } {
  const file = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const args = [
    'verify',
    '-attime',
    String(NOW.getTime() / 1000),
    '-CAfile',
    file('root.pem', pem('CERTIFICATE', [issued.root])),
  ];
  if (issued.intermediates.length > 0)
    args.push('-untrusted', file('untrusted.pem', pem('CERTIFICATE', issued.intermediates)));
  if (issued.crls) args.push('-crl_check_all', '-CRLfile', file('crls.pem', pem('X509 CRL', issued.crls)));
  args.push('-policy_check');
  // RFC 5280 6.1.1 (c): without a choice of ours the set is any-policy, which OpenSSL must be told.
  for (const policy of chain.policies ?? [ANY]) args.push('-policy', policy);
  if (chain.explicitPolicy) args.push('-explicit_policy');
  if (chain.inhibitPolicyMapping) args.push('-inhibit_map');
  if (chain.inhibitAnyPolicy) args.push('-inhibit_any');
  args.push(file('leaf.pem', pem('CERTIFICATE', [issued.leaf])));
  const run = spawnSync('openssl', args, { encoding: 'utf8' });
  return { accepts: run.status === 0, words: run.stderr };
}

describe.skipIf(!version)(`when ${CHAINS} random chains are put to ${version} as well`, () => {
  test('then both agree, but for what a clause of the RFC explains', { timeout: 120_000 }, () => {
    const random = new Random(SEED);
    const names = Object.keys(FAULTS);
    const counts = new Map<string, number>();
    const disagreements: string[] = [];
    for (let i = 0, tried = 0; tried < CHAINS; i++) {
      const name = names[i % names.length] ?? 'none';
      const chain = draftChain(random, 1 + random.below(6));
      if (!FAULTS[name]?.(random, chain)) continue;
      tried += 1;
      const issued = issueChain(chain);
      const ours = validateCertificate({
        leaf: issued.leaf,
        intermediates: issued.intermediates,
        anchors: [issued.root],
        time: NOW,
        revocation: issued.crls ? 'required' : 'none',
        crls: issued.crls ?? [],
        policies: chain.policies ?? [],
        explicitPolicy: chain.explicitPolicy,
        inhibitPolicyMapping: chain.inhibitPolicyMapping,
        inhibitAnyPolicy: chain.inhibitAnyPolicy,
      });
      const theirs = opensslAccepts(chain, issued);
      counts.set(`${name}: ${ours.valid}`, (counts.get(`${name}: ${ours.valid}`) ?? 0) + 1);
      if (ours.valid === theirs.accepts) continue;
      const explained = EXPLAINED[name];
      if (explained?.openssl === theirs.accepts) continue;
      disagreements.push(`${tried} ${name}: ours ${ours.code}, OpenSSL ${theirs.words.trim() || 'ok'}`);
    }
    expect(disagreements).toEqual([]);
    // Every rule was broken, and good chains were there too.
    expect(new Set([...counts.keys()].map((key) => key.split(':')[0]))).toEqual(new Set(names));
    expect(counts.get('none: true')).toBeGreaterThan(5);
  });
});
