/**
 * PostgreSQL, and Redis where installed, for one run, as the tests have them: TEST_DATABASE_URL and TEST_REDIS_URL
 * name them afterwards.
 *
 * @returns what ends them
 */
export async function openStores(): Promise<() => Promise<void>> {
  const file = new URL('../tools/testing/stores.mjs', import.meta.url).href;
  const { default: open } = (await import(file)) as { default: () => Promise<() => Promise<void>> };
  return open();
}
