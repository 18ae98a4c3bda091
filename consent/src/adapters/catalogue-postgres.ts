import { canonicalJson, sha256Base64url } from '@xinlu/common/canonical';
import { fatal } from '@xinlu/common/errors';
import type { Database } from '@xinlu/common/sql';
import type { Catalogue, CatalogueHistory } from '../domain/catalogue.ts';

/**
 * Writes down the versions in use. A version that was used before with other content stops the start: citizens have agreed
 * to the old words, so new words need a new version.
 */
export async function keepCatalogue(database: Database, catalogue: Catalogue): Promise<CatalogueHistory> {
  const items = [
    ...[...catalogue.datasets.values()].map((item) => ['dataset', item] as const),
    ...[...catalogue.purposes.values()].map((item) => ['purpose', item] as const),
  ];
  await database.transaction(async (tx) => {
    for (const [kind, item] of items) {
      const content = canonicalJson(item);
      const digest = sha256Base64url(content);
      await tx.query(
        `INSERT INTO catalogue_item (kind, id, version, digest, content, first_seen_at)
         VALUES ($1, $2, $3, $4, $5, clock_timestamp()) ON CONFLICT DO NOTHING`,
        [kind, item.id, item.version, digest, content],
      );
      const kept = await tx.one<{ digest: string }>(
        'SELECT digest FROM catalogue_item WHERE kind = $1 AND id = $2 AND version = $3',
        [kind, item.id, item.version],
      );
      if (kept?.digest !== digest) {
        throw fatal(
          'catalogue-version-changed',
          `The ${kind} ${item.id} changed, but its version is still ${item.version}.`,
        );
      }
    }
  });
  return {
    async version(kind, id, version) {
      const row = await database.one<{ content: object }>(
        'SELECT content FROM catalogue_item WHERE kind = $1 AND id = $2 AND version = $3',
        [kind, id, version],
      );
      return row?.content;
    },
  };
}
