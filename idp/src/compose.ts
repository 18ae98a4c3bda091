import type { BlockList } from 'node:net';
import type { Clock } from '@xinlu/common/clock';
import type { AppInstance } from '@xinlu/common/http';
import type { Ids } from '@xinlu/common/ids';
import type { KeyRing } from '@xinlu/common/keys';
import type { KeyValue } from '@xinlu/common/kv';
import type { Logger } from '@xinlu/common/log';
import { replaceKeys } from '@xinlu/common/oidc-provider';
import type { Outbox } from '@xinlu/common/outbox';
import { createRateLimit } from '@xinlu/common/rate-limit';
import type { RegisterView } from '@xinlu/common/register';
import type { Database } from '@xinlu/common/sql';
import { useBackChannelLogout } from './adapters/oidc/back-channel-logout.ts';
import { createDelegations } from './adapters/oidc/delegations.ts';
import { DEVICE_PATH } from './adapters/oidc/device-flow.ts';
import { createHandOver } from './adapters/oidc/hand-over.ts';
import { createPersonOfToken } from './adapters/oidc/person-of-token.ts';
import { createProvider, PROVIDER_PATHS } from './adapters/oidc/provider.ts';
import { createGrantEnding, createProviderSessions } from './adapters/oidc/provider-sessions.ts';
import { createAcquaintances } from './adapters/postgres/acquaintances-postgres.ts';
import { createAudit } from './adapters/postgres/audit-postgres.ts';
import { createCardRevocation } from './adapters/postgres/card-revocation-postgres.ts';
import { createCertificatesInUse } from './adapters/postgres/certificates-in-use-postgres.ts';
import { createCivilRecords } from './adapters/postgres/civil-records-postgres.ts';
import { createCounterStore } from './adapters/postgres/counter-store-postgres.ts';
import { createEnvelopeGrantStore } from './adapters/postgres/envelope-grant-store-postgres.ts';
import { createEndingSessions, createLoginStore } from './adapters/postgres/login-store-postgres.ts';
import { createMandateStore } from './adapters/postgres/mandate-store-postgres.ts';
import { createNotices } from './adapters/postgres/notices-postgres.ts';
import { createPasskeyStore } from './adapters/postgres/passkey-store-postgres.ts';
import { createPersonStore } from './adapters/postgres/person-store-postgres.ts';
import { createRecoveries } from './adapters/postgres/recoveries-postgres.ts';
import { createRevocableCertificates } from './adapters/postgres/revocable-certificates-postgres.ts';
import type { RevocationLists } from './adapters/revocation-lists.ts';
import { revocationMeasures } from './adapters/revocation-measures.ts';
import { createTellParties, LOGOUT_QUEUE, workLogouts } from './adapters/tell-parties-outbox.ts';
import { createWebauthn } from './adapters/webauthn-simplewebauthn.ts';
import { buildApp } from './app.ts';
import { createApplyRevocations } from './domain/card/apply-revocations.ts';
import { createCardAttempts } from './domain/card/card-attempts.ts';
import { applyOnlineStatus, type OnlineStatus } from './domain/card/online-status.ts';
import type { CivilRegistry, TrustedNow } from './domain/card/ports.ts';
import { createTlsHandoff } from './domain/card/tls-handoff.ts';
import { createChallenges } from './domain/challenge/challenges.ts';
import { createConfirmations } from './domain/confirmation/confirmations.ts';
import { createCounterCodes } from './domain/counter/counter-code.ts';
import { createSessionEnding } from './domain/login/end-sessions.ts';
import type { GuardianRegistry } from './domain/mandate/guardianship.ts';
import { createMandateTries } from './domain/mandate/tries.ts';
import type { AuthenticatorMetadata } from './domain/passkey/metadata.ts';
import { createIdentityVault } from './domain/person/identity-vault.ts';
import { createPairwiseSubject } from './domain/person/pairwise-subject.ts';
import type { PageServices } from './http/services.ts';
import { createDevicePages } from './pages/device-pages.ts';
import { createProtocolPages, langOf } from './pages/protocol-pages.ts';
import { openSigningKeys, type SigningKeys, type SigningSettings } from './signing-keys.ts';

/** The queues of the outbox that the identity provider uses. */
export const QUEUES: readonly string[] = [LOGOUT_QUEUE];

/** How many logins that have run out are ended in one transaction. */
const EXPIRED_AT_ONCE = 500;

