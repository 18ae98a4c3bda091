import { join } from 'node:path';
import { systemClock } from '@xinlu/common/clock';
import { listen } from '@xinlu/common/http';
import { systemIds } from '@xinlu/common/ids';
import { loadPublicKeys } from '@xinlu/common/keys';
import { createKeyValue } from '@xinlu/common/kv';
import type { Logger } from '@xinlu/common/log';
import { createRegisterClient } from '@xinlu/common/register';
import type { Running } from '@xinlu/common/service';
import { migrate, openDatabase } from '@xinlu/common/sql';
import { officeMigrations } from '@xinlu/issuer-kit';
import { buildAgencies } from './agencies/index.ts';
import type { ServeConfig } from './config.ts';
import { addressesFrom } from './country/addresses.ts';
import type { Country } from './country/country.ts';
import { countryFiles } from './country/files.ts';

/** Opens the whole demo country: every agency on its own port, one process, one database. */
export const serve = async (
  config: ServeConfig,
  options: { log: Logger; migrate: boolean },
): Promise<Running> => {
  const { log } = options;
  const database = openDatabase(config.DATABASE_URL);
  if (options.migrate) {
    await migrate(database, officeMigrations, 'issuer-kit');
    await migrate(database, new URL('./migrations/', import.meta.url), 'demo');
  }
  const kv = await createKeyValue({ database, redisUrl: config.REDIS_URL, prefix: 'demo' });
  const register = createRegisterClient({
    url: config.REGISTER_URL,
    keys: await loadPublicKeys(config.REGISTER_KEYS_FILE),
    cacheFile: join(config.DATA_DIR, 'register.jws'),
    clock: systemClock,
    log,
    pollSeconds: 2,
  });
  const country: Country = {
    addresses: addressesFrom(config.PORT_BASE),
    files: countryFiles(config.COUNTRY_DIR),
    services: {
      idpIssuer: config.IDP_ISSUER,
      consentIssuer: config.CONSENT_ISSUER,
      ledgerUrl: config.LEDGER_URL,
      adminUrl: config.ADMIN_URL,
      cardAgentUrl: `http://localhost:${config.CARD_PORT}`,
    },
    database,
    kv,
    clock: systemClock,
    ids: systemIds,
    log,
    register: () => register.current(),
    cookieSecret: config.COOKIE_SECRET,
  };
  const agencies = await buildAgencies(country, {
    registerReady: () => register.ready,
    verifierPageFolder: config.VERIFIER_PAGE_DIR,
  });
  await register.start();
  for (const { app, port, optional } of agencies.sites) {
    try {
      await listen(app, { host: config.HOST, port });
    } catch (error) {
      if (!optional || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      agencies.portTaken(port);
      log.warn({ port }, 'card-port-taken');
    }
  }
  await agencies.start();
  return {
    async close() {
      register.stop();
      await agencies.stop();
      await Promise.all(agencies.sites.map(({ app }) => app.close()));
      await kv.close();
      await database.close();
    },
  };
};
