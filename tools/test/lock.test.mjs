import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { acquireLock } from '../lock.mjs';
import { run } from './fixture/launcher.mjs';

const newPath = () => join(mkdtempSync(join(tmpdir(), 'xinlu-lock-')), 'lock');
const module = fileURLToPath(new URL('../lock.mjs', import.meta.url));

describe('the lock file', () => {
  test('when held by a living process, then another gets its holder; when released, then it is free', async () => {
    const path = newPath();
    const first = await acquireLock(path);
    expect((await acquireLock(path)).holder).toMatchObject({ pid: process.pid });
    first.release();
    expect((await acquireLock(path)).holder).toBeUndefined();
  });

  test('when its holder has ended or the file is half written, then it is taken over', async () => {
    const path = newPath();
    writeFileSync(
      path,
      JSON.stringify({ pid: process.pid, identity: 'another life of this pid', nonce: 'old' }),
    );
    (await acquireLock(path)).release();
    writeFileSync(path, '{"pid":');
    expect((await acquireLock(path)).holder).toBeUndefined();
  });

  test('when many processes take a stale lock at once, then exactly one gets it', async () => {
    const path = newPath();
    writeFileSync(path, JSON.stringify({ pid: 999_999, identity: 'ended', nonce: 'old' }));
    const script = `
      const { acquireLock } = await import(${JSON.stringify(module)});
      const lock = await acquireLock(${JSON.stringify(path)});
      console.log(lock.holder ? 'refused' : 'held');
      await new Promise((resolve) => setTimeout(resolve, 3000));`;
    const takers = Array.from({ length: 8 }, () => run(['--input-type=module', '-e', script]));
    const answers = await Promise.all(takers.map(async (taker) => (await taker.ended).out.trim()));
    expect(answers.filter((answer) => answer === 'held')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'refused')).toHaveLength(7);
    expect(readdirSync(join(path, '..'))).toEqual(['lock']);
  });

  test('when the holder is leaving, then the next one waits for it', async () => {
    const path = newPath();
    const first = await acquireLock(path);
    first.update({ leaving: true });
    const next = acquireLock(path);
    setTimeout(() => first.release(), 300);
    expect((await next).holder).toBeUndefined();
  });
});