/** What the identity provider is given: its stores, keys and neighbours. */
export type Parts = {
  issuer: string;
  cardComponentOrigin: string;
  cardTlsOrigin?: string | undefined;
  demo: boolean;
  trustedProxies: readonly string[];
  /** TLS proxies whose `Client-Cert` header counts (RFC 9440). */
  tlsProxies?: BlockList | undefined;
  /** Where clients with a TLS certificate reach us, if anywhere. */
  mtlsUrl?: string | undefined;
  secrets: {
    cookie: Uint8Array;
    subject: Uint8Array;
    identity: Uint8Array;
    identityIndex: Uint8Array;
    signing: Uint8Array;
  };
  keys: KeyRing;
  signing: SigningSettings;
  database: Database;
  /** Not yet started: its workers are registered here. */
  outbox: Outbox;
  kv: KeyValue;
  clock: Clock;
  ids: Ids;
  log: Logger;
  register: () => RegisterView;
  registerReady: () => boolean;
  trust: TrustedNow;
  lists: RevocationLists;
  online: OnlineStatus;
  registry: CivilRegistry;
  guardians: GuardianRegistry;
  /** How long a recovery waits for an objection. */
  coolingSeconds: number;
  /** What is known of models of authenticators. */
  metadata: AuthenticatorMetadata;
};

export type Composed = {
  app: AppInstance;
  /** Holds all cards in use against the newest revocation lists; gives how many changed. */
  applyRevocations(): Promise<number>;
  /** Asks the OCSP responders about the cards in use; gives how many were stopped. */
  applyOnlineStatus(): Promise<number>;
  /** Ends logins that have run out, or whose card has, and suspends such a card's passkeys; gives how many sessions ended. */
  endExpiredLogins(): Promise<number>;
  /** Ends the provider's sessions that are still due to end, as after a crash; gives how many it ended. */
  endDueSessions(): Promise<number>;
  /** Ends the mandates that have passed their time. */
  endDueMandates(): Promise<void>;
  /** Takes over the set of signing keys as it is now, without a restart; true when it had changed. */
  followSigningKeys(): Promise<boolean>;
  signing: SigningKeys;
};

