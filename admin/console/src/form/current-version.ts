import { readSession } from '../api.ts';

/** The register's version now, for a proposal that is not built upon what a form showed before. */
export async function currentVersion(): Promise<number> {
  return (await readSession()).registerVersion;
}
