import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { base64url } from '@xinlu/common/canonical';
import { epochSeconds, systemClock } from '@xinlu/common/clock';
import { fatal, isAppError } from '@xinlu/common/errors';
import { listen } from '@xinlu/common/http';
import { systemIds } from '@xinlu/common/ids';
import { loadKeys, loadPublicKeys, signJwt } from '@xinlu/common/keys';
import { createKeyValue } from '@xinlu/common/kv';
import type { Logger } from '@xinlu/common/log';
import { createRegisterClient, type RegisterView } from '@xinlu/common/register';
import { migrate, openDatabase } from '@xinlu/common/sql';
import { anchorStatementType } from '@xinlu/verifier';
import { type AnchorFile, readAnchorFile, writeFileAtomically } from './adapters/anchor-file.ts';
import { anchorQueueInPostgres } from './adapters/anchor-queue-postgres.ts';
import { proveBlock, rememberBlockProofs } from './adapters/block-proof-ethers.ts';
import { chainOverEthers, chainProvider } from './adapters/chain-ethers.ts';
import { cosignaturesInPostgres } from './adapters/cosignatures-postgres.ts';
import { logSignerFromFile } from './adapters/log-signer-file.ts';
import { logStoreInPostgres } from './adapters/log-store-postgres.ts';
import { openCases } from './adapters/open-cases.ts';
import { openTiles } from './adapters/open-tiles.ts';
import { parseWitnessFile, witnessOverHttp } from './adapters/witness-http.ts';
import { buildApp } from './app.ts';
import type { LedgerConfig } from './config.ts';
import type { Anchor, AnchorPlace, AnchorQueue } from './domain/anchor-queue.ts';
import { anchorOnce, usualPolicy } from './domain/anchoring.ts';
import { workOnCases } from './domain/cases/clockwork.ts';
import { anchorClaims } from './domain/evidence.ts';
import { continuedSize } from './domain/fork-guard.ts';
import type { LogStore } from './domain/log-store.ts';
import { keepRunning } from './domain/rounds.ts';
import { batchLimit, sequenceOnce } from './domain/sequencer.ts';
import { trackFault } from './domain/standstill.ts';
import { composeTrustList } from './domain/trust-file.ts';
import { type WitnessFaults, type Witnessing, type WitnessPolicy, witnessOnce } from './domain/witnessing.ts';

const sequencePauseMilliseconds = 200;
const witnessPauseMilliseconds = 500;
const anchorPauseMilliseconds = 1_000;
const casePauseMilliseconds = 1_000;

