import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { BlockList } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { type FrozenClock, systemClock } from '@xinlu/common/clock';
import { retryable } from '@xinlu/common/errors';
import { listen } from '@xinlu/common/http';
import { systemIds } from '@xinlu/common/ids';
import type { KeyRing } from '@xinlu/common/keys';
import { createPostgresKeyValue, createRedisKeyValue, type KeyValue } from '@xinlu/common/kv';
import { createLogger, type Logger } from '@xinlu/common/log';
import { createOutbox } from '@xinlu/common/outbox';
import { type Database, migrate } from '@xinlu/common/sql';
import { fakeRegister, makeKeys, testDatabase } from '@xinlu/common/testing';
import type { IdTokenAlgorithm, Participant } from '@xinlu/common/wire';
import { createClient } from 'redis';
import { readCardTrust } from '../../src/adapters/card-trust-file.ts';
import { followCardTrust } from '../../src/adapters/card-trust-register.ts';
import { NO_METADATA } from '../../src/adapters/metadata-file.ts';
import { createRevocationLists, type RevocationLists } from '../../src/adapters/revocation-lists.ts';
import { type Composed, compose, QUEUES } from '../../src/compose.ts';
import type { OnlineAnswer } from '../../src/domain/card/online-status.ts';
import type { CivilRegistry } from '../../src/domain/card/ports.ts';
import type { GuardianRegistry } from '../../src/domain/mandate/guardianship.ts';
import type { AuthenticatorMetadata } from '../../src/domain/passkey/metadata.ts';
import { SCHEDULE } from '../../src/domain/signing-keys/schedule.ts';
import {
  type Attributes,
  type Authority,
  type Card,
  fingerprint,
  makeAuthority,
  makeCard,
  makeCrl,
  makeRoot,
} from './cards.ts';

/** Invented; the check digits hold. `namesake` shares the last four with `lin`. */
export const NATIONAL_ID = { lin: 'A298713406', chen: 'F190462852', namesake: 'B200143406' };

export type World = {
  url: string;
  composed: Composed;
  database: Database;
  kv: KeyValue;
  register: {
    participants: Participant[];
    change(participants: Participant[]): Promise<void>;
    /** Adds a party, or puts it in the place of the one of its id. */
    admit(participant: Participant): Promise<void>;
  };
  keys: Record<'registry' | 'idp' | 'school' | 'bank' | 'broker' | 'household', KeyRing>;
  authorities: Record<'root' | 'rsa' | 'ec' | 'health' | 'company' | 'agency' | 'stranger', Authority>;
  /** Which national ID each card serial was given to. */
  given: Map<string, { nationalId: string; state: 'living' | 'deceased' }>;
  /** Whose guardian the registry confirms, by the ward's national ID. */
  wards: Map<string, { guardian: string; name: string; until?: Date }>;
  /** Whom the civil registry knows, by national ID. */
  people: Map<string, { name: string; state: 'living' | 'deceased' }>;
  registryAway: { value: boolean };
  crls: Map<string, Buffer | undefined>;
  lists: RevocationLists;
  /** What the OCSP responders say of a serial; `good` unless told. */
  online: Map<string, OnlineAnswer>;
  issue(options: {
    nationalId: string;
    name: string;
    kind?: 'rsa' | 'ec';
    notAfter?: Date;
    authority?: Authority;
  }): Promise<Card>;
  /** A card that names an organisation, or an agency. */
  issueTo(
    which: 'company' | 'agency',
    name: string,
    attributes: Pick<Attributes, 'businessNumber' | 'organisationOid'>,
  ): Promise<Card>;
  revoke(card: Card): Promise<void>;
  logLines: string[];
  close(): Promise<void>;
};

const NAMES: Readonly<Record<string, string>> = {
  school: '信路高級中學',
  bank: '信民商業銀行',
  broker: '我的資料平臺',
};

export function rp(
  id: string,
  keys: KeyRing,
  extra: Partial<NonNullable<Participant['relyingParty']>> = {},
  roles: Participant['roles'] = ['rp'],
): Participant {
  return {
    id,
    name: { 'zh-TW': NAMES[id] ?? id, en: `Agency ${id}` },
    oid: '2.16.886.101.1',
    kind: 'government',
    roles,
    keys: keys.publicJwks.keys,
    homepage: `https://${id}.example`,
    relyingParty: {
      sector: `${id}.example`,
      redirectUris: [`https://${id}.example/login/callback`],
      postLogoutRedirectUris: [`https://${id}.example/`],
      profile: 'fapi2',
      minimumAcr: 'low',
      consentRedirectUris: [],
      purposes: [],
      ...extra,
    },
    validFrom: '2020-01-01T00:00:00Z',
  };
}

