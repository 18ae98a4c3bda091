import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { certificateInspect } from '../src/cli/certificate-inspect.ts';
import { certificateVerifyBatch } from '../src/cli/certificate-verify.ts';
import { commands } from '../src/cli/commands.ts';
import { crlInspect } from '../src/cli/crl-inspect.ts';
import { makeCrl } from './authority/crls.ts';
import { printable } from './authority/der.ts';
import { directoryAttributes, policies } from './authority/extensions.ts';
import { makeAuthority, makeLeaf, makeRoot, NOW } from './authority/issue.ts';

const root = makeRoot();
const ca = makeAuthority(root, 'CN=CA');
const leaf = makeLeaf(ca, {
  add: [policies('2.16.886.101.0.3.3'), directoryAttributes(['2.16.886.1.100.2.51', printable('6789')])],
});
const base64 = (octets: Uint8Array): string => Buffer.from(octets).toString('base64');

async function batch(...lines: (string | object)[]): Promise<Record<string, unknown>[]> {
  const output = new PassThrough();
  const input = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  const answers = text(output);
  await certificateVerifyBatch(Readable.from([Buffer.from(input)]), output);
  output.end();
  return (await answers)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const good = {
  id: 'a',
  leaf: base64(leaf.der),
  intermediates: [base64(ca.der)],
  anchors: [base64(root.der)],
  time: '2026-06-01T08:00:00+08:00',
};

describe('when certificates are verified in a batch', () => {
  test('then each line gets its answer in order', async () => {
    const crls = [base64(makeCrl({ issuer: root })), base64(makeCrl({ issuer: ca }))];
    expect(
      await batch(
        good,
        { ...good, id: 2, revocation: 'required' },
        { ...good, id: 3, revocation: 'required', crls },
      ),
    ).toEqual([
      {
        id: 'a',
        valid: true,
        code: 'ok',
        path: [leaf, ca, root].map((c) => c.certificate.fingerprint),
        policies: [],
      },
      expect.objectContaining({ id: 2, valid: false, code: 'revocation-unknown' }),
      expect.objectContaining({ id: 3, valid: true }),
    ]);
  });

  test.each([
    ['no JSON', '{', 'input-malformed'],
    ['a list', '[]', 'input-malformed'],
    ['nothing in it', '{}', 'input-invalid'],
    ['a date without a time', { ...good, time: '2026-06-01' }, 'input-invalid'],
    ['a leaf that is a number', { ...good, leaf: 5 }, 'certificate-malformed'],
    ['an anchor that is not base64', { ...good, anchors: ['***'] }, 'anchor-malformed'],
    ['anchors that are no list', { ...good, anchors: 'x' }, 'input-invalid'],
    ['an unknown purpose', { ...good, purpose: '__proto__' }, 'input-invalid'],
    ['a flag that is text', { ...good, explicitPolicy: 'yes' }, 'input-invalid'],
    ['the purpose login without its policies in the path', { ...good, purpose: 'login' }, 'policy-missing'],
  ])('then a line with %s is not valid and the next one is answered', async (_, line, code) => {
    expect(await batch(line, '', good)).toMatchObject([{ valid: false, code }, { valid: true }]);
  });
});

describe('when a file is inspected', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'xinlu-pki-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('then a certificate in DER or PEM is told in words', async () => {
    const file = join(folder, 'leaf.cer');
    await writeFile(file, leaf.der);
    const words = await certificateInspect(file, NOW);
    expect(words).toContain('林怡君');
    expect(words).toContain('身分證末四碼 Last four of the national ID: 6789');
    expect(words).toContain('保證等級第三級');
    expect(words).toContain('還有 1000 天');
    await writeFile(file, `-----BEGIN CERTIFICATE-----\n${base64(leaf.der)}\n-----END CERTIFICATE-----\n`);
    expect(await certificateInspect(file, NOW)).toBe(words);
  });

  test('then a revocation list is told in words', async () => {
    const file = join(folder, 'list.crl');
    await writeFile(
      file,
      makeCrl({ issuer: ca, number: 12, entries: [{ serial: 1, reason: 1 }, { serial: 2 }] }),
    );
    const words = await crlInspect(file, NOW);
    expect(words).toContain('編號 Number: 12');
    expect(words).toContain('廢止筆數 Revoked certificates: 2');
    expect(words).toContain('金鑰外洩 key compromised: 1');
  });

  test('then a file that is neither is refused with a code', async () => {
    const file = join(folder, 'other');
    await writeFile(file, 'hello');
    await expect(certificateInspect(file)).rejects.toMatchObject({ code: 'certificate-malformed' });
    await expect(crlInspect(file)).rejects.toMatchObject({ code: 'crl-malformed' });
    await expect(crlInspect(join(folder, 'missing'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('then every command tells how it is used', () => {
    for (const command of commands) expect(command.help).toContain(`xinlu ${command.name.join(' ')}`);
  });
});
