import { join } from 'node:path';
import { systemClock } from '@xinlu/common/clock';
import { isAppError } from '@xinlu/common/errors';
import { listen } from '@xinlu/common/http';
import { systemIds } from '@xinlu/common/ids';
import { loadKeys, loadPublicKeys } from '@xinlu/common/keys';
import { createKeyValue } from '@xinlu/common/kv';
import { createOutbox } from '@xinlu/common/outbox';
import { createRegisterClient } from '@xinlu/common/register';
import { runService } from '@xinlu/common/service';
import { migrate, openDatabase } from '@xinlu/common/sql';
import { servedIdTokenAlgorithms } from '@xinlu/common/wire';
import { loadCardTrust } from './adapters/card-trust-file.ts';
import { followCardTrust } from './adapters/card-trust-register.ts';
import { createCivilRegistry } from './adapters/civil-registry-http.ts';
import { createGuardianRegistry } from './adapters/guardian-registry-http.ts';
import { createOnlineStatus } from './adapters/ocsp-http.ts';
import { createRevocationLists } from './adapters/revocation-lists.ts';
import { compose, QUEUES } from './compose.ts';
import { type Config, loadConfig } from './config.ts';
import { SCHEDULE } from './domain/signing-keys/schedule.ts';
import { KEYS_USAGE, runKeysCommand } from './keys-command.ts';
import { repeat } from './repeat.ts';
import { openSigningKeys, type SigningSettings } from './signing-keys.ts';
import { watchMetadata } from './watch-metadata.ts';
import { watchRevocations } from './watch-revocations.ts';

const migrations = new URL('./migrations/', import.meta.url);
/** How often the authorities' lists are asked for at least: revocation takes effect within seconds. */
const LIST_SECONDS = 3;
/** How soon the end of a session is tried again that could not be ended with its login. */
const ENDING_SECONDS = 5;
/** How soon after its end by time a login is ended for the organisations too. */
const EXPIRY_SECONDS = 5;
/** How soon a mandate that has passed its time is told to both; it counts for nothing from its last moment on. */
const MANDATE_SECONDS = 60;
/** How soon every process follows a change of the signing keys. */
const SIGNING_KEYS_SECONDS = 5;

const signingSettings = (config: Config): SigningSettings => ({
  algorithms: servedIdTokenAlgorithms(config.IDP_ML_DSA),
  schedule: { ...SCHEDULE, signFor: config.IDP_KEY_ROTATION_DAYS * 86_400 },
});