/** Starts the ledger: database, register, sequencer, anchoring, HTTP. */
export async function serve(config: LedgerConfig, log: Logger, withMigrations: boolean) {
  const clock = systemClock;
  const database = openDatabase(config.DATABASE_URL);
  if (withMigrations) await migrate(database, new URL('./migrations/', import.meta.url));
  const kv = await createKeyValue({ database, redisUrl: config.REDIS_URL, prefix: 'ledger' });
  const keys = await loadKeys(config.KEYS_FILE);
  const registerKeys = await loadPublicKeys(config.REGISTER_KEYS_FILE);
  const signer = await logSignerFromFile(config.LOG_KEY_FILE, config.LOG_ORIGIN);
  const store = await logStoreInPostgres(database, signer);
  const policy = await readWitnessPolicy(config.WITNESS_FILE);
  const queue = anchorQueueInPostgres(database, policy);
  const tiles = await openTiles({
    folder: config.TILES_DIR,
    s3Url: config.TILES_S3_URL,
    s3Region: config.TILES_S3_REGION,
    s3KeyFile: config.TILES_S3_KEY_FILE,
  });
  const contract = await readAnchorFile(config.ANCHOR_FILE);
  if (!contract) log.warn('anchor-not-deployed');

  let trustList: string | undefined;
  let lastWrite: Promise<void> = Promise.resolve();
  // One write after the other, so that the newest version is the one that stays.
  const writeTrust = (view: RegisterView) => {
    const text = composeTrustList({
      registerKeys,
      view,
      origin: signer.origin,
      logKey: signer.key,
      participant: config.PARTICIPANT_ID,
      witnesses: policy && { quorum: policy.quorum, keys: policy.witnesses.map(({ key }) => key) },
      anchor: contract,
    });
    trustList = text;
    lastWrite = lastWrite.catch(() => undefined).then(() => writeFileAtomically(config.TRUST_FILE, text));
    return lastWrite;
  };
  const register = createRegisterClient({
    url: config.REGISTER_URL,
    keys: registerKeys,
    cacheFile: join(config.DATA_DIR, 'register.jws'),
    clock,
    log,
  });
  register.onChange((view) => {
    writeTrust(view).catch((error) => log.error({ err: error }, 'trust-list-not-written'));
  });
  await register.start();
  if (register.ready) await writeTrust(register.current());

  const sequencing = await startSequencing({ store, signer, tiles }, log);
  const cosignatures = policy && cosignaturesInPostgres(database, policy);
  const witnessing = policy && cosignatures && startWitnessing({ store, cosignatures, policy }, log);
  const anchoring = contract && (await startAnchoring(config, contract, { store, queue }, log));
  const proveAnchor = anchoring && rememberBlockProofs(anchoring.proveBlock, () => clock.now().getTime());
  const stateAnchor =
    contract &&
    (async (anchor: Anchor) => {
      // Before that its block may still be exchanged for another.
      const isFinal = anchor.state === 'final' && anchor.place;
      const block = isFinal ? await proveAnchor?.(isFinal) : undefined;
      const claims = anchorClaims(anchor, {
        issuer: config.PARTICIPANT_ID,
        origin: signer.origin,
        chainId: contract.chainId,
        contract: contract.contract,
        issuedAt: epochSeconds(clock),
      });
      return signJwt(keys, anchorStatementType, { ...claims, ...(block && { block: base64url(block) }) });
    });
  const cases = await openCases(config, database);
  const casework =
    cases &&
    keepRunning({
      round: async () => {
        await workOnCases({
          ...cases,
          now: () => clock.now(),
          nonce: () => `0x${Buffer.from(systemIds.bytes(32)).toString('hex')}`,
        });
        return { more: false };
      },
      pauseMilliseconds: casePauseMilliseconds,
      failed: (error) => log.warn({ err: error }, 'cases-wait'),
      recovered: () => log.info('cases-go-on'),
    });
  const app = await buildApp({
    publicUrl: config.PUBLIC_URL,
    demo: config.DEMO,
    trustedProxies: config.TRUSTED_PROXIES.split(',').filter(Boolean),
    log,
    clock,
    ids: systemIds,
    kv,
    register: () => register.current(),
    ready: async () => ({
      database: await database.one('SELECT 1').then(Boolean, () => false),
      register: register.ready,
      trustList: trustList !== undefined,
      log: sequencing.fault() === null,
    }),
    store,
    queue,
    tiles,
    origin: signer.origin,
    witnesses:
      policy && cosignatures && witnessing
        ? { quorum: policy.quorum, cosignatures, faults: witnessing.faults }
        : undefined,
    contract,
    stateAnchor,
    logFault: sequencing.fault,
    chainFault: () => (anchoring ? anchoring.fault() : 'anchor-not-deployed'),
    trustList: () => trustList,
    cases,
  });
  await listen(app, { host: config.HOST, port: config.PORT });
  return {
    async close() {
      await app.close();
      register.stop();
      await sequencing.stop();
      await witnessing?.stop();
      await anchoring?.stop();
      await casework?.stop();
      cases?.close();
      await kv.close();
      await database.close();
    },
  };
}

