import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { systemClock } from '@xinlu/common/clock';
import { listen } from '@xinlu/common/http';
import { signedFetch } from '@xinlu/common/http-signature';
import { systemIds } from '@xinlu/common/ids';
import { loadKeys, loadPublicKeys } from '@xinlu/common/keys';
import { createKeyValue } from '@xinlu/common/kv';
import type { Logger } from '@xinlu/common/log';
import { createOidcClient } from '@xinlu/common/oidc-client';
import { createOutbox } from '@xinlu/common/outbox';
import { createRegisterClient } from '@xinlu/common/register';
import { type Running, runService } from '@xinlu/common/service';
import { migrate, openDatabase } from '@xinlu/common/sql';
import { readCatalogue } from './adapters/catalogue-files.ts';
import { createIdentityProvider } from './adapters/identity-provider-http.ts';
import { createLedger } from './adapters/ledger-http.ts';
import { createProviderConnector } from './adapters/provider-connector-http.ts';
import { compose, QUEUES } from './compose.ts';
import { type ConsentConfig, consentConfig } from './config.ts';
import { createHintVerifier } from './http/oauth/hint.ts';

const HOUSEKEEPING_MILLISECONDS = 3_000;
const migrations = new URL('../migrations/', import.meta.url);

function catalogueFolder(config: ConsentConfig): URL {
  return config.CATALOGUE_DIR === undefined
    ? new URL('../catalogue/', import.meta.url)
    : pathToFileURL(join(config.CATALOGUE_DIR, '/'));
}

/** Runs `work` again and again, one run at a time; a failed run is told and the next one tries again. */
function repeat(work: () => Promise<void>, log: Logger): { stop(): Promise<void> } {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const run = () => {
    running = work()
      .catch((error: unknown) => log.warn({ err: error }, 'housekeeping-failed'))
      .finally(() => {
        if (!stopped) timer = setTimeout(run, HOUSEKEEPING_MILLISECONDS);
      });
  };
  timer = setTimeout(run, HOUSEKEEPING_MILLISECONDS);
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

async function serve({ log, args }: { log: Logger; args: readonly string[] }): Promise<Running> {
  const config = consentConfig(process.env);
  const keys = await loadKeys(config.KEYS_FILE);
  const database = openDatabase(config.DATABASE_URL);
  if (args.includes('--migrate')) await migrate(database, migrations);
  const kv = await createKeyValue({ database, redisUrl: config.REDIS_URL, prefix: 'consent' });
  const durableKv = await createKeyValue({ database, prefix: 'consent-durable' });
  const outbox = createOutbox({ databaseUrl: config.DATABASE_URL, queues: QUEUES, log });
  const register = createRegisterClient({
    url: config.REGISTER_URL,
    keys: await loadPublicKeys(config.REGISTER_KEYS_FILE),
    cacheFile: join(config.DATA_DIR, 'register.jws'),
    clock: systemClock,
    log,
  });
  const allowHttp = config.IDP_ISSUER.startsWith('http://localhost');
  const { app, housekeep } = await compose({
    publicUrl: config.CONSENT_ISSUER,
    participantId: config.PARTICIPANT_ID,
    keys,
    cookieSecret: config.COOKIE_SECRET,
    saltSecret: config.CONSENT_SALT_SECRET,
    catalogue: await readCatalogue(catalogueFolder(config)),
    register: () => register.current(),
    database,
    kv,
    durableKv,
    outbox,
    login: createOidcClient({
      issuer: config.IDP_ISSUER,
      clientId: config.PARTICIPANT_ID,
      keys,
      redirectUri: `${config.CONSENT_ISSUER}/login/callback`,
      scope: 'openid',
      allowHttp,
    }),
    idpIssuer: config.IDP_ISSUER,
    verifyHint: createHintVerifier({ issuer: config.IDP_ISSUER, clock: systemClock }),
    identity: createIdentityProvider({
      issuer: config.IDP_ISSUER,
      send: signedFetch({ keys, timeoutMilliseconds: 5_000 }),
    }),
    connector: createProviderConnector({
      register: () => register.current(),
      keys,
      timeoutMilliseconds: 15_000,
    }),
    ledger: createLedger({ url: config.LEDGER_URL, send: signedFetch({ keys, timeoutMilliseconds: 5_000 }) }),
    clock: systemClock,
    ids: systemIds,
    log,
    demo: config.DEMO,
    tlsProxies: config.TLS_PROXIES,
    trustedProxies: config.TRUSTED_PROXIES.split(',').filter(Boolean),
    ready: async () => ({
      database: await database.one('SELECT 1').then(
        () => true,
        () => false,
      ),
      store: await kv.healthy(),
      register: register.ready,
    }),
  });
  await outbox.start();
  await register.start();
  await listen(app, { host: config.HOST, port: config.PORT });
  const housekeeping = repeat(housekeep, log);
  return {
    async close() {
      await app.close();
      await housekeeping.stop();
      register.stop();
      await outbox.stop();
      await Promise.all([kv.close(), durableKv.close()]);
      await database.close();
    },
  };
}

await runService('consent', {
  serve,
  migrate: async () => {
    const database = openDatabase(consentConfig(process.env).DATABASE_URL);
    await migrate(database, migrations);
    await database.close();
    return undefined;
  },
});
