import {
  type ConfigOf,
  integer,
  optional,
  port,
  readConfig,
  type Setting,
  secret,
  serviceEnv,
  text,
  url,
  withDefault,
} from '@xinlu/common/config';

const seedSettings = { PORT_BASE: port(), COUNTRY_DIR: text(), KEYS_DIR: text() };

const { HOST, DATABASE_URL, REDIS_URL, DATA_DIR, REGISTER_URL, REGISTER_KEYS_FILE } = serviceEnv;

/** Cards, PINs and clerks' desks of this process are open to everybody: it serves only where that was said on purpose. */
const demonstration: Setting<true> = {
  read: (value) => {
    if (value !== '1') throw new Error('must be 1: the demo country serves nowhere else');
    return true;
  },
};

const serveSettings = {
  ...seedSettings,
  DEMO: demonstration,
  HOST,
  DATABASE_URL,
  REDIS_URL,
  DATA_DIR,
  REGISTER_URL,
  REGISTER_KEYS_FILE,
  COOKIE_SECRET: secret(),
  CARD_PORT: integer({ min: 1, max: 65_535, default: 61_161 }),
  IDP_ISSUER: url(),
  CONSENT_ISSUER: url(),
  LEDGER_URL: url(),
  ADMIN_URL: url(),
  /** Folder with the built verifier page; the one in `verifier/dist/page` unless told. */
  VERIFIER_PAGE_DIR: optional(text()),
  TRUST_FILE: optional(text()),
  CHAIN_RPC_URL: withDefault(optional(url()), undefined),
};

type Environment = Readonly<Record<string, string | undefined>>;

export type SeedConfig = ConfigOf<typeof seedSettings>;
export type ServeConfig = ConfigOf<typeof serveSettings>;

export const readSeedConfig = (env: Environment): SeedConfig => readConfig(env, seedSettings);
export const readServeConfig = (env: Environment): ServeConfig => readConfig(env, serveSettings);
