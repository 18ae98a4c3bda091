import { createHash } from 'node:crypto';
import { publicKeyObject } from '@xinlu/common/keys';
import type { PublicKey } from '@xinlu/common/wire';
import type { Fault, Rule } from './rule.ts';

/** RFC 7638 section 3: SHA-256 over the required members in lexicographic order. */
function thumbprint({ crv, kty, x, y }: PublicKey): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}

function isOnCurve(key: PublicKey): boolean {
  try {
    publicKeyObject(key);
    return true;
  } catch {
    return false;
  }
}

function faultsOfKey(key: PublicKey, path: string): Fault[] {
  if (!isOnCurve(key)) return [{ path, code: 'key-malformed', message: 'is not a point on P-256' }];
  const faults: Fault[] = [];
  if (key.kid !== thumbprint(key)) {
    faults.push({
      path: `${path}/kid`,
      code: 'kid-not-thumbprint',
      message: 'must be the RFC 7638 thumbprint of the key',
    });
  }
  if (key.alg !== (key.use === 'sig' ? 'ES256' : 'ECDH-ES+A256KW')) {
    faults.push({ path: `${path}/alg`, code: 'key-alg-wrong', message: 'does not fit the use of the key' });
  }
  return faults;
}

/** Real P-256 points, named by thumbprint, held by one participant alone, and one for each thing it must do. */
export const checkKeys: Rule = (participant, { others }) => {
  const { keys, roles } = participant;
  const faults = keys.flatMap((key, index) => faultsOfKey(key, `/keys/${index}`));
  const taken = new Set(others.flatMap((other) => other.keys.map((key) => key.kid)));
  for (const [index, key] of keys.entries()) {
    const path = `/keys/${index}/kid`;
    if (taken.has(key.kid))
      faults.push({ path, code: 'key-taken', message: 'belongs to another participant' });
    if (keys.findIndex((other) => other.kid === key.kid) !== index)
      faults.push({ path, code: 'key-twice', message: 'is there twice' });
  }
  if (!keys.some((key) => key.use === 'sig'))
    faults.push({ path: '/keys', code: 'signing-key-missing', message: 'hold no signing key' });
  const receivesSecrets = roles.includes('provider') || (participant.relyingParty?.purposes.length ?? 0) > 0;
  if (receivesSecrets && !keys.some((key) => key.use === 'enc'))
    faults.push({ path: '/keys', code: 'encryption-key-missing', message: 'hold no encryption key' });
  return faults;
};
