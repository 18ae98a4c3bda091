import { optional, readConfig, secret, serviceEnv, text, url } from '@xinlu/common/config';

/** All settings of this service, read once. */
export function consentConfig(env: Readonly<Record<string, string | undefined>>) {
  return readConfig(env, {
    ...serviceEnv,
    CONSENT_ISSUER: url(),
    IDP_ISSUER: url(),
    LEDGER_URL: url(),
    VERIFIER_URL: optional(url()),
    PORTAL_URL: optional(url()),
    CONSENT_SALT_SECRET: secret(),
    /** Folder of another catalogue than the one in this repository. */
    CATALOGUE_DIR: optional(text()),
  });
}

export type ConsentConfig = ReturnType<typeof consentConfig>;
