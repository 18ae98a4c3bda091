import type { Clock } from '@xinlu/common/clock';
import type { Ids } from '@xinlu/common/ids';
import type { KeyRing } from '@xinlu/common/keys';
import type { KeyValue } from '@xinlu/common/kv';
import type { Logger } from '@xinlu/common/log';
import type { RegisterView } from '@xinlu/common/register';
import type { ConnectorRequest, OrderClaims, Participant } from '@xinlu/common/wire';
import type { Dataset, DatasetSource } from './dataset.ts';
import type { ReleaseLog } from './release-log.ts';

/** How an agency mounts the connector over its own data. */
export type ConnectorOptions = {
  /** The agency's id in the register; orders for anybody else are refused. */
  participantId: string;
  /** Signs the answers and opens the identity envelopes: needs both keys. */
  keys: KeyRing;
  register: () => RegisterView;
  kv: KeyValue;
  clock: Clock;
  ids: Ids;
  log: Logger;
  /** Each release is recorded here before it leaves. */
  releases: ReleaseLog;
  /** The endpoint's address as the register knows it, without trailing slash; orders come to `{publicUrl}/release`. */
  publicUrl: string;
  /** The gateway's address: a relying party's signed request counts only if it was meant for there. */
  gatewayUrl: string;
  datasets: Readonly<Record<string, DatasetSource>>;
};

export type Connector = Omit<ConnectorOptions, 'datasets'> & {
  datasets: ReadonlyMap<string, Dataset>;
  /** Who called, by RFC 9421 signature: an active participant with role broker. */
  broker: Participant;
};

/** A request whose order has been verified; the checks after it may rely on that. */
export type Ordered = {
  request: ConnectorRequest;
  order: OrderClaims;
  orderHash: string;
  dataset: Dataset;
};
