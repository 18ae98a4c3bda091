import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Base64url } from '@xinlu/common/canonical';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openReleaseLog, type ReleaseEntry, readReleases } from '../src/index.ts';
import { startAgency } from './support.ts';

async function all(folder: string): Promise<ReleaseEntry[]> {
  const entries: ReleaseEntry[] = [];
  for await (const entry of readReleases(folder)) entries.push(entry);
  return entries;
}

describe('the log of releases', () => {
  const folder = mkdtempSync(join(tmpdir(), 'xinlu-releases-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const entry = (order: string, at = '2026-07-01T15:59:59Z') => ({ at, order, answer_digest: 'x' });

  test('keeps entries written at once, by day, and one that a crash cut short spoils none after it', async () => {
    const log = openReleaseLog(folder);
    await Promise.all(['a', 'b', 'c'].map((order) => log.record(entry(order))));
    await log.record(entry('d', '2026-07-02T00:00:00Z'));
    await log.close();
    expect(readdirSync(folder)).toEqual(['releases-2026-07-01.jsonl', 'releases-2026-07-02.jsonl']);
    appendFileSync(join(folder, 'releases-2026-07-02.jsonl'), '{"at":"2026-07-02T00:00:01Z","order":"to');
    const after = openReleaseLog(folder);
    await after.record(entry('e', '2026-07-02T00:00:02Z'));
    await after.close();
    expect((await all(folder)).map(({ order }) => order)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('refuses for now what it cannot write', async () => {
    const nowhere = openReleaseLog(join(folder, 'releases-2026-07-01.jsonl', 'below-a-file'));
    await expect(nowhere.record(entry('a'))).rejects.toMatchObject({
      code: 'release-log-away',
      kind: 'retryable',
    });
  });
});

describe('when an agency releases', () => {
  let agency: Awaited<ReturnType<typeof startAgency>>;
  beforeAll(async () => {
    agency = await startAgency();
  });
  afterAll(() => agency.close());

  test('then the order and the digest of its answer are recorded', async () => {
    const request = await agency.build(agency.parts());
    const { json } = await agency.post(request);
    const recorded = (await all(agency.folder)).filter(({ order }) => order === request.order);
    expect(recorded).toEqual([
      { at: expect.any(String), order: request.order, answer_digest: sha256Base64url(String(json['data'])) },
    ]);
  });

  test('then nothing leaves that cannot be recorded', async () => {
    const disk = vi.spyOn(agency.releases, 'record').mockRejectedValueOnce(new Error('disk full'));
    const { status, json } = await agency.post(await agency.build(agency.parts()));
    disk.mockRestore();
    expect([status, json['data']]).toEqual([500, undefined]);
    expect(agency.checkNamed()).toBe('record');
  });
});
