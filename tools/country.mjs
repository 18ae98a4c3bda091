import { join, resolve } from 'node:path';
import { Fault } from './fault.mjs';
import { root } from './root.mjs';

/**
 * The embedded country on one page: its ports, its addresses, its services and what each is told.
 * The names of the variables are a contract with the services.
 */

/** Offsets from the first port of the block. The demo process serves the portal, the verifier page and +10..+25. */
const offsets = {
  portal: 0,
  idp: 1,
  consent: 2,
  ledger: 3,
  admin: 4,
  verifier: 5,
  chain: 6,
  postgres: 7,
  school: 10,
  bank: 11,
  'land-office': 12,
  household: 13,
  welfare: 14,
  tax: 15,
  'government-pki': 16,
  'civil-registry': 17,
  library: 18,
  land: 19,
  vehicle: 20,
  business: 21,
  'health-insurance': 22,
  'labour-insurance': 23,
  energy: 24,
  'district-office': 25,
  'witness-1': 30,
  'witness-2': 31,
  'witness-3': 32,
};

/** What holds each port, in words. */
export const portNames = {
  portal: ['入口網站', 'portal'],
  idp: ['身分登入', 'identity provider'],
  consent: ['同意平臺', 'consent broker'],
  ledger: ['存證紀錄', 'ledger'],
  admin: ['參與者登記', 'participant register'],
  verifier: ['驗證網頁', 'verifier page'],
  chain: ['區塊鏈節點', 'chain node'],
  postgres: ['資料庫 PostgreSQL', 'PostgreSQL'],
  school: ['示範學校', 'demo school'],
  bank: ['示範銀行', 'demo bank'],
  'land-office': ['示範地政事務所', 'demo land office'],
  household: ['示範戶政', 'demo household registry'],
  welfare: ['示範社政', 'demo welfare agency'],
  tax: ['示範稅務', 'demo tax agency'],
  'government-pki': ['示範憑證管理中心', 'demo government PKI'],
  'civil-registry': ['示範戶役政', 'demo civil registry'],
  library: ['示範圖書館', 'demo library'],
  'witness-1': ['示範見證單位一', 'demo witness 1'],
  'witness-2': ['示範見證單位二', 'demo witness 2'],
  'witness-3': ['示範見證單位三', 'demo witness 3'],
  land: ['示範地政', 'demo land administration'],
  vehicle: ['示範監理', 'demo motor vehicles office'],
  business: ['示範商工登記', 'demo business register'],
  'health-insurance': ['示範健保', 'demo health insurance'],
  'labour-insurance': ['示範勞保', 'demo labour insurance'],
  energy: ['示範電力公司', 'demo power company'],
  'district-office': ['示範區公所', 'demo district office'],
};

/** The demo country's witnesses, and how many of them must cosign a checkpoint. */
export const witnesses = { ids: ['witness-1', 'witness-2', 'witness-3'], quorum: 2 };

const blockSize = 50;

/** Who has keys of its own in the register, and which kinds. */
export const keyHolders = [
  { id: 'idp', encryption: true },
  { id: 'consent', encryption: true },
  { id: 'ledger', encryption: false },
  { id: 'admin', encryption: false },
];

/** Each has its database and a role of its own. */
export const databaseOwners = ['idp', 'consent', 'ledger', 'admin', 'demo'];

/**
 * Reads the launcher's own settings.
 * @param {Record<string, string | undefined>} env
 */
export function readSettings(env = process.env) {
  const base = readPort(env, 'XINLU_PORT', 4000, 65535 - blockSize + 1);
  return {
    data: resolve(env.INIT_CWD ?? process.cwd(), env.XINLU_DATA || join(root, '.data')),
    base,
    cardPort: readPort(env, 'XINLU_CARD_PORT', 61161, 65535),
    logLevel: env.LOG_LEVEL || 'info',
    redisUrl: env.REDIS_URL || undefined,
  };
}

function readPort(env, name, fallback, highest) {
  const text = env[name];
  if (text === undefined || text === '') return fallback;
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1024 && port <= highest) return port;
  throw new Fault(
    `${name} 必須是 1024 到 ${highest} 之間的整數，現在是「${text}」。`,
    `${name} must be a whole number from 1024 to ${highest}, not "${text}".`,
  );
}

/** Every port of the block that something will hold, by name. */
export function portsOf({ base }) {
  return Object.fromEntries(Object.entries(offsets).map(([name, offset]) => [name, base + offset]));
}

/** The public addresses, as `run.json` gives them. */
export function addressesOf(settings) {
  const ports = portsOf(settings);
  const at = (name) => `http://localhost:${ports[name]}`;
  return {
    portal: at('portal'),
    idp: at('idp'),
    consent: at('consent'),
    ledger: at('ledger'),
    admin: at('admin'),
    verifier: at('verifier'),
    chain: at('chain'),
  };
}

/** Where things stand in the data folder. */
export function placesOf({ data }) {
  const secrets = join(data, 'secrets');
  return {
    data,
    secrets,
    keys: join(secrets, 'keys'),
    anchorKey: join(secrets, 'keys', 'anchor.key'),
    logKey: join(secrets, 'keys', 'log.key'),
    witnessKey: (id) => join(secrets, 'keys', `${id}.key`),
    /** What the witnesses and the log know of one another: public keys and addresses. */
    witnessLogs: join(data, 'witness-logs.txt'),
    witnessPolicy: join(data, 'witnesses.json'),
    registerKeys: join(secrets, 'keys', 'register.jwks.json'),
    registerPublicKeys: join(secrets, 'keys', 'register.public.json'),
    logs: join(data, 'logs'),
    country: join(data, 'country'),
    anchor: join(data, 'anchor.json'),
    trust: join(data, 'trust.json'),
    runFile: join(data, 'run.json'),
  };
}

