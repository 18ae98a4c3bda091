import { join } from 'node:path';
import { systemClock } from '@xinlu/common/clock';
import { type AppInstance, buildHttp, listen } from '@xinlu/common/http';
import { systemIds } from '@xinlu/common/ids';
import type { KeyRing } from '@xinlu/common/keys';
import type { KeyValue } from '@xinlu/common/kv';
import type { Logger } from '@xinlu/common/log';
import type { RegisterView } from '@xinlu/common/register';
import { connector, openReleaseLog } from '@xinlu/connector';
import type { Catalogue } from '../../src/domain/catalogue.ts';

/** What the agencies of the tests hold; the broker must never hold any of it. */
export const SECRETS = ['A229871345', '林怡君', '林子喆', '信義路二段', '社助字第'];
const RECORDS: Record<string, Record<string, unknown>> = {
  'household.members': {
    members: [
      { name: '林怡君', relation: '戶長', born: '1984-05-12' },
      { name: '林子喆', relation: '長子', born: '2009-09-03' },
    ],
    address: '信路市中正區信義路二段 86 號',
    registered_since: '2011-08-20',
    secret_note: 'never leaves',
  },
  'welfare.low-income-status': {
    status: 'low-income',
    valid_until: '2027-12-31',
    case_number: '社助字第 1150031827 號',
  },
  'tax.income': { annual_income: 318_000, year: 2025, employer: '信路市立托兒所' },
};

export const PROVIDERS = {
  household: 'household.members',
  welfare: 'welfare.low-income-status',
  tax: 'tax.income',
} as const;
export type ProviderId = keyof typeof PROVIDERS;
export const PROVIDER_IDS = Object.keys(PROVIDERS) as ProviderId[];

/** Income in many records, as a stream; `ended` is told how many were read when the reading ends, however it does. */
export type Income = { records: number; ended?(read: number): void };

async function* incomeRecords({ records, ended }: Income): AsyncGenerator<Record<string, unknown>> {
  let read = 0;
  try {
    for (; read < records; read += 1) {
      yield {
        annual_income: read,
        year: 2025,
        employer: `${read} ${'樹'.repeat(180)}`,
        secret_note: 'never leaves',
      };
    }
  } finally {
    ended?.(read);
  }
}

/** The three agencies with their connectors, each at its port. They record their releases under `folder`. */
export async function openAgencies(options: {
  ports: Readonly<Record<ProviderId, number>>;
  keys: Readonly<Record<ProviderId, KeyRing>>;
  register: () => RegisterView;
  kv: KeyValue;
  log: Logger;
  gatewayUrl: string;
  catalogue: Catalogue;
  folder: string;
  income?: Income | undefined;
}): Promise<AppInstance[]> {
  const { ports, keys, register, kv, log, gatewayUrl, catalogue } = options;
  return Promise.all(
    PROVIDER_IDS.map(async (id) => {
      const dataset = PROVIDERS[id];
      const publicUrl = `http://localhost:${ports[id]}`;
      const fields = catalogue.datasets.get(dataset)?.fields ?? {};
      const app = await buildHttp({
        name: id,
        publicUrl,
        log,
        kv,
        requestsPerMinute: 1_000_000,
        ready: async () => ({}),
      });
      const releases = openReleaseLog(join(options.folder, id));
      app.addHook('onClose', () => releases.close());
      await app.register(connector, {
        participantId: id,
        keys: keys[id],
        register,
        kv,
        clock: systemClock,
        ids: systemIds,
        log,
        publicUrl,
        gatewayUrl,
        releases,
        datasets: {
          [dataset]: {
            fields: Object.fromEntries(Object.entries(fields).map(([field, one]) => [field, one.schema])),
            ...(dataset === 'tax.income' && options.income !== undefined
              ? { records: async () => incomeRecords(options.income as Income) }
              : {
                  read: async ({ nationalId }: { nationalId: string }) =>
                    nationalId === 'A229871345' ? RECORDS[dataset] : undefined,
                }),
          },
        },
      });
      await listen(app, { host: '127.0.0.1', port: ports[id] });
      return app;
    }),
  );
}
