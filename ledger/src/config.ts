import {
  file,
  integer,
  optional,
  readConfig,
  serviceEnv,
  text,
  url,
  withDefault,
} from '@xinlu/common/config';

const chainSettings = {
  CHAIN_RPC_URL: url(),
  CHAIN_ID: integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  /** The anchor sender's private key, 0x hex. */
  ANCHOR_KEY_FILE: file(),
  /** Where `deploy-anchor` writes down the contract. */
  ANCHOR_FILE: text(),
  /** First line of the log's checkpoints: its address without scheme. */
  LOG_ORIGIN: text(),
};

/** All settings of the service. @throws ConfigError that lists every fault */
export function readLedgerConfig(env: Readonly<Record<string, string | undefined>>) {
  return readConfig(env, {
    ...serviceEnv,
    ...chainSettings,
    /** Ed25519 PKCS#8 PEM */
    LOG_KEY_FILE: file(),
    /** Where the tiles stand: a folder, or a bucket (with prefix) behind the S3 API. */
    TILES_DIR: optional(text()),
    TILES_S3_URL: optional(url()),
    TILES_S3_REGION: withDefault(text(), 'us-east-1'),
    /** JSON file with `accessKeyId` and `secretAccessKey`. */
    TILES_S3_KEY_FILE: optional(file()),
    TRUST_FILE: text(),
    /** What one anchor may cost at most, in gwei per gas: in all, and of that as a tip (EIP-1559). */
    ANCHOR_MAX_FEE_GWEI: integer({ min: 1, max: 1_000_000, default: 300 }),
    ANCHOR_MAX_TIP_GWEI: integer({ min: 1, max: 1_000_000, default: 30 }),
    /** JSON `{ quorum, witnesses: [{ vkey, url }] }`; without it the log asks no witnesses. */
    WITNESS_FILE: optional(file()),
    /** Where `deploy-titles` wrote down the title register; without it there are no cases. */
    TITLES_FILE: optional(file()),
    /** Private key of whoever pays for changes of titles, 0x hex. Not the anchor sender's: each counts its own transactions. */
    TITLES_KEY_FILE: optional(file()),
  });
}

/** What `deploy-titles` needs. */
export function readDeployTitlesConfig(env: Readonly<Record<string, string | undefined>>) {
  return readConfig(env, {
    CHAIN_RPC_URL: chainSettings.CHAIN_RPC_URL,
    CHAIN_ID: chainSettings.CHAIN_ID,
    TITLES_KEY_FILE: file(),
    /** Where it writes down the register. */
    TITLES_FILE: text(),
    /** JSON list of `{ key, roles }`. */
    TITLE_OFFICERS_FILE: file(),
    /** Address through which, a week after saying so, two governors' appointments reach the register. */
    TITLES_ADMIN: text(),
    TITLES_PREDECESSOR: optional(text()),
  });
}

/** What `deploy-anchor` needs. */
export function readDeployConfig(env: Readonly<Record<string, string | undefined>>) {
  return readConfig(env, {
    ...chainSettings,
    /** Address that may appoint another anchorer, a week after saying so; the sender's own by default. */
    ANCHOR_ADMIN: optional(text()),
    /** Address that may pause and dismiss at once; the sender's own by default. */
    ANCHOR_GUARDIAN: optional(text()),
  });
}

export type LedgerConfig = ReturnType<typeof readLedgerConfig>;
