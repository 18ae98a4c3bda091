import type { Clock } from '@xinlu/common/clock';
import { type AppInstance, buildHttp } from '@xinlu/common/http';
import { registerSignedRequests } from '@xinlu/common/http-signature';
import { languageOf } from '@xinlu/common/i18n';
import type { Ids } from '@xinlu/common/ids';
import type { KeyValue } from '@xinlu/common/kv';
import type { Logger } from '@xinlu/common/log';
import type { RegisterView } from '@xinlu/common/register';
import type { Anchor, AnchorQueue } from './domain/anchor-queue.ts';
import type { CaseDeps } from './domain/cases/act.ts';
import { type Cosignatures, noCosignatures } from './domain/cosignatures.ts';
import type { LogStore } from './domain/log-store.ts';
import { rememberCheckpoints, rememberTiles } from './domain/remembered.ts';
import { standingOf } from './domain/standing.ts';
import type { Tiles } from './domain/tiles.ts';
import type { WitnessFaults } from './domain/witnessing.ts';
import { registerCases } from './http/cases.ts';
import { registerEntries } from './http/entries.ts';
import { registerLog } from './http/log.ts';
import { registerStats } from './http/stats.ts';
import { statusPage } from './pages/status-page.ts';

export type LedgerDeps = {
  readonly publicUrl: string;
  readonly demo: boolean;
  readonly trustedProxies: readonly string[];
  /** Of one client address; 60,000 unless told. */
  readonly requestsPerMinute?: number;
  readonly log: Logger;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly kv: KeyValue;
  readonly register: () => RegisterView;
  readonly ready: () => Promise<Record<string, boolean>>;
  readonly store: LogStore;
  readonly queue: AnchorQueue;
  readonly tiles: Tiles;
  readonly origin: string;
  /** Undefined where the log asks no witnesses. */
  readonly witnesses:
    | { readonly quorum: number; readonly cosignatures: Cosignatures; readonly faults: () => WitnessFaults }
    | undefined;
  readonly contract: { readonly chainId: number; readonly contract: string } | undefined;
  readonly stateAnchor: ((anchor: Anchor) => Promise<string>) | undefined;
  /** Why the log stands still, by code; null while it goes on. */
  readonly logFault: () => string | null;
  /** Code of the chain's last fault, null while it answers. */
  readonly chainFault: () => string | null;
  readonly trustList: () => string | undefined;
  /** Undefined where there is no title register. */
  readonly cases?: Omit<CaseDeps, 'isDeed'> | undefined;
};

/** The ledger's HTTP face. */
export async function buildApp(deps: LedgerDeps): Promise<AppInstance> {
  const { queue, tiles, contract } = deps;
  // Readers ask for the same tiles and checkpoints again and again; what they are never changes.
  const store: LogStore = {
    ...deps.store,
    readTile: rememberTiles(deps.store.readTile),
    checkpointAt: rememberCheckpoints(deps.store.checkpointAt),
  };
  const app = await buildHttp({
    name: 'ledger',
    publicUrl: deps.publicUrl,
    log: deps.log,
    kv: deps.kv,
    ready: deps.ready,
    // Submitters send each entry by itself, many at once, all from a few addresses.
    requestsPerMinute: deps.requestsPerMinute ?? 60_000,
    trustedProxies: deps.trustedProxies,
  });
  const signed = registerSignedRequests(app as never, {
    register: deps.register,
    kv: deps.kv,
    clock: deps.clock,
    publicUrl: deps.publicUrl,
  });
  const { witnesses } = deps;
  const cosignatures = witnesses?.cosignatures ?? noCosignatures;
  const standing = () =>
    standingOf(
      store,
      queue,
      { log: deps.logFault(), chain: deps.chainFault() },
      witnesses && { ...witnesses, faults: witnesses.faults() },
    );
  registerEntries(app, {
    store,
    queue,
    cosignatures,
    stateAnchor: deps.stateAnchor,
    logFault: deps.logFault,
    signed,
    ids: deps.ids,
  });
  if (deps.cases) {
    const isDeed = async (id: string, office: string) => {
      const entry = await store.entry(id);
      return entry?.type === 'credential' && entry.issuer === office;
    };
    registerCases(app, { ...deps.cases, isDeed, signed });
  }
  registerLog(app, { store, tiles, cosignatures });
  registerStats(app, { standing, contract, trustList: deps.trustList });
  app.get('/', { schema: { hide: true } }, async (request, reply) => {
    const [open, finals] = await Promise.all([queue.open(), queue.finals(5)]);
    const view = {
      lang: languageOf(request as never),
      url: request.url,
      demo: deps.demo,
      origin: deps.origin,
      standing: await standing(),
      checkpoint: await store.published(),
      anchors: [...open.reverse(), ...finals].slice(0, 8),
      contract,
    };
    return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(statusPage(view));
  });
  return app;
}
