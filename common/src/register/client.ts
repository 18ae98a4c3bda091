import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { JWK } from 'jose';
import type { Clock } from '../clock/index.ts';
import { refused, retryable } from '../errors/index.ts';
import { verifyJwt } from '../keys/index.ts';
import type { Logger } from '../log/index.ts';
import { parseRegisterSnapshot, REGISTER_JWT_TYPE, type RegisterSnapshot } from '../wire/register.ts';
import { type RegisterView, registerView } from './view.ts';

/**
 * A service's window on the participant register. The last good snapshot is kept on disk, so the register may be away;
 * a snapshot counts only if the register's pinned key signed it and its version does not go back.
 */
export type RegisterClient = {
  /** Loads the kept snapshot, asks for a newer one, and keeps asking every `pollSeconds`. Never throws for an absent register. */
  start(): Promise<void>;
  stop(): void;
  /** The newest view; throws `register-unavailable` (503) while none was ever seen. */
  current(): RegisterView;
  readonly ready: boolean;
  /** Called after each newer version took effect. */
  onChange(listener: (view: RegisterView) => void): void;
  /** Asks now; resolves when the answer took effect or the register stayed silent. */
  refresh(): Promise<void>;
};

export function createRegisterClient(options: {
  url: string;
  keys: readonly JWK[];
  cacheFile: string;
  clock: Clock;
  log: Logger;
  fetch?: typeof globalThis.fetch;
  pollSeconds?: number;
}): RegisterClient {
  const send = options.fetch ?? globalThis.fetch;
  const listeners: ((view: RegisterView) => void)[] = [];
  let view: RegisterView | undefined;
  let timer: NodeJS.Timeout | undefined;
  let silent = false;

  async function take(unverifiedJws: string): Promise<boolean> {
    const claims = await verifyJwt(unverifiedJws, {
      keys: options.keys,
      typ: REGISTER_JWT_TYPE,
      timeless: true,
    });
    const snapshot = parseRegisterSnapshot.parse(claims) as RegisterSnapshot;
    if (view !== undefined && snapshot.version < view.version) {
      throw refused('register-went-back', 'The register offered an older version than the one known.');
    }
    if (view !== undefined && snapshot.version === view.version) return false;
    view = registerView(snapshot, unverifiedJws, options.clock);
    return true;
  }

  async function keep(jws: string): Promise<void> {
    await mkdir(dirname(options.cacheFile), { recursive: true });
    const temporary = `${options.cacheFile}.new`;
    await writeFile(temporary, jws, { mode: 0o600 });
    await rename(temporary, options.cacheFile);
  }

  async function ask(): Promise<void> {
    const response = await send(`${options.url}/register/snapshot`, {
      headers: view === undefined ? {} : { 'if-none-match': `"${view.version}"` },
      redirect: 'error',
      signal: AbortSignal.timeout(5_000),
    });
    if (response.status === 304) return;
    if (response.status !== 200) throw new Error(`the register answered ${response.status}`);
    const jws = (await response.text()).trim();
    if (!(await take(jws))) return;
    await keep(jws);
    for (const listener of listeners) listener(current());
  }

  function current(): RegisterView {
    if (view === undefined)
      throw retryable('register-unavailable', 'The participant register has not been seen yet.');
    return view;
  }

  async function refresh(): Promise<void> {
    try {
      await ask();
      if (silent) options.log.info('register-back');
      silent = false;
    } catch (error) {
      if (!silent) options.log.warn({ err: error }, 'register-silent');
      silent = true;
    }
  }

  return {
    async start() {
      try {
        await take((await readFile(options.cacheFile, 'utf8')).trim());
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
          options.log.warn({ err: error }, 'register-cache-unusable');
      }
      await refresh();
      const loop = async () => {
        await refresh();
        timer = setTimeout(loop, (view === undefined ? 0.5 : (options.pollSeconds ?? 5)) * 1000).unref();
      };
      timer = setTimeout(loop, (view === undefined ? 0.5 : (options.pollSeconds ?? 5)) * 1000).unref();
    },
    stop: () => clearTimeout(timer),
    current,
    get ready() {
      return view !== undefined;
    },
    onChange: (listener) => void listeners.push(listener),
    refresh,
  };
}
