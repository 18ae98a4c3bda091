import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fatal } from '@xinlu/common/errors';
import type { Tiles } from '../domain/tiles.ts';

/** Tiles as files under one folder. Durable means: file and folder entry are synced before `write` returns. */
export function tilesInFiles(folder: string): Tiles {
  const read = async (path: string) => {
    try {
      return await readFile(join(folder, path));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  };
  return {
    async write(path, content) {
      const target = join(folder, path);
      const standing = path === 'checkpoint' ? undefined : await read(path);
      if (standing) {
        if (Buffer.compare(standing, content) !== 0) {
          throw fatal('tile-conflict', `The file ${path} stands with other content.`);
        }
        // Whoever wrote it may have died before its folder was synced.
        return syncFolder(dirname(target));
      }
      await mkdir(dirname(target), { recursive: true });
      const temporary = `${target}.${process.pid}.new`;
      const file = await open(temporary, 'w', 0o644);
      try {
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, target);
      await syncFolder(dirname(target));
    },
    read,
  };
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
