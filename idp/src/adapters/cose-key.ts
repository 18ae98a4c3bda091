import { cose, decodeCredentialPublicKey } from '@simplewebauthn/server/helpers';
import { base64url } from '@xinlu/common/canonical';
import type { ConfirmationClaims } from '@xinlu/common/wire';

type PublicKey = ConfirmationClaims['webauthn']['public_key'];

/** A passkey's public key (COSE, RFC 9052) as a JWK; of the three algorithms that passkeys are enrolled with. */
export function jwkOfCose(publicKey: Uint8Array): PublicKey {
  const key = decodeCredentialPublicKey(new Uint8Array(publicKey));
  const text = (value: Uint8Array | undefined) => base64url(value ?? new Uint8Array());
  if (cose.isCOSEPublicKeyEC2(key) && key.get(cose.COSEKEYS.alg) === cose.COSEALG.ES256) {
    const [x, y] = [text(key.get(cose.COSEKEYS.x)), text(key.get(cose.COSEKEYS.y))];
    return { kty: 'EC', alg: 'ES256', crv: 'P-256', x, y };
  }
  if (cose.isCOSEPublicKeyOKP(key)) {
    return { kty: 'OKP', alg: 'EdDSA', crv: 'Ed25519', x: text(key.get(cose.COSEKEYS.x)) };
  }
  if (cose.isCOSEPublicKeyRSA(key) && key.get(cose.COSEKEYS.alg) === cose.COSEALG.RS256) {
    return { kty: 'RSA', alg: 'RS256', n: text(key.get(cose.COSEKEYS.n)), e: text(key.get(cose.COSEKEYS.e)) };
  }
  throw new Error('a passkey with an algorithm that none is enrolled with');
}
