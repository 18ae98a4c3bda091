import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/**
 * The workspace runs the sources as they are, the package its compiled form, and npm has no other way to tell the two
 * apart than the manifest: `publish` writes that of the package and keeps ours, `restore` puts ours back.
 */
const manifest = new URL('../package.json', import.meta.url);
const ours = new URL('../package.json.ours', import.meta.url);

const asked = process.argv[2];
// What an interrupted run left behind comes first, so that the package's manifest is never taken for ours.
if (existsSync(ours)) renameSync(ours, manifest);
if (asked === 'publish') {
  const text = readFileSync(manifest, 'utf8');
  const { private: _, scripts: __, devDependencies: ___, ...published } = JSON.parse(text);
  writeFileSync(ours, text);
  published.exports = {
    '.': { types: './dist/index.d.ts', default: './dist/index.js' },
    './commands': { types: './dist/cli/commands.d.ts', default: './dist/cli/commands.js' },
  };
  writeFileSync(manifest, `${JSON.stringify(published, null, 2)}\n`);
} else if (asked !== 'restore') {
  process.stderr.write('usage: manifest.mjs publish|restore\n');
  process.exitCode = 1;
}
