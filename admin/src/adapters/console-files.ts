import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fatal } from '@xinlu/common/errors';

/** The built console: one page, and a folder of files whose names carry the hash of their content. */
export type ConsoleFiles = { page: string; assets: string };

/** Where the build puts the answer's CSP nonce. */
export const NONCE_MARK = '__CSP_NONCE__';

/** Reads the built console from `folder`; fatal when it has not been built. */
export async function readConsole(folder: string): Promise<ConsoleFiles> {
  try {
    return { page: await readFile(join(folder, 'index.html'), 'utf8'), assets: join(folder, 'console') };
  } catch (cause) {
    throw fatal('console-not-built', 'The console has not been built; run npm start once, or its build.', {
      cause,
    });
  }
}
