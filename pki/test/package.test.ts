import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { makeCrl } from './authority/crls.ts';
import { policies } from './authority/extensions.ts';
import { makeAuthority, makeLeaf, makeRoot, NOW } from './authority/issue.ts';

const room = fileURLToPath(new URL('..', import.meta.url));
const checkout = fileURLToPath(new URL('../..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'xinlu-pki-'));
afterAll(() => rmSync(work, { recursive: true }));

const run = (command: string, args: string[], cwd: string): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** A copy of the room, so that packing never touches the checkout. */
function copyRoom(): string {
  const copy = join(work, 'pki');
  for (const name of ['src', 'scripts', 'package.json', 'tsconfig.build.json', 'README.md', 'LICENSE']) {
    cpSync(join(room, name), join(copy, name), { recursive: true });
  }
  cpSync(join(checkout, 'tsconfig.base.json'), join(work, 'tsconfig.base.json'));
  symlinkSync(join(checkout, 'node_modules'), join(work, 'node_modules'));
  return copy;
}

const CONSUMER = `
import { readFileSync } from 'node:fs';
import { parseCertificate, RevocationEngine, validateCertificate } from '@xinlu/pki';
const read = (name) => readFileSync(name);
const base = { leaf: read('leaf.cer'), intermediates: [read('ca.cer')], anchors: [read('root.cer')], time: new Date(process.argv[2]) };
const fetch = async (url) => new Response(read(url.split('/').pop()));
const sources = [{ issuer: base.anchors[0], url: 'http://x/root.crl' }, { issuer: base.intermediates[0], url: 'http://x/ca.crl' }];
const engine = new RevocationEngine({ sources, fetch, folder: 'crls', clock: { now: () => base.time }, refreshSeconds: 60 });
await engine.start();
const decisions = [
  validateCertificate(base),
  validateCertificate({ ...base, purpose: 'login', revocation: 'required', revocationIndex: engine.index }),
  validateCertificate({ ...base, time: new Date('2050-01-01T00:00:00Z') }),
];
await engine.stop();
const entries = engine.status().map((source) => source.entries);
console.log(JSON.stringify({ name: parseCertificate(base.leaf).subject.commonName, codes: decisions.map((d) => d.code), entries }));
`;

describe('when the room is packed and installed in an empty project', () => {
  test('then it is a package of its own that verifies', { timeout: 180_000 }, () => {
    const copy = copyRoom();
    run('npm', ['pack', '--pack-destination', work], copy);
    expect(existsSync(join(copy, 'package.json.ours'))).toBe(false);
    expect(readFileSync(join(copy, 'package.json'), 'utf8')).toBe(
      readFileSync(join(room, 'package.json'), 'utf8'),
    );
    const tarball = readdirSync(work).find((name) => name.endsWith('.tgz')) ?? '';

    const project = join(work, 'project');
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }');
    run('npm', ['install', '--offline', '--no-audit', '--no-fund', join(work, tarball)], project);
    expect(existsSync(join(project, 'node_modules', '@xinlu', 'pki', 'src'))).toBe(false);

    const root = makeRoot();
    const ca = makeAuthority(root, 'CN=CA', { add: [policies('2.16.886.101.0.3.3')] });
    const leaf = makeLeaf(ca, { add: [policies('2.16.886.101.0.3.3')] });
    // Long enough for the list to be indexed in a thread, whose file is another one in the package.
    const entries = Array.from({ length: 15_000 }, (_, i) => ({ serial: 0x10_0000_0000 + i }));
    const files = {
      'root.cer': root.der,
      'ca.cer': ca.der,
      'leaf.cer': leaf.der,
      'root.crl': makeCrl({ issuer: root }),
    };
    for (const [name, octets] of Object.entries(files)) writeFileSync(join(project, name), octets);
    writeFileSync(join(project, 'ca.crl'), makeCrl({ issuer: ca, entries }));
    writeFileSync(join(project, 'check.js'), CONSUMER);
    expect(JSON.parse(run(process.execPath, ['check.js', NOW.toISOString()], project))).toEqual({
      name: '林怡君',
      codes: ['ok', 'ok', 'anchor-certificate-expired'],
      entries: [0, 15_000],
    });

    writeFileSync(join(project, 'private.js'), `import '@xinlu/pki/dist/asn1/reader.js';`);
    expect(() => run(process.execPath, ['private.js'], project)).toThrow(/ERR_PACKAGE_PATH_NOT_EXPORTED/);
  });
});
