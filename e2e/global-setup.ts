import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startCountry } from './support/country.ts';
import type { Place } from './support/place.ts';

declare module 'vitest' {
  interface ProvidedContext {
    place: Place;
  }
}

/** One country for all journeys, started as a user would start it. Those that kill processes start their own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const country = await startCountry();
  project.provide('place', {
    urls: country.urls,
    data: country.data,
    cardUrl: country.cardUrl,
    base: country.base,
  });
  return async () => {
    const leaks = await leaksIn(join(country.data, 'logs'), country.data);
    const code = await country.dispose();
    if (leaks.length > 0) throw new Error(`personal data or tokens in the logs: ${leaks.join(', ')}`);
    if (code !== 0) throw new Error(`the country ended with exit code ${code}:\n${country.output()}`);
  };
}

/** An organisation's card has no number of a person, and its name is no secret. */
type Card = { name: string; nationalId?: string; pin: string };

/** What the services wrote during all journeys holds no national ID, no name, no token and no signature. */
async function leaksIn(logs: string, data: string): Promise<string[]> {
  const folder = join(data, 'country', 'cards');
  const cards = await Promise.all(
    (await readdir(folder)).map(
      async (id) => JSON.parse(await readFile(join(folder, id, 'card.json'), 'utf8')) as Card,
    ),
  );
  const secrets = new Set(
    cards.flatMap(({ name, nationalId }) => (nationalId === undefined ? [] : [name, nationalId])),
  );
  const leaks: string[] = [];
  let written = 0;
  for (const name of (await readdir(logs)).filter((file) => file.endsWith('.log'))) {
    const text = await readFile(join(logs, name), 'utf8');
    written += text.length;
    for (const secret of secrets) if (text.includes(secret)) leaks.push(`${name}: a name or national ID`);
    if (/\beyJ[\w-]{10,}\.[\w-]{4,}/.test(text)) leaks.push(`${name}: a token`);
    if (/[A-Za-z0-9+/_-]{86,}/.test(text.replaceAll(/node_modules\S*/g, '')))
      leaks.push(`${name}: a signature or key`);
  }
  if (written === 0) leaks.push('no log was written at all, so nothing was checked');
  return leaks;
}
