import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { frozenClock } from '@xinlu/common/clock';
import { systemIds } from '@xinlu/common/ids';
import { generateJwk } from '@xinlu/common/keys';
import { makeKeys } from '@xinlu/common/testing';
import {
  composeFile,
  type PaperField,
  paperNames,
  paperTypes,
  presentPaper,
  type Report,
  verifyFile,
} from '@xinlu/verifier';
import { describe, expect, test } from 'vitest';
import {
  type HolderKey,
  issueCopies,
  issuePaper,
  newStatusList,
  newStatusListWithDecoys,
  publishedTypes,
  signStatusList,
  statusIn,
  takeStatusPlace,
  withStatus,
} from '../src/index.ts';
import { country, deed, listUri } from './support/country.ts';
import { samples } from './support/samples.ts';

const clock = frozenClock(new Date('2026-11-21T04:00:00Z'));
const published = join(import.meta.dirname, '../../../docs/api/paper-types');

type Claims = Record<string, unknown> & { status: { status_list: { idx: number } }; _sd: string[] };

const signedClaims = (document: string): Claims =>
  JSON.parse(Buffer.from((document.split('~')[0] ?? '').split('.')[1] ?? '', 'base64url').toString());

function passed(report: Report) {
  return report.checks.filter(({ result }) => result === 'pass').map(({ name }) => name);
}

describe('when an office issues a paper', () => {
  test.each(paperNames)('then the verifier believes a %s and knows each field', async (name) => {
    const { trust, keys } = await country(clock);
    const tools = { keys, clock, ids: systemIds };
    const order = { issuer: 'land-office', status: { uri: listUri, index: 5 } };
    const document = await issuePaper(name, samples[name], order, tools);
    const list = withStatus(newStatusList(64), 4, 'revoked');
    const token = { issuer: 'land-office', uri: listUri, list, ttlSeconds: 600 };
    const status = await signStatusList(keys, clock, token);
    const file = composeFile({ kind: 'credential', document, salt: new Uint8Array(32), status });
    const report = await verifyFile(file, { trust, at: clock.now() });
    const { vct, fields } = paperTypes[name];
    expect(report.claims).toMatchObject({ ...samples[name], vct, iss: 'land-office' });
    expect(passed(report)).toEqual([
      'form',
      'trust',
      'signature',
      'key',
      'issuer',
      'disclosures',
      'time',
      'status',
    ]);
    const signed = signedClaims(document);
    for (const { name: field, seen } of fields as readonly PaperField[]) {
      expect([field, Object.hasOwn(signed, field)]).toEqual([field, seen !== 'holder']);
    }
    // As many digests as the type has disclosable fields, whichever of them this paper leaves out.
    expect(signed._sd).toHaveLength(fields.filter(({ seen }) => seen === 'holder').length);
  });

  test('then a paper that is not whole, or hides characters, is refused', async () => {
    const tools = { keys: await makeKeys(), clock, ids: systemIds };
    const order = { issuer: 'land-office', status: { uri: listUri, index: 5 } };
    const wrong = [
      { area_square_metres: 'many' },
      { owner_name: undefined },
      { owner_name: '林怡\u202e君' },
      { owner_name: '林怡\n君' },
      { property: 'boat' },
      { registered_on: '2026-13-01' },
      { more: 'x' },
    ];
    for (const change of wrong) {
      const paper = { ...deed, ...change } as typeof deed;
      await expect(issuePaper('land-title-deed', paper, order, tools)).rejects.toMatchObject({
        code: 'paper-malformed',
      });
    }
  });
});

describe('when a paper is bound to its holder', () => {
  test('then she proves it to one verifier once, and only public members of her key stand in it', async () => {
    const { trust, keys } = await country(clock);
    const key = await generateJwk('sig');
    const document = await issuePaper(
      'land-title-deed',
      deed,
      { issuer: 'land-office', status: { uri: listUri, index: 5 }, holderKey: key as HolderKey },
      { keys, clock, ids: systemIds },
    );
    expect(JSON.stringify(signedClaims(document))).not.toContain(key.d);
    const file = composeFile({ kind: 'credential', document, salt: new Uint8Array(32) });
    const nonces = new Set(['n-1']);
    const holder = { audience: 'bank', take: (nonce: string) => nonces.delete(nonce) };
    const proof = { key, audience: 'bank', nonce: 'n-1', at: clock.now() };
    const shown = (await presentPaper(file, { disclose: ['owner_name', 'share'], proof })) ?? '';
    const first = await verifyFile(shown, { trust, at: clock.now(), holder });
    expect(passed(first)).toContain('holder');
    expect(first.claims).toMatchObject({ owner_name: deed.owner_name, share: deed.share });
    expect(first.claims).not.toHaveProperty('address');
    const again = await verifyFile(shown, { trust, at: clock.now(), holder });
    expect(again.verdict).toBe('not-valid');
    expect(again.checks.find(({ name }) => name === 'holder')?.code).toBe('holder.replayed');
  });
});

