import { ed25519 } from '@noble/curves/ed25519.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { utf8 } from '../src/encoding/bytes.ts';
import {
  composeFile,
  cosignatureLine,
  cosignedText,
  formatVerifierKey,
  noteKey,
  parseNote,
  parseTlogProof,
  verifyFile,
} from '../src/index.ts';
import { newWorld, now, salt, seconds, titleDeedOf, type World } from './support/world.ts';

let world: World;
let parts: { kind: 'credential'; document: string; salt: Uint8Array; anchor: string };
let proof: string;

function newWitness(name: string) {
  const secret = ed25519.utils.randomSecretKey();
  const key = noteKey(name, ed25519.getPublicKey(secret), 'cosignature');
  const cosign = (text: string, time = seconds(now)) =>
    cosignatureLine(key, time, ed25519.sign(utf8(cosignedText(time, text)), secret));
  return { key, cosign };
}
const [one, two, three, stranger] = ['w/1', 'w/2', 'w/3', 'w/4'].map(newWitness) as [
  ReturnType<typeof newWitness>,
  ReturnType<typeof newWitness>,
  ReturnType<typeof newWitness>,
  ReturnType<typeof newWitness>,
];

beforeAll(async () => {
  world = await newWorld();
  const document = await titleDeedOf(world.landOffice, { status: undefined });
  const evidence = await world.evidence('credential', document, 'land-office');
  proof = evidence.proof;
  parts = { kind: 'credential', document, salt, anchor: evidence.anchor };
});

const trustWith = (quorum: unknown, keys = [one, two, three].map(({ key }) => formatVerifierKey(key))) =>
  JSON.stringify({ ...world.trust, log: { ...world.trust.log, witnesses: { quorum, keys } } });

/** The text that a cosigner of the paper's checkpoint signs. */
const text = () => parseNote(parseTlogProof(proof)?.checkpoint ?? '')?.text ?? '';

async function judge(lines: string[], trust = trustWith(2)) {
  const file = composeFile({ ...parts, proof: proof + lines.join('') });
  const { verdict, checks } = await verifyFile(file, { trust, at: now });
  return [verdict, ...checks.filter(({ result }) => result !== 'pass').map(({ code }) => code)];
}

describe('when the trust list asks for witnesses', () => {
  test('then enough of them make a paper valid, and fewer do not', async () => {
    const lines = [one, two, three].map(({ cosign }) => cosign(text()));
    expect(await judge(lines)).toEqual(['valid']);
    expect(await judge(lines.slice(1))).toEqual(['valid']);
    expect(await judge(lines.slice(2))).toEqual(['not-valid', 'witnesses.too-few']);
    expect(await judge([])).toEqual(['not-valid', 'witnesses.too-few']);
    expect(await judge([], world.trustText)).toEqual(['valid']);
  });

  test('then one witness twice, a stranger, another tree and another time do not count', async () => {
    const mine = one.cosign(text());
    const short = ['not-valid', 'witnesses.too-few'];
    expect(await judge([mine, mine])).toEqual(short);
    expect(await judge([mine, one.cosign(text(), 5)])).toEqual(short);
    expect(await judge([mine, stranger.cosign(text())])).toEqual(short);
    expect(await judge([mine, two.cosign(text().replace('\n9\n', '\n8\n'))])).toEqual(short);
    const [, encoded = ''] = / (\S+)\n$/.exec(two.cosign(text())) ?? [];
    const bytes = Buffer.from(encoded, 'base64');
    bytes[11] = (bytes[11] ?? 0) ^ 1;
    expect(await judge([mine, `— w/2 ${bytes.toString('base64')}\n`])).toEqual(short);
    expect(await judge([mine, `— w/2 ${bytes.subarray(0, 30).toString('base64')}\n`])).toEqual(short);
    // A signature that claims a known key and does not verify spoils that key's others.
    expect(await judge([mine, two.cosign(text()), `— w/2 ${bytes.toString('base64')}\n`])).toEqual(short);
  });

  test('then a log’s key cannot stand for a witness’s, and a policy that cannot be met is no policy', async () => {
    const bytes = one.key.publicKey;
    const asLog = formatVerifierKey(noteKey('w/1', bytes));
    const renamed = formatVerifierKey(noteKey('w/9', bytes, 'cosignature'));
    const own = formatVerifierKey(one.key);
    for (const trust of [
      trustWith(0),
      trustWith(4),
      trustWith('2'),
      trustWith(1, [asLog]),
      trustWith(2, [own, own]),
      trustWith(2, [own, renamed]),
    ]) {
      expect(await judge([], trust)).toContain('trust.not-genuine');
    }
  });
});
