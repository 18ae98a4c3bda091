import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

/** First two keys of anvil's well-known mnemonic: worth nothing anywhere. */
export const devKeys = [
  '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80',
  '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d',
] as const;

export type Anvil = { readonly url: string; readonly pid: number; stop(): Promise<void> };

/**
 * Starts a local chain on a free port of 127.0.0.1 and resolves when it listens.
 *
 * @param args further anvil arguments, for example `['--state', file]`.
 */
export async function startAnvil(args: readonly string[] = [], port = 0): Promise<Anvil> {
  const command = createRequire(import.meta.url).resolve('@foundry-rs/anvil/bin.mjs');
  const child = spawn(
    process.execPath,
    [command, '--host', '127.0.0.1', '--port', String(port), '--slots-in-an-epoch', '1', ...args],
    { stdio: ['ignore', 'pipe', 'inherit'], detached: true },
  );
  const url = await listening(child);
  const pid = child.pid ?? 0;
  return {
    url,
    pid,
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once('exit', () => resolve());
        // The npm wrapper does not pass signals on; the group holds wrapper and chain.
        process.kill(-pid, 'SIGTERM');
      }),
  };
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`anvil ended with ${code} before it listened`)));
    if (!child.stdout) return reject(new Error('anvil has no output'));
    createInterface(child.stdout).on('line', (line) => {
      const address = /^Listening on (\S+)/.exec(line)?.[1];
      if (address) resolve(`http://${address}`);
    });
  });
}
