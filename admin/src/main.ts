import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@xinlu/common/clock';
import { fatal } from '@xinlu/common/errors';
import { listen } from '@xinlu/common/http';
import { signedFetch } from '@xinlu/common/http-signature';
import { systemIds } from '@xinlu/common/ids';
import { loadKeys, loadPublicKeys } from '@xinlu/common/keys';
import { createKeyValue } from '@xinlu/common/kv';
import type { Logger } from '@xinlu/common/log';
import { createOidcClient } from '@xinlu/common/oidc-client';
import { createOutbox } from '@xinlu/common/outbox';
import { type Running, runService } from '@xinlu/common/service';
import { type Database, migrate, openDatabase } from '@xinlu/common/sql';
import { servedIdTokenAlgorithms } from '@xinlu/common/wire';
import { NONCE_MARK, readConsole } from './adapters/console-files.ts';
import { createEntrySubmitter } from './adapters/entry-submitter.ts';
import { readRoots } from './adapters/roots-file.ts';
import { createDecisionSigner, createSnapshotSigner, createSnapshotVerifier } from './adapters/signers.ts';
import { createHttpSource } from './adapters/source-http.ts';
import { createPostgresStore, ENTRY_QUEUE } from './adapters/store/store-postgres.ts';
import { buildApp } from './app.ts';
import { type AdminConfig, readAdminConfig } from './config.ts';
import type { RegisterDeps } from './domain/actions/deps.ts';
import { foundRegister } from './domain/actions/found-register.ts';
import { parseConsentNumbers, parseLedgerNumbers } from './domain/overview.ts';
import type { RegisterVersion } from './domain/records.ts';
import { createVersionMaker, verifyChain } from './domain/snapshot.ts';
import type { RegisterStore } from './domain/store.ts';

const MIGRATIONS = new URL('./migrations/', import.meta.url);
const CONSOLE = fileURLToPath(new URL('../console/dist/', import.meta.url));

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw fatal('file-unreadable', `${path} is not a JSON file that can be read.`, { cause });
  }
}

async function* everyVersion(store: RegisterStore): AsyncGenerator<RegisterVersion> {
  for (let offset = 0; ; offset += 100) {
    const { rows } = await store.versions({ offset, limit: 100 });
    yield* rows;
    if (rows.length < 100) return;
  }
}

/** Founds an empty register, and proves the chain of a register that has begun, by the keys that others check it with. */
async function openRegister(config: AdminConfig, store: RegisterStore, log: Logger): Promise<RegisterDeps> {
  const signing = await loadKeys(config.REGISTER_SIGNING_KEYS_FILE);
  const publicKeys = await loadPublicKeys(config.REGISTER_KEYS_FILE);
  if (!publicKeys.some((key) => key.kid === signing.signing.kid)) {
    throw fatal(
      'register-key-unknown',
      'The key that signs the register (REGISTER_SIGNING_KEYS_FILE) is not among those that others check it with (REGISTER_KEYS_FILE).',
    );
  }
  const deps: RegisterDeps = {
    store,
    makeVersion: createVersionMaker({
      issuer: config.PUBLIC_URL,
      sign: createSnapshotSigner(signing),
      clock: systemClock,
      ids: systemIds,
    }),
    signDecision: createDecisionSigner(await loadKeys(config.KEYS_FILE)),
    issuer: config.PARTICIPANT_ID,
    clock: systemClock,
    ids: systemIds,
    demo: config.DEMO,
    idTokenAlgorithms: servedIdTokenAlgorithms(config.IDP_ML_DSA),
    roots: config.PKI_ROOTS_FILE === undefined ? [] : readRoots(await readJson(config.PKI_ROOTS_FILE)),
  };
  const founded = await foundRegister(deps, () => readJson(config.REGISTER_GENESIS_FILE));
  const versions = await verifyChain(everyVersion(store), createSnapshotVerifier(publicKeys));
  log.info({ founded, versions }, 'register-verified');
  return deps;
}

async function answers(database: Database): Promise<boolean> {
  return database.query('SELECT 1').then(
    () => true,
    () => false,
  );
}

async function serve({ log, args }: { log: Logger; args: readonly string[] }): Promise<Running> {
  const config = readAdminConfig(process.env);
  const consoleFiles = await readConsole(CONSOLE);
  const keys = await loadKeys(config.KEYS_FILE);
  const database = openDatabase(config.DATABASE_URL);
  if (args.includes('--migrate')) await migrate(database, MIGRATIONS);
  const kv = await createKeyValue({ database, redisUrl: config.REDIS_URL, prefix: 'admin' });
  const outbox = createOutbox({ databaseUrl: config.DATABASE_URL, queues: [ENTRY_QUEUE], log });
  const store = createPostgresStore(database, outbox);
  const call = signedFetch({ keys, timeoutMilliseconds: 5_000 });
  outbox.work(ENTRY_QUEUE, createEntrySubmitter({ store, call, ledgerUrl: config.LEDGER_URL }));
  await outbox.start();

  const register = await openRegister(config, store, log);
  const source = <T>(base: string, parse: (unverified: unknown) => T) =>
    createHttpSource({ url: `${base}/stats`, call, parse, everySeconds: 5, clock: systemClock, log });
  const sources = {
    consent: source(config.CONSENT_ISSUER, parseConsentNumbers.parse),
    ledger: source(config.LEDGER_URL, parseLedgerNumbers.parse),
  };
  const app = await buildApp({
    register,
    oidc: createOidcClient({
      issuer: config.IDP_ISSUER,
      clientId: config.PARTICIPANT_ID,
      keys,
      redirectUri: `${config.PUBLIC_URL}/login/callback`,
      scope: 'openid',
      allowHttp: config.DEMO,
    }),
    idp: { issuer: config.IDP_ISSUER, clientId: config.PARTICIPANT_ID },
    sources,
    kv,
    log,
    publicUrl: config.PUBLIC_URL,
    cookieSecret: config.COOKIE_SECRET,
    trustedProxies: config.TRUSTED_PROXIES.split(',').filter(Boolean),
    console: { ...consoleFiles, nonceMark: NONCE_MARK },
    ready: async () => ({ database: await answers(database), store: await kv.healthy() }),
  });
  await listen(app, { host: config.HOST, port: config.PORT });
  sources.consent.start();
  sources.ledger.start();
  return {
    async close() {
      sources.consent.stop();
      sources.ledger.stop();
      await app.close();
      await outbox.stop();
      await kv.close();
      await database.close();
    },
  };
}

await runService('admin', {
  serve,
  async migrate() {
    const database = openDatabase(readAdminConfig(process.env).DATABASE_URL);
    await migrate(database, MIGRATIONS);
    await database.close();
    return undefined;
  },
});
