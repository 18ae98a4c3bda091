import { file, flag, optional, readConfig, serviceEnv, url } from '@xinlu/common/config';

/** The register's settings; throws one `ConfigError` with every fault. */
export function readAdminConfig(env: Readonly<Record<string, string | undefined>>) {
  return readConfig(env, {
    ...serviceEnv,
    IDP_ISSUER: url(),
    /** As the identity provider has it: whether parties may choose ML-DSA. */
    IDP_ML_DSA: flag(),
    CONSENT_ISSUER: url(),
    LEDGER_URL: url(),
    /** Private JWKS: its first signing key signs the snapshots. */
    REGISTER_SIGNING_KEYS_FILE: file(),
    /** The first participants and operators; read only while the register is empty. */
    REGISTER_GENESIS_FILE: file(),
    /** The roots of the government PKI (as the identity provider's IDP_PKI_FILE); without them no card authority is admitted. */
    PKI_ROOTS_FILE: optional(file()),
  });
}

export type AdminConfig = ReturnType<typeof readAdminConfig>;
