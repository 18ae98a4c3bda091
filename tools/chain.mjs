import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chainState } from './chain-state.mjs';
import { Fault } from './fault.mjs';
import { root } from './root.mjs';

const copyMilliseconds = 30_000;
const largestState = 20_000_000;
const foundryArch = { x64: 'amd64', arm64: 'arm64' };

/**
 * The embedded chain node: a block a second, final after two, its state on disk every second.
 * @param {{ folder: string, port: number, mnemonic: string, chainId: number, allowOrigin: string, logFile: string, say: (zh: string, en: string) => void }} options
 */
export function openChain({ folder, port, mnemonic, chainId, allowOrigin, logFile, say }) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stateFile = join(folder, 'state.json');
  const state = chainState(stateFile);
  const cache = join(folder, 'states');
  const binary = findAnvil();
  let trimming = false;
  const args = [
    ...['--host', '127.0.0.1', '--port', String(port), '--chain-id', String(chainId)],
    ...['--state', stateFile, '--state-interval', '1', '--slots-in-an-epoch', '1', '--block-time', '1'],
    // Later hard forks write every block's hash into a contract, which makes each kept state bigger than the one
    // before; the contracts are built for cancun.
    ...[
      '--hardfork',
      'cancun',
      '--prune-history',
      '64',
      '--mnemonic',
      mnemonic,
      '--accounts',
      '2',
      '--quiet',
    ],
    ...['--allow-origin', allowOrigin],
  ];

  return {
    async launch() {
      if (state.repair() === 'restored') {
        say('鏈的狀態檔不完整，改用備份。', 'The chain state file was broken; its copy is used.');
      }
      rmSync(cache, { recursive: true, force: true });
      trimming = false;
      const log = openSync(logFile, 'a', 0o600);
      const child = spawn(binary, args, { stdio: ['ignore', log, log], detached: true, cwd: folder });
      closeSync(log);
      await untilAnswering(child, port);
      const copies = setInterval(() => {
        tryCopy(state);
        if (state.size() < largestState) return;
        trimming = true;
        child.kill('SIGINT');
      }, copyMilliseconds);
      copies.unref();
      child.once('exit', () => clearInterval(copies));
      return child;
    },
    lastWords: () => (trimming ? '狀態檔過大，整理後重啟 state file trimmed' : ''),
    /** After a graceful stop the file is whole: keep it. */
    keepCopy: () => tryCopy(state),
  };
}

function tryCopy(state) {
  try {
    state.keepCopy();
  } catch {
    // The copy of before stays: a full disk must not stop the chain.
    return;
  }
}

function findAnvil() {
  const name = `@foundry-rs/anvil-${process.platform}-${foundryArch[process.arch] ?? process.arch}`;
  const missing = () =>
    new Fault(
      `此平台 (${process.platform}-${process.arch}) 沒有內附的區塊鏈節點 anvil。`,
      `No anvil chain node for this platform (${process.platform}-${process.arch}).`,
    );
  let home;
  try {
    home = dirname(createRequire(join(root, 'package.json')).resolve(`${name}/package.json`));
  } catch {
    throw missing();
  }
  const binary = join(home, 'bin', 'anvil');
  if (!existsSync(binary)) throw missing();
  return binary;
}

async function untilAnswering(child, port) {
  let ended = false;
  child.once('exit', () => {
    ended = true;
  });
  const end = Date.now() + 30_000;
  while (!ended && Date.now() < end) {
    if (await answers(port)) return;
    await sleep(40);
  }
  child.kill('SIGKILL');
  throw new Fault(
    '區塊鏈節點無法啟動，詳見記錄檔 chain.log。',
    'The chain node did not start; see chain.log.',
  );
}

async function answers(port) {
  try {
    const response = await fetch(`http://127.0.0.1:${port}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}',
      signal: AbortSignal.timeout(1000),
    });
    return response.ok;
  } catch {
    return false;
  }
}
