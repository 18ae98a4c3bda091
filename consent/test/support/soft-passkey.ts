import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { ConfirmationClaims } from '@xinlu/common/wire';

const UP = 0x01;
const UV = 0x04;

/** A passkey in software at the identity provider's origin; each of its lies can be told. */
export function softPasskey(issuer: string) {
  const { origin, hostname } = new URL(issuer);
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { kty, crv, x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const id = createHash('sha256').update(randomBytes(32)).digest('base64url');
  const lies: { origin?: string; rpId?: string; flags?: number; type?: string; challenge?: string } = {};
  return {
    lies,
    sign(challenge: string): ConfirmationClaims['webauthn'] {
      const clientData = Buffer.from(
        JSON.stringify({
          type: lies.type ?? 'webauthn.get',
          challenge: lies.challenge ?? challenge,
          origin: lies.origin ?? origin,
          crossOrigin: false,
        }),
      );
      const authenticatorData = Buffer.concat([
        createHash('sha256')
          .update(lies.rpId ?? hostname)
          .digest(),
        Buffer.of(lies.flags ?? UP | UV, 0, 0, 0, 1),
      ]);
      const signed = Buffer.concat([authenticatorData, createHash('sha256').update(clientData).digest()]);
      return {
        rp_id: hostname,
        origin,
        credential_id_hash: id,
        public_key: { kty: kty as 'EC', alg: 'ES256', crv: crv ?? '', x, y },
        authenticator_data: authenticatorData.toString('base64url'),
        client_data_json: clientData.toString('base64url'),
        signature: sign('sha256', signed, privateKey).toString('base64url'),
      };
    },
  };
}
