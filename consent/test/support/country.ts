import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo, BlockList } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@xinlu/common/clock';
import { listen } from '@xinlu/common/http';
import { signedFetch } from '@xinlu/common/http-signature';
import { systemIds } from '@xinlu/common/ids';
import type { KeyRing } from '@xinlu/common/keys';
import { createKeyValue, type KeyValue } from '@xinlu/common/kv';
import { createLogger } from '@xinlu/common/log';
import { createOidcClient, type LoginResult } from '@xinlu/common/oidc-client';
import { createOutbox } from '@xinlu/common/outbox';
import { type Database, migrate } from '@xinlu/common/sql';
import { fakeRegister, makeKeys, testDatabase, testKeyValues } from '@xinlu/common/testing';
import type { Participant } from '@xinlu/common/wire';
import { createMyData, type MyData } from '@xinlu/rp-kit';
import { readCatalogue } from '../../src/adapters/catalogue-files.ts';
import { createIdentityProvider } from '../../src/adapters/identity-provider-http.ts';
import { createProviderConnector } from '../../src/adapters/provider-connector-http.ts';
import { type Composed, compose, QUEUES } from '../../src/compose.ts';
import { createHintVerifier } from '../../src/http/oauth/hint.ts';
import { type Income, openAgencies, PROVIDER_IDS, PROVIDERS } from './agencies.ts';
import type { Browser } from './browser.ts';
import { startFakeIdp } from './fake-idp.ts';
import { fakeLedger } from './fake-ledger.ts';

export async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

export { SECRETS } from './agencies.ts';

export type Country = Awaited<ReturnType<typeof startCountry>>;

