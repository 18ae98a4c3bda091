import { readdir, readFile } from 'node:fs/promises';
import { parser } from '@xinlu/common/wire';
import { Type } from 'typebox';
import { buildCatalogue, type Catalogue } from '../domain/catalogue.ts';

const parseHead = parser(
  Type.Object({ version: Type.String(), validFrom: Type.String() }),
  'catalogue-malformed',
  'The catalogue',
);

async function readFolder(folder: URL): Promise<unknown[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(names.map(async (name) => JSON.parse(await readFile(new URL(name, folder), 'utf8'))));
}

/** Reads and validates the catalogue: `catalogue.json`, `datasets/*.json`, `purposes/*.json`. */
export async function readCatalogue(folder: URL): Promise<Catalogue> {
  const head = parseHead.parse(JSON.parse(await readFile(new URL('catalogue.json', folder), 'utf8')));
  const [datasets, purposes] = await Promise.all([
    readFolder(new URL('datasets/', folder)),
    readFolder(new URL('purposes/', folder)),
  ]);
  return buildCatalogue(head.version, datasets, purposes);
}
