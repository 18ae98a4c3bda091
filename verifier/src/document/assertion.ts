import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { concat, equalBytes, fromBase64url, sha256, utf8, utf8Text } from '../encoding/bytes.ts';
import { isObject, type JsonObject } from './jws.ts';

const userPresent = 0x01;
const userVerified = 0x04;
/** Hash of the relying party's id, flags, counter (WebAuthn Level 3, section 6.1). */
const shortest = 37;

async function isSigned(key: JsonObject, signature: Uint8Array, signed: Uint8Array): Promise<boolean> {
  const { alg, kty, crv, x, y, n, e } = key;
  if (alg === 'ES256' && kty === 'EC' && crv === 'P-256') {
    const [left, right] = [fromBase64url(x, 32), fromBase64url(y, 32)];
    if (!left || !right) return false;
    const point = concat(Uint8Array.of(4), left, right);
    return p256.verify(signature, signed, point, { format: 'der', lowS: false });
  }
  if (alg === 'EdDSA' && kty === 'OKP' && crv === 'Ed25519') {
    const point = fromBase64url(x, 32);
    return point !== undefined && ed25519.verify(signature, signed, point);
  }
  if (alg !== 'RS256' || kty !== 'RSA' || typeof n !== 'string' || typeof e !== 'string') return false;
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const imported = await crypto.subtle.importKey('jwk', { kty, n, e }, algorithm, false, ['verify']);
  return crypto.subtle.verify(algorithm, imported, new Uint8Array(signature), new Uint8Array(signed));
}

/**
 * Whether a passkey signed this challenge with its user verified (WebAuthn Level 3, section 7.2, steps 10 to 21), at the
 * origin and for the host that the evidence itself names. Never throws.
 */
export async function isAssertionOver(challenge: string, evidence: unknown): Promise<boolean> {
  if (!isObject(evidence)) return false;
  const { rp_id, origin, public_key, authenticator_data, client_data_json, signature } = evidence;
  const data = fromBase64url(authenticator_data);
  const clientData = fromBase64url(client_data_json);
  const bytes = fromBase64url(signature);
  if (!data || data.length < shortest || !clientData || !bytes || !isObject(public_key)) return false;
  try {
    const said: unknown = JSON.parse(utf8Text(clientData));
    if (!isObject(said) || said['type'] !== 'webauthn.get' || said['challenge'] !== challenge) return false;
    if (typeof origin !== 'string' || said['origin'] !== origin || said['crossOrigin'] === true) return false;
    if (new URL(origin).hostname !== rp_id) return false;
    if (!equalBytes(data.subarray(0, 32), sha256(utf8(rp_id)))) return false;
    const wanted = userPresent | userVerified;
    if (((data[32] ?? 0) & wanted) !== wanted) return false;
    return await isSigned(public_key, bytes, concat(data, sha256(clientData)));
  } catch {
    return false;
  }
}
