import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './durable-store.ts';

type Node = { pid?: number; once(event: 'exit', listener: () => void): void };
type Chain = { launch(): Promise<Node>; keepCopy(): void };

/** Of the node's default accounts, which hold money and are worth nothing anywhere. */
const mnemonic = `${'test '.repeat(11)}junk`;

/** The embedded chain as the country runs it, its state on disk every second. */
export async function startDurableChain() {
  const { openChain } = (await import(new URL('../tools/chain.mjs', import.meta.url).href)) as {
    openChain(options: Record<string, unknown>): Chain;
  };
  const folder = mkdtempSync(join(tmpdir(), 'xinlu-chain-'));
  const port = await freePort();
  const chain = openChain({
    folder,
    port,
    mnemonic,
    chainId: 31337,
    allowOrigin: 'http://localhost',
    logFile: join(folder, 'chain.log'),
    say: () => undefined,
  });
  let node = await chain.launch();
  const kill = () =>
    new Promise<void>((resolve) => {
      node.once('exit', resolve);
      if (node.pid) process.kill(node.pid, 'SIGKILL');
    });
  return {
    url: `http://127.0.0.1:${port}`,
    /** Keeps a copy of the state, as the country does twice a minute: a kill may tear the file. */
    keepCopy: () => chain.keepCopy(),
    kill,
    async start() {
      node = await chain.launch();
    },
    async close() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
