import { fatal } from '@xinlu/common/errors';
import { createSeal } from '@xinlu/common/oidc-provider';
import type { IdTokenAlgorithm } from '@xinlu/common/wire';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import type { KeyMaterial, MadeKey, StoredKey } from '../domain/signing-keys/signing-keys.ts';

export type SoftwareKeys = KeyMaterial & {
  /** A key that was made elsewhere: a private JWK with its `kid`. */
  keep(alg: IdTokenAlgorithm, jwk: JWK): MadeKey;
  /** Private, as the provider takes it. Throws `signing-key-unreadable` (fatal) for what was sealed under another secret. */
  open(key: StoredKey): JWK;
};

/** RSA at 3072 bits: as strong as P-256 (NIST SP 800-57 part 1, table 2). */
const RSA_BITS = 3072;

/** Signing keys in software, each sealed with AES-256-GCM under a secret that the database does not hold and bound to its `kid`. */
export function createSoftwareKeys(secret: Uint8Array): SoftwareKeys {
  const { seal, open } = createSeal(secret, 'xinlu token-signing key');
  const about = ({ alg, kid }: { alg: string; kid: string }) => `${alg}\n${kid}`;

  function keep(alg: IdTokenAlgorithm, jwk: JWK): MadeKey {
    if (jwk.kid === undefined) throw fatal('keys-malformed', 'A private key lacks its kid.');
    const named = { alg, kid: jwk.kid };
    return { ...named, sealed: seal(JSON.stringify({ ...jwk, alg, use: 'sig' }), about(named)) };
  }

  return {
    keep,
    async make(alg) {
      const options = alg === 'PS256' ? { modulusLength: RSA_BITS } : {};
      const { privateKey } = await generateKeyPair(alg, { ...options, extractable: true });
      const jwk = await exportJWK(privateKey);
      return keep(alg, { ...jwk, kid: await calculateJwkThumbprint({ ...jwk, alg }) });
    },
    open(key) {
      const text = open(key.sealed, about(key));
      if (text === undefined) throw fatal('signing-key-unreadable', 'Something went wrong on our side.');
      return JSON.parse(text) as JWK;
    },
  };
}
