import { readFileSync } from 'node:fs';
import { createKeyValue } from '@xinlu/common/kv';
import type { Consent } from '@xinlu/rp-kit';
import { consentTo, standing, waiver } from '../../consent/test/support/consent.ts';
import { type Country, startCountry } from '../../consent/test/support/country.ts';
import {
  type Gateway,
  type Killable,
  startConnectors,
  startGateway,
} from '../../consent/test/support/gateways.ts';
import { allowFrequency, clientThrough } from '../../consent/test/support/withdrawal-race.ts';

/** One gateway and the agencies, each in a process of its own, and consents in force. */
export type World = {
  country: Country;
  gateway: Gateway;
  connectors: Killable & { pid(): number | undefined };
  consents: Consent[];
  /** One exchange: a dataset through the gateway, opened and verified by the relying party. */
  exchange(turn: number): Promise<void>;
  close(): Promise<void>;
};

export const DATASET = 'household.members';
const CONSENTS = 8;
const FREQUENCY = { count: 10_000, period: 'P1D' };

export async function openWorld(): Promise<World> {
  const redisUrl = process.env['TEST_REDIS_URL'];
  const stores = { prefix: 'bench', ...(redisUrl ? { redisUrl } : {}) };
  const country = await startCountry({
    openKv: (database) => createKeyValue({ database, ...stores }),
    agenciesElsewhere: true,
  });
  const connectors = await startConnectors(country);
  const gateway = await startGateway(country, stores);
  allowFrequency(country, FREQUENCY);
  const consents: Consent[] = [];
  while (consents.length < CONSENTS) {
    const details = waiver({ ...standing(), frequency: FREQUENCY });
    consents.push((await consentTo(country, details)).consent);
  }
  const client = clientThrough(country, gateway);
  return {
    country,
    gateway,
    connectors,
    consents,
    async exchange(turn) {
      const consent = consents[turn % consents.length] as Consent;
      const { results } = await client.fetch(consent, [DATASET]);
      if (results[0]?.data === undefined) throw new Error(`no data: ${results[0]?.error?.code}`);
    },
    async close() {
      await Promise.all([gateway.kill(), connectors.kill()]);
      await country.close();
    },
  };
}

/** User and system CPU seconds of a process so far (`/proc/PID/stat`, USER_HZ 100). */
export function cpuSeconds(pid: number | undefined): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
}

export const round = (value: number, digits = 3) => Math.round(value * 10 ** digits) / 10 ** digits;

/** Milliseconds of each of `count` runs, one after another. */
export async function time(count: number, run: (turn: number) => Promise<unknown>): Promise<number[]> {
  const all: number[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    const from = performance.now();
    await run(turn);
    all.push(performance.now() - from);
  }
  return all;
}
