import { setTimeout as wait } from 'node:timers/promises';
import { isAppError } from '@xinlu/common/errors';
import { verifyJwt } from '@xinlu/common/keys';
import type { Consent } from '@xinlu/rp-kit';
import { buildCatalogue } from '../../src/domain/catalogue.ts';
import { withdrawConsent } from '../../src/domain/withdraw-consent.ts';
import { consentTo, standing, waiver } from './consent.ts';
import type { Country } from './country.ts';
import type { Gateway, RedisServer } from './gateways.ts';

export type RaceReport = {
  requests: number;
  delivered: number;
  refusedAsWithdrawn: number;
  otherwise: Record<string, number>;
  /** How long the withdrawal took, and how many requests were sent and not answered when it began. */
  withdrawalMilliseconds: number;
  inFlight: number;
  /** Releases whose log entry is not before the withdrawal: must be 0. */
  late: number;
  /** Deliveries that the relying party holds and the log does not know as admitted before the withdrawal: must be 0. */
  unlogged: number;
  /** Whether the signed "stopped at" verifies and is the moment of the database. */
  stoppedVerifies: boolean;
  /** What each gateway says to one more request, once all is over. */
  afterwards: string[];
};

const codeOf = (error: unknown) => (isAppError(error) ? error.code : String(error));

/** What a party hears in the end that asks again as long as it is told that later may work: Redis is just back. */
async function lastAnswer(
  client: { fetch(consent: Consent): Promise<unknown> },
  consent: Consent,
): Promise<string> {
  const until = Date.now() + 20_000;
  for (;;) {
    const answer = await client.fetch(consent).then(() => 'delivered', codeOf);
    if (answer !== 'store-away' || Date.now() > until) return answer;
    await wait(200);
  }
}

/** Lets the purpose be asked for as often as a race needs; everything else of the catalogue stays. */
export function allowFrequency(country: Country, frequency: { count: number; period: string }): void {
  const { domain } = country.consent;
  const purposes = [...domain.catalogue.purposes.values()].map((purpose) => ({
    ...purpose,
    ceilings: {
      ...purpose.ceilings,
      ...(purpose.ceilings.standing && { standing: { ...purpose.ceilings.standing, frequency } }),
    },
  }));
  domain.catalogue = buildCatalogue(
    domain.catalogue.version,
    [...domain.catalogue.datasets.values()],
    purposes,
  );
}

/** A relying party's kit, through one of the gateways. */
export function clientThrough(country: Country, gateway: Gateway, id: 'school' | 'bank' = 'school') {
  return country.myData(id, {
    fetch: (url, init) => {
      const address = new URL(String(url));
      address.port = String(gateway.port);
      return fetch(address, init);
    },
  });
}

/**
 * One consent, many requests through several gateway processes, and her withdrawal in the midst of them; with `redis` that
 * store is killed just before she withdraws and comes back with what its replica has, or empty.
 */
export async function raceWithdrawal(
  country: Country,
  gateways: readonly Gateway[],
  options: { requests: number; parallel: number; withdrawAfter: number; redis?: RedisServer },
): Promise<RaceReport> {
  const { domain } = country.consent;
  const most = { count: 10_000, period: 'P1D' };
  allowFrequency(country, most);
  const { consent } = await consentTo(country, waiver({ ...standing(), frequency: most }));
  const clients = gateways.map((gateway) => clientThrough(country, gateway));
  const outcomes = new Map<string, number>();
  const held: string[] = [];
  let sent = 0;
  let answered = 0;
  let enough = () => {};
  const midst = new Promise<void>((resolve) => {
    enough = resolve;
  });

  async function one(index: number): Promise<void> {
    const dataset = consent.details[index % consent.details.length]?.dataset ?? '';
    let outcome: string;
    sent += 1;
    try {
      const answer = await clients[index % clients.length]?.fetch(consent, [dataset]);
      const [result] = answer?.results ?? [];
      if (result?.data !== undefined) held.push(result.accessId);
      outcome = result?.error?.code ?? 'delivered';
    } catch (error) {
      outcome = codeOf(error);
    }
    answered += 1;
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    if (held.length >= options.withdrawAfter) enough();
  }

  let next = 0;
  const lanes = Array.from({ length: options.parallel }, async () => {
    while (next < options.requests) await one(next++);
  });
  await Promise.race([midst, Promise.all(lanes)]);
  await options.redis?.kill();
  const stored = await domain.consents.find(consent.consentId);
  const request = { consentId: consent.consentId, account: stored?.account ?? '', lang: 'zh-TW' as const };
  const inFlight = sent - answered;
  const from = performance.now();
  const stopped = await withdrawConsent(domain, request);
  const withdrawalMilliseconds = Math.round(performance.now() - from);
  if (options.redis !== undefined) {
    await wait(300);
    await options.redis.start();
  }
  await Promise.all(lanes);

  const late = await country.database.query(
    "SELECT id FROM access_record WHERE consent_id = $1 AND decision = 'allowed' AND at >= $2",
    [consent.consentId, stopped.endedAt],
  );
  const logged = await country.database.query<{ id: string }>(
    "SELECT id FROM access_record WHERE consent_id = $1 AND decision = 'allowed' AND at < $2",
    [consent.consentId, stopped.endedAt],
  );
  const known = new Set(logged.map(({ id }) => id));
  const events = await domain.consents.eventsOf(consent.consentId);
  const claims = await verifyJwt(events.at(-1)?.document ?? '', {
    keys: country.view.signingKeys('consent'),
    typ: 'xinlu-receipt+jwt',
    timeless: true,
  });
  const afterwards = await Promise.all(clients.map((client) => lastAnswer(client, consent)));
  const {
    delivered = 0,
    'consent-withdrawn': refusedAsWithdrawn = 0,
    ...otherwise
  } = Object.fromEntries(outcomes);
  return {
    requests: options.requests,
    delivered,
    refusedAsWithdrawn,
    otherwise,
    withdrawalMilliseconds,
    inFlight,
    late: late.length,
    unlogged: held.filter((id) => !known.has(id)).length,
    stoppedVerifies: claims['stopped_at'] === stopped.endedAt?.toISOString(),
    afterwards,
  };
}