/** Sequences again and again; resolves once it is known whether the log continues what it published. */
async function startSequencing(sequencer: Parameters<typeof sequenceOnce>[0], log: Logger) {
  const standing = trackFault((fault) => log.error({ err: fault }, 'log-stands-still'));
  // Nothing is acknowledged before this is known; what else may be wrong the rounds will meet again.
  await sequencer.store
    .sequence((session) => continuedSize(sequencer, session))
    .catch((error: unknown) => standing.failed(error));
  const loop = keepRunning({
    round: async () => {
      const placed = await sequenceOnce(sequencer).catch((error: unknown) => {
        standing.failed(error);
        throw error;
      });
      if (placed !== undefined) standing.passed();
      return { more: placed === batchLimit };
    },
    pauseMilliseconds: sequencePauseMilliseconds,
    failed: (error) => log.error({ err: error }, 'sequencing-failed'),
    recovered: () => log.info('sequencing-goes-on'),
  });
  return { fault: standing.fault, stop: loop.stop };
}

async function readWitnessPolicy(file: string | undefined): Promise<WitnessPolicy | undefined> {
  if (file === undefined) return undefined;
  const policy = parseWitnessFile(await readFile(file, 'utf8'));
  if (!policy) throw fatal('witness-file-malformed', 'WITNESS_FILE holds no policy that can be met.');
  return {
    quorum: policy.quorum,
    witnesses: policy.witnesses.map(({ key, url }) => witnessOverHttp(key, url)),
  };
}

/** Asks the witnesses again and again; what each of them last answered is told when it changes. */
function startWitnessing(witnessing: Witnessing, log: Logger) {
  let faults: WitnessFaults = new Map(witnessing.policy.witnesses.map(({ key }) => [key.name, null]));
  const loop = keepRunning({
    round: async () => {
      const now = await witnessOnce(witnessing);
      for (const [witness, fault] of now ?? []) {
        const before = faults.get(witness) ?? null;
        if (fault && fault !== before) log.warn({ witness, fault }, 'witness-does-not-sign');
        if (!fault && before) log.info({ witness }, 'witness-signs-again');
      }
      faults = new Map([...faults, ...(now ?? [])]);
      return { more: false };
    },
    pauseMilliseconds: witnessPauseMilliseconds,
    failed: (error) => log.warn({ err: error }, 'witnessing-waits'),
    recovered: () => log.info('witnessing-goes-on'),
  });
  return { faults: () => faults, stop: loop.stop };
}

async function startAnchoring(
  config: LedgerConfig,
  contract: AnchorFile,
  { store, queue }: { store: LogStore; queue: AnchorQueue },
  log: Logger,
) {
  const provider = chainProvider(config.CHAIN_RPC_URL, config.CHAIN_ID);
  const chain = chainOverEthers({
    provider,
    chainId: config.CHAIN_ID,
    contract: contract.contract,
    deployedBlock: contract.deployedBlock,
    privateKey: (await readFile(config.ANCHOR_KEY_FILE, 'utf8')).trim(),
    origin: config.LOG_ORIGIN,
  });
  const gwei = 1_000_000_000n;
  const policy = {
    ...usualPolicy,
    feeCap: {
      maxFee: BigInt(config.ANCHOR_MAX_FEE_GWEI) * gwei,
      maxTip: BigInt(config.ANCHOR_MAX_TIP_GWEI) * gwei,
    },
  };
  let fault: string | null = null;
  const loop = keepRunning({
    round: async () => {
      try {
        await anchorOnce({ queue, store, chain, clock: systemClock, policy });
        fault = null;
      } catch (error) {
        fault = isAppError(error) ? error.code : 'anchoring-failed';
        throw error;
      }
      return { more: false };
    },
    pauseMilliseconds: anchorPauseMilliseconds,
    failed: (error) => log.warn({ err: error }, 'anchoring-waits'),
    recovered: () => log.info('anchoring-goes-on'),
  });
  return {
    fault: () => fault,
    proveBlock: (place: AnchorPlace) => proveBlock(provider, place),
    async stop() {
      await loop.stop();
      provider.destroy();
    },
  };
}
