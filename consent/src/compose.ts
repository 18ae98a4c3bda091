import type { BlockList } from 'node:net';
import type { Clock } from '@xinlu/common/clock';
import { isAppError } from '@xinlu/common/errors';
import type { AppInstance } from '@xinlu/common/http';
import type { Ids } from '@xinlu/common/ids';
import { type KeyRing, signJwt } from '@xinlu/common/keys';
import type { KeyValue } from '@xinlu/common/kv';
import type { Logger } from '@xinlu/common/log';
import type { OidcClient } from '@xinlu/common/oidc-client';
import type { Outbox } from '@xinlu/common/outbox';
import { createRateLimit } from '@xinlu/common/rate-limit';
import type { RegisterView } from '@xinlu/common/register';
import type { Database } from '@xinlu/common/sql';
import { createAccessStore } from './adapters/accesses-postgres.ts';
import { createAttestations, LEDGER_QUEUE, STOP_QUEUE } from './adapters/attestations-postgres.ts';
import { keepCatalogue } from './adapters/catalogue-postgres.ts';
import { createConsentMutator, createConsentStore } from './adapters/consents-postgres.ts';
import { createDeliveries } from './adapters/deliveries-postgres.ts';
import { createGrants } from './adapters/grants-oidc-provider.ts';
import { printPdf } from './adapters/pdf-pdfkit.ts';
import { createStops } from './adapters/stops-key-value.ts';
import { buildApp } from './app.ts';
import { ORDER_SECONDS } from './domain/admit-access.ts';
import type { Catalogue } from './domain/catalogue.ts';
import { createCircuits } from './domain/circuits.ts';
import type { Domain } from './domain/deps.ts';
import { endWhatHangsOn } from './domain/end-what-hangs-on.ts';
import { expireConsents } from './domain/expire-consents.ts';
import { lapseConsents } from './domain/lapse-consents.ts';
import type { IdentityProvider, Ledger, ProviderConnector } from './domain/ports.ts';
import type { HintVerifier } from './http/oauth/hint.ts';
import { createAuthorizationServer } from './http/oauth/provider.ts';
import { oauthErrorPage } from './pages/oauth-error.ts';

export const QUEUES = [LEDGER_QUEUE, STOP_QUEUE] as const;

/** What the broker is given: its stores, keys and neighbours. */
export type Parts = {
  publicUrl: string;
  participantId: string;
  keys: KeyRing;
  cookieSecret: Uint8Array;
  saltSecret: Uint8Array;
  catalogue: Catalogue;
  register: () => RegisterView;
  database: Database;
  kv: KeyValue;
  /** Grants and refresh tokens: must survive the loss of `kv`. */
  durableKv: KeyValue;
  outbox: Outbox;
  login: OidcClient;
  idpIssuer: string;
  verifyHint: HintVerifier;
  identity: IdentityProvider;
  connector: ProviderConnector;
  ledger: Ledger;
  clock: Clock;
  ids: Ids;
  log: Logger;
  demo: boolean;
  ready: () => Promise<Record<string, boolean>>;
  requestsPerMinute?: number;
  trustedProxies?: readonly string[];
  /** Peers whose `Client-Cert` header is believed. */
  tlsProxies?: BlockList | undefined;
};

export type Composed = {
  app: AppInstance;
  domain: Domain;
  /** Consents that expired, or whose mandate ended, written down, abandoned accesses closed, and the ledger asked how far the open entries are. */
  housekeep(): Promise<void>;
};

/** No answer comes after the order's life, none takes longer to leave; then nobody follows the access any more. */
const ABANDONED = { unansweredSeconds: ORDER_SECONDS + 10, unfinishedSeconds: 15 * 60 };
/** How many entries the ledger is asked about at a time. */
const REFRESH_ENTRIES = 100;
/** What one relying party may ask of the gateway in a minute, whatever its addresses. */
const REQUESTS_PER_MINUTE = 600;
/** Each attempt at a consent that is not its own is recorded for good: a mistake, not a habit. */
const GUESSES_PER_MINUTE = 30;

/** Puts the adapters under the domain and the app on top. Reads no environment and opens no port. */
export async function compose(parts: Parts): Promise<Composed> {
  const { publicUrl, register, database, kv, durableKv, outbox, clock, ids, log, keys } = parts;
  const history = await keepCatalogue(database, parts.catalogue);
  const attestations = createAttestations({
    database,
    outbox,
    ledger: parts.ledger,
    ids,
    saltSecret: parts.saltSecret,
  });
  const mutate = createConsentMutator({ outbox, attestations, ids });
  const provider = createAuthorizationServer({
    issuer: publicUrl,
    keys,
    cookieSecret: parts.cookieSecret,
    register,
    kv,
    durableKv,
    verifyHint: parts.verifyHint,
    domain: () => domain,
    log,
    renderError(ctx, error) {
      ctx.type = 'html';
      ctx.body = oauthErrorPage(
        { headers: ctx.headers },
        parts.demo,
        isAppError(error) && error.kind === 'retryable',
      );
    },
  });
  const domain: Domain = {
    participantId: parts.participantId,
    noticeUrl: `${publicUrl}/catalogue`,
    identityIssuer: parts.idpIssuer,
    catalogue: parts.catalogue,
    register,
    consents: createConsentStore({ database, mutate, ids }),
    accesses: createAccessStore({ database, attestations, mutate }),
    deliveries: createDeliveries(database, log),
    identity: parts.identity,
    connector: parts.connector,
    grants: createGrants(() => provider, [kv, durableKv]),
    circuits: createCircuits(clock),
    stops: createStops(kv, log),
    limits: {
      requests: createRateLimit(kv, 'gateway-client', parts.requestsPerMinute ?? REQUESTS_PER_MINUTE, 60),
      guesses: createRateLimit(kv, 'gateway-guess', GUESSES_PER_MINUTE, 60),
    },
    sign: (typ, claims) => signJwt(keys, typ, claims),
    clock,
    ids,
    log,
  };
  outbox.work(LEDGER_QUEUE, async (job) => attestations.submit(String(job['documentId'])), {
    concurrency: 2,
  });
  outbox.work(STOP_QUEUE, async (job) => {
    const consent = await domain.consents.find(String(job['consentId']));
    if (consent !== undefined) await endWhatHangsOn(domain, consent);
  });
  const app = await buildApp({ ...parts, domain, provider, openings: attestations, history, printPdf });
  app.addHook('onClose', () => domain.deliveries.flush());
  return {
    app,
    domain,
    async housekeep() {
      await expireConsents(domain);
      await domain.deliveries.closeAbandoned(ABANDONED);
      await attestations.refresh(REFRESH_ENTRIES);
      // Last: it needs the identity provider, and the rest does not.
      await lapseConsents(domain);
    },
  };
}
