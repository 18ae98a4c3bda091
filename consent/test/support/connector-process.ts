import { keyRing } from '@xinlu/common/keys';
import { createKeyValue } from '@xinlu/common/kv';
import { createLogger } from '@xinlu/common/log';
import { openDatabase } from '@xinlu/common/sql';
import { fakeRegister } from '@xinlu/common/testing';
import type { Participant } from '@xinlu/common/wire';
import { readCatalogue } from '../../src/adapters/catalogue-files.ts';
import { openAgencies, PROVIDER_IDS, type ProviderId } from './agencies.ts';
import { runOrdered } from './child.ts';

/** What the agencies' process of a test country is told, over the pipe to its parent. */
export type ConnectorOrder = {
  ports: Record<ProviderId, number>;
  databaseUrl: string;
  gatewayUrl: string;
  folder: string;
  income?: { records: number } | undefined;
  jwks: Record<ProviderId, Parameters<typeof keyRing>[0]>;
  participants: Participant[];
};

runOrdered<ConnectorOrder>(async (order) => {
  const { view } = await fakeRegister(order.participants);
  await openAgencies({
    ...order,
    keys: Object.fromEntries(PROVIDER_IDS.map((id) => [id, keyRing(order.jwks[id])])) as never,
    register: () => view,
    kv: await createKeyValue({ database: openDatabase(order.databaseUrl), prefix: 'agencies' }),
    log: createLogger({ name: 'connector', destination: { write: () => undefined } }),
    catalogue: await readCatalogue(new URL('../../catalogue/', import.meta.url)),
  });
});
