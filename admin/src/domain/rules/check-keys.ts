import { createHash } from 'node:crypto';
import { publicKeyObject } from '@xinlu/common/keys';
import type { ClientKey, Participant, PublicKey } from '@xinlu/common/wire';
import type { Fault, Rule } from './rule.ts';

/** RFC 7638 section 3 (RFC 8037 section 2 for OKP): SHA-256 over the required members in lexicographic order. */
function thumbprint(key: PublicKey | ClientKey): string {
  const { kty } = key;
  const members =
    kty === 'EC'
      ? { crv: key.crv, kty, x: key.x, y: key.y }
      : kty === 'RSA'
        ? { e: key.e, kty, n: key.n }
        : { crv: key.crv, kty, x: key.x };
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
}

/** A point on its curve, or an RSA modulus of 2048 bits or more. */
function isKey(key: PublicKey | ClientKey): boolean {
  try {
    const { modulusLength } = publicKeyObject(key).asymmetricKeyDetails ?? {};
    return modulusLength === undefined || modulusLength >= 2048;
  } catch {
    return false;
  }
}

function faultsOfKey(key: PublicKey | ClientKey, path: string): Fault[] {
  if (!isKey(key)) return [{ path, code: 'key-malformed', message: 'is not a sound public key' }];
  const faults: Fault[] = [];
  if (key.kid !== thumbprint(key)) {
    faults.push({
      path: `${path}/kid`,
      code: 'kid-not-thumbprint',
      message: 'must be the RFC 7638 thumbprint of the key',
    });
  }
  if (key.kty === 'EC' && key.alg !== (key.use === 'sig' ? 'ES256' : 'ECDH-ES+A256KW')) {
    faults.push({ path: `${path}/alg`, code: 'key-alg-wrong', message: 'does not fit the use of the key' });
  }
  return faults;
}

const pastKeys = (participant: Participant) => (participant.past?.keys ?? []).map(({ key }) => key);

const clientKeys = (participant: Participant) => participant.relyingParty?.client?.keys ?? [];

function faultsOfKeys(keys: readonly (PublicKey | ClientKey)[], at: string, taken: Set<string>): Fault[] {
  const faults = keys.flatMap((key, index) => faultsOfKey(key, `${at}/${index}`));
  for (const [index, key] of keys.entries()) {
    const path = `${at}/${index}/kid`;
    if (taken.has(key.kid))
      faults.push({ path, code: 'key-taken', message: 'belongs to another participant' });
    if (keys.findIndex((other) => other.kid === key.kid) !== index)
      faults.push({ path, code: 'key-twice', message: 'is there twice' });
  }
  return faults;
}

/** A record of the past holds its key one level down. */
const atItsKey = (fault: Fault): Fault => ({
  ...fault,
  path: fault.path.replace(/^(\/past\/keys\/\d+)/, '$1/key'),
});

/** Real public keys, named by thumbprint, held by one participant alone, and one for each thing it must do. */
export const checkKeys: Rule = (participant, { others }) => {
  const { keys, roles } = participant;
  const taken = new Set(
    others.flatMap((other) =>
      [...other.keys, ...clientKeys(other), ...pastKeys(other)].map((key) => key.kid),
    ),
  );
  const faults = [
    ...faultsOfKeys(keys, '/keys', taken),
    ...faultsOfKeys(clientKeys(participant), '/relyingParty/client/keys', taken),
    ...faultsOfKeys(pastKeys(participant), '/past/keys', taken).map(atItsKey),
  ];
  // An authority speaks by its lists alone, which its own certificate signs.
  const speaks = roles.some((role) => role !== 'certificate-authority');
  if (speaks && !keys.some((key) => key.use === 'sig'))
    faults.push({ path: '/keys', code: 'signing-key-missing', message: 'hold no signing key' });
  const receivesSecrets = roles.includes('provider') || (participant.relyingParty?.purposes.length ?? 0) > 0;
  if (receivesSecrets && !keys.some((key) => key.use === 'enc'))
    faults.push({ path: '/keys', code: 'encryption-key-missing', message: 'hold no encryption key' });
  return faults;
};
