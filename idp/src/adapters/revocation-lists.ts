import type { Clock } from '@xinlu/common/clock';
import type { Logger } from '@xinlu/common/log';
import { RevocationEngine } from '@xinlu/pki';
import type { RevocationSource } from '../domain/card/ports.ts';
import type { LoadedTrust } from './card-trust-file.ts';

export type RevocationLists = RevocationSource & {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Asks every source now. */
  refresh(): Promise<void>;
  /** Every configured list is held and not past its next update. */
  fresh(): boolean;
  /** Whether a list of the authority (SHA-256 of its certificate) has the serial. */
  isRevoked(authority: string, serial: string): boolean;
  /** Called after each newer list took effect. */
  onChange(listener: () => void): void;
};

/** Revocation lists by @xinlu/pki's engine: fetched from configured addresses only, kept on disk, swapped in whole. */
export function createRevocationLists(options: {
  loaded: LoadedTrust;
  folder: string;
  clock: Clock;
  log: Logger;
  refreshSeconds: number;
  fetch?: typeof globalThis.fetch;
}): RevocationLists {
  const { loaded, log } = options;
  const listeners: (() => void)[] = [];
  const allowed = new Set(loaded.lists.map(({ url }) => url));
  const send = options.fetch ?? globalThis.fetch;
  const engine = new RevocationEngine({
    sources: loaded.lists,
    fetch: (url, init) =>
      allowed.has(url) ? send(url, init) : Promise.reject(new Error('not a configured revocation list')),
    folder: options.folder,
    clock: options.clock,
    refreshSeconds: options.refreshSeconds,
    onChange: () => {
      log.info('revocation-lists-changed');
      for (const listener of listeners) listener();
    },
  });
  const authorities = new Map(
    [...loaded.trust.anchors, ...loaded.trust.intermediates].map((known) => [known.fingerprint, known]),
  );
  return {
    index: () => engine.index,
    start: () => engine.start(),
    stop: () => engine.stop(),
    refresh: () => engine.refresh(),
    fresh: () => engine.status().every(({ state }) => state === 'fresh'),
    isRevoked(authority, serial) {
      const issuer = authorities.get(authority);
      return issuer !== undefined && engine.isRevoked(issuer, serial);
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
