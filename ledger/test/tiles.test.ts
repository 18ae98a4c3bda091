import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCheckpoint, parseNote } from '@xinlu/verifier';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTiles } from '../src/adapters/open-tiles.ts';
import { tilesInFiles } from '../src/adapters/tiles-files.ts';
import { tilesInS3 } from '../src/adapters/tiles-s3.ts';
import { sequenceOnce } from '../src/domain/sequencer.ts';
import { type Tiles, tilePath } from '../src/domain/tiles.ts';
import { newEntry, newLog } from './support/ledger.ts';
import { s3Key, startS3 } from './support/s3.ts';

let folder: string;
let s3: Awaited<ReturnType<typeof startS3>>;
let places = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xinlu-tiles-'));
  s3 = await startS3();
});
afterAll(async () => {
  await s3.close();
  await rm(folder, { recursive: true, force: true });
});

const inS3 = (url: string, key = s3Key) => tilesInS3({ url, region: 'us-east-1', ...key });
const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const text = async (tiles: Tiles, path: string) => {
  const content = await tiles.read(path);
  return content && Buffer.from(content).toString();
};

/** Two views of the same empty place, as two processes have them. */
const adapters: [string, () => [Tiles, Tiles]][] = [
  [
    'files',
    () => {
      const place = join(folder, `place-${++places}`);
      return [tilesInFiles(place), tilesInFiles(place)];
    },
  ],
  [
    'S3',
    () => {
      const place = `${s3.bucket}/place-${++places}`;
      return [inS3(place), inS3(place)];
    },
  ],
];

describe.each(adapters)('when tiles are kept in %s', (_, open) => {
  const path = tilePath(0, 1234067, 256);

  test('then what was written is read back by every process, and nothing else is there', async () => {
    const [here, there] = open();
    expect(await here.read(path)).toBeUndefined();
    await here.write(path, bytes('hashes'));
    expect(await text(there, path)).toBe('hashes');
    expect(await there.read(tilePath(0, 1234067, 3))).toBeUndefined();
    const all = Uint8Array.from({ length: 8192 }, (_, i) => i & 255);
    await here.write(tilePath(1, 0, 256), all);
    expect(Buffer.from((await there.read(tilePath(1, 0, 256))) ?? [])).toEqual(Buffer.from(all));
  });

  test('then a tile may be written again as it is, and never otherwise', async () => {
    const [here, there] = open();
    await here.write(path, bytes('hashes'));
    await there.write(path, bytes('hashes'));
    await expect(there.write(path, bytes('others'))).rejects.toMatchObject({
      code: 'tile-conflict',
      kind: 'fatal',
    });
    expect(await text(here, path)).toBe('hashes');
  });

  test('then the checkpoint is replaced by the newest', async () => {
    const [here, there] = open();
    await here.write('checkpoint', bytes('one'));
    await there.write('checkpoint', bytes('two'));
    expect(await text(here, 'checkpoint')).toBe('two');
  });

  test('then a log is sequenced into them, and goes on from them in another process', async () => {
    const [here, there] = open();
    const log = await newLog();
    for (const tiles of [here, there]) {
      await Promise.all(Array.from({ length: 150 }, () => log.store.submit(newEntry())));
      while (await sequenceOnce({ ...log, tiles }));
    }
    const note = parseNote((await text(here, 'checkpoint')) ?? '');
    expect(note && parseCheckpoint(note.text)?.size).toBe(300);
    expect((await here.read(tilePath(0, 0, 256)))?.length).toBe(8192);
    expect((await here.read(tilePath(0, 1, 44)))?.length).toBe(44 * 32);
    await log.close();
  });
});

describe('when the object store is in trouble', () => {
  const away = { code: 'tiles-away', kind: 'retryable' };

  test('then an outage, a lost bucket and a wrong key are outages, never an empty log', async () => {
    for (const tiles of [
      inS3('http://127.0.0.1:1/bucket'),
      inS3(`${s3.url}/no-such-bucket/log`),
      inS3(s3.bucket, { ...s3Key, accessKeyId: 'unknown' }),
    ]) {
      await expect(tiles.read('checkpoint')).rejects.toMatchObject(away);
      await expect(tiles.write('checkpoint', bytes('x'))).rejects.toMatchObject(away);
    }
  });

  test.each([
    ['the same', 'mine', 'done'],
    ['another', 'theirs', 'tile-conflict'],
  ])(
    'then a writer that was outrun by %s tile between look and write is told so',
    async (_, standing, told) => {
      const asked: string[] = [];
      const store = createServer((request, response) => {
        asked.push(`${request.method} ${request.headers['if-none-match'] ?? ''}`.trim());
        if (request.method === 'PUT') return response.writeHead(412).end();
        return asked.length === 1 ? response.writeHead(404).end() : response.end(standing);
      });
      await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve));
      const tiles = inS3(`http://127.0.0.1:${(store.address() as AddressInfo).port}/bucket`);
      const answer = await tiles.write('tile/0/000', bytes('mine')).then(
        () => 'done',
        (error) => error.code,
      );
      expect([answer, asked]).toEqual([told, ['GET', 'PUT *', 'GET']]);
      store.close();
    },
  );
});

describe('when the configuration places the tiles', () => {
  const place = { folder: undefined, s3Url: undefined, s3Region: 'us-east-1', s3KeyFile: undefined };

  test('then exactly one place is taken, with its key', async () => {
    const keyFile = join(folder, 's3.json');
    await writeFile(keyFile, JSON.stringify(s3Key));
    const opened = await openTiles({ ...place, s3Url: `${s3.bucket}/configured`, s3KeyFile: keyFile });
    await opened.write('checkpoint', bytes('x'));
    expect(await text(inS3(`${s3.bucket}/configured`), 'checkpoint')).toBe('x');
    expect(await (await openTiles({ ...place, folder })).read('checkpoint')).toBeUndefined();
    await writeFile(join(folder, 'broken.json'), '{}');
    for (const wrong of [
      place,
      { ...place, s3Url: s3.bucket },
      { ...place, folder, s3Url: s3.bucket, s3KeyFile: keyFile },
    ]) {
      await expect(openTiles(wrong)).rejects.toMatchObject({ code: 'tiles-misplaced' });
    }
    await expect(
      openTiles({ ...place, s3Url: s3.bucket, s3KeyFile: join(folder, 'broken.json') }),
    ).rejects.toMatchObject({ code: 'tiles-key-malformed' });
  });
});
