import { createHmac } from 'node:crypto';
import type { Clock } from '@xinlu/common/clock';
import type { Ids } from '@xinlu/common/ids';
import type { KeyValue } from '@xinlu/common/kv';
import type { Logger } from '@xinlu/common/log';
import type { RegisterView } from '@xinlu/common/register';
import type { Database } from '@xinlu/common/sql';
import type { Addresses } from './addresses.ts';
import type { CountryFiles } from './files.ts';

/** What every agency of the demo stands on. */
export type Country = {
  addresses: Addresses;
  files: CountryFiles;
  /** The services that are not agencies of the demo, by their configured addresses. */
  services: {
    idpIssuer: string;
    consentIssuer: string;
    ledgerUrl: string;
    adminUrl: string;
    cardAgentUrl: string;
  };
  /** What has to survive everything: applications, issued deeds. */
  database: Database;
  /** Short-lived state; every site prefixes its own keys. */
  kv: KeyValue;
  clock: Clock;
  ids: Ids;
  log: Logger;
  register: () => RegisterView;
  cookieSecret: Uint8Array;
};

/** A cookie secret of its own for each site, all from the one the process was given. */
export const siteSecret = (country: Country, site: string): Uint8Array =>
  new Uint8Array(createHmac('sha256', country.cookieSecret).update(`site\n${site}`).digest());
