import type { KeyRing } from '@xinlu/common/keys';
import { createOutbox } from '@xinlu/common/outbox';
import {
  type LedgerClient,
  officeQueues,
  openPaperOffice,
  type PaperOffice,
  type Staff,
  statusListPath,
} from '@xinlu/issuer-kit';
import type { Country } from '../../country/country.ts';

export const ISSUER = 'land-office';
const VALID_SECONDS = 20 * 365 * 24 * 3600;

/** Issues to owners who apply themselves: they showed the number of their title and signed in. */
export const onlineDesk: Staff = { id: 'online', roles: ['clerk'] };

export type LandOffice = { office: PaperOffice; start(): Promise<void>; stop(): Promise<void> };

export const openLandOffice = async (
  country: Country,
  { keys, ledger }: { keys: KeyRing; ledger: LedgerClient },
): Promise<LandOffice> => {
  const { database, clock, ids, log } = country;
  const queues = Object.values(officeQueues(ISSUER));
  const outbox = createOutbox({ databaseUrl: database.url, queues, log });
  const office = await openPaperOffice({
    issuer: ISSUER,
    database,
    outbox,
    keys,
    ledger,
    statusUri: `${country.addresses.url('land-office')}${statusListPath}`,
    validSeconds: VALID_SECONDS,
    clock,
    ids,
  });
  return { office, start: () => outbox.start(), stop: () => outbox.stop() };
};