export function participant(id: string, keys: KeyRing, roles: Participant['roles']): Participant {
  const { relyingParty, ...rest } = rp(id, keys, {}, roles);
  return roles.includes('provider')
    ? { ...rest, provider: { endpoint: `https://${id}.example`, datasets: ['household.members'] } }
    : rest;
}

/** A register entry of an authority whose cards let somebody in. */
export function certificateAuthority(
  id: string,
  number: number,
  entry: NonNullable<Participant['certificateAuthority']>,
): Participant {
  return {
    id: `ca-${id}`,
    name: { 'zh-TW': `憑證管理中心 ${id}`, en: `Authority ${id}` },
    oid: `2.16.886.101.2.${number}`,
    kind: 'government',
    roles: ['certificate-authority'],
    keys: [],
    homepage: `https://${id}.example`,
    certificateAuthority: entry,
    validFrom: '2020-01-01T00:00:00Z',
  };
}

export async function startWorld(
  options: {
    store?: 'postgres' | 'redis';
    clock?: FrozenClock;
    cardOrigin?: string;
    school?: string;
    issuer?: string;
    log?: Logger;
    /** Instead of a store of its own. */
    kv?: KeyValue;
    trustedProxies?: string[];
    tlsProxies?: BlockList;
    mtlsUrl?: string;
    cardTlsOrigin?: string;
    /** What ID tokens may be signed with; each needs a key, and RSA keys are slow to make. */
    algorithms?: IdTokenAlgorithm[];
    metadata?: (database: Database) => AuthenticatorMetadata;
  } = {},
): Promise<World> {
  const clock = options.clock ?? systemClock;
  const folder = await mkdtemp(join(tmpdir(), 'xinlu-idp-'));
  const database = await testDatabase();
  await migrate(database, new URL('../../src/migrations/', import.meta.url));
  await migrate(database, new URL('../../../common/src/kv/migrations/', import.meta.url), 'key-value');
  const kv = options.kv ?? (await openStore(options.store ?? 'postgres', database));

  const root = await makeRoot();
  const [rsa, ec, health, company, agency] = await Promise.all([
    makeAuthority(root, 'MOICA 3', 'rsa'),
    makeAuthority(root, 'MOICA 4', 'ec'),
    makeAuthority(root, 'HCA', 'ec'),
    makeAuthority(root, 'MOEACA', 'ec'),
    makeAuthority(root, 'GCA', 'ec'),
  ]);
  const strangerRoot = await makeRoot();
  const stranger = await makeAuthority(strangerRoot, 'MOICA 4', 'ec');
  const authorities = { root, rsa, ec, health, company, agency, stranger };

  const crls = new Map<string, Buffer | undefined>();
  for (const [name, authority] of Object.entries({ root, rsa, ec, health, company, agency }))
    crls.set(name, await makeCrl(authority, []));
  const der = (authority: Authority) => Buffer.from(authority.certificate.rawData).toString('base64');
  const file = readCardTrust({
    anchors: [der(root)],
    crls: [{ issuer: fingerprint(root.certificate), url: 'http://crl.test/root' }],
  });
  const identities = {
    rsa: 'citizen',
    ec: 'citizen',
    health: 'health-insured',
    company: 'organisation',
    agency: 'agency',
  } as const;
  const authorityEntries = Object.entries(identities).map(([name, identity], number) =>
    certificateAuthority(name, number, {
      certificate: der(authorities[name as keyof typeof identities]),
      identity,
      maximumAcr: identity === 'health-insured' ? 'low' : 'high',
      policies: ['2.16.886.101.0.3.3'],
      crls: [`http://crl.test/${name}`],
    }),
  );
  const logLines: string[] = [];
  const log =
    options.log ??
    createLogger({
      name: 'idp',
      level: 'trace',
      destination: new Writable({
        write(chunk, _encoding, done) {
          logLines.push(String(chunk));
          done();
        },
      }),
    });

  const keys = {
    registry: await makeKeys(),
    idp: await makeKeys(),
    school: await makeKeys(),
    bank: await makeKeys(),
    broker: await makeKeys(),
    household: await makeKeys(),
  };
  const participants = [
    participant('idp', keys.idp, ['identity-provider']),
    participant('civil-registry', keys.registry, ['civil-registry']),
    rp('school', keys.school, options.school === undefined ? {} : { redirectUris: [options.school] }),
    rp('bank', keys.bank, { profile: 'basic' }),
    rp('broker', keys.broker, {}, ['rp', 'broker']),
    participant('household', keys.household, ['provider']),
    ...authorityEntries,
  ];
  let view = (await fakeRegister(participants, { clock })).view;

  const trusted = followCardTrust({ file, register: () => view, clock, log });
  const lists = createRevocationLists({
    trusted,
    folder,
    clock,
    log,
    refreshSeconds: 3600,
    fetch: (async (input: string) => {
      const crl = crls.get(new URL(input).pathname.slice(1));
      return crl === undefined ? new Response('away', { status: 503 }) : new Response(new Uint8Array(crl));
    }) as typeof fetch,
  });
  await lists.start();

  const given: World['given'] = new Map();
  const online: World['online'] = new Map();
  const registryAway = { value: false };
  const people: World['people'] = new Map([
    [NATIONAL_ID.lin, { name: '林怡君', state: 'living' }],
    [NATIONAL_ID.chen, { name: '陳志明', state: 'living' }],
    [NATIONAL_ID.namesake, { name: '林怡君', state: 'living' }],
  ]);
  const registry: CivilRegistry = {
    async confirm({ serial, claimedNationalId }) {
      if (registryAway.value) throw retryable('registry-unavailable', 'away');
      const holder = given.get(serial);
      return holder?.nationalId === claimedNationalId
        ? { confirmed: true, state: holder.state }
        : { confirmed: false };
    },
    async confirmPapers({ claimedNationalId, claimedName }) {
      if (registryAway.value) throw retryable('registry-unavailable', 'away');
      const known = people.get(claimedNationalId);
      return known?.name === claimedName ? { confirmed: true, state: known.state } : { confirmed: false };
    },
  };
  const wards: World['wards'] = new Map();
  const guardians: GuardianRegistry = {
    async guardianship({ guardian, ward }) {
      if (registryAway.value) throw retryable('registry-unavailable', 'away');
      const known = wards.get(ward);
      return known?.guardian === guardian
        ? {
            confirmed: true,
            wardName: known.name,
            ...(known.until === undefined ? {} : { until: known.until }),
          }
        : { confirmed: false };
    },
  };
  // The address must be known before the app is built: take a free port first.
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const outbox = createOutbox({ databaseUrl: database.url, queues: QUEUES, log });
  const composed = await compose({
    issuer: options.issuer ?? url,
    cardComponentOrigin: options.cardOrigin ?? 'http://localhost:61161',
    demo: true,
    trustedProxies: options.trustedProxies ?? [],
    tlsProxies: options.tlsProxies,
    mtlsUrl: options.mtlsUrl,
    cardTlsOrigin: options.cardTlsOrigin,
    secrets: {
      cookie: randomBytes(32),
      subject: Buffer.alloc(32, 1),
      identity: Buffer.alloc(32, 2),
      identityIndex: Buffer.alloc(32, 3),
      signing: Buffer.alloc(32, 4),
    },
    keys: keys.idp,
    signing: { algorithms: options.algorithms ?? ['ES256'], schedule: SCHEDULE },
    database,
    outbox,
    kv,
    clock,
    ids: systemIds,
    log,
    register: () => view,
    registerReady: () => true,
    trust: () => trusted.current().trust,
    lists,
    online: {
      authorities: () => trusted.current().trust.authorities.flatMap(({ ca, ocsp }) => (ocsp ? [ca] : [])),
      ask: async (_authority, { serial }) => online.get(serial) ?? 'good',
    },
    registry,
    guardians,
    coolingSeconds: 72 * 3600,
    metadata: options.metadata?.(database) ?? NO_METADATA,
  });
  await outbox.start();
  await listen(composed.app, { host: '127.0.0.1', port });

  return {
    url,
    composed,
    database,
    kv,
    register: {
      participants,
      async change(changed) {
        view = (await fakeRegister(changed, { clock, version: view.version + 1 })).view;
        await lists.follow();
      },
      async admit(one) {
        await this.change([...view.participants.filter(({ id }) => id !== one.id), one]);
      },
    },
    keys,
    authorities,
    given,
    online,
    wards,
    people,
    registryAway,
    crls,
    lists,
    async issue({ nationalId, authority = ec, ...card }) {
      const made = await makeCard(authority, { ...card, attributes: { lastFour: nationalId.slice(-4) } });
      given.set(made.serial, { nationalId, state: 'living' });
      return made;
    },
    issueTo: (which, name, attributes) => makeCard(authorities[which], { name, attributes }),
    async revoke(card) {
      crls.set('ec', await makeCrl(ec, [card.serial]));
      await lists.refresh();
    },
    logLines,
    async close() {
      await composed.app.close();
      await lists.stop();
      await outbox.stop();
      await kv.close();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function openStore(store: 'postgres' | 'redis', database: Database): Promise<KeyValue> {
  if (store === 'postgres') return createPostgresKeyValue(database, 'idp');
  const client = createClient({ url: process.env['TEST_REDIS_URL'] ?? '' });
  await client.connect();
  return createRedisKeyValue(
    client as unknown as Parameters<typeof createRedisKeyValue>[0],
    `idp-${randomBytes(6).toString('hex')}`,
  );
}

export async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
