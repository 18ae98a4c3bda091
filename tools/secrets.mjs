import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { databaseOwners, keyHolders, witnesses } from './country.mjs';
import { writeAtomically } from './data-folder.mjs';

const secretNames = [
  'postgres',
  ...databaseOwners.map((owner) => `postgres-${owner}`),
  ...databaseOwners.map((owner) => `cookie-${owner}`),
  'idp-subject',
  'idp-identity',
  'idp-identity-index',
  'idp-signing',
  'consent-salt',
];

/**
 * Makes what is missing among the secrets of the embedded country and reads them all. A secret once made is
 * never replaced: subjects, encrypted identities and logged keys hang on it.
 * @param {ReturnType<import('./country.mjs').placesOf>} places
 * @returns {{ values: Record<string, string>, mnemonic: string }} 32-byte secrets as hex, by name
 */
export async function openSecrets(places) {
  for (const folder of [places.secrets, places.keys]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const values = Object.fromEntries(
    secretNames.map((name) => [
      name,
      keep(join(places.secrets, name), () => randomBytes(32).toString('hex')),
    ]),
  );
  for (const { id, encryption } of keyHolders) keepKeys(places.keys, id, encryption);
  keepKeys(places.keys, 'register', false);
  for (const file of [places.logKey, ...witnesses.ids.map(places.witnessKey)]) keep(file, ed25519Pem);
  return { values, mnemonic: await keepChainKeys(places) };
}

function keep(file, make) {
  if (!existsSync(file)) writeAtomically(file, make());
  return readFileSync(file, 'utf8');
}

function keepKeys(folder, id, encryption) {
  const keys = JSON.parse(keep(join(folder, `${id}.jwks.json`), () => jwks(encryption)));
  keep(join(folder, `${id}.public.json`), () =>
    JSON.stringify({ keys: keys.keys.map(({ d: _private, ...open }) => open) }, null, 2),
  );
}

function jwks(encryption) {
  const keys = [newKey('sig', 'ES256')];
  if (encryption) keys.push(newKey('enc', 'ECDH-ES+A256KW'));
  return JSON.stringify({ keys }, null, 2);
}

function newKey(use, alg) {
  const { crv, kty, x, y, d } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
    format: 'jwk',
  });
  // RFC 7638: the required members in lexicographic order, without white space.
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
  return { kty, crv, x, y, d, use, alg, kid };
}

function ed25519Pem() {
  return generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });
}

async function keepChainKeys(places) {
  const file = join(places.secrets, 'chain-mnemonic');
  if (existsSync(file) && existsSync(places.anchorKey)) return readFileSync(file, 'utf8');
  const { Mnemonic, HDNodeWallet } = await import('ethers');
  const mnemonic = keep(file, () => Mnemonic.fromEntropy(randomBytes(16)).phrase);
  keep(places.anchorKey, () => HDNodeWallet.fromPhrase(mnemonic).privateKey);
  return mnemonic;
}
