import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Hex } from '@xinlu/common/canonical';
import { systemClock } from '@xinlu/common/clock';
import type { AppInstance } from '@xinlu/common/http';
import { systemIds } from '@xinlu/common/ids';
import type { KeyRing } from '@xinlu/common/keys';
import { createPostgresKeyValue, type KeyValue } from '@xinlu/common/kv';
import { createLogger, type Logger } from '@xinlu/common/log';
import type { OidcClient } from '@xinlu/common/oidc-client';
import { createOutbox, type Outbox } from '@xinlu/common/outbox';
import { type Database, migrate } from '@xinlu/common/sql';
import { makeKeys, testDatabase } from '@xinlu/common/testing';
import { type Genesis, type Participant, servedIdTokenAlgorithms } from '@xinlu/common/wire';
import { createDecisionSigner, createSnapshotSigner } from '../src/adapters/signers.ts';
import { createPostgresStore, ENTRY_QUEUE } from '../src/adapters/store/store-postgres.ts';
import { buildApp } from '../src/app.ts';
import type { RegisterDeps } from '../src/domain/actions/deps.ts';
import { foundRegister } from '../src/domain/actions/found-register.ts';
import type { ConsentNumbers, LedgerNumbers } from '../src/domain/overview.ts';
import { createVersionMaker } from '../src/domain/snapshot.ts';
import type { Source, SourceReport } from '../src/domain/sources.ts';

export const ISSUER = 'http://localhost/idp';
export const PUBLIC_URL = 'http://localhost:4004';

export type Participants = { genesis: Genesis; codes: string[] };

/** A relying party as an organisation would apply, with fresh keys. */
export async function makeParticipant(id: string, changes: Partial<Participant> = {}): Promise<Participant> {
  const keys = await makeKeys();
  return {
    id,
    name: { 'zh-TW': `示範機關 ${id}`, en: `Agency ${id}` },
    oid: `2.16.886.101.99999.${[...Buffer.from(id)].join('.')}`,
    kind: 'government',
    roles: ['rp'],
    keys: keys.publicJwks.keys,
    homepage: `https://${id}.example.tw`,
    relyingParty: {
      sector: `${id}.example.tw`,
      redirectUris: [`https://${id}.example.tw/login/callback`],
      postLogoutRedirectUris: [],
      profile: 'fapi2',
      minimumAcr: 'substantial',
      consentRedirectUris: [],
      purposes: [],
    },
    validFrom: '2026-01-01T00:00:00.000Z',
    ...changes,
  };
}

/** A genesis with an IdP, the register and so many operators; `codes` are their one-time codes. */
export async function makeGenesis(operators = 3): Promise<Participants> {
  const service = async (id: string, role: 'identity-provider' | 'register') => {
    const { relyingParty: _none, ...rest } = await makeParticipant(id);
    return { ...rest, roles: [role] } satisfies Participant;
  };
  const codes = Array.from({ length: operators }, (_, index) => `ABCDE-FGHJK-MNPQR-${String(index + 22222)}`);
  return {
    codes,
    genesis: {
      participants: [await service('idp', 'identity-provider'), await service('admin', 'register')],
      operators: codes.map((code, index) => ({
        name: `營運人員 ${index + 1}`,
        enrolmentCodeSha256: sha256Hex(code),
      })),
    },
  };
}

/** An identity provider that lets in whoever `code` names, at the level that `acr` names. */
function fakeOidc(): OidcClient {
  const unused = () => Promise.reject(new Error('not used here'));
  return {
    begin: async () => ({ url: `${ISSUER}/authorize`, pending: 'pending' }),
    complete: async (currentUrl) => ({
      claims: {
        iss: ISSUER,
        sub: currentUrl.searchParams.get('code') ?? '',
        aud: 'admin',
        iat: 1_700_000_000,
        exp: 2_000_000_000,
        auth_time: 1_700_000_000,
        acr: currentUrl.searchParams.get('acr') ?? 'substantial',
      },
      idToken: 'id-token',
      accessToken: 'access-token',
      tokens: { access_token: 'access-token', token_type: 'bearer' },
      dpopKey: '{}',
    }),
    refresh: unused,
    ownToken: unused,
    protectedFetch: unused,
    logoutUrl: async (_idToken, returnTo) => `${ISSUER}/logout?to=${encodeURIComponent(returnTo)}`,
  };
}

export function fixedSource<T>(report: SourceReport<T>): Source<T> {
  return { report: () => report, start: () => undefined, stop: () => undefined };
}

export type Visitor = {
  cookie: string;
  csrfToken: string;
  get(
    path: string,
  ): Promise<{ status: number; body: Record<string, unknown>; headers: Record<string, unknown> }>;
  post(path: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }>;
};

export type TestAdmin = {
  app: AppInstance;
  database: Database;
  outbox: Outbox;
  kv: KeyValue;
  register: RegisterDeps;
  registerKeys: KeyRing;
  genesis: Genesis;
  codes: string[];
  /** Somebody who is logged in at the IdP, operator or not. */
  login(subject: string): Promise<Visitor>;
  /** The operator of the given number, enrolled. */
  operator(index: number): Promise<Visitor>;
  close(): Promise<void>;
};

