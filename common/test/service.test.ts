import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const fixture = fileURLToPath(new URL('fixtures/service.ts', import.meta.url));

async function start(command: string, env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [fixture, command], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    err += String(chunk);
  });
  return { child, out: () => out, err: () => err };
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

async function untilReady(out: () => string): Promise<void> {
  while (!out().includes('"ready"')) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('a service', () => {
  test("when the launcher's pipe closes, then it drains and ends", async () => {
    const { child, out } = await start('serve', { XINLU_LIFELINE: 'stdin' });
    await untilReady(out);
    child.stdin.end();
    expect(await exitOf(child)).toBe(0);
    expect(out()).toContain('drained');
  });

  test('when told by SIGTERM, then it drains and ends', async () => {
    const { child, out } = await start('serve');
    await untilReady(out);
    child.kill('SIGTERM');
    expect(await exitOf(child)).toBe(0);
    expect(out()).toContain('drained');
  });

  test('when it cannot start, then it says why in one line and exits with 1', async () => {
    const { child, err } = await start('fail');
    expect(await exitOf(child)).toBe(1);
    expect(err()).toBe('fixture: configuration: PORT is missing\n');
  });

  test('when a command is done, then it exits with 0; an unknown one with 64', async () => {
    expect(await exitOf((await start('once')).child)).toBe(0);
    expect(await exitOf((await start('dance')).child)).toBe(64);
  });
});
