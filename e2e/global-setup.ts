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
    const code = await country.dispose();
    if (code !== 0) throw new Error(`the country ended with exit code ${code}:\n${country.output()}`);
  };
}
