import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Octets on disk that are not yet those that count. */
export type StagedCrl = { commit(): Promise<void>; discard(): Promise<void> };

/**
 * The last good CRL of each source on disk, so that a restart needs no network. What is read back is checked like
 * anything else: the disk is a cache, not an authority.
 */
export class CrlShelf {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** undefined when nothing was kept. */
  async read(key: string): Promise<Uint8Array | undefined> {
    try {
      const octets = await readFile(this.#pathOf(key));
      return new Uint8Array(octets.buffer, octets.byteOffset, octets.byteLength);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /**
   * Writes octets beside what is kept. They are durable once this returns, and replace what is kept, whole, with `commit`;
   * a crash before that leaves the old file. One staged file at a time for each key.
   */
  async stage(key: string, octets: Uint8Array): Promise<StagedCrl> {
    await mkdir(this.#folder, { recursive: true });
    const path = this.#pathOf(key);
    const staged = `${path}.new`;
    const file = await open(staged, 'w', 0o600);
    try {
      await file.writeFile(octets);
      await file.sync();
    } finally {
      await file.close();
    }
    return { commit: () => rename(staged, path), discard: () => rm(staged, { force: true }) };
  }

  #pathOf(key: string): string {
    return join(this.#folder, `${createHash('sha256').update(key).digest('hex')}.crl`);
  }
}