export type TestAdminOptions = {
  operators?: number;
  publicUrl?: string;
  demo?: boolean;
  console?: { page: string; assets: string; nonceMark: string };
  sources?: { consent: SourceReport<ConsentNumbers>; ledger: SourceReport<LedgerNumbers> };
  founding?: Participants;
  /** Leaves the register empty. */
  unfounded?: boolean;
  log?: Logger;
};

const silent = { value: null, at: null, unreachableSince: new Date('2026-11-21T00:00:00Z') };

async function emptyConsole() {
  const assets = await mkdtemp(join(tmpdir(), 'xinlu-console-'));
  await writeFile(join(assets, 'app.js'), '');
  return {
    page: '<!doctype html><meta name="csp-nonce" content="__NONCE__">',
    assets,
    nonceMark: '__NONCE__',
  };
}

/** The whole service on a fresh database, with an IdP that believes everybody. */
export async function startAdmin(options: TestAdminOptions = {}): Promise<TestAdmin> {
  const database = await testDatabase();
  const log = options.log ?? createLogger({ name: 'test', level: 'silent' });
  await migrate(database, new URL('../src/migrations/', import.meta.url));
  await migrate(database, new URL('../../common/src/kv/migrations/', import.meta.url), 'key-value');
  const kv = createPostgresKeyValue(database, 'admin');
  const outbox = createOutbox({ databaseUrl: database.url, queues: [ENTRY_QUEUE], log });
  await outbox.start();
  const registerKeys = await makeKeys();
  const store = createPostgresStore(database, outbox);
  const register: RegisterDeps = {
    store,
    makeVersion: createVersionMaker({
      issuer: PUBLIC_URL,
      sign: createSnapshotSigner(registerKeys),
      clock: systemClock,
      ids: systemIds,
    }),
    signDecision: createDecisionSigner(await makeKeys()),
    issuer: 'admin',
    clock: systemClock,
    ids: systemIds,
    demo: options.demo ?? false,
    roots: [],
    idTokenAlgorithms: servedIdTokenAlgorithms(false),
  };
  const { genesis, codes } = options.founding ?? (await makeGenesis(options.operators));
  if (options.unfounded !== true) await foundRegister(register, async () => genesis);
  const sources = options.sources ?? { consent: silent, ledger: silent };
  const app = await buildApp({
    register,
    oidc: fakeOidc(),
    idp: { issuer: ISSUER, clientId: 'admin' },
    sources: { consent: fixedSource(sources.consent), ledger: fixedSource(sources.ledger) },
    kv,
    log,
    publicUrl: options.publicUrl ?? PUBLIC_URL,
    cookieSecret: systemIds.bytes(32),
    trustedProxies: [],
    console: options.console ?? (await emptyConsole()),
    ready: async () => ({ database: true }),
    requestsPerMinute: 1_000_000,
  });
  const login = (subject: string) => logIn(app, subject);
  return {
    app,
    database,
    outbox,
    kv,
    register,
    registerKeys,
    genesis,
    codes,
    login,
    async operator(index) {
      const visitor = await login(`operator-${index}`);
      const { body } = await visitor.get('/api/session');
      if (body['operator'] === null) await visitor.post('/api/enrolment', { code: codes[index] });
      return login(`operator-${index}`);
    },
    async close() {
      await app.close();
      await outbox.stop();
      await kv.close();
      await database.close();
    },
  };
}

function cookieOf(headers: Record<string, unknown>): string {
  const list = [headers['set-cookie']].flat().map(String);
  return list.map((line) => line.split(';')[0]).at(-1) ?? '';
}

async function logIn(app: AppInstance, subject: string): Promise<Visitor> {
  const begun = await app.inject({ method: 'GET', url: '/login' });
  const done = await app.inject({
    method: 'GET',
    url: `/login/callback?code=${encodeURIComponent(subject)}`,
    headers: { cookie: cookieOf(begun.headers) },
  });
  return visitorOf(app, cookieOf(done.headers));
}

async function visitorOf(app: AppInstance, cookie: string): Promise<Visitor> {
  const session = await app.inject({ method: 'GET', url: '/api/session', headers: { cookie } });
  const csrfToken = String(session.json()['csrfToken']);
  return {
    cookie,
    csrfToken,
    async get(path) {
      const answer = await app.inject({ method: 'GET', url: path, headers: { cookie } });
      return { status: answer.statusCode, body: answer.json(), headers: answer.headers };
    },
    async post(path, body = {}) {
      const answer = await app.inject({
        method: 'POST',
        url: path,
        headers: { cookie, 'x-csrf-token': csrfToken, 'content-type': 'application/json' },
        payload: JSON.stringify(body),
      });
      return { status: answer.statusCode, body: answer.json() };
    },
  };
}
