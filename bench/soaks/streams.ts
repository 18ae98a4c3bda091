import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { createKeyValue } from '@xinlu/common/kv';
import { consentTo } from '../../consent/test/support/consent.ts';
import { startCountry } from '../../consent/test/support/country.ts';
import { startConnectors, startGateway } from '../../consent/test/support/gateways.ts';
import { clientThrough } from '../../consent/test/support/withdrawal-race.ts';
import { openStores } from '../stores.ts';

type Emit = (line: Record<string, unknown>) => void;

const MEGABYTE = 1024 * 1024;
/** A record of the tests' tax agency is about 600 bytes: together a little less than 50 MB. */
const RECORDS = 85_000;
const TOO_MANY = 95_000;
/** What the gateway may need more than before, while 50 MB pass at full speed and to a slow reader. */
const MOST_GROWTH_MEGABYTES = 48;

const residentMegabytes = (pid: number) =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

async function stream(records: number, emit: Emit): Promise<void> {
  const stores = { prefix: 'streams' };
  const country = await startCountry({
    openKv: (database) => createKeyValue({ database, ...stores }),
    agenciesElsewhere: true,
  });
  const connectors = await startConnectors(country, { records });
  const gateway = await startGateway(country, stores);
  const pid = gateway.pid() ?? 0;
  try {
    const until = new Date(Date.now() + 30 * 86_400_000).toISOString();
    const detail = {
      purpose: 'credit-card-application',
      dataset: 'tax.income',
      provider: 'tax',
      fields: ['annual_income', 'employer'],
      retention: 'P1Y',
      until,
    };
    const { consent } = await consentTo(country, [detail], { id: 'bank' });
    const client = clientThrough(country, gateway, 'bank');

    /** Reads the whole; a slow reader stands still for some time after each few records. */
    async function read(pause: number) {
      const from = performance.now();
      const { release } = await client.stream(consent, 'tax.income');
      let count = 0;
      let bytes = 0;
      for await (const record of release.records) {
        count += 1;
        bytes += Buffer.byteLength(JSON.stringify(record)) + 1;
        if (pause > 0 && count % 500 === 0) await wait(pause);
      }
      return { count, bytes, seconds: (performance.now() - from) / 1000 };
    }

    if (records > RECORDS) {
      const code = await read(0).then(
        () => 'delivered',
        (error: { code?: string }) => error.code ?? String(error),
      );
      emit({ what: 'too large', records, refused: code });
      if (code !== 'answer-too-large') throw new Error('an answer above the limit was not refused');
      return;
    }
    await read(0); // so that code and buffers are there
    for (const pause of [0, 30]) {
      const before = residentMegabytes(pid);
      let most = before;
      const watch = setInterval(() => {
        most = Math.max(most, residentMegabytes(pid));
      }, 20);
      const { count, bytes, seconds } = await read(pause);
      clearInterval(watch);
      const grown = Math.round((most - before) * 10) / 10;
      const megabytes = Math.round((bytes / MEGABYTE) * 10) / 10;
      emit({
        what: pause === 0 ? 'at full speed' : 'to a slow reader',
        megabytes,
        seconds: Math.round(seconds * 10) / 10,
        residentBefore: Math.round(before),
        residentGrowth: grown,
        mostGrowth: MOST_GROWTH_MEGABYTES,
      });
      if (count !== records) throw new Error('the stream did not arrive whole');
      if (grown > MOST_GROWTH_MEGABYTES) throw new Error('the gateway holds what it should hand on');
    }
  } finally {
    await Promise.all([gateway.kill(), connectors.kill()]);
    await country.close();
  }
}

export const soaks = [
  {
    name: 'streams',
    summary: '50 MB through a gateway that does not hold them, also to a slow reader; more is refused',
    async run(emit: Emit): Promise<void> {
      const closeStores = await openStores();
      try {
        await stream(RECORDS, emit);
        await stream(TOO_MANY, emit);
      } finally {
        await closeStores();
      }
    },
  },
];
