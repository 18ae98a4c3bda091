import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCertificate, parseCrl, validateCertificate } from '../../src/index.ts';
import { IndexedCrl, RevocationIndex } from '../../src/revocation/revocation-index.ts';
import { makeCrl } from '../../test/authority/crls.ts';
import { policies } from '../../test/authority/extensions.ts';
import { type Authority, makeAuthority, makeLeaf, makeRoot, NOW } from '../../test/authority/issue.ts';
import type { KeyKind } from '../../test/authority/keys.ts';

const LEAVES = 2000;
const OPENSSL_LEAVES = 1000;
const ROUNDS = 8;
/** A service is warm after its first minute; OpenSSL and Node's own side are compiled beforehand. */
const WARM_UP_ROUNDS = 12;
const OPENSSL_ROUNDS = 3;
const CLASS_3 = '2.16.886.101.0.3.3';

/** By processor time, so that other work on the machine favours neither side. */
function perSecond(count: number, run: () => void): number {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return count / ((user + system) / 1e6);
}

const best = (values: number[]): number => Math.round(Math.max(...values));
const pem = (label: string, der: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(der)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n')}\n-----END ${label}-----\n`;

/** A citizen's certificate for logging in, against authorities and lists that are loaded, as the IdP does it. */
export function measureLeaf(kind: KeyKind, emit: (line: Record<string, unknown>) => void): void {
  const root = makeRoot(`CN=Root ${kind}`, kind);
  const ca = makeAuthority(root, `CN=CA ${kind}`, { kind, add: [policies(CLASS_3)] });
  const leaves = Array.from({ length: LEAVES }, () => makeLeaf(ca, { kind, add: [policies(CLASS_3)] }).der);
  const crls = [makeCrl({ issuer: root }), makeCrl({ issuer: ca })];
  const ours: number[] = [];
  const nodes: number[] = [];
  const openssls: number[] = [];
  for (let round = 0; round < WARM_UP_ROUNDS; round++) validateAll(root, ca, leaves, crls);
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(perSecond(LEAVES, () => validateAll(root, ca, leaves, crls)));
    nodes.push(perSecond(LEAVES, () => verifyAllWithNode(ca, leaves)));
    if (round < OPENSSL_ROUNDS)
      openssls.push(verifyWithOpenssl(root, ca, leaves.slice(0, OPENSSL_LEAVES), crls));
  }
  const [our, node, openssl] = [best(ours), best(nodes), best(openssls)];
  const what = `${kind}: a leaf with path, policy, key, usage and revocation rules, per second of processor time`;
  emit({
    what,
    against: 'X509Certificate.checkIssued + verify of Node',
    ours: our,
    theirs: node,
    ratio: round2(our / node),
    aim: 0.7,
  });
  emit({
    what,
    against: `openssl verify, ${OPENSSL_LEAVES} files in one process`,
    ours: our,
    theirs: openssl,
    ratio: round2(our / openssl),
    aim: 5,
  });
}

const round2 = (value: number): number => Math.round(value * 100) / 100;

function validateAll(root: Authority, ca: Authority, leaves: Uint8Array[], crls: Uint8Array[]): void {
  const anchors = [parseCertificate(root.der)];
  const intermediates = [parseCertificate(ca.der)];
  const revocationIndex = new RevocationIndex(
    crls
      .map(parseCrl)
      .map(({ head, revoked }, i) => new IndexedCrl(head, revoked, (i === 0 ? root : ca).key.spki)),
  );
  for (const der of leaves) {
    const decision = validateCertificate({
      leaf: der,
      intermediates,
      anchors,
      time: NOW,
      purpose: 'login',
      revocation: 'required',
      revocationIndex,
    });
    if (!decision.valid) throw new Error(`A good certificate was refused: ${decision.code}`);
  }
}

function verifyAllWithNode(ca: Authority, leaves: Uint8Array[]): void {
  const issuer = new X509Certificate(ca.der);
  const key = issuer.publicKey;
  for (const der of leaves) {
    const leaf = new X509Certificate(der);
    if (!leaf.checkIssued(issuer) || !leaf.verify(key)) throw new Error('Node refused a good certificate');
  }
}

function verifyWithOpenssl(root: Authority, ca: Authority, leaves: Uint8Array[], crls: Uint8Array[]): number {
  const folder = mkdtempSync(join(tmpdir(), 'xinlu-bench-'));
  try {
    const file = (name: string, content: string): string => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    const files = leaves.map((der, i) => file(`${i}.pem`, pem('CERTIFICATE', der)));
    const args = ['verify', '-attime', String(NOW.getTime() / 1000), '-policy', CLASS_3, '-explicit_policy'];
    args.push('-CAfile', file('root.pem', pem('CERTIFICATE', root.der)));
    args.push('-untrusted', file('ca.pem', pem('CERTIFICATE', ca.der)));
    args.push(
      '-crl_check_all',
      '-CRLfile',
      file('crls.pem', crls.map((crl) => pem('X509 CRL', crl)).join('')),
    );
    const timed = spawnSync(
      'bash',
      ['-c', 'TIMEFORMAT="%U %S"; time "$@" > /dev/null', 'bash', 'openssl', ...args, ...files],
      {
        encoding: 'utf8',
      },
    );
    if (timed.status !== 0) throw new Error(`openssl verify failed: ${timed.stderr}`);
    const [user = 0, system = 0] = timed.stderr.trim().split(' ').map(Number);
    return leaves.length / (user + system);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
