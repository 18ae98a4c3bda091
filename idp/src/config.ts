import {
  ConfigError,
  type ConfigOf,
  file,
  flag,
  integer,
  optional,
  readConfig,
  secret,
  serviceEnv,
  text,
  url,
  withDefault,
} from '@xinlu/common/config';

const settings = {
  ...serviceEnv,
  IDP_ISSUER: url(),
  IDP_SUBJECT_SECRET: secret(),
  IDP_IDENTITY_SECRET: secret(),
  IDP_IDENTITY_INDEX_SECRET: secret(),
  /** Seals the private keys that tokens are signed with. */
  IDP_SIGNING_SECRET: secret(),
  /** How often those keys are replaced by themselves; 0: by command alone. */
  IDP_KEY_ROTATION_DAYS: integer({ min: 0, max: 730, default: 90 }),
  /** ID tokens under ML-DSA (FIPS 204) for parties that choose it. */
  IDP_ML_DSA: flag(),
  /** Where a TLS proxy that asks for client certificates stands before us (RFC 8705 section 5). */
  IDP_MTLS_URL: optional(url()),
  IDP_PKI_FILE: file(),
  CIVIL_REGISTRY_URL: url(),
  /** Where the citizen's own card component listens, as her browser sees it. */
  CARD_COMPONENT_ORIGIN: url(),
  /** A separate host whose TLS proxy asks the browser for a client certificate. */
  CARD_TLS_ORIGIN: optional(url()),
  /** How long what a recovery opens stays limited and can be cancelled. */
  IDP_COOLING_OFF_HOURS: integer({ min: 1, max: 720, default: 72 }),
  /** FIDO's metadata BLOB, kept fresh by somebody else; without it no passkey is worth `high`. */
  IDP_MDS_FILE: optional(file()),
  /** The root that the BLOB is signed under, in PEM or DER. */
  IDP_MDS_ROOT: optional(file()),
  /** The host that the BLOB's signer is named for. */
  IDP_MDS_NAME: withDefault(text(), 'mds.fidoalliance.org'),
};

export type Config = ConfigOf<typeof settings>;

/** Reads and freezes the configuration; throws one error that lists every fault. */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const config = readConfig(env, settings);
  if ((config.IDP_MDS_FILE === undefined) !== (config.IDP_MDS_ROOT === undefined))
    throw new ConfigError(['IDP_MDS_FILE and IDP_MDS_ROOT go together']);
  return config;
}
