import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@xinlu/common/clock';
import { generateKeys, keyRing } from '@xinlu/common/keys';
import { type CountryFiles, countryFiles, writePrivateJson } from '../src/country/files.ts';
import { serviceKeyHolders } from '../src/country/participants.ts';
import { seedCountry } from '../src/seed/seed.ts';

export type TestCountry = {
  folder: string;
  keysFolder: string;
  portBase: number;
  files: CountryFiles;
  seed(portBase?: number): Promise<void>;
  remove(): void;
};

/** An empty country folder with the services' public keys in place, as the launcher leaves it before the seed. */
export const emptyCountry = async (portBase = 4000): Promise<TestCountry> => {
  const root = mkdtempSync(join(tmpdir(), 'xinlu-country-'));
  const folder = join(root, 'country');
  const keysFolder = join(root, 'keys');
  for (const id of serviceKeyHolders) {
    const keys = await generateKeys();
    writePrivateJson(join(keysFolder, `${id}.json`), keys);
    writePrivateJson(join(keysFolder, `${id}.public.json`), keyRing(keys).publicJwks);
  }
  return {
    folder,
    keysFolder,
    portBase,
    files: countryFiles(folder),
    seed: (base = portBase) =>
      seedCountry({ countryFolder: folder, keysFolder, portBase: base, clock: systemClock }),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
};

let template: Promise<TestCountry> | undefined;

/** A seeded country of its own. The seed runs once a test file; each country is a copy, since keys take time to make. */
export const seededCountry = async (portBase = 4000): Promise<TestCountry> => {
  template ??= emptyCountry(portBase).then(async (country) => {
    await country.seed();
    process.once('exit', country.remove);
    return country;
  });
  const source = await template;
  const country = await emptyCountry(portBase);
  cpSync(source.folder, country.folder, { recursive: true });
  cpSync(source.keysFolder, country.keysFolder, { recursive: true });
  return country;
};
