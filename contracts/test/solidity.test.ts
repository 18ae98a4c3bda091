import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type ForgeRun, forgeCoverage } from '../testing/forge-coverage.ts';

let run: ForgeRun;

beforeAll(async () => {
  run = await forgeCoverage();
}, 120_000);

describe('when forge runs the Solidity tests', () => {
  test('then all pass', () => {
    expect(run.passed, run.output).toBe(true);
    expect(run.output).toMatch(/[1-9]\d* tests passed, 0 failed/);
  });

  test.each(contracts())('then they take every line and every branch of %s', (contract) => {
    expect(run.missed.get(contract)).toEqual({ lines: [], branches: [] });
  });
});

/** Everything with code of its own; an interface and a file of types have none. */
function contracts(): string[] {
  const folder = join(import.meta.dirname, '../solidity');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const hasCode = (file: string) =>
    /^(?:abstract )?(?:contract|library) /m.test(readFileSync(join(folder, file), 'utf8'));
  return files.filter((file) => file.endsWith('.sol') && hasCode(file)).map((file) => `solidity/${file}`);
}
