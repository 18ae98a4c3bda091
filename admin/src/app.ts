import { type AppInstance, buildHttp } from '@xinlu/common/http';
import type { KeyValue } from '@xinlu/common/kv';
import type { Logger } from '@xinlu/common/log';
import { createLogoutReceiver, type OidcClient, registerBackchannelLogout } from '@xinlu/common/oidc-client';
import { registerSessions } from '@xinlu/common/sessions';
import type { FastifyInstance } from 'fastify';
import type { RegisterDeps } from './domain/actions/deps.ts';
import { registerConsole } from './http/console.ts';
import { registerLogin } from './http/login.ts';
import { registerOverview, type Sources } from './http/overview.ts';
import { registerParticipants } from './http/participants.ts';
import { registerProposals } from './http/proposals.ts';
import { registerPublicRegister } from './http/public-register.ts';
import { registerRecords } from './http/records.ts';
import { type AdminSession, createGuard } from './http/session.ts';
import { registerWho } from './http/who.ts';
import { createFaultPage } from './pages/fault-page.ts';

export type AdminDeps = {
  register: RegisterDeps;
  oidc: OidcClient;
  /** Whose logout tokens end sessions here, and what they call us. */
  idp: { issuer: string; clientId: string };
  sources: Sources;
  kv: KeyValue;
  log: Logger;
  publicUrl: string;
  cookieSecret: Uint8Array;
  trustedProxies: readonly string[];
  console: { page: string; assets: string; nonceMark: string };
  ready: () => Promise<Record<string, boolean>>;
  requestsPerMinute?: number;
};

// An hour: an operator who walks away is logged out; logging in again takes one touch of her passkey.
const SESSION_SECONDS = 3600;

/** The register's HTTP side: public snapshots, the operators' login, the console and its API. Opens no port. */
export async function buildApp(deps: AdminDeps): Promise<AppInstance> {
  const { register, kv, publicUrl } = deps;
  const app = await buildHttp({
    name: 'admin',
    publicUrl,
    log: deps.log,
    kv,
    ready: deps.ready,
    errorPage: createFaultPage({ demo: register.demo }),
    trustedProxies: deps.trustedProxies,
    ...(deps.requestsPerMinute === undefined ? {} : { requestsPerMinute: deps.requestsPerMinute }),
  });
  const logouts = createLogoutReceiver({
    ...deps.idp,
    kv,
    clock: register.clock,
    sessionSeconds: SESSION_SECONDS,
  });
  registerBackchannelLogout(app as unknown as FastifyInstance, logouts);
  const sessions = registerSessions<AdminSession>(app, {
    kv,
    cookieName: 'xinlu_admin',
    publicUrl,
    ttlSeconds: SESSION_SECONDS,
    secret: deps.cookieSecret,
    ids: register.ids,
    isOver: async ({ login }) => login !== undefined && (await logouts.isOver(login)),
  });
  const { store, clock } = register;
  const guard = createGuard(sessions, store);

  registerPublicRegister(app, store);
  registerLogin(app, { sessions, oidc: deps.oidc, publicUrl });
  registerWho(app, { register, sessions, guard, kv });
  registerOverview(app, { store, guard, clock, sources: deps.sources });
  registerParticipants(app, { store, guard, clock });
  registerProposals(app, { register, sessions, guard });
  registerRecords(app, { store, guard, clock });
  await registerConsole(app, deps.console);
  return app;
}
