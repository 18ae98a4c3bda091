import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Clock } from '@xinlu/common/clock';
import type { Logger } from '@xinlu/common/log';
import type { Sql } from '@xinlu/common/sql';
import { createMetadataFile, NO_METADATA } from './adapters/metadata-file.ts';
import { createBlobNumbers } from './adapters/postgres/blob-numbers-postgres.ts';
import type { AuthenticatorMetadata, MetadataState } from './domain/passkey/metadata.ts';
import { repeat } from './repeat.ts';

const LOOK_SECONDS = 30;

/** FIDO's metadata from the configured file, read again soon after it changes; says in the log when they come and go stale. */
export async function watchMetadata(options: {
  source: { file: string; rootFile: string; name: string } | undefined;
  database: Sql;
  clock: Clock;
  log: Logger;
}): Promise<{ metadata: AuthenticatorMetadata; stop(): Promise<void> }> {
  const { source, clock, log } = options;
  if (source === undefined) return { metadata: NO_METADATA, stop: async () => undefined };
  const metadata = createMetadataFile({
    file: source.file,
    root: new Uint8Array(new X509Certificate(await readFile(source.rootFile)).raw),
    name: source.name,
    numbers: createBlobNumbers(options.database, { clock }),
    clock,
    log,
  });
  let told: MetadataState | undefined;
  const looking = repeat({
    async work() {
      try {
        await metadata.refresh();
      } finally {
        const state = metadata.state();
        if (state !== told) log[state === 'fresh' ? 'info' : 'warn']({ state }, 'metadata-state');
        told = state;
      }
    },
    seconds: LOOK_SECONDS,
    failure: 'metadata-not-read',
    log,
  });
  return { metadata, stop: looking.stop };
}
