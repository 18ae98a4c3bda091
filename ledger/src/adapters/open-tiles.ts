import { readFile } from 'node:fs/promises';
import { fatal } from '@xinlu/common/errors';
import type { Tiles } from '../domain/tiles.ts';
import { tilesInFiles } from './tiles-files.ts';

export type TilesPlace = {
  /** A folder; for one machine, or for several that share it. */
  readonly folder: string | undefined;
  /** Address of a bucket, and prefix in it, behind the S3 API. */
  readonly s3Url: string | undefined;
  readonly s3Region: string;
  /** JSON file with `accessKeyId` and `secretAccessKey`. */
  readonly s3KeyFile: string | undefined;
};

/** The tiles where the configuration puts them; the S3 client is loaded only where it is used. */
export async function openTiles({ folder, s3Url, s3Region, s3KeyFile }: TilesPlace): Promise<Tiles> {
  if (folder && !s3Url) return tilesInFiles(folder);
  if (folder || !s3Url || !s3KeyFile) {
    throw fatal('tiles-misplaced', 'Give TILES_DIR, or TILES_S3_URL with TILES_S3_KEY_FILE, not both.');
  }
  const key: unknown = JSON.parse(await readFile(s3KeyFile, 'utf8'));
  const { accessKeyId, secretAccessKey } = (key ?? {}) as Record<string, unknown>;
  if (typeof accessKeyId !== 'string' || typeof secretAccessKey !== 'string') {
    throw fatal('tiles-key-malformed', 'TILES_S3_KEY_FILE names no accessKeyId and secretAccessKey.');
  }
  const { tilesInS3 } = await import('./tiles-s3.ts');
  return tilesInS3({ url: s3Url, region: s3Region, accessKeyId, secretAccessKey });
}
