import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where everything of the country lies on disk. */
export type CountryFiles = {
  genesis: string;
  pki: string;
  operators: string;
  founding: string;
  reader: string;
  key(participant: string): string;
  /** The certificate of an office's key, under which it seals PDFs. */
  seal(participant: string): string;
  /** Where an agency keeps its own account of what it released. */
  releases(participant: string): string;
  authority(id: string, part: 'key.pem' | 'certificate.der' | 'revoked.json'): string;
  card(id: string, part: 'key.pem' | 'certificate.der' | 'card.json' | 'tries.json'): string;
};

export const countryFiles = (folder: string): CountryFiles => ({
  genesis: join(folder, 'genesis.json'),
  pki: join(folder, 'pki.json'),
  operators: join(folder, 'operators.json'),
  founding: join(folder, 'founding.json'),
  reader: join(folder, 'reader.json'),
  key: (participant) => join(folder, 'keys', `${participant}.json`),
  seal: (participant) => join(folder, 'seals', `${participant}.der`),
  releases: (participant) => join(folder, 'releases', participant),
  authority: (id, part) => join(folder, 'pki', id, part),
  card: (id, part) => join(folder, 'cards', id, part),
});

/** Writes a file so that after a crash either the old or the new content stands there, readable by its owner only. */
export const writePrivate = (path: string, content: string | Uint8Array): void => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.new`;
  writeFileSync(draft, content, { mode: 0o600, flush: true });
  renameSync(draft, path);
};

export const writePrivateJson = (path: string, value: unknown): void =>
  writePrivate(path, `${JSON.stringify(value, null, 2)}\n`);

export const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;

/** What stands in the file, or what `make` returns, kept there from now on: a second seed changes nothing. */
export const keepJson = <T>(path: string, make: () => T): T => {
  if (!existsSync(path)) writePrivateJson(path, make());
  return readJson<T>(path);
};
