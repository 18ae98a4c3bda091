import { createPublicKey, type JsonWebKey, timingSafeEqual, verify } from 'node:crypto';
import { fromBase64url, sha256 } from '@xinlu/common/canonical';
import type { ConfirmationClaims } from '@xinlu/common/wire';

type Evidence = ConfirmationClaims['webauthn'];

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
/** Hash of the relying party's id, flags, counter (WebAuthn section 6.1). */
const SHORTEST = 37;

const same = (one: Uint8Array, other: Uint8Array) =>
  one.length === other.length && timingSafeEqual(one, other);

function clientDataFault(evidence: Evidence, expected: { challenge: string; origin: string }) {
  const said: unknown = JSON.parse(Buffer.from(fromBase64url(evidence.client_data_json)).toString('utf8'));
  const { type, challenge, origin, crossOrigin } = (said ?? {}) as Record<string, unknown>;
  if (type !== 'webauthn.get') return 'type';
  if (challenge !== expected.challenge) return 'challenge';
  // A passkey of localhost answers on every port: the exact origin counts.
  if (origin !== expected.origin || evidence.origin !== expected.origin) return 'origin';
  return crossOrigin === undefined || crossOrigin === false ? undefined : 'cross-origin';
}

function authenticatorDataFault(data: Uint8Array, rpId: string) {
  if (data.length < SHORTEST) return 'authenticator-data';
  if (!same(data.subarray(0, 32), sha256(rpId))) return 'rp-id';
  const flags = data[32] ?? 0;
  if ((flags & USER_PRESENT) === 0) return 'user-presence';
  return (flags & USER_VERIFIED) === 0 ? 'user-verification' : undefined;
}

function isSigned(evidence: Evidence, data: Uint8Array): boolean {
  const signed = Buffer.concat([data, sha256(fromBase64url(evidence.client_data_json))]);
  const { alg, ...jwk } = evidence.public_key;
  const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  return verify(alg === 'EdDSA' ? null : 'sha256', signed, key, fromBase64url(evidence.signature));
}

/**
 * What is wrong with a passkey's assertion (WebAuthn Level 3, section 7.2, steps 10 to 21) over `challenge` at `origin`, whose
 * host is the relying party; undefined when nothing is. The counter is the identity provider's to judge.
 */
export function assertionFault(
  evidence: Evidence,
  expected: { challenge: string; origin: string },
): string | undefined {
  try {
    const rpId = new URL(expected.origin).hostname;
    if (evidence.rp_id !== rpId) return 'rp-id';
    const data = fromBase64url(evidence.authenticator_data);
    const fault = clientDataFault(evidence, expected) ?? authenticatorDataFault(data, rpId);
    return fault ?? (isSigned(evidence, data) ? undefined : 'signature');
  } catch {
    return 'form';
  }
}
