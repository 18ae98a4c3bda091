import { setTimeout as wait } from 'node:timers/promises';
import { isAppError } from '@xinlu/common/errors';
import { createKeyValue } from '@xinlu/common/kv';
import type { Consent } from '@xinlu/rp-kit';
import { consentTo, standing, waiver } from './consent.ts';
import { startCountry } from './country.ts';
import { type Killable, startConnectors, startGateway } from './gateways.ts';
import { startPostgres } from './killable-postgres.ts';
import { type Account, compareReleases } from './release-account.ts';
import { allowFrequency, clientThrough } from './withdrawal-race.ts';

export type RunReport = Account & {
  seed: number;
  requests: number;
  kills: Record<string, number>;
  /** What the relying party was told, by code. */
  answers: Record<string, number>;
};

/** Mulberry32: the same kills at the same moments for the same seed, as far as the machine keeps time. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const FREQUENCY = { count: 10_000, period: 'P1D' };

/**
 * Releases through gateway processes while gateways, connectors and database are ended by -9 and begun again, one at a
 * time; then the log, the agencies' records and what the relying party holds are compared.
 */
export async function runReleases(options: {
  seed: number;
  kills: number;
  gateways: number;
  consents: number;
  parallel: number;
}): Promise<RunReport> {
  const random = randomFrom(options.seed);
  const postgres = await startPostgres();
  const stores = { prefix: 'releases' };
  const country = await startCountry({
    openDatabase: async () => postgres.open(),
    openKv: (database) => createKeyValue({ database, ...stores }),
    agenciesElsewhere: true,
  });
  const [connectors, ...gateways] = await Promise.all([
    startConnectors(country),
    ...Array.from({ length: options.gateways }, () => startGateway(country, stores)),
  ]);
  try {
    allowFrequency(country, FREQUENCY);
    const consents: Consent[] = [];
    for (let made = 0; made < options.consents; made += 1) {
      consents.push((await consentTo(country, waiver({ ...standing(), frequency: FREQUENCY }))).consent);
    }
    const clients = gateways.map((gateway) => clientThrough(country, gateway));
    const held = new Set<string>();
    const answers = new Map<string, number>();
    const tell = (code: string) => answers.set(code, (answers.get(code) ?? 0) + 1);
    let requests = 0;
    let over = false;
    const lanes = Array.from({ length: options.parallel }, async (_, lane) => {
      while (!over) {
        requests += 1;
        const consent = consents[requests % consents.length];
        const client = clients[Math.floor(random() * clients.length)];
        if (consent === undefined || client === undefined) return;
        try {
          const { results } = await client.fetch(consent, lane % 3 === 0 ? undefined : ['household.members']);
          for (const result of results) {
            if (result.error === undefined) held.add(result.accessId);
            tell(result.error?.code ?? 'delivered');
          }
        } catch (error) {
          tell(isAppError(error) ? error.code : String(error));
          await wait(20);
        }
      }
    });
    /** On a slow machine too, something is delivered between two kills; but not while a provider is left alone. */
    const goingOn = async () => {
      const before = held.size;
      for (let tries = 0; held.size < before + options.parallel && tries < 60; tries += 1) await wait(25);
    };
    const kills: Record<string, number> = {};
    const victims: [string, Killable][] = [
      ['connectors', connectors],
      ...gateways.map((gateway): [string, Killable] => ['gateway', gateway]),
      ['database', postgres],
    ];
    for (let killed = 0; killed < options.kills; killed += 1) {
      await goingOn();
      await wait(50 + random() * 500);
      // Each in turn at first, so that a short run meets all.
      const index = killed < victims.length ? killed : Math.floor(random() * victims.length);
      const [name, victim] = victims[index] ?? ['database', postgres];
      await victim.kill();
      await wait(random() * 200);
      await victim.start();
      kills[name] = (kills[name] ?? 0) + 1;
    }
    await goingOn();
    over = true;
    await Promise.all(lanes);
    await Promise.all([...gateways, connectors].map((one) => one.kill()));
    const { deliveries } = country.consent.domain;
    while ((await deliveries.closeAbandoned({ unansweredSeconds: 0, unfinishedSeconds: 0 })) > 0);
    return {
      seed: options.seed,
      requests,
      kills,
      answers: Object.fromEntries(answers),
      ...(await compareReleases(country, held)),
    };
  } finally {
    await Promise.all([...gateways, connectors].map((one) => one.kill()));
    await country.close();
    await postgres.stop();
  }
}
