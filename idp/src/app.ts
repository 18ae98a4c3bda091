import type { BlockList } from 'node:net';
import { type AppInstance, buildHttp, type Measure } from '@xinlu/common/http';
import { registerSignedRequests } from '@xinlu/common/http-signature';
import type { Ids } from '@xinlu/common/ids';
import type { KeyValue } from '@xinlu/common/kv';
import { mountProvider, shareRequestStore } from '@xinlu/common/oidc-provider';
import { registerSessions } from '@xinlu/common/sessions';
import type { FastifyInstance } from 'fastify';
import type { AskServices } from './domain/confirmation/ask-for-signature.ts';
import type { SigningServices } from './domain/confirmation/sign-statement.ts';
import type { EnvelopeServices } from './domain/envelope/envelopes.ts';
import { LOGIN_SECONDS } from './domain/login/logins.ts';
import type { CivilNoticeServices } from './domain/person/civil-notices.ts';
import { registerAccount } from './http/account/index.ts';
import { registerActing } from './http/acting.ts';
import { registerAssets } from './http/assets.ts';
import { registerCardTls } from './http/card-tls.ts';
import { registerCivilNotices } from './http/civil-notices.ts';
import { registerConfirmationApi } from './http/confirmation/api.ts';
import { registerConfirmationPage } from './http/confirmation/page.ts';
import { registerClerk } from './http/counter/clerk.ts';
import { registerRedeem } from './http/counter/redeem.ts';
import { registerEnvelopes } from './http/envelopes.ts';
import { registerMandates } from './http/mandates/index.ts';
import { registerRecovery } from './http/recovery/recovery.ts';
import type { PageServices } from './http/services.ts';
import { registerSignIn } from './http/sign-in.ts';
import { type BrowserState, problemPage, type Site, show, wordsFor } from './http/site.ts';
import { limitUserCodes } from './http/user-codes.ts';
import { homePage } from './pages/home-page.ts';

export type AppDeps = {
  issuer: string;
  demo: boolean;
  trustedProxies: readonly string[];
  tlsProxies?: BlockList | undefined;
  cookieSecret: Uint8Array;
  kv: KeyValue;
  ids: Ids;
  /** Each dependency by name, true when it can be used now. */
  ready: () => Promise<Record<string, boolean>>;
  measures: readonly Measure[];
  /** The addresses that the protocol itself serves. */
  protocolPaths: readonly string[];
  /** Where the codes of kiosks are typed. */
  userCodePath: string;
  pages: PageServices;
  envelopes: EnvelopeServices;
  civil: CivilNoticeServices;
  confirmation: AskServices & SigningServices;
};

/** The identity provider as one Fastify app. Reads no environment and opens no port. */
export async function buildApp(deps: AppDeps): Promise<AppInstance> {
  const { issuer, kv, ids, pages } = deps;
  const app = await buildHttp({
    name: 'idp',
    publicUrl: issuer,
    log: pages.log,
    kv,
    ready: deps.ready,
    measures: deps.measures,
    trustedProxies: deps.trustedProxies,
    ...(deps.tlsProxies === undefined ? {} : { tlsProxies: deps.tlsProxies }),
    errorPage: (problem, request) => problemPage(problem, request, deps.demo),
  });
  const plain = app as unknown as FastifyInstance;
  const signed = registerSignedRequests(plain, {
    register: pages.register,
    kv,
    clock: pages.clock,
    publicUrl: issuer,
  });
  const site: Site = {
    app,
    demo: deps.demo,
    sessions: registerSessions<BrowserState>(app, {
      kv,
      cookieName: 'xinlu_idp',
      publicUrl: issuer,
      ttlSeconds: LOGIN_SECONDS,
      secret: deps.cookieSecret,
      ids,
    }),
  };
  shareRequestStore(plain, kv);
  limitUserCodes(plain, kv, deps.userCodePath);
  mountProvider(plain, pages.provider, deps.protocolPaths);
  await registerAssets(app);
  registerSignIn(site, pages);
  registerCardTls(site, pages);
  registerAccount(site, pages);
  registerMandates(site, pages);
  registerActing(site, pages);
  registerClerk(site, pages);
  registerRedeem(site, pages);
  registerRecovery(site, pages);
  registerEnvelopes(app, signed, deps.envelopes);
  registerConfirmationApi(app, signed, deps.confirmation);
  registerConfirmationPage(site, pages, deps.confirmation);
  registerCivilNotices(app, signed, deps.civil, () => pages.clock.now());
  app.get('/', { schema: { hide: true } }, async (request, reply) =>
    show(site, request, reply, homePage(wordsFor(request).t)),
  );
  return app;
}
