import type { Clock } from '@xinlu/common/clock';
import type { Sql } from '@xinlu/common/sql';
import type { BlobNumbers } from '../metadata-file.ts';

export function createBlobNumbers(database: Sql, tools: { clock: Clock }): BlobNumbers {
  return {
    async raise(root, no, digest) {
      const row = await database.one(
        `INSERT INTO metadata_blob (root, no, digest, taken_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (root) DO UPDATE SET no = excluded.no, digest = excluded.digest, taken_at = excluded.taken_at
         WHERE metadata_blob.no < excluded.no OR (metadata_blob.no = excluded.no AND metadata_blob.digest = excluded.digest)
         RETURNING root`,
        [root, no, digest, tools.clock.now()],
      );
      return row !== undefined;
    },
  };
}
