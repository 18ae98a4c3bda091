import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { frozenClock } from '@xinlu/common/clock';
import { systemIds } from '@xinlu/common/ids';
import { generateJwk } from '@xinlu/common/keys';
import { makeKeys } from '@xinlu/common/testing';
import {
  composeFile,
  composeSeal,
  type PaperData,
  type PaperName,
  paperNames,
  presentPaper,
  sealAttributes,
  verifyPaper,
} from '@xinlu/verifier';
import decodeQR from 'qr/decode.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issueCredential, issuePaper, type OfficeSeal, printPaper } from '../src/index.ts';
import { country, deed, listUri } from './support/country.ts';
import { samples } from './support/samples.ts';
import { sealOf } from './support/seal.ts';

const clock = frozenClock(new Date('2026-11-21T04:00:00Z'));
const verifier = 'https://verify.example.tw/';
const folder = mkdtempSync(join(tmpdir(), 'xinlu-pdf-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let office: Awaited<ReturnType<typeof country>>;
let seal: OfficeSeal;
let strangers: OfficeSeal;

beforeAll(async () => {
  office = await country(clock);
  seal = sealOf(office.keys, '信路地政事務所');
  strangers = sealOf(await makeKeys(), '陌生人');
});

async function fileOf<N extends PaperName>(name: N, data: PaperData<N>): Promise<string> {
  const order = { issuer: 'land-office', status: { uri: listUri, index: 5 } };
  const document = await issuePaper(name, data, order, { keys: office.keys, clock, ids: systemIds });
  return composeFile({ kind: 'credential', document, salt: new Uint8Array(32) });
}

const print = (file: string, by = seal) => printPaper(file, { verifier, seal: by, at: clock.now() });

/** The codes about the PDF itself, and whether it would do. */
async function judge(pdf: Uint8Array) {
  const { checks, verdict } = await verifyPaper(pdf, { trust: office.trust, at: clock.now() });
  const codes = checks.filter(({ name }) => name === 'pdf' || name === 'seal').map(({ code }) => code);
  return { codes, verdict };
}

/** What a tool of poppler says of a PDF. */
function poppler(tool: 'pdfsig' | 'pdftotext' | 'pdfdetach' | 'pdfinfo', pdf: Uint8Array, ...args: string[]) {
  const path = join(folder, 'paper.pdf');
  writeFileSync(path, pdf);
  const before = tool === 'pdfdetach' ? args : [];
  const after = tool === 'pdfdetach' ? [] : args;
  const { stdout, stderr } = spawnSync(tool, [...before, path, ...after], { encoding: 'utf8', cwd: folder });
  return { stdout, stderr };
}

/** Changes a PDF in places, keeping its length, and seals it again: what an office with bad intent could make. */
function resealed(pdf: Uint8Array, from: string, to: string, by = seal): Uint8Array {
  const bytes = Buffer.from(pdf);
  const at = bytes.indexOf(from, 0, 'latin1');
  if (at < 0 || from.length !== to.length) throw new Error(`there is no ${from}`);
  bytes.write(to, at, 'latin1');
  const start = bytes.indexOf('/Contents <', bytes.indexOf('/Type /Sig ')) + '/Contents '.length;
  const end = bytes.indexOf('>', start) + 1;
  const covered = Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
  const cms = composeSeal(
    covered,
    by.certificates,
    by.sign(sealAttributes(covered, by.certificates)) as Uint8Array,
  );
  bytes.write(
    Buffer.from(cms)
      .toString('hex')
      .padEnd(end - start - 2, '0'),
    start + 1,
    'latin1',
  );
  return new Uint8Array(bytes);
}

/** One glyph of the drawn text put in the place of another. */
function withOtherText(pdf: Uint8Array, by = seal): Uint8Array {
  const texts =
    Buffer.from(pdf)
      .toString('latin1')
      .match(/<([0-9a-f]{8,})> Tj/g) ?? [];
  const value = texts.at(6) ?? '';
  const swapped = value.replace(/^<(....)(....)/, '<$2$1');
  if (swapped === value) throw new Error('both glyphs are the same');
  return resealed(pdf, value, swapped, by);
}

describe('when an office prints a paper', () => {
  test.each(paperNames)('then a %s is a sealed PDF that says what its attachment says', async (name) => {
    const file = await fileOf(name, samples[name] as never);
    const pdf = await print(file);
    expect((await judge(pdf)).codes).toEqual(['pdf.same', 'seal.verified']);
    const said = poppler('pdfsig', pdf).stdout;
    expect(said).toContain('Signature Validation: Signature is Valid.');
    expect(said).toContain('Total document signed');
    expect(said).toContain('Signature Type: ETSI.CAdES.detached');
    expect(said).toContain('O=信路地政事務所');
    const text = poppler('pdftotext', pdf, '-').stdout.replace(/\s/g, '');
    for (const value of Object.values(samples[name])) {
      const isWord = typeof value === 'string' && /[\u4e00-\u9fff]/.test(value);
      if (isWord) expect(text).toContain(value.replace(/\s/g, ''));
    }
    poppler('pdfdetach', pdf, '-save', '1', '-o', join(folder, 'attached.json'));
    expect(readFileSync(join(folder, 'attached.json'), 'utf8')).toBe(file);
    const info = poppler('pdfinfo', pdf);
    expect(info.stderr).toBe('');
    expect(info.stdout).toMatch(/Tagged: +yes/);
  });

  test('then the same parts make the same bytes, and characters that no font has are spelled out', async () => {
    const rare = await fileOf('certificate', { ...samples.certificate, subject_name: '林怡\u{30000}君' });
    const pdf = await print(rare);
    expect((await judge(pdf)).codes).toEqual(['pdf.same', 'seal.verified']);
    expect(poppler('pdftotext', pdf, '-').stdout).toContain('林怡〔U+30000〕君');
    const long = await fileOf('certificate', {
      ...samples.certificate,
      statement: `${'很長的內容。'.repeat(160)}\nA very long word: ${'x'.repeat(20)}`,
    });
    const pages = await print(long);
    expect((await judge(pages)).codes).toEqual(['pdf.same', 'seal.verified']);
    expect(poppler('pdfinfo', pages).stdout).toMatch(/Pages: +2/);
  });

  test('then its QR code scans from a print, to the page that checks it and the fingerprint of the paper', async () => {
    const file = await fileOf('mortgage-certificate', samples['mortgage-certificate']);
    writeFileSync(join(folder, 'print.pdf'), await print(file));
    spawnSync('pdftoppm', ['-r', '150', '-gray', 'print.pdf', 'print'], { cwd: folder });
    const pgm = readFileSync(join(folder, 'print-1.pgm'));
    const [head = '', width, height] = /^P5\n(\d+) (\d+)\n255\n/.exec(pgm.toString('latin1')) ?? [];
    const rgba = Uint8Array.from(
      { length: Number(width) * Number(height) * 4 },
      (_, at) => pgm[head.length + Math.floor(at / 4)] ?? 0,
    );
    const { document } = JSON.parse(file) as { document: string };
    const fingerprint = createHash('sha256').update(document).digest('base64url');
    expect(decodeQR({ width: Number(width), height: Number(height), data: rgba })).toBe(
      `${verifier}#p=land-office.${fingerprint}`,
    );
  });

  test('then a paper with fields left out is printed with these alone, and one with a holder’s proof is not', async () => {
    const file = await fileOf('land-title-deed', deed);
    const less = (await presentPaper(file, { disclose: ['address'] })) ?? '';
    const pdf = await print(less);
    expect((await judge(pdf)).codes).toEqual(['pdf.same', 'seal.verified']);
    const text = poppler('pdftotext', pdf, '-').stdout;
    expect([text.includes(deed.address), text.includes(deed.owner_name)]).toEqual([true, false]);
    const order = { issuer: 'land-office', type: 'urn:other', always: {}, selective: {} };
    const status = { uri: listUri, index: 5 };
    const document = await issueCredential(
      { ...order, status },
      { keys: office.keys, clock, ids: systemIds },
    );
    const other = composeFile({ kind: 'credential', document, salt: new Uint8Array(32) });
    const holder = { key: await generateJwk('sig'), audience: 'bank', nonce: 'n', at: clock.now() };
    const proved = (await presentPaper(file, { proof: holder })) ?? '';
    for (const wrong of ['{}', other, proved]) {
      await expect(print(wrong)).rejects.toMatchObject({ code: 'paper-not-printable' });
    }
  });
});

describe('when a PDF is not as the office made it', () => {
  test('then text that differs from the attachment is refused, even under the office’s own seal', async () => {
    const pdf = withOtherText(await print(await fileOf('land-title-deed', deed)));
    expect(poppler('pdfsig', pdf).stdout).toContain('Signature is Valid.');
    expect(await judge(pdf)).toEqual({ codes: ['pdf.text-differs'], verdict: 'not-valid' });
  });

  test('then the attachment of another paper under the pages of this one is refused', async () => {
    const [one, two] = [await fileOf('land-title-deed', deed), await fileOf('land-title-deed', deed)];
    const [pdf, other] = [await print(one), await print(two)];
    const text = Buffer.from(pdf).toString('latin1');
    const start = text.indexOf('stream\n') + 'stream\n'.length;
    expect(two.length).toBe(one.length);
    const swapped = Buffer.from(text.slice(0, start) + two + text.slice(start + one.length), 'latin1');
    expect((await judge(new Uint8Array(swapped))).codes).toEqual(['pdf.text-differs']);
    expect((await judge(other)).codes).toEqual(['pdf.same', 'seal.verified']);
  });

  test('then every changed byte is refused', async () => {
    const pdf = await print(await fileOf('certificate', samples.certificate));
    for (let at = 0; at < pdf.length; at += 499) {
      const changed = Uint8Array.from(pdf);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect([at, (await judge(changed)).verdict]).toEqual([at, 'not-valid']);
    }
  });

  test('then what is appended, drawn over, saved anew or empty is refused for that', async () => {
    const pdf = await print(await fileOf('land-title-deed', deed));
    const appended = Buffer.concat([pdf, Buffer.from('\n99 0 obj\n<< /Type /Page >>\nendobj\n')]);
    expect((await judge(new Uint8Array(appended))).codes).toEqual(['pdf.text-differs']);
    const update = Buffer.concat([pdf, Buffer.from('99 0 obj\n<< >>\nendobj\n%%EOF\n')]);
    expect((await judge(new Uint8Array(update))).codes).toEqual(['pdf.altered']);
    const script = resealed(
      pdf,
      '/Lang (zh-TW) /MarkInfo',
      '/AA 9 0 R /Lang () /Mark'.padEnd(23, ' ').slice(0, 23),
    );
    expect((await judge(script)).codes).toEqual(['pdf.altered']);
    const anew = Buffer.from('%PDF-1.4\n1 0 obj\n<< /Names [(paper.xinlu.json)] >>\nendobj\n%%EOF\n');
    expect((await judge(new Uint8Array(anew))).codes).toEqual(['pdf.foreign']);
    expect((await judge(new Uint8Array(Buffer.from('%PDF-1.4\n%%EOF\n')))).codes).toEqual(['pdf.empty']);
  });
});

describe('when the seal is not the issuer’s', () => {
  test('then a stranger’s, another office’s, a broken and a missing one are refused, each for its reason', async () => {
    const file = await fileOf('land-title-deed', deed);
    expect((await judge(await print(file, strangers))).codes).toEqual(['pdf.same', 'seal.unknown-key']);
    const borrowed: OfficeSeal = { certificates: seal.certificates, sign: strangers.sign };
    expect((await judge(await print(file, borrowed))).codes).toEqual(['pdf.same', 'seal.wrong']);
    const genuine = Buffer.from(await print(file));
    const start = genuine.indexOf('/Contents <', genuine.indexOf('/Type /Sig ')) + '/Contents <'.length;
    const bare = Buffer.from(genuine).fill('0', start, genuine.indexOf('>', start));
    expect((await judge(new Uint8Array(bare))).codes).toEqual(['pdf.same', 'seal.missing']);
    const other = await country(clock, 'company-office');
    const theirs = sealOf(other.keys, '公司');
    const report = await verifyPaper(await print(file, theirs), { trust: other.trust, at: clock.now() });
    expect(report.checks.find(({ name }) => name === 'seal')?.code).toBe('seal.other');
    const untrusted = await verifyPaper(genuine, { at: clock.now() });
    expect(untrusted.checks.find(({ name }) => name === 'seal')?.code).toBe('seal.no-trust');
  });
});
