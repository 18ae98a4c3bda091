import { type ConfigOf, file, readConfig, secret, serviceEnv, url } from '@xinlu/common/config';

const settings = {
  ...serviceEnv,
  IDP_ISSUER: url(),
  IDP_SUBJECT_SECRET: secret(),
  IDP_IDENTITY_SECRET: secret(),
  IDP_IDENTITY_INDEX_SECRET: secret(),
  IDP_PKI_FILE: file(),
  CIVIL_REGISTRY_URL: url(),
  /** Where the citizen's own card component listens, as her browser sees it. */
  CARD_COMPONENT_ORIGIN: url(),
};

export type Config = ConfigOf<typeof settings>;

/** Reads and freezes the configuration; throws one error that lists every fault. */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  return readConfig(env, settings);
}
