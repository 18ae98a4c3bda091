import { systemClock } from '@xinlu/common/clock';
import { runService } from '@xinlu/common/service';
import { readSeedConfig, readServeConfig } from './config.ts';
import { seedCountry } from './seed/seed.ts';
import { serve } from './serve.ts';

await runService('demo', {
  serve: async ({ log, args }) =>
    serve(readServeConfig(process.env), { log, migrate: args.includes('--migrate') }),
  seed: async () => {
    const config = readSeedConfig(process.env);
    await seedCountry({
      countryFolder: config.COUNTRY_DIR,
      keysFolder: config.KEYS_DIR,
      portBase: config.PORT_BASE,
      clock: systemClock,
    });
    return undefined;
  },
});
