import type { Clock } from '@xinlu/common/clock';
import type { Logger } from '@xinlu/common/log';
import { RevocationEngine, type SourceStatus, validateCertificate } from '@xinlu/pki';
import type { RevocationSource } from '../domain/card/ports.ts';
import type { ListAddress } from './card-trust-file.ts';
import type { TrustNow } from './card-trust-register.ts';

export type RevocationLists = RevocationSource & {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Asks every source now. */
  refresh(): Promise<void>;
  /** Every configured list is held and not past its next update. */
  fresh(): boolean;
  /** Each source in use: what is held of it, and how fetching goes. */
  status(): SourceStatus[];
  /** Takes up what has changed among those that we trust: their lists, and who they are. */
  follow(): Promise<void>;
  /** Called after each newer list took effect, and after a change of those that we trust. */
  onChange(listener: () => void): void;
};

const keyOf = (lists: readonly ListAddress[]): string =>
  lists.map(({ issuer, url }) => `${issuer.fingerprint} ${url}`).join('\n');

/**
 * Revocation lists by @xinlu/pki's engine: fetched from addresses of configuration and register only, kept on disk, swapped
 * in whole. When those addresses change, a second engine reads them and then takes the first one's place: in between the
 * lists of those who stay are as good as before.
 */
export function createRevocationLists(options: {
  trusted: TrustNow;
  folder: string;
  clock: Clock;
  log: Logger;
  refreshSeconds: number;
  fetch?: typeof globalThis.fetch;
}): RevocationLists {
  const { trusted, log } = options;
  const listeners: (() => void)[] = [];
  const send = options.fetch ?? globalThis.fetch;
  let held = { key: '', engine: engineFor([]) };
  let trust: unknown;
  let following: Promise<void> | undefined;
  let starting: RevocationEngine | undefined;

  function tell(): void {
    for (const listener of listeners) listener();
  }

  function engineFor(lists: readonly ListAddress[]): RevocationEngine {
    const allowed = new Set(lists.map(({ url }) => url));
    return new RevocationEngine({
      sources: lists,
      fetch: (url, init) =>
        allowed.has(url) ? send(url, init) : Promise.reject(new Error('not a registered revocation list')),
      folder: options.folder,
      clock: options.clock,
      refreshSeconds: options.refreshSeconds,
      onChange: () => {
        log.info('revocation-lists-changed');
        tell();
      },
    });
  }

  async function follow(): Promise<void> {
    const now = trusted.current();
    const key = keyOf(now.lists);
    if (key !== held.key) {
      const former = held.engine;
      const engine = engineFor(now.lists);
      starting = engine;
      await engine.start();
      held = { key, engine };
      await former.stop();
    }
    if (trust !== now) {
      trust = now;
      log.info('card-authorities-changed');
      tell();
    }
  }

  function followOnce(): Promise<void> {
    following ??= follow().finally(() => {
      following = undefined;
    });
    return following;
  }

  return {
    index: () => held.engine.index,
    start: followOnce,
    stop: async () => {
      // One that waits for a silent source would hold everything up.
      await starting?.stop();
      await following?.catch(() => undefined);
      await held.engine.stop();
    },
    refresh: () => held.engine.refresh(),
    fresh: () => held.key !== '' && held.engine.status().every(({ state }) => state === 'fresh'),
    status: () => held.engine.status(),
    follow: followOnce,
    authority(authority) {
      const { anchors, intermediates } = trusted.current().trust;
      const isAnchor = anchors.some(({ fingerprint }) => fingerprint === authority);
      const issuer = intermediates.find(({ fingerprint }) => fingerprint === authority);
      if (!isAnchor && issuer === undefined) return 'ended';
      if (issuer !== undefined) {
        const decision = validateCertificate({
          leaf: issuer,
          intermediates,
          anchors,
          time: options.clock.now(),
          revocation: 'required',
          revocationIndex: held.engine.index,
        });
        if (decision.code === 'certificate-revoked') return 'revoked';
        if (!decision.valid) return 'unknown';
      }
      const own = held.engine.status().filter((source) => source.issuer === authority);
      return own.length > 0 && own.every(({ state }) => state === 'fresh') ? 'good' : 'unknown';
    },
    certificate(authority, serial) {
      const { intermediates } = trusted.current().trust;
      const issuer = intermediates.find(({ fingerprint }) => fingerprint === authority);
      const found = issuer === undefined ? undefined : held.engine.findRevocation(issuer, serial);
      if (found === undefined) return 'good';
      return found.reason === 'certificateHold' ? 'held' : 'revoked';
    },
    listed(authority, since) {
      const issuer = trusted
        .current()
        .trust.intermediates.find(({ fingerprint }) => fingerprint === authority);
      return issuer === undefined ? [] : held.engine.listed(issuer, since);
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