/** Puts the adapters under the domain and the app on top. Reads no environment and opens no port. */
export async function compose(parts: Parts): Promise<Composed> {
  const { database, kv, clock, ids, log, register, issuer, keys } = parts;
  const origin = new URL(issuer).origin;
  const tools = { clock, ids, tellParties: createTellParties(parts.outbox, register) };
  const vault = createIdentityVault({ seal: parts.secrets.identity, index: parts.secrets.identityIndex });
  const audit = createAudit(database, tools);
  const persons = createPersonStore(database, { vault, ...tools });
  const civil = createCivilRecords(database, { vault, ...tools });
  const logins = createLoginStore(database, tools);
  const challenges = createChallenges(kv, ids);
  const subjectOf = createPairwiseSubject(parts.secrets.subject);
  const mandates = createMandateStore(database, { vault, ...tools });
  const delegations = createDelegations({ mandates, subjectOf, register });
  const signing = openSigningKeys({ ...parts.signing, database, secret: parts.secrets.signing, clock, ids });
  await signing.rotation.ensure(signing.material.keep('ES256', keys.signing.privateJwk));
  let signingNow = await signing.read();
  const provider = createProvider({
    issuer,
    demo: parts.demo,
    jwks: signingNow.jwks,
    algorithms: parts.signing.algorithms,
    kv,
    log,
    register,
    cookieSecret: parts.secrets.cookie,
    persons,
    logins,
    clock,
    trust: parts.trust,
    revocation: parts.lists,
    mtlsUrl: parts.mtlsUrl,
    subjectOf,
    delegations,
    pages: createProtocolPages({ demo: parts.demo }),
    devicePages: createDevicePages({ demo: parts.demo, register, langOf }),
  });
  const notifier = useBackChannelLogout(provider, {
    register,
    clock,
    tell: (party) => database.transaction((tx) => tools.tellParties(tx, [party])),
    principalOf: async (grantId, actorId, clientId) =>
      (await mandates.ofGrant(grantId, actorId, clientId))?.principalId,
  });
  workLogouts(parts.outbox, notifier, log);
  const providerSessions = createSessionEnding({
    sessions: createProviderSessions(provider, kv),
    ending: createEndingSessions(database),
    log,
  });
  const grants = createGrantEnding(provider, kv);
  const pages: PageServices = {
    provider,
    handOver: createHandOver(provider, {
      secret: parts.secrets.cookie,
      https: issuer.startsWith('https:'),
      now: () => clock.now(),
    }),
    register,
    clock,
    ids,
    https: issuer.startsWith('https:'),
    log,
    logins,
    providerSessions,
    acquaintances: createAcquaintances(database),
    mandate: {
      mandates,
      grants,
      persons,
      register,
      ids,
      registry: parts.guardians,
      tries: createMandateTries(kv),
    },
    notices: createNotices(database, tools),
    cardComponentOrigin: parts.cardComponentOrigin,
    cardTlsOrigin: parts.cardTlsOrigin,
    coolingHours: parts.coolingSeconds / 3600,
    card: {
      origin,
      challenges,
      handoff: createTlsHandoff(kv, ids),
      trust: parts.trust,
      revocation: parts.lists,
      online: parts.online,
      registry: parts.registry,
      attempts: createCardAttempts(kv),
      persons,
      civil,
      sessions: providerSessions,
      audit,
    },
    passkey: {
      challenges,
      webauthn: createWebauthn({ origin, name: '信路 Xinlu' }),
      metadata: parts.metadata,
      passkeys: createPasskeyStore(database, { ...tools, coolingSeconds: parts.coolingSeconds }),
      recoveries: createRecoveries(database, tools),
      sessions: providerSessions,
      revocation: parts.lists,
      persons,
      audit,
      notices: createNotices(database, tools),
    },
    counter: {
      persons,
      revocation: parts.lists,
      register,
      civil,
      registry: parts.registry,
      sessions: providerSessions,
      counter: createCounterStore(database, { vault, ...tools }),
      codes: createCounterCodes(parts.secrets.cookie, ids),
      triesOfBrowser: createRateLimit(kv, 'counter-browser', 10, 900),
      triesOfSource: createRateLimit(kv, 'counter-source', 30, 900),
    },
  };
  const personOfToken = createPersonOfToken(provider, logins, delegations);
  const app = await buildApp({
    issuer,
    demo: parts.demo,
    trustedProxies: parts.trustedProxies,
    tlsProxies: parts.tlsProxies,
    cookieSecret: parts.secrets.cookie,
    kv,
    ids,
    ready: async () => ({
      database: await database.one('SELECT 1').then(Boolean, () => false),
      store: await kv.healthy(),
      register: parts.registerReady(),
      revocationLists: parts.lists.fresh(),
    }),
    measures: revocationMeasures(() => parts.lists.status()),
    protocolPaths: PROVIDER_PATHS,
    userCodePath: DEVICE_PATH,
    pages,
    civil: { records: civil, sessions: providerSessions },
    envelopes: {
      grants: createEnvelopeGrantStore(database, tools),
      personOfToken,
      persons,
      mandates: pages.mandate,
      register,
      keys,
      issuer,
      clock,
      ids,
      audit,
    },
    confirmation: {
      confirmations: createConfirmations(kv),
      passkey: pages.passkey,
      personOfToken,
      subjectOf,
      register,
      keys,
      issuer,
      ids,
    },
  });
  const revocation = createCardRevocation(database, tools);
  return {
    app,
    applyRevocations: createApplyRevocations({
      certificates: createRevocableCertificates(database, { clock }),
      revocation,
      sessions: providerSessions,
      lists: parts.lists,
      clock,
    }),
    applyOnlineStatus: () =>
      applyOnlineStatus({
        online: parts.online,
        inUse: createCertificatesInUse(database, { vault, clock }),
        revocation,
        sessions: providerSessions,
      }),
    async endExpiredLogins() {
      await revocation.expire(EXPIRED_AT_ONCE);
      const sessions = await logins.endExpired(EXPIRED_AT_ONCE);
      await providerSessions.end(sessions);
      return sessions.length;
    },
    endDueSessions: providerSessions.endDue,
    signing,
    async followSigningKeys() {
      const read = await signing.read();
      if (read.version === signingNow.version) return false;
      replaceKeys(provider, read.jwks);
      signingNow = read;
      log.info({ keys: read.jwks.keys.length }, 'signing-keys-changed');
      return true;
    },
    endDueMandates: async () => grants.end(await mandates.endDue()),
  };
}
