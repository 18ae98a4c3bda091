import { file, oneOf, port, readConfig, text, withDefault } from '@xinlu/common/config';

/** All settings of a witness. @throws ConfigError that lists every fault */
export function readWitnessConfig(env: Readonly<Record<string, string | undefined>>) {
  return readConfig(env, {
    HOST: withDefault(text(), '127.0.0.1'),
    PORT: port(),
    /** Its name in signatures, such as `witness.example/w1`; it belongs to one key for ever. */
    WITNESS_NAME: text(),
    /** Ed25519 PKCS#8 PEM */
    WITNESS_KEY_FILE: file(),
    /** The logs it watches: one C2SP verifier key a line. */
    WITNESS_LOGS_FILE: file(),
    /** Where it remembers what it cosigned. Lost memory is a lost witness: begin again under another name and key. */
    DATA_DIR: text(),
    LOG_LEVEL: withDefault(oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal'), 'info'),
  });
}