const commands: Parameters<typeof runService>[1] = {
  async migrate() {
    const database = openDatabase(loadConfig(process.env).DATABASE_URL);
    await migrate(database, migrations);
    await database.close();
    return undefined;
  },
  async keys({ log, args }) {
    const config = loadConfig(process.env);
    const database = openDatabase(config.DATABASE_URL);
    let failed = false;
    try {
      const tools = { clock: systemClock, ids: systemIds };
      const settings = { ...signingSettings(config), database, secret: config.IDP_SIGNING_SECRET, ...tools };
      process.stdout.write(await runKeysCommand(args, openSigningKeys(settings), log));
    } catch (error) {
      if (!isAppError(error) || error.kind !== 'refused') throw error;
      process.stderr.write(`idp: ${error.message}\n`);
      failed = true;
    } finally {
      await database.close();
    }
    if (failed) process.exit(1);
    return undefined;
  },
  async serve({ log, args }) {
    const config = loadConfig(process.env);
    const database = openDatabase(config.DATABASE_URL);
    if (args.includes('--migrate')) await migrate(database, migrations);
    const kv = await createKeyValue({ database, redisUrl: config.REDIS_URL, prefix: 'idp' });
    const outbox = createOutbox({ databaseUrl: config.DATABASE_URL, queues: QUEUES, log });
    const keys = await loadKeys(config.KEYS_FILE);
    const register = createRegisterClient({
      url: config.REGISTER_URL,
      keys: await loadPublicKeys(config.REGISTER_KEYS_FILE),
      cacheFile: join(config.DATA_DIR, 'register.jws'),
      clock: systemClock,
      log,
    });
    const file = await loadCardTrust(config.IDP_PKI_FILE);
    if (file.trust.authorities.length > 0) log.warn('card-authorities-in-file');
    const trusted = followCardTrust({ file, register: () => register.current(), clock: systemClock, log });
    const lists = createRevocationLists({
      trusted,
      folder: join(config.DATA_DIR, 'revocation-lists'),
      clock: systemClock,
      log,
      refreshSeconds: LIST_SECONDS,
    });
    const { IDP_MDS_FILE: mdsFile, IDP_MDS_ROOT: mdsRoot } = config;
    const models = await watchMetadata({
      source:
        mdsFile === undefined || mdsRoot === undefined
          ? undefined
          : { file: mdsFile, rootFile: mdsRoot, name: config.IDP_MDS_NAME },
      database,
      clock: systemClock,
      log,
    });
    const civilRegistry = {
      url: config.CIVIL_REGISTRY_URL,
      keys,
      register: () => register.current(),
      clock: systemClock,
    };
    const composed = await compose({
      issuer: config.IDP_ISSUER,
      cardComponentOrigin: new URL(config.CARD_COMPONENT_ORIGIN).origin,
      cardTlsOrigin: config.CARD_TLS_ORIGIN && new URL(config.CARD_TLS_ORIGIN).origin,
      demo: config.DEMO,
      trustedProxies: config.TRUSTED_PROXIES.split(',').filter(Boolean),
      tlsProxies: config.TLS_PROXIES,
      mtlsUrl: config.IDP_MTLS_URL,
      secrets: {
        cookie: config.COOKIE_SECRET,
        subject: config.IDP_SUBJECT_SECRET,
        identity: config.IDP_IDENTITY_SECRET,
        identityIndex: config.IDP_IDENTITY_INDEX_SECRET,
        signing: config.IDP_SIGNING_SECRET,
      },
      keys,
      signing: signingSettings(config),
      database,
      outbox,
      kv,
      clock: systemClock,
      ids: systemIds,
      log,
      register: () => register.current(),
      registerReady: () => register.ready,
      trust: () => trusted.current().trust,
      lists,
      online: createOnlineStatus({ trust: () => trusted.current().trust, clock: systemClock, log }),
      registry: createCivilRegistry(civilRegistry),
      guardians: createGuardianRegistry(civilRegistry),
      metadata: models.metadata,
      coolingSeconds: config.IDP_COOLING_OFF_HOURS * 3600,
    });
    const { app, applyRevocations, applyOnlineStatus, endDueSessions, endExpiredLogins, endDueMandates } =
      composed;
    const rotation = repeat({
      async work() {
        await composed.signing.rotation.turn();
        await composed.followSigningKeys();
      },
      seconds: SIGNING_KEYS_SECONDS,
      failure: 'signing-keys-not-followed',
      log,
    });
    const mandateEndings = repeat({
      work: endDueMandates,
      seconds: MANDATE_SECONDS,
      failure: 'mandates-not-ended',
      log,
    });
    const watch = watchRevocations({ lists, applyRevocations, log });
    const endings = repeat({
      work: endDueSessions,
      seconds: ENDING_SECONDS,
      failure: 'sessions-not-ended',
      log,
    });
    const expiries = repeat({
      work: endExpiredLogins,
      seconds: EXPIRY_SECONDS,
      failure: 'expired-logins-not-ended',
      log,
    });
    await outbox.start();
    await listen(app, { host: config.HOST, port: config.PORT });
    // Neither the register nor the authorities need to be up first: both are asked until they answer.
    register.onChange(() => void lists.follow().catch(() => undefined));
    await register.start();
    // Again and again also for what begins or ends by the hour that the register gives, and until the register is seen.
    const following = repeat({
      work: lists.follow,
      seconds: LIST_SECONDS,
      failure: 'card-authorities-not-followed',
      log,
    });
    watch.look();
    const asking = repeat({
      work: applyOnlineStatus,
      seconds: LIST_SECONDS,
      failure: 'online-status-not-applied',
      log,
    });
    return {
      async close() {
        register.stop();
        await app.close();
        await asking.stop();
        await lists.stop();
        await following.stop();
        await watch.idle();
        await endings.stop();
        await expiries.stop();
        await mandateEndings.stop();
        await rotation.stop();
        await models.stop();
        await outbox.stop();
        await kv.close();
        await database.close();
      },
    };
  },
};

await runService('idp', commands, { keys: KEYS_USAGE });