export const chainId = 31337;

/**
 * The services in the order of their addresses.
 * `needs` names the steps of the start that must be done before the service is started.
 * @param {ReturnType<typeof readSettings>} settings
 * @param {{ values: Record<string, string> }} secrets hex secrets by name
 */
export function servicesOf(settings, secrets) {
  const ports = portsOf(settings);
  const urls = addressesOf(settings);
  const places = placesOf(settings);
  const at = (name) => `http://localhost:${ports[name]}`;
  const secret = (name) => secrets.values[name];

  const shared = (id, port) => ({
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: `http://localhost:${port}`,
    DATABASE_URL: databaseUrl(settings, id, secret(`postgres-${id}`)),
    ...(settings.redisUrl ? { REDIS_URL: settings.redisUrl } : {}),
    DATA_DIR: join(places.data, id),
    PARTICIPANT_ID: id,
    KEYS_FILE: join(places.keys, `${id}.jwks.json`),
    REGISTER_URL: urls.admin,
    REGISTER_KEYS_FILE: places.registerPublicKeys,
    IDP_ISSUER: urls.idp,
    CONSENT_ISSUER: urls.consent,
    LEDGER_URL: urls.ledger,
    ADMIN_URL: urls.admin,
    VERIFIER_URL: urls.verifier,
    PORTAL_URL: urls.portal,
    COOKIE_SECRET: secret(`cookie-${id}`),
    LOG_LEVEL: settings.logLevel,
    DEMO: '1',
    XINLU_LIFELINE: 'stdin',
  });

  const service = (id, room, port, needs, env) => ({
    id,
    main: join(root, room, 'src', 'main.ts'),
    port,
    readyUrl: `http://127.0.0.1:${port}/ready`,
    needs,
    env: { ...shared(id, port), ...env },
  });

  return [
    service('demo', 'demo', ports.portal, ['databases', 'seed', 'builds'], {
      PORT_BASE: String(settings.base),
      CARD_PORT: String(settings.cardPort),
      COUNTRY_DIR: places.country,
      KEYS_DIR: places.keys,
      CIVIL_REGISTRY_URL: at('civil-registry'),
      CHAIN_RPC_URL: urls.chain,
      TRUST_FILE: places.trust,
    }),
    service('idp', 'idp', ports.idp, ['databases', 'seed'], {
      IDP_SUBJECT_SECRET: secret('idp-subject'),
      IDP_IDENTITY_SECRET: secret('idp-identity'),
      IDP_IDENTITY_INDEX_SECRET: secret('idp-identity-index'),
      IDP_SIGNING_SECRET: secret('idp-signing'),
      IDP_PKI_FILE: join(places.country, 'pki.json'),
      CIVIL_REGISTRY_URL: at('civil-registry'),
      CARD_COMPONENT_ORIGIN: `http://localhost:${settings.cardPort}`,
    }),
    service('consent', 'consent', ports.consent, ['databases', 'seed'], {
      CONSENT_SALT_SECRET: secret('consent-salt'),
    }),
    service('ledger', 'ledger', ports.ledger, ['databases', 'seed', 'builds', 'anchor'], {
      CHAIN_RPC_URL: urls.chain,
      CHAIN_ID: String(chainId),
      ANCHOR_KEY_FILE: places.anchorKey,
      ANCHOR_FILE: places.anchor,
      LOG_KEY_FILE: places.logKey,
      LOG_ORIGIN: logOriginOf(settings),
      WITNESS_FILE: places.witnessPolicy,
      TILES_DIR: join(places.data, 'ledger', 'tiles'),
      TRUST_FILE: places.trust,
    }),
    service('admin', 'admin', ports.admin, ['databases', 'seed', 'builds'], {
      REGISTER_SIGNING_KEYS_FILE: places.registerKeys,
      REGISTER_GENESIS_FILE: join(places.country, 'genesis.json'),
      PKI_ROOTS_FILE: join(places.country, 'pki.json'),
    }),
    ...witnessesOf(settings),
  ];
}

/** The first line of the log's checkpoints. */
export function logOriginOf(settings) {
  return `localhost:${portsOf(settings).ledger}/log`;
}

/** Name of a witness in its signatures. */
export function witnessNameOf(settings, id) {
  return `localhost:${portsOf(settings)[id]}/${id}`;
}

/** The witnesses: each a process of its own that shares nothing with the services but the log's public key. */
function witnessesOf(settings) {
  const ports = portsOf(settings);
  const places = placesOf(settings);
  return witnesses.ids.map((id) => ({
    id,
    main: join(root, 'ledger', 'witness', 'src', 'main.ts'),
    port: ports[id],
    readyUrl: `http://127.0.0.1:${ports[id]}/ready`,
    needs: [],
    env: {
      HOST: '127.0.0.1',
      PORT: String(ports[id]),
      DATA_DIR: join(places.data, id),
      WITNESS_NAME: witnessNameOf(settings, id),
      WITNESS_KEY_FILE: places.witnessKey(id),
      WITNESS_LOGS_FILE: places.witnessLogs,
      LOG_LEVEL: settings.logLevel,
      XINLU_LIFELINE: 'stdin',
    },
  }));
}

/** Address of one owner's database on the embedded PostgreSQL. */
export function databaseUrl(settings, owner, password) {
  return `postgres://${owner}:${password}@127.0.0.1:${portsOf(settings).postgres}/${owner}`;
}