/** A broker with its database, an identity provider, three agencies and two relying parties, all over real HTTP. */
export async function startCountry(
  options: {
    kv?: 'postgres' | 'redis';
    /** Another short-lived store, one that further processes can share. */
    openKv?: (database: Database) => Promise<KeyValue>;
    /** Another database than a fresh one in the tests' cluster. */
    openDatabase?: () => Promise<Database>;
    /** The agencies' connectors run in a process of their own, which the caller starts. */
    agenciesElsewhere?: true;
    /** Whose word on client certificates is believed. */
    tlsProxies?: BlockList;
    /** The tax agency gives income as a stream of records. */
    income?: Income;
  } = {},
) {
  const ids = ['idp', 'consent', 'school', 'bank', 'household', 'welfare', 'tax', 'admin'] as const;
  const keys = Object.fromEntries(
    await Promise.all(ids.map(async (id) => [id, await makeKeys()] as const)),
  ) as Record<(typeof ids)[number], KeyRing>;
  const ports = Object.fromEntries(
    await Promise.all(ids.map(async (id) => [id, await freePort()] as const)),
  ) as Record<(typeof ids)[number], number>;
  const url = (id: (typeof ids)[number]) => `http://localhost:${ports[id]}`;
  const party = (id: (typeof ids)[number], rest: Partial<Participant>): Participant => ({
    id,
    name: {
      'zh-TW':
        {
          school: '信路高級中學',
          bank: '信民商業銀行',
          household: '內政部戶政司',
          welfare: '信路市政府社會局',
          tax: '財政部財政資訊中心',
        }[id as 'school'] ?? id,
      en: id,
    },
    oid: `2.16.886.101.99999.${ids.indexOf(id) + 1}`,
    kind: id === 'bank' ? 'private' : 'government',
    roles: ['rp'],
    keys: keys[id].publicJwks.keys,
    homepage: url(id),
    validFrom: '2020-01-01T00:00:00Z',
    ...rest,
  });
  const relyingParty = (id: (typeof ids)[number], purposes: string[]) => ({
    sector: `${id}.xinlu.test`,
    redirectUris: [`${url(id)}/login/callback`],
    postLogoutRedirectUris: [],
    profile: 'fapi2' as const,
    minimumAcr: 'substantial' as const,
    consentRedirectUris: purposes.length > 0 ? [`${url(id)}/consent/callback`] : [],
    purposes,
  });
  const delegation = {
    kinds: ['guardian' as const, 'representative' as const],
    actions: [{ code: 'tuition-waiver', name: { 'zh-TW': '學雜費減免', en: 'Tuition waiver' } }],
  };
  const participants = [
    party('idp', { roles: ['identity-provider'] }),
    party('consent', {
      roles: ['broker', 'rp', 'submitter'],
      relyingParty: { ...relyingParty('consent', []), delegation },
    }),
    party('school', { relyingParty: relyingParty('school', ['tuition-waiver', 'residence-check']) }),
    party('bank', { relyingParty: relyingParty('bank', ['credit-card-application']) }),
    party('admin', { roles: ['register'] }),
    ...PROVIDER_IDS.map((id) =>
      party(id, {
        roles: ['provider'],
        provider: { endpoint: url(id), datasets: [PROVIDERS[id]] },
      }),
    ),
  ];
  const { view } = await fakeRegister(participants);
  const register = () => view;
  const idp = startFakeIdp({ issuer: url('idp'), keys: keys.idp, register });
  await new Promise<void>((resolve) => idp.server.listen(ports.idp, '127.0.0.1', resolve));

  const lines: string[] = [];
  const log = createLogger({
    name: 'consent',
    level: 'debug',
    destination: { write: (line) => void lines.push(line) },
  });
  const database: Database = await (options.openDatabase ?? testDatabase)();
  await migrate(database, new URL('../../migrations/', import.meta.url));
  const stores = await testKeyValues();
  const chosen = stores.find((store) => store.name === (options.kv ?? 'postgres')) ?? stores[0];
  const kv: KeyValue =
    (await options.openKv?.(database)) ??
    chosen?.kv ??
    (await createKeyValue({ database, prefix: 'consent' }));
  const durableKv = await createKeyValue({ database, prefix: 'durable' });
  const outbox = createOutbox({ databaseUrl: database.url, queues: QUEUES, log });
  const { state: ledgerState, ledger } = fakeLedger();
  const catalogue = await readCatalogue(new URL('../../catalogue/', import.meta.url));
  const deps = {
    publicUrl: url('consent'),
    participantId: 'consent',
    keys: keys.consent,
    cookieSecret: systemIds.bytes(32),
    saltSecret: systemIds.bytes(32),
    catalogue,
    register,
    database,
    kv,
    durableKv,
    outbox,
    login: createOidcClient({
      issuer: url('idp'),
      clientId: 'consent',
      keys: keys.consent,
      redirectUri: `${url('consent')}/login/callback`,
      scope: 'openid',
      allowHttp: true,
    }),
    idpIssuer: url('idp'),
    verifyHint: createHintVerifier({ issuer: url('idp'), clock: systemClock }),
    identity: createIdentityProvider({ issuer: url('idp'), send: signedFetch({ keys: keys.consent }) }),
    connector: createProviderConnector({ register, keys: keys.consent, timeoutMilliseconds: 10_000 }),
    ledger,
    clock: systemClock,
    ids: systemIds,
    log,
    demo: true,
    requestsPerMinute: 1_000_000,
    tlsProxies: options.tlsProxies,
    ready: async () => ({ database: true }),
  };
  const consent: Composed = await compose(deps);
  await outbox.start();
  await listen(consent.app, { host: '127.0.0.1', port: ports.consent });

  const gatewayUrl = `${url('consent')}/gateway/release`;
  const connectorLines: string[] = [];
  const connectorLog = createLogger({
    name: 'connector',
    level: 'debug',
    destination: { write: (line) => void connectorLines.push(line) },
  });
  const releases = mkdtempSync(join(tmpdir(), 'xinlu-releases-'));
  const agencies =
    options.agenciesElsewhere === true
      ? []
      : await openAgencies({
          ports,
          keys,
          register,
          kv: durableKv,
          log: connectorLog,
          gatewayUrl,
          catalogue,
          folder: releases,
          income: options.income,
        });

  const myData = (id: 'school' | 'bank', rest: { keys?: KeyRing; fetch?: typeof fetch } = {}): MyData =>
    createMyData({
      issuer: url('consent'),
      clientId: id,
      keys: rest.keys ?? keys[id],
      redirectUri: `${url(id)}/consent/callback`,
      register,
      allowHttp: true,
      ...(rest.fetch === undefined ? {} : { fetch: rest.fetch }),
    });

  /** Logs the browser in at a relying party, as its own server would. */
  async function loginAt(id: 'school' | 'bank', browser: Browser): Promise<LoginResult> {
    const client = createOidcClient({
      issuer: url('idp'),
      clientId: id,
      keys: keys[id],
      redirectUri: `${url(id)}/login/callback`,
      scope: 'openid',
      allowHttp: true,
    });
    const { url: start, pending } = await client.begin();
    const end = await browser.follow(start, /\/login\/callback/);
    return client.complete(new URL(end.url), pending);
  }

  return {
    keys,
    ports,
    url,
    /** Where the agencies record what they released, a folder each. */
    releases,
    view,
    idp,
    database,
    kv,
    durableKv,
    consent,
    deps,
    ledgerState,
    lines,
    connectorLines,
    gatewayUrl,
    myData,
    loginAt,
    async close() {
      await Promise.all([consent.app.close(), ...agencies.map((app) => app.close())]);
      idp.server.closeAllConnections();
      await new Promise((resolve) => idp.server.close(resolve));
      await outbox.stop();
      await durableKv.close();
      for (const store of stores) await store.close();
      await database.close();
      rmSync(releases, { recursive: true, force: true });
    },
  };
}
