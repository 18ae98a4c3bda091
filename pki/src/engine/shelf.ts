import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

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

  /** Durable and whole once it returns: a crash leaves the old file or the new one. */
  async write(key: string, octets: Uint8Array): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const path = this.#pathOf(key);
    const file = await open(`${path}.new`, 'w', 0o600);
    try {
      await file.writeFile(octets);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.new`, path);
  }

  #pathOf(key: string): string {
    return join(this.#folder, `${createHash('sha256').update(key).digest('hex')}.crl`);
  }
}
