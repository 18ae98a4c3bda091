import type { Clock } from '@xinlu/common/clock';
import type { Logger } from '@xinlu/common/log';
import { RevocationEngine, validateCertificate } from '@xinlu/pki';
import type { RevocationSource } from '../domain/card/ports.ts';
import type { LoadedTrust } from './card-trust-file.ts';

export type RevocationLists = RevocationSource & {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Asks every source now. */
  refresh(): Promise<void>;
  /** Every configured list is held and not past its next update. */
  fresh(): boolean;
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
  const { anchors, intermediates } = loaded.trust;
  const authorities = new Map([...anchors, ...intermediates].map((known) => [known.fingerprint, known]));
  return {
    index: () => engine.index,
    start: () => engine.start(),
    stop: () => engine.stop(),
    refresh: () => engine.refresh(),
    fresh: () => engine.status().every(({ state }) => state === 'fresh'),
    authority(authority) {
      const issuer = authorities.get(authority);
      if (issuer === undefined) return 'unknown';
      if (!anchors.some(({ fingerprint }) => fingerprint === authority)) {
        const decision = validateCertificate({
          leaf: issuer,
          intermediates,
          anchors,
          time: options.clock.now(),
          revocation: 'required',
          revocationIndex: engine.index,
        });
        if (decision.code === 'certificate-revoked') return 'revoked';
        if (!decision.valid) return 'unknown';
      }
      const own = engine.status().filter((source) => source.issuer === authority);
      return own.length > 0 && own.every(({ state }) => state === 'fresh') ? 'good' : 'unknown';
    },
    certificate(authority, serial) {
      const issuer = authorities.get(authority);
      const found = issuer === undefined ? undefined : engine.findRevocation(issuer, serial);
      if (found === undefined) return 'good';
      return found.reason === 'certificateHold' ? 'held' : 'revoked';
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
