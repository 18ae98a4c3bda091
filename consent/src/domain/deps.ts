import type { Clock } from '@xinlu/common/clock';
import type { Ids } from '@xinlu/common/ids';
import type { Logger } from '@xinlu/common/log';
import type { RateLimit } from '@xinlu/common/rate-limit';
import type { RegisterView } from '@xinlu/common/register';
import type { Catalogue } from './catalogue.ts';
import type { Circuits } from './circuits.ts';
import type {
  AccessStore,
  ConsentStore,
  Deliveries,
  Grants,
  IdentityProvider,
  ProviderConnector,
  Stops,
} from './ports.ts';

/** Signs claims as a compact JWT of the given `typ` with this service's key. */
export type Sign = (typ: string, claims: object) => Promise<string>;

/** What the use cases stand on. */
export type Domain = {
  /** Our id in the register: issuer of receipts, orders and access records. */
  participantId: string;
  noticeUrl: string;
  /** Who signs people in, and whose word on their passkeys counts. */
  identityIssuer: string;
  catalogue: Catalogue;
  register: () => RegisterView;
  consents: ConsentStore;
  accesses: AccessStore;
  deliveries: Deliveries;
  identity: IdentityProvider;
  connector: ProviderConnector;
  grants: Grants;
  /** Which provider is left alone for a while, because it keeps failing to answer. */
  circuits: Circuits;
  stops: Stops;
  /** By relying party: every request at the gateway, and those for a consent that is not its own. */
  limits: { requests: RateLimit; guesses: RateLimit };
  sign: Sign;
  clock: Clock;
  ids: Ids;
  log: Logger;
};
