import { integerToHex, sameBytes } from '../asn1/values.ts';
import { type CertificateInput, toCertificate } from '../certificate/input.ts';
import { REASON_REMOVE_FROM_CRL } from '../crl/revoked-table.ts';
import { reasonName } from '../revocation/reasons.ts';
import { RevocationIndex } from '../revocation/revocation-index.ts';
import type { Fetch } from './download.ts';
import { serialOctets } from './serial-octets.ts';
import { CrlShelf } from './shelf.ts';
import { type RevocationSource, SourceKeeper, type SourceStatus } from './source.ts';

export type RevocationEngineOptions = {
  sources: readonly RevocationSource[];
  /** Called for configured addresses only. */
  fetch: Fetch;
  /** Where the last good lists are kept for a restart; made if missing. */
  folder: string;
  clock: { now(): Date };
  /** How often each source is asked at least; sooner when its list is about to expire. */
  refreshSeconds: number;
  /** Called after each swap of the index, in order. It must not throw. */
  onChange?: (index: RevocationIndex) => void;
  /** Default 128 MiB, three times a list of a million entries. */
  maxBytes?: number;
};

export type FoundRevocation = { reason: string; revokedAt: Date };

const DEFAULT_MAX_BYTES = 128 * 1024 * 1024;
const FIRST_RETRY_SECONDS = 5;
/** A list is renewed when this part of its life is left. */
const RENEW_BEFORE = 0.2;

/**
 * Keeps the revocation lists of configured authorities: fetches, checks and indexes them off the event loop, swaps the
 * index in whole, keeps the last good list on disk, and renews before expiry. A source that cannot be reached keeps its
 * last list; whether that may still be used is decided by its nextUpdate when a certificate is validated.
 */
export class RevocationEngine {
  readonly #options: RevocationEngineOptions;
  readonly #keepers: readonly SourceKeeper[];
  readonly #timers = new Map<SourceKeeper, NodeJS.Timeout>();
  readonly #running = new Map<SourceKeeper, Promise<void>>();
  #abort = new AbortController();
  #index = new RevocationIndex([]);
  #started = false;

  /** @throws PkiError `certificate-malformed` when a source's issuer is not a certificate */
  constructor(options: RevocationEngineOptions) {
    this.#options = options;
    const shelf = new CrlShelf(options.folder);
    this.#keepers = options.sources.map((source) => new SourceKeeper(source, shelf));
  }

  /** The current index, for `validateCertificate`. A later swap does not change the one returned. */
  get index(): RevocationIndex {
    return this.#index;
  }

  /** Takes up the lists on disk, then asks every source once. Resolves also when sources fail; see `status`. */
  async start(): Promise<void> {
    if (this.#started) return;
    this.#started = true;
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    const restored = await Promise.all(
      this.#keepers.map((keeper) => keeper.restore(this.#options.clock.now(), signal)),
    );
    if (restored.includes(true)) this.#swap();
    await this.refresh();
  }

  /** Asks every source now. */
  async refresh(): Promise<void> {
    await Promise.all(this.#keepers.map((keeper) => this.#refreshOne(keeper)));
  }

  /** Ends fetches and timers; the index stays usable. */
  async stop(): Promise<void> {
    this.#started = false;
    this.#abort.abort();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    await Promise.all(this.#running.values());
  }

  status(): SourceStatus[] {
    return this.#keepers.map((keeper) => keeper.status(this.#options.clock.now()));
  }

  /** Whether a loaded list of this very authority (name and key) has the serial, whatever the age of the list. */
  isRevoked(issuer: CertificateInput, serial: string | Uint8Array): boolean {
    return this.findRevocation(issuer, serial) !== undefined;
  }

  /** @param serial hexadecimal as in `UnverifiedCertificate.serial`, or two's complement octets */
  findRevocation(issuer: CertificateInput, serial: string | Uint8Array): FoundRevocation | undefined {
    const { subjectDn, subjectPublicKey } = toCertificate(issuer);
    const octets = typeof serial === 'string' ? serialOctets(serial) : serial;
    let found: FoundRevocation | undefined;
    for (const crl of this.#index.ofIssuer(subjectDn.key)) {
      if (!sameBytes(crl.signerKey, subjectPublicKey.der)) continue;
      const entry = crl.revoked.find(octets, subjectDn);
      if (entry?.reason === REASON_REMOVE_FROM_CRL && crl.head.isDelta) return undefined;
      if (entry) found = { reason: reasonName(entry.reason), revokedAt: new Date(entry.revokedAt * 1000) };
    }
    return found;
  }

  /**
   * The serials, as `UnverifiedCertificate.serial` writes them, that the loaded lists of this very authority name: all, or
   * those that they did not name in `since`, an `index` of before, or named for another reason.
   */
  *listed(issuer: CertificateInput, since?: RevocationIndex): Generator<string> {
    const { subjectDn, subjectPublicKey } = toCertificate(issuer);
    const own = (index: RevocationIndex) =>
      index.ofIssuer(subjectDn.key).filter((crl) => sameBytes(crl.signerKey, subjectPublicKey.der));
    const before = since === undefined ? [] : own(since);
    for (const crl of own(this.#index)) {
      if (before.includes(crl)) continue;
      for (const serial of crl.revoked.serials(subjectDn)) {
        const reason = crl.revoked.find(serial, subjectDn)?.reason;
        const known = before.some(({ revoked }) => revoked.find(serial, subjectDn)?.reason === reason);
        if (!known) yield integerToHex(serial);
      }
    }
  }

  /** One attempt at a time for each source; a second caller waits for the first one's. */
  #refreshOne(keeper: SourceKeeper): Promise<void> {
    const running = this.#running.get(keeper);
    if (running) return running;
    const attempt = this.#attempt(keeper).finally(() => this.#running.delete(keeper));
    this.#running.set(keeper, attempt);
    return attempt;
  }

  async #attempt(keeper: SourceKeeper): Promise<void> {
    const { fetch, clock, maxBytes = DEFAULT_MAX_BYTES } = this.#options;
    const changed = await keeper.refresh(fetch, clock.now(), maxBytes, this.#abort.signal);
    if (changed) this.#swap();
    if (this.#started) this.#schedule(keeper);
  }

  #swap(): void {
    this.#index = new RevocationIndex(this.#keepers.flatMap((keeper) => (keeper.held ? [keeper.held] : [])));
    this.#options.onChange?.(this.#index);
  }

  #schedule(keeper: SourceKeeper): void {
    clearTimeout(this.#timers.get(keeper));
    const timer = setTimeout(() => void this.#refreshOne(keeper), this.#secondsUntilNext(keeper) * 1000);
    timer.unref();
    this.#timers.set(keeper, timer);
  }

  #secondsUntilNext(keeper: SourceKeeper): number {
    const { refreshSeconds, clock } = this.#options;
    if (keeper.failuresInARow > 0) {
      return Math.min(refreshSeconds, FIRST_RETRY_SECONDS * 2 ** Math.min(keeper.failuresInARow - 1, 10));
    }
    const head = keeper.held?.head;
    if (head?.nextUpdate === undefined) return refreshSeconds;
    const renewAt = head.nextUpdate - (head.nextUpdate - head.thisUpdate) * RENEW_BEFORE;
    const untilRenewal = (renewAt - clock.now().getTime()) / 1000;
    return Math.min(refreshSeconds, Math.max(untilRenewal, FIRST_RETRY_SECONDS));
  }
}
