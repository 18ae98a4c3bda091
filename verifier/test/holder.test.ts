import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { base64url, utf8 } from '../src/encoding/bytes.ts';
import { presentPaper, type Report, verifyFile } from '../src/index.ts';
import { disclosures, newWorld, now, statusListOf, titleDeedOf, type World } from './support/world.ts';

let world: World;
let key: JWK;
let stranger: JWK;
let file: string;

beforeAll(async () => {
  world = await newWorld();
  const newHolder = async () => exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey);
  key = await newHolder();
  stranger = await newHolder();
  const { kty, crv, x, y } = key;
  const deed = await titleDeedOf(world.landOffice, { cnf: { jwk: { kty, crv, x, y } } });
  const status = await statusListOf(world.landOffice, 0);
  file = await world.file('credential', deed, 'land-office', { status });
});

const proofOf = (changes: object = {}) => ({ key, audience: 'bank', nonce: 'n-1', at: now, ...changes });
const show = async (changes: object = {}, disclose?: string[], of = file) =>
  (await presentPaper(of, { disclose, proof: proofOf(changes) })) ?? '';
const once = (nonce = 'n-1', audience = 'bank') => {
  const nonces = new Set([nonce]);
  return { audience, take: (given: string) => nonces.delete(given) };
};
const judge = (text: string, holder?: ReturnType<typeof once>, at = now) =>
  verifyFile(text, { trust: world.trustText, at, holder });
const answer = ({ verdict, checks }: Report) => [
  verdict,
  ...checks.filter(({ result }) => result !== 'pass').map(({ code }) => code),
];

describe('when the holder is asked to prove that a paper is hers', () => {
  test('then her proof for this verifier, now, is good once, with the fields of her choice', async () => {
    const holder = once();
    const shown = await show({}, ['area']);
    const report = await judge(shown, holder);
    expect(answer(report)).toEqual(['valid']);
    expect(report.claims).toMatchObject({ area: '85.20' });
    expect(report.claims).not.toHaveProperty('owner');
    expect(answer(await judge(shown, holder))).toEqual(['not-valid', 'holder.replayed']);
  });

  test('then no proof, one for another verifier, time or challenge, or by another key is refused', async () => {
    expect(answer(await judge(file, once()))).toEqual(['not-valid', 'holder.missing']);
    const wrong = async (changes: object) => answer(await judge(await show(changes), once()));
    expect(await wrong({ audience: 'shop' })).toEqual(['not-valid', 'holder.elsewhere']);
    expect(await wrong({ nonce: 'n-0' })).toEqual(['not-valid', 'holder.replayed']);
    expect(await wrong({ key: stranger })).toEqual(['not-valid', 'holder.wrong']);
    for (const minutes of [-6, 2]) {
      expect(await wrong({ at: new Date(now.getTime() + minutes * 60_000) })).toEqual([
        'not-valid',
        'holder.stale',
      ]);
    }
  });

  test('then a proof moved to other fields, or to another paper, is refused, and takes no challenge', async () => {
    const shown = JSON.parse(await show({}, ['area']));
    const [jwt, , proof] = shown.document.split('~');
    const more = `${JSON.stringify({ ...shown, document: [jwt, ...disclosures, proof].join('~') })}\n`;
    const holder = once();
    expect(answer(await judge(more, holder))).toEqual(['not-valid', 'holder.wrong']);
    expect(holder.take('n-1')).toBe(true);
    const unbound = await world.file('credential', await titleDeedOf(world.landOffice), 'land-office', {
      status: await statusListOf(world.landOffice, 0),
    });
    expect(answer(await judge(await show({}, undefined, unbound), once()))).toEqual([
      'not-valid',
      'holder.unbound',
    ]);
  });

  test('then of two proofs that come at once with one challenge, one is good', async () => {
    const holder = once();
    const shown = await show();
    const reports = await Promise.all(Array.from({ length: 5 }, () => judge(shown, holder)));
    expect(reports.filter(({ verdict }) => verdict === 'valid')).toHaveLength(1);
  });
});

describe('when nobody asked', () => {
  test('then a file with a proof cannot tell who shows it, and a broken proof is still refused', async () => {
    expect(answer(await judge(await show()))).toEqual(['cannot-tell', 'holder.not-asked']);
    expect(answer(await judge(await show({ key: stranger })))).toEqual(['not-valid', 'holder.wrong']);
  });

  test('then a paper shown again carries no proof of before', async () => {
    const plain = (await presentPaper(await show(), {})) ?? '';
    expect(plain).toBe(file);
    expect(await presentPaper('{}', {})).toBeUndefined();
    const access = await world.broker.sign('xinlu-access+jwt', { iss: 'consent', iat: 1 });
    expect(await presentPaper(await world.file('access', access, 'consent'), {})).toBeUndefined();
  });
});

describe('when disclosures of two papers are swapped', () => {
  test('then each is refused as foreign', async () => {
    const other = [base64url(utf8('["t1","owner","陳志明"]')), base64url(utf8('["t2","area","10.00"]'))];
    const swapped = await titleDeedOf(world.landOffice, { status: undefined }, other);
    expect(answer(await judge(await world.file('credential', swapped, 'land-office')))).toEqual([
      'not-valid',
      'disclosures.foreign',
    ]);
  });
});
