import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeBigCrl } from '../../test/authority/big-crl.ts';
import { makeRoot } from '../../test/authority/issue.ts';

const ENTRIES = 1_000_000;
const ROUNDS = 3;

type Side = { seconds: number; peakMB: number };

/** A list of a million entries, from octets in memory to look-ups; each side in a process of its own. */
export async function measureBigCrl(emit: (line: Record<string, unknown>) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'xinlu-bench-'));
  try {
    const root = makeRoot('CN=Big', 'rsa');
    const crl = join(folder, 'big.crl');
    const anchor = join(folder, 'root.cer');
    const anchorPem = join(folder, 'root.pem');
    writeFileSync(crl, makeBigCrl(root, ENTRIES).der);
    writeFileSync(anchor, root.der);
    execFileSync('openssl', ['x509', '-inform', 'der', '-in', anchor, '-out', anchorPem]);
    const ours: (Side & { heldMB: number; lookupsPerSecond: number })[] = [];
    const theirs: Side[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const script = new URL('./index-big-crl.ts', import.meta.url).pathname;
      ours.push(JSON.parse(execFileSync(process.execPath, [script, crl, anchor], { encoding: 'utf8' })));
      theirs.push(
        await runOpenssl(['crl', '-inform', 'der', '-in', crl, '-noout', '-CAfile', anchorPem, '-verify']),
      );
    }
    const our = ours.reduce((a, b) => (b.seconds < a.seconds ? b : a));
    const their = theirs.reduce((a, b) => (b.seconds < a.seconds ? b : a));
    const what = `a CRL of ${ENTRIES} entries verified and indexed`;
    emit({
      what,
      unit: 's',
      ours: our.seconds,
      theirs: their.seconds,
      ratio: ratio(their.seconds, our.seconds),
      against: 'openssl crl -verify',
      aim: 'at most 0.6 s',
    });
    emit({
      what,
      unit: 'MB at the peak',
      ours: our.peakMB,
      theirs: their.peakMB,
      ratio: ratio(their.peakMB, our.peakMB),
      against: 'openssl crl -verify',
      aim: 'at most 250 MB',
    });
    emit({ what, unit: 'MB held', ours: our.heldMB, aim: 'at most 32 MB' });
    emit({
      what: 'look-ups in it',
      unit: 'per second',
      ours: our.lookupsPerSecond,
      aim: 'at least 1,000,000',
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const ratio = (theirs: number, ours: number): number => Math.round((theirs / ours) * 100) / 100;

/** Runs OpenSSL and watches its peak of resident memory, which Linux keeps in /proc. */
async function runOpenssl(args: string[]): Promise<Side> {
  const start = performance.now();
  const child = spawn('openssl', args, { stdio: 'ignore' });
  let peakMB = 0;
  const watch = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      peakMB = Math.max(peakMB, Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024));
    } catch {
      // The process is gone; what was seen last stands.
    }
  }, 5);
  const code = await new Promise((resolve, reject) => {
    child.once('exit', resolve);
    child.once('error', reject);
  });
  clearInterval(watch);
  if (code !== 0) throw new Error('openssl crl failed');
  return { seconds: Math.round(performance.now() - start) / 1000, peakMB };
}
