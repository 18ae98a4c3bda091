import { file, integer, readConfig, serviceEnv, text, url } from '@xinlu/common/config';

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
    TILES_DIR: text(),
    TRUST_FILE: text(),
  });
}

/** What `deploy-anchor` needs. */
export function readDeployConfig(env: Readonly<Record<string, string | undefined>>) {
  return readConfig(env, chainSettings);
}

export type LedgerConfig = ReturnType<typeof readLedgerConfig>;
