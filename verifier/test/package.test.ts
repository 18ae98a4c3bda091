import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { newWorld, now, statusListOf, titleDeedOf } from './support/world.ts';

const room = join(import.meta.dirname, '..');
mkdirSync(join(room, 'dist'), { recursive: true });
// Below the checkout, so that what the package depends on is found without a network.
const project = mkdtempSync(join(room, 'dist/project-'));
afterAll(() => rmSync(project, { recursive: true, force: true }));

function run(command: string, args: string[], cwd: string) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('when the library is packed and put into an empty project', () => {
  test('then plain Node imports it and judges a paper', async () => {
    expect(run(process.execPath, [join(room, 'scripts/pack.ts')], room)).toMatchObject({
      status: 0,
      stderr: '',
    });
    const npm = [
      'pack',
      join(room, 'dist/package'),
      '--pack-destination',
      project,
      '--ignore-scripts',
      '--offline',
    ];
    expect(run('npm', npm, project).status).toBe(0);
    const archive = readdirSync(project).find((name) => name.endsWith('.tgz')) ?? '';
    const installed = join(project, 'node_modules/@xinlu/verifier');
    mkdirSync(installed, { recursive: true });
    expect(
      run('tar', ['-xzf', join(project, archive), '-C', installed, '--strip-components=1'], project).status,
    ).toBe(0);

    const world = await newWorld();
    const status = await statusListOf(world.landOffice, 0);
    const file = await world.file('credential', await titleDeedOf(world.landOffice), 'land-office', {
      status,
    });
    writeFileSync(join(project, 'package.json'), '{}');
    writeFileSync(join(project, 'deed.xinlu.json'), file);
    writeFileSync(join(project, 'trust.json'), world.trustText);
    writeFileSync(
      join(project, 'main.mjs'),
      `import { readFileSync } from 'node:fs';
       import { verifyFile } from '@xinlu/verifier';
       const read = (name) => readFileSync(name, 'utf8');
       const at = new Date('${now.toISOString()}');
       const { verdict } = await verifyFile(read('deed.xinlu.json'), { trust: read('trust.json'), at });
       console.log(verdict, import.meta.resolve('@xinlu/verifier').includes('/dist/project-'));`,
    );
    expect(run(process.execPath, ['main.mjs'], project)).toEqual({
      status: 0,
      stdout: 'valid true\n',
      stderr: '',
    });
  });
});
