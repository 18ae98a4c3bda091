import { webcrypto } from 'node:crypto';
import { toHex } from '../asn1/values.ts';
import { type CertificateInput, toCertificate } from '../certificate/input.ts';
import type { UnverifiedCertificate } from '../certificate/parse.ts';
import { PkiError } from '../error.ts';
import type { IndexedCrl } from '../revocation/revocation-index.ts';
import { download, type Fetch } from './download.ts';
import { indexOffThread } from './index-in-worker.ts';
import type { CrlShelf } from './shelf.ts';

/** A place where an authority publishes its revocation list (complete, partitioned or delta), from configuration. */
export type RevocationSource = { issuer: CertificateInput; url: string };

export type SourceStatus = {
  /** SHA-256 fingerprint and RFC 4514 name of the authority. */
  issuer: string;
  issuerName: string;
  url: string;
  /** `missing` until a list was accepted; `expired` past its nextUpdate. */
  state: 'fresh' | 'expired' | 'missing';
  /** CRL number in decimal. */
  number: string | null;
  isDelta: boolean;
  entries: number;
  /** Octets of memory that the index of this source holds. */
  heldBytes: number;
  thisUpdate: Date | null;
  nextUpdate: Date | null;
  /** Seconds since the list was issued. */
  ageSeconds: number | null;
  lastSuccess: Date | null;
  /** Failed attempts since the last success, and since the start. */
  failuresInARow: number;
  failures: number;
  lastError: { code: string; message: string; at: Date } | null;
};

const TIMEOUT_MS = 60_000;

/** One source: what it holds, and how it gets something newer. Not safe for overlapping calls; the engine calls in turn. */
export class SourceKeeper {
  readonly #issuer: UnverifiedCertificate;
  readonly #url: string;
  readonly #shelf: CrlShelf;
  readonly #key: string;
  #held: IndexedCrl | undefined;
  #etag: string | null = null;
  #lastSuccess: Date | null = null;
  #failures = 0;
  #failuresInARow = 0;
  #lastError: SourceStatus['lastError'] = null;

  /** @throws PkiError `certificate-malformed` */
  constructor(source: RevocationSource, shelf: CrlShelf) {
    this.#issuer = toCertificate(source.issuer);
    this.#url = source.url;
    this.#shelf = shelf;
    this.#key = `${this.#issuer.fingerprint} ${source.url}`;
  }

  get held(): IndexedCrl | undefined {
    return this.#held;
  }

  get failuresInARow(): number {
    return this.#failuresInARow;
  }

  /** Takes up what the last run left behind. @returns whether something was taken up */
  async restore(now: Date, signal: AbortSignal): Promise<boolean> {
    try {
      const octets = await this.#shelf.read(this.#key);
      if (!octets) return false;
      this.#held = await this.#index(octets, signal);
      return true;
    } catch (error) {
      this.#fail(error, now);
      return false;
    }
  }

  /** Fetches, checks, keeps on disk, and only then holds the new list. @returns whether a newer list is held */
  async refresh(fetch: Fetch, now: Date, maxBytes: number, signal: AbortSignal): Promise<boolean> {
    try {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const got = await download(fetch, this.#url, {
        etag: this.#held ? this.#etag : null,
        maxBytes,
        signal: limited,
      });
      const changed = got !== 'unchanged' && (await this.#take(got.octets, signal));
      if (got !== 'unchanged') this.#etag = got.etag;
      this.#lastSuccess = now;
      this.#failuresInARow = 0;
      this.#lastError = null;
      return changed;
    } catch (error) {
      if (!signal.aborted) this.#fail(error, now);
      return false;
    }
  }

  /** The octets go to disk before they go to the indexing thread, so that a long list is never held twice. */
  async #take(octets: Uint8Array, signal: AbortSignal): Promise<boolean> {
    const previous = this.#held?.head;
    if (previous && (await sha256Hex(octets)) === previous.fingerprint) return false;
    const staged = await this.#shelf.stage(this.#key, octets);
    try {
      const next = await this.#index(octets, signal);
      if (previous && isOlder(next.head, previous)) {
        throw new PkiError(
          'crl-number-went-back',
          'The revocation source offers an older list than it did before',
        );
      }
      await staged.commit();
      this.#held = next;
    } catch (error) {
      await staged.discard();
      throw error;
    }
    return true;
  }

  #index(der: Uint8Array, signal: AbortSignal): Promise<IndexedCrl> {
    const { subjectDn, subjectPublicKey } = this.#issuer;
    const copy = (octets: Uint8Array): Uint8Array => Uint8Array.from(octets);
    return indexOffThread(
      { der, issuerNameDer: copy(subjectDn.der), issuerKeyDer: copy(subjectPublicKey.der) },
      signal,
    );
  }

  #fail(error: unknown, at: Date): void {
    this.#failures += 1;
    this.#failuresInARow += 1;
    const isKnown = error instanceof PkiError;
    this.#lastError = {
      code: isKnown ? error.code : 'source-failed',
      message: isKnown ? error.message : 'The revocation source failed',
      at,
    };
  }

  status(now: Date): SourceStatus {
    const head = this.#held?.head;
    const state = !head ? 'missing' : now.getTime() > (head.nextUpdate ?? 0) ? 'expired' : 'fresh';
    return {
      issuer: this.#issuer.fingerprint,
      issuerName: this.#issuer.subjectName,
      url: this.#url,
      state,
      number: head?.number?.toString() ?? null,
      isDelta: head?.isDelta ?? false,
      entries: this.#held?.revoked.size ?? 0,
      heldBytes: this.#held?.revoked.heldBytes ?? 0,
      thisUpdate: head ? new Date(head.thisUpdate) : null,
      nextUpdate: head?.nextUpdate === undefined ? null : new Date(head.nextUpdate),
      ageSeconds: head ? Math.max(0, Math.round((now.getTime() - head.thisUpdate) / 1000)) : null,
      lastSuccess: this.#lastSuccess,
      failuresInARow: this.#failuresInARow,
      failures: this.#failures,
      lastError: this.#lastError,
    };
  }
}

/** Off the event loop, as the octets may be many. */
async function sha256Hex(octets: Uint8Array): Promise<string> {
  return toHex(new Uint8Array(await webcrypto.subtle.digest('SHA-256', octets as Uint8Array<ArrayBuffer>)));
}

/** RFC 5280 5.2.3: numbers only grow; lists without one are told apart by their date. */
function isOlder(next: IndexedCrl['head'], previous: IndexedCrl['head']): boolean {
  if (next.number !== undefined && previous.number !== undefined && next.number !== previous.number) {
    return next.number < previous.number;
  }
  if (next.number === undefined && previous.number !== undefined) return true;
  return next.thisUpdate < previous.thisUpdate;
}
