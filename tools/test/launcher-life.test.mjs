import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { test as base, describe, expect, vi } from 'vitest';
import { databaseUrl } from '../country.mjs';
import { newCountry, until, untilGone } from './fixture/launcher.mjs';

const witnesses = ['witness-1', 'witness-2', 'witness-3'];
const all = ['admin', 'chain', 'consent', 'demo', 'idp', 'ledger', 'postgres', ...witnesses];
// Whole countries come and go here; a busy machine may take its time.
vi.setConfig({ testTimeout: 120_000 });

const test = base.extend({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern which fixtures are wanted
  country: async ({}, use) => {
    const country = await newCountry();
    await use(country);
    await country.remove();
  },
});

// Each has a country of its own, and mostly waits for it: three at once.
vi.setConfig({ maxConcurrency: 3 });
describe.concurrent('the launcher', () => {
  test('when started, then run.json gives the addresses; when stopped by Ctrl-C, then no process is left', async ({
    country,
  }) => {
    const launcher = country.launch();
    await launcher.ready();
    const at = (offset) => `http://localhost:${country.base + offset}`;
    expect(country.runFile()).toEqual({
      urls: {
        portal: at(0),
        idp: at(1),
        consent: at(2),
        ledger: at(3),
        admin: at(4),
        verifier: at(5),
        chain: at(6),
      },
      pid: launcher.child.pid,
    });
    const processes = country.processes();
    expect(Object.keys(processes).sort()).toEqual(all);

    const { code } = await launcher.stop('SIGINT');
    expect(code).toBe(0);
    expect(country.runFile()).toBeUndefined();
    await untilGone(Object.values(processes), 100);
  });

  test('when a second launcher is started on the folder, then it gets one line and exit code 1', async ({
    country,
  }) => {
    const first = country.launch();
    await first.ready();
    const second = await country.launch({ XINLU_PORT: String(country.base) }).ended;
    expect(second.code).toBe(1);
    expect(second.err.trim().split('\n')).toHaveLength(1);
    expect(second.err).toContain(String(first.child.pid));
    expect(country.runFile()?.pid).toBe(first.child.pid);
  });

  test('when the launcher is killed, then services end, and the next start finds databases, keys and chain as they were', async ({
    country,
  }) => {
    const first = country.launch();
    await first.ready();
    const processes = country.processes();
    await sql(country, 'idp', 'CREATE TABLE kept (word text)');
    await sql(country, 'idp', "INSERT INTO kept VALUES ('acknowledged')");
    const secret = readFileSync(join(country.data, 'secrets', 'idp-subject'), 'utf8');
    const account = await balanceHolder(country);
    await until(async () => (await blockNumber(country)) >= 3);
    const before = await blockNumber(country);

    await first.kill();
    const services = Object.values(processes).filter(({ name }) => !['postgres', 'chain'].includes(name));
    await untilGone(services);

    const second = country.launch();
    await second.ready();
    expect(await sql(country, 'idp', 'SELECT word FROM kept')).toEqual([{ word: 'acknowledged' }]);
    expect(readFileSync(join(country.data, 'secrets', 'idp-subject'), 'utf8')).toBe(secret);
    expect(await balanceHolder(country)).toBe(account);
    // The state is written every second: at most the last blocks are mined anew.
    expect(await blockNumber(country)).toBeGreaterThanOrEqual(before - 2);
    await untilGone([processes.postgres, processes.chain], 100);
  });

  test('when PostgreSQL, the chain node and a service are killed, then each is started again', async ({
    country,
  }) => {
    const launcher = country.launch();
    await launcher.ready();
    const before = country.processes();
    for (const name of ['postgres', 'chain', 'ledger']) process.kill(before[name].pid, 'SIGKILL');
    await until(() => {
      const now = country.processes();
      return ['postgres', 'chain', 'ledger'].every((name) => now[name].pid !== before[name].pid);
    });
    expect(country.processes().idp.pid).toBe(before.idp.pid);
    await until(() => sql(country, 'admin', 'SELECT 1').then(Boolean, () => false));
    await until(() =>
      fetch(`http://localhost:${country.base + 3}/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    expect((await launcher.stop('SIGTERM')).code).toBe(0);
  });

  test('when a service keeps dying, then everything ends with exit code 1 and its last words', async ({
    country,
  }) => {
    writeFileSync(join(country.data, 'consent.broken'), '');
    const { code, err } = await country.launch().ended;
    expect(code).toBe(1);
    expect(err).toContain('the service is broken on purpose');
    expect(err).not.toMatch(/^\s+at /m);
    expect(country.processes()).toEqual({});
  });

  test('when a port is in use, then one line names it and who wanted it', async ({ country }) => {
    const stranger = createServer().listen(country.base + 11, '127.0.0.1');
    const { code, err } = await country.launch().ended;
    stranger.close();
    expect(code).toBe(1);
    expect(err).toContain(`連接埠 ${country.base + 11} 已被占用（示範銀行要用）`);
    expect(err).toContain('demo bank');
  });

  test('when the chain state is broken, then the good copy is used', async ({ country }) => {
    const first = country.launch();
    await first.ready();
    await until(async () => (await blockNumber(country)) >= 2);
    await first.stop();
    writeFileSync(join(country.data, 'chain', 'state.json'), '{"block":{"num');
    const second = country.launch();
    await second.ready();
    expect(second.stderr()).toContain('its copy is used');
    expect(await blockNumber(country)).toBeGreaterThanOrEqual(2);
  });
});

function password(country, owner) {
  return readFileSync(join(country.data, 'secrets', `postgres-${owner}`), 'utf8');
}

async function sql(country, owner, text) {
  const client = new pg.Client({ connectionString: databaseUrl(country, owner, password(country, owner)) });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

async function rpc(country, method, params = []) {
  const response = await fetch(`http://127.0.0.1:${country.base + 6}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  return (await response.json()).result;
}

async function blockNumber(country) {
  return Number(await rpc(country, 'eth_blockNumber'));
}

async function balanceHolder(country) {
  return (await rpc(country, 'eth_accounts'))[0];
}
