import { beforeAll, describe, expect, test } from 'vitest';
import { composeFile, type Report, verifyPaper } from '../src/index.ts';
import { sealedPdf } from './support/pdf.ts';
import { newKey, newWorld, now, salt, statusListOf, titleDeedOf, type World } from './support/world.ts';

const hour = 3_600_000;
const faults = ({ checks }: Report) => checks.filter((c) => c.result !== 'pass').map((c) => c.code);

let world: World;
let file: string;
let pdf: Uint8Array;

async function fileIn(place: World): Promise<string> {
  const deed = await titleDeedOf(place.landOffice, { registry: '信路地政事務所', property: 'land' });
  const status = await statusListOf(place.landOffice, 0);
  return place.file('credential', deed, 'land-office', { status });
}

beforeAll(async () => {
  world = await newWorld();
  file = await fileIn(world);
  pdf = await sealedPdf(file, world.landOffice);
});

const judge = (bytes: Uint8Array, place = world) => verifyPaper(bytes, { trust: place.trustText, at: now });

describe('when a paper comes as a PDF', () => {
  test('then it is valid with its attachment, and the file itself is judged the same way', async () => {
    const report = await judge(pdf);
    expect([report.verdict, ...report.checks.slice(0, 2).map(({ code }) => code)]).toEqual([
      'valid',
      'pdf.same',
      'seal.verified',
    ]);
    expect(report.claims).toMatchObject({ registry: '信路地政事務所' });
    expect((await judge(new TextEncoder().encode(file))).verdict).toBe('valid');
    expect((await judge(Uint8Array.of(0xff, 0xfe))).verdict).toBe('not-valid');
  });

  test('then the seal of another office, or of a key that was not in force or was revoked, does not do', async () => {
    expect(faults(await judge(await sealedPdf(file, world.otherIssuer)))).toEqual(['seal.other']);
    expect(faults(await judge(await sealedPdf(file, await newKey())))).toEqual(['seal.unknown-key']);
    const from = new Date(now.getTime() - 1000 * hour).toISOString();
    const until = new Date(now.getTime() - hour / 2).toISOString();
    const dated = (term: object) =>
      newWorld({ 'land-office': ({ jwk }) => ({ past: { keys: [{ key: jwk, from, ...term }] } }) });
    const ended = await dated({ until });
    const late = await sealedPdf(await fileIn(ended), ended.landOffice);
    expect(faults(await judge(late, ended))).toContain('seal.key-out-of-force');
    const revoked = await dated({ revoked: { at: until, logIndex: 99, reason: 'compromised' } });
    const lost = await judge(await sealedPdf(await fileIn(revoked), revoked.landOffice), revoked);
    expect([lost.verdict, ...faults(lost)]).toEqual([
      'cannot-tell',
      'seal.key-out-of-force',
      'status.key-revoked',
    ]);
  });
});

describe('when a PDF is hostile', () => {
  test('then it is refused at once, however it is cut, and nothing throws', async () => {
    for (let length = 0; length < pdf.length; length += 311) {
      expect((await judge(pdf.subarray(0, length))).verdict).toBe('not-valid');
    }
  });

  test('then an attachment of endless content is not laid out', async () => {
    const claims = Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`x${n}`, 'x'.repeat(9000)]));
    const document = (await titleDeedOf(world.landOffice, claims)).toString();
    const endless = composeFile({ kind: 'credential', document, salt });
    const text = Buffer.from(pdf).toString('latin1');
    const start = text.indexOf('stream\n') + 'stream\n'.length;
    const length = `/Length ${file.length} >>`;
    const grown = `${text.slice(0, start).replace(length, `/Length ${endless.length} >>`)}${endless}${text.slice(start + file.length)}`;
    expect(faults(await judge(new Uint8Array(Buffer.from(grown, 'latin1'))))).toEqual(['pdf.foreign']);
  });
});