describe('when copies are issued for showing once', () => {
  const copiesOf = async (count: number) => {
    const { keys, trust } = await country(clock);
    const holderKeys = await Promise.all(Array.from({ length: count }, () => generateJwk('sig')));
    const copies = holderKeys.map((key, index) => ({
      status: { uri: listUri, index: index * 7 },
      holderKey: key as HolderKey,
    }));
    const tools = { keys, clock, ids: systemIds };
    const documents = await issueCopies('land-title-deed', deed, { issuer: 'land-office', copies }, tools);
    return { documents, trust, tools, copies };
  };

  test('then nothing that one reader sees is seen by another, but what every paper of the office says', async () => {
    const { documents, trust } = await copiesOf(3);
    const seenBy = documents.map((document) => {
      const signed = signedClaims(document);
      const { cnf, status, _sd, ...rest } = signed;
      const key = (cnf as { jwk: HolderKey }).jwk;
      return {
        marks: [key.x, String(status.status_list.idx), ..._sd, ...document.split('~').slice(1, -1)],
        rest,
      };
    });
    const all = seenBy.flatMap(({ marks }) => marks);
    expect(new Set(all).size).toBe(all.length);
    // Midnight UTC: copies of one order and of another of the same day have the same time.
    const common = { iss: 'land-office', iat: 1795219200, registry: deed.registry, property: deed.property };
    for (const { rest } of seenBy) {
      expect(rest).toEqual({ ...common, vct: paperTypes['land-title-deed'].vct, _sd_alg: 'sha-256' });
    }
    for (const document of documents) {
      const file = composeFile({ kind: 'credential', document, salt: new Uint8Array(32) });
      expect((await verifyFile(file, { trust, at: clock.now() })).claims).toMatchObject(deed);
    }
  });

  test('then copies that share a place or a key, or of which some have none, are refused', async () => {
    const { copies, tools } = await copiesOf(2);
    const [one, two] = copies as [(typeof copies)[0], (typeof copies)[0]];
    for (const wrong of [
      [one, { ...two, status: one.status }],
      [one, { ...two, holderKey: one.holderKey }],
      [one, { status: two.status }],
    ]) {
      await expect(
        issueCopies('land-title-deed', deed, { issuer: 'land-office', copies: wrong }, tools),
      ).rejects.toMatchObject({ code: 'copies-linkable' });
    }
  });
});

describe('when the types are published', () => {
  test('then docs/api/paper-types holds exactly what the table says', () => {
    const made = publishedTypes();
    expect(readdirSync(published).sort()).toEqual([...made.keys(), 'README.md'].sort());
    for (const [file, content] of made) {
      expect([file, JSON.parse(readFileSync(join(published, file), 'utf8'))]).toEqual([file, content]);
    }
  });
});

describe('when a status changes', () => {
  test('then only that entry changes, and revoked is for ever', () => {
    const list = newStatusList(10);
    const suspended = withStatus(list, 9, 'suspended');
    expect([...list]).toEqual([0, 0, 0]);
    expect([...suspended]).toEqual([0, 0, 8]);
    expect([...withStatus(suspended, 9, 'valid')]).toEqual([0, 0, 0]);
    const revoked = withStatus(suspended, 9, 'revoked');
    expect(() => withStatus(revoked, 9, 'valid')).toThrow(expect.objectContaining({ code: 'status-final' }));
    expect([...withStatus(revoked, 9, 'revoked')]).toEqual([...revoked]);
    expect(() => withStatus(list, 12, 'revoked')).toThrow(
      expect.objectContaining({ code: 'status-index-unknown' }),
    );
    expect(() => withStatus(list, -1, 'revoked')).toThrow();
  });
});

describe('when places in a status list are taken', () => {
  test('then they are free, no decoys, at random, and one for one paper', async () => {
    const list = newStatusListWithDecoys(4096, systemIds);
    const statuses = Array.from({ length: 4096 }, (_, index) => statusIn(list, index));
    const decoys = statuses.filter((status) => status !== 'valid');
    expect(new Set(decoys)).toEqual(new Set(['revoked', 'suspended', 'superseded']));
    expect(decoys.length).toBeGreaterThan(32);
    expect(decoys.length).toBeLessThan(65);
    const taken = new Set<number>();
    const take = async (index: number) => !taken.has(index) && taken.add(index).size > 0;
    const places = await Promise.all(
      Array.from({ length: 500 }, () => takeStatusPlace(list, systemIds, take)),
    );
    expect(new Set(places).size).toBe(500);
    expect(places.every((place) => statusIn(list, place) === 'valid')).toBe(true);
    expect(places).not.toEqual(places.toSorted((a, b) => a - b));
    await expect(takeStatusPlace(list, systemIds, async () => false)).rejects.toMatchObject({
      code: 'status-list-full',
    });
  });
});
