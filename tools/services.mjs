import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { portNames } from './country.mjs';
import { Fault, faultInOutput } from './fault.mjs';
import { npmEnvironment } from './npm.mjs';
import { root } from './root.mjs';
import { lastLine, runCommand } from './run-command.mjs';
import { serviceLog } from './service-log.mjs';

const readyMilliseconds = 120_000;

/** A small young generation: five services on one machine shall stay small, at a little more work of collecting. */
const heapOptions = ['--max-semi-space-size=4'];

/** A service in words. The demo process is known by what it shows, the portal. */
export function nameOf(id) {
  return portNames[id] ?? (id === 'demo' ? ['示範國家', 'demo country'] : [id, id]);
}

/**
 * How the supervisor runs one service. The launcher holds the other end of its standard input: when the launcher
 * ends, however it ends, the service sees the end of its input and stops by itself.
 */
export function serviceUnit(service, { runtime, logs, say }) {
  const [zh, en] = nameOf(service.id);
  const log = serviceLog({
    path: join(logs, `${service.id}.log`),
    onFault: (error) => say(`無法寫入記錄檔（${error.code}）`, `Cannot write the log file (${error.code})`),
  });
  return {
    id: service.id,
    name: [zh, en],
    lastWords: log.lastError,
    release: (child) => child.stdin.end(),
    stopSteps: [
      { signal: 'SIGTERM', milliseconds: 12_000 },
      { signal: 'SIGKILL', milliseconds: 2_000 },
    ],
    hurrySteps: [{ signal: 'SIGKILL', milliseconds: 2_000 }],
    async launch() {
      if (!existsSync(service.main)) {
        throw new Fault(
          `找不到${zh}的程式 (${service.main})`,
          `The program of the ${en} is missing (${service.main})`,
        );
      }
      const child = spawn(runtime.node, [...heapOptions, service.main, 'serve', '--migrate'], {
        cwd: root,
        env: { ...npmEnvironment(runtime.folder), ...service.env },
        stdio: ['pipe', 'pipe', 'pipe'],
        detached: true,
      });
      child.stdin.on('error', () => undefined);
      log.attach(child.stdout);
      log.attach(child.stderr);
      await spawned(child);
      return child;
    },
  };
}

function spawned(child) {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
}

/** Resolves once the service says that it is ready. */
export async function untilReady(service, { lastWords, signal }) {
  const end = Date.now() + readyMilliseconds;
  let seen = '';
  while (Date.now() < end && !signal.aborted) {
    const answer = await ask(service.readyUrl);
    if (answer.ready) return;
    seen = answer.text;
    await sleep(80);
  }
  if (signal.aborted) return;
  const [zh, en] = nameOf(service.id);
  const why = lastWords() || seen;
  throw new Fault(`${zh}未能就緒：${why}`, `The ${en} did not become ready: ${why}`);
}

async function ask(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    const text = await response.text();
    return { ready: response.status === 200, text: lastLine(text).slice(0, 300) };
  } catch {
    return { ready: false, text: '' };
  }
}

/** Runs a command of a service to its end, such as `seed` or `deploy-anchor`. */
export async function runServiceCommand(service, command, { runtime }) {
  const [zh, en] = nameOf(service.id);
  const { code, signal, output } = await runCommand(runtime.node, [service.main, command], {
    cwd: root,
    env: { ...npmEnvironment(runtime.folder), ...service.env, XINLU_LIFELINE: '' },
  });
  if (code === 0) return;
  const why = messageIn(output) || String(code ?? signal);
  throw (
    faultInOutput(output, `${service.id} ${command}`) ??
    new Fault(`${zh}的 ${command} 失敗：${why}`, `${command} of the ${en} failed: ${why}`)
  );
}

function messageIn(output) {
  const line = lastLine(
    output
      .split('\n')
      .filter((text) => !/^\s+at |^Node\.js v/.test(text))
      .join('\n'),
  );
  try {
    const { msg, err } = JSON.parse(line);
    return [msg, err?.message].filter(Boolean).join(': ');
  } catch {
    return line;
  }
}
