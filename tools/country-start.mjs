import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openChain } from './chain.mjs';
import { addressesOf, chainId, databaseOwners, placesOf, portsOf, servicesOf } from './country.mjs';
import { writeAtomically } from './data-folder.mjs';
import { ensureDatabases } from './databases.mjs';
import { Fault } from './fault.mjs';
import { checkPorts } from './ports.mjs';
import { openCluster, stopLeftover } from './postgres.mjs';
import { endProcess } from './process-identity.mjs';
import { leftovers, processList } from './process-list.mjs';
import { openSecrets } from './secrets.mjs';
import { runServiceCommand, serviceUnit, untilReady } from './services.mjs';
import { supervise } from './supervisor.mjs';
import { introduceWitnesses } from './witnesses.mjs';

/**
 * Starts the embedded country on an opened data folder and resolves when all of it is ready.
 * @param {{
 *   settings: ReturnType<import('./country.mjs').readSettings>,
 *   runtime: { node: string, folder: string },
 *   builds: Promise<void>,
 *   say: (zh: string, en: string) => void,
 *   giveUp: (fault: Fault) => void,
 *   listServices?: typeof servicesOf,
 * }} options `builds` settles when contracts and pages are built
 * @returns {{ ready: Promise<{ urls: Record<string, string> }>, stop(options?: { hurry?: boolean }): Promise<void>, hurry(): void }}
 */
export function startCountry({ settings, runtime, builds, say, giveUp, listServices = servicesOf }) {
  const places = placesOf(settings);
  const ports = portsOf(settings);
  const processes = processList(join(places.data, 'processes.json'));
  const aborted = new AbortController();
  const services = [];
  let chain;
  let postgres;

  builds.catch(() => undefined);

  const watched = (unit) => supervise(unit, { processes, say, giveUp });

  async function start() {
    for (const folder of [places.logs, places.country]) mkdirSync(folder, { recursive: true, mode: 0o700 });
    rmSync(places.runFile, { force: true });
    await endLeftovers(places);
    await checkPorts(ports);
    const secrets = await openSecrets(places);
    introduceWitnesses(settings);
    const list = listServices(settings, secrets);
    const find = (id) => list.find((service) => service.id === id);

    const steps = {
      builds,
      databases: startPostgres(secrets),
      chain: startChain(secrets),
      seed: runServiceCommand(find('demo'), 'seed', { runtime }),
    };
    steps.anchor = Promise.all([steps.chain, steps.builds]).then(() =>
      runServiceCommand(find('ledger'), 'deploy-anchor', { runtime }),
    );
    // Each is awaited by the services that need it; a failure must not count as unhandled before that.
    for (const step of Object.values(steps)) step.catch(() => undefined);
    await Promise.all(list.map((service) => startService(service, steps)));
    if (aborted.signal.aborted) throw stopped();

    const urls = addressesOf(settings);
    writeAtomically(places.runFile, `${JSON.stringify({ urls, pid: process.pid })}\n`);
    return { urls };
  }

  async function startPostgres(secrets) {
    const cluster = await openCluster({
      folder: join(places.data, 'postgres'),
      port: ports.postgres,
      password: secrets.values['postgres'],
      passwordFile: join(places.secrets, 'postgres'),
      logFile: join(places.logs, 'postgres.log'),
    });
    goOn();
    postgres = watched({
      id: 'postgres',
      name: ['資料庫', 'database'],
      launch: cluster.launch,
      stopSteps: [
        { signal: 'SIGINT', milliseconds: 20_000 },
        { signal: 'SIGQUIT', milliseconds: 5_000 },
        { signal: 'SIGKILL', milliseconds: 2_000 },
      ],
      hurrySteps: [
        { signal: 'SIGINT', milliseconds: 5_000 },
        { signal: 'SIGQUIT', milliseconds: 3_000 },
        { signal: 'SIGKILL', milliseconds: 2_000 },
      ],
    });
    await postgres.start();
    const owners = databaseOwners.map((owner) => ({ owner, password: secrets.values[`postgres-${owner}`] }));
    await ensureDatabases(cluster.url(), owners);
  }

  async function startChain(secrets) {
    const node = openChain({
      folder: join(places.data, 'chain'),
      port: ports.chain,
      mnemonic: secrets.mnemonic,
      chainId,
      allowOrigin: addressesOf(settings).verifier,
      logFile: join(places.logs, 'chain.log'),
      say,
    });
    goOn();
    const unit = watched({
      id: 'chain',
      name: ['區塊鏈節點', 'chain node'],
      launch: node.launch,
      lastWords: node.lastWords,
      stopSteps: [
        { signal: 'SIGINT', milliseconds: 8_000 },
        { signal: 'SIGKILL', milliseconds: 2_000 },
      ],
    });
    chain = { ...unit, keepCopy: node.keepCopy };
    await unit.start();
  }

  async function startService(service, steps) {
    await Promise.all(service.needs.map((name) => steps[name]));
    goOn();
    const unit = serviceUnit(service, { runtime, logs: places.logs, say });
    const supervised = watched(unit);
    services.push(supervised);
    await supervised.start();
    await untilReady(service, { lastWords: unit.lastWords, signal: aborted.signal });
  }

  /** Nothing new begins once a stop was asked for. */
  function goOn() {
    if (aborted.signal.aborted) throw stopped();
  }

  async function stop({ hurry = false } = {}) {
    aborted.abort();
    rmSync(places.runFile, { force: true });
    await Promise.all(services.map((service) => service.stop({ hurry })));
    await chain?.stop({ hurry });
    chain?.keepCopy();
    await postgres?.stop({ hurry });
  }

  return {
    ready: start(),
    stop,
    /** Cuts the draining of the services short. */
    hurry: () => services.forEach((service) => void service.hurry()),
  };
}

function stopped() {
  return new Fault('啟動已取消。', 'The start was cancelled.');
}

/**
 * After a kill of the launcher its services end by themselves, their pipe being closed; they get the time to drain.
 * The chain node and PostgreSQL run on and are stopped here, each checked to be ours.
 */
async function endLeftovers(places) {
  const left = leftovers(join(places.data, 'processes.json'));
  const apart = ['chain', 'postgres'];
  const patient = [
    { signal: 0, milliseconds: 12_000 },
    { signal: 'SIGKILL', milliseconds: 2_000 },
  ];
  await Promise.all(left.filter(({ name }) => !apart.includes(name)).map((one) => endProcess(one, patient)));
  const brisk = [
    { signal: 'SIGINT', milliseconds: 8_000 },
    { signal: 'SIGKILL', milliseconds: 2_000 },
  ];
  await Promise.all(left.filter(({ name }) => name === 'chain').map((one) => endProcess(one, brisk)));
  await stopLeftover(join(places.data, 'postgres'));
}
