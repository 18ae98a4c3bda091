import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openChain } from './chain.mjs';
import {
  addressesOf,
  chainId,
  databaseOwners,
  placesOf,
  portsOf,
  readSettings,
  servicesOf,
} from './country.mjs';
import { ensureDatabases } from './databases.mjs';
import { Fault, report } from './fault.mjs';
import { openSecrets } from './secrets.mjs';
import { runServiceCommand } from './services.mjs';
import { introduceWitnesses } from './witnesses.mjs';

/**
 * The same country in containers (docker-compose.yml): `container.mjs secrets | chain | found | <service>`.
 * The containers share one network, so that every address is the one of the embedded country.
 */
const runtime = { node: process.execPath, folder: join(process.execPath, '..') };
const say = (zh, en) => process.stderr.write(`信路 ${zh} | ${en}\n`);

const [role = ''] = process.argv.slice(2);
try {
  process.exitCode = await play(role);
} catch (error) {
  process.exitCode = report(error);
}

async function play(name) {
  const settings = readSettings();
  const places = placesOf(settings);
  for (const folder of [places.logs, places.country]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const secrets = await openSecrets(places);
  introduceWitnesses(settings);
  if (name === 'secrets') return 0;
  if (name === 'chain') return runChain(settings, places, secrets);

  const services = servicesOf(settings, secrets).map((service) => ({
    ...service,
    // The end of a container's input means nothing; it is stopped by a signal.
    env: { ...service.env, HOST: process.env.HOST ?? service.env.HOST, XINLU_LIFELINE: '' },
  }));
  const find = (id) => services.find((service) => service.id === id);
  if (name === 'found') return foundCountry(settings, secrets, find);
  const service = find(name);
  if (service === undefined) throw new Fault(`沒有這個服務：${name}`, `No such service: ${name}`);
  return untilEnded(spawn(runtime.node, [service.main, 'serve', '--migrate'], inherit(service.env)));
}

/** What the launcher does between the start of the stores and that of the services. */
async function foundCountry(settings, secrets, find) {
  const admin = `postgres://postgres:${process.env.POSTGRES_PASSWORD}@127.0.0.1:${portsOf(settings).postgres}/postgres`;
  const owners = databaseOwners.map((owner) => ({ owner, password: secrets.values[`postgres-${owner}`] }));
  await ensureDatabases(admin, owners);
  await runServiceCommand(find('demo'), 'seed', { runtime });
  await runServiceCommand(find('ledger'), 'deploy-anchor', { runtime });
  return 0;
}

async function runChain(settings, places, secrets) {
  const chain = openChain({
    folder: join(places.data, 'chain'),
    port: portsOf(settings).chain,
    mnemonic: secrets.mnemonic,
    chainId,
    allowOrigin: addressesOf(settings).verifier,
    logFile: join(places.logs, 'chain.log'),
    say,
  });
  return untilEnded(await chain.launch());
}

function inherit(env) {
  return { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } };
}

/** Passes the container's stop on and gives back the exit code. */
function untilEnded(child) {
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
