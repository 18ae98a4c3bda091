import { existsSync } from 'node:fs';
import { generateKeys, keyRing } from '@xinlu/common/keys';
import type { PublicKey } from '@xinlu/common/wire';
import { type CountryFiles, readJson, writePrivateJson } from '../country/files.ts';
import { demoKeyHolders, serviceKeyHolders } from '../country/participants.ts';

type Jwks = Awaited<ReturnType<typeof generateKeys>>;

const publicMembers = ({ kty, crv, x, y, kid, use, alg }: PublicKey): PublicKey => ({
  kty,
  crv,
  x,
  y,
  kid,
  use,
  alg,
});

/** Signing and encryption keys for every demo participant that has none yet. */
export const makeDemoKeys = async (files: CountryFiles): Promise<void> => {
  for (const participant of demoKeyHolders) {
    if (!existsSync(files.key(participant))) writePrivateJson(files.key(participant), await generateKeys());
  }
};

/**
 * Public keys by participant: the demo's own from its key files, the services' from `KEYS_DIR/<id>.public.json`.
 * Only public members pass, whatever the file holds.
 */
export const publicKeysOf =
  (files: CountryFiles, keysFolder: (participant: string) => string) =>
  (participant: string): PublicKey[] => {
    const isService = serviceKeyHolders.some((id) => id === participant);
    return isService
      ? readJson<{ keys: PublicKey[] }>(keysFolder(participant)).keys.map(publicMembers)
      : demoPublicKeys(files, participant);
  };

export const demoPublicKeys = (files: CountryFiles, participant: string): PublicKey[] =>
  keyRing(readJson<Jwks>(files.key(participant))).publicJwks.keys;
