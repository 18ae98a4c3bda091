import { generateKeyPairSync } from 'node:crypto';
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  SettingsService,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { decodeAttestationObject } from '@simplewebauthn/server/helpers';
import { refused } from '@xinlu/common/errors';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Webauthn } from '../domain/passkey/webauthn.ts';
import { jwkOfCose } from './cose-key.ts';

const CEREMONY_MILLISECONDS = 300_000;
/** COSE algorithms: EdDSA, ES256, RS256. */
const ALGORITHMS = [-8, -7, -257];
/** Formats of attestation whose signature is checked here (WebAuthn 8); a passkey that comes with any other is not accepted. */
const FORMATS = ['none', 'packed', 'tpm', 'android-key', 'apple', 'fido-u2f'] as const;
/*
 * Given roots, the library judges chains by the machine's clock and fetches the revocation lists that they name. Whom a
 * chain leads to is judged by FIDO's metadata instead, so it gets none.
 */
for (const identifier of FORMATS) SettingsService.setRootCertificates({ identifier, certificates: [] });

const Base64url = Type.String({ pattern: '^[\\w-]+$', maxLength: 100_000 });
const Answer = Compile(
  Type.Object({
    id: Type.String({ pattern: '^[\\w-]+$', maxLength: 1400 }),
    rawId: Type.String({ pattern: '^[\\w-]+$', maxLength: 1400 }),
    type: Type.Literal('public-key'),
    response: Type.Object({
      clientDataJSON: Base64url,
      attestationObject: Type.Optional(Base64url),
      authenticatorData: Type.Optional(Base64url),
      signature: Type.Optional(Base64url),
      userHandle: Type.Optional(Type.Union([Base64url, Type.Null()])),
      transports: Type.Optional(Type.Array(Type.String({ maxLength: 32 }), { maxItems: 8 })),
    }),
  }),
);
const ClientData = Compile(Type.Object({ challenge: Type.String({ pattern: '^[\\w-]{1,200}$' }) }));

/** An ES256 key in COSE whose private half was thrown away as it was made. */
const NOBODYS_KEY = (() => {
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
    format: 'jwk',
  });
  const head = Buffer.from('a5010203262001215820', 'hex');
  return Buffer.concat([
    head,
    Buffer.from(x, 'base64url'),
    Buffer.from('225820', 'hex'),
    Buffer.from(y, 'base64url'),
  ]);
})();

const wrong = (cause: unknown) =>
  refused('passkey-answer-wrong', 'The passkey was not accepted; start again.', { cause });

/** The certificates of an attestation, none for a form without. Refusal: `passkey-answer-wrong`, for a format not listed too. */
function readChain(unverifiedObject: string): Uint8Array[] {
  try {
    const decoded = decodeAttestationObject(new Uint8Array(Buffer.from(unverifiedObject, 'base64url')));
    const format: string = decoded.get('fmt');
    if (!FORMATS.some((known) => known === format))
      throw new Error('a format of attestation that is not read');
    const chain: unknown = decoded.get('attStmt').get('x5c') ?? [];
    if (!Array.isArray(chain) || !chain.every((one) => one instanceof Uint8Array) || chain.length > 10)
      throw new Error('an attestation whose certificates are no list');
    return chain;
  } catch (cause) {
    throw wrong(cause);
  }
}

/** WebAuthn by @simplewebauthn/server. */
export function createWebauthn(options: { origin: string; name: string }): Webauthn {
  const rpID = new URL(options.origin).hostname;
  const expected = (challenge: string) => ({
    expectedChallenge: challenge,
    expectedOrigin: options.origin,
    expectedRPID: rpID,
    requireUserVerification: true,
  });
  const bytes = (challenge: string) => new Uint8Array(Buffer.from(challenge, 'base64url'));
  return {
    enrolmentOptions: ({ challenge, userId, userName, known, attestation }) =>
      generateRegistrationOptions({
        rpName: options.name,
        rpID,
        userName,
        userDisplayName: userName,
        userID: new Uint8Array(userId),
        challenge: bytes(challenge),
        timeout: CEREMONY_MILLISECONDS,
        attestationType: attestation ? 'direct' : 'none',
        excludeCredentials: known.map(({ credentialId, transports }) => ({
          id: Buffer.from(credentialId).toString('base64url'),
          transports: [...transports],
        })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        supportedAlgorithmIDs: ALGORITHMS,
      }),
    loginOptions: (challenge, allowed) =>
      generateAuthenticationOptions({
        rpID,
        challenge: bytes(challenge),
        timeout: CEREMONY_MILLISECONDS,
        userVerification: 'required',
        ...(allowed === undefined
          ? {}
          : {
              allowCredentials: allowed.map(({ credentialId, transports }) => ({
                id: Buffer.from(credentialId).toString('base64url'),
                transports: [...transports],
              })),
            }),
      }),
    claims(unverifiedAnswer) {
      if (!Answer.Check(unverifiedAnswer)) return undefined;
      try {
        const clientData: unknown = JSON.parse(
          Buffer.from(unverifiedAnswer.response.clientDataJSON, 'base64url').toString('utf8'),
        );
        if (!ClientData.Check(clientData)) return undefined;
        return {
          challenge: clientData.challenge,
          credentialId: new Uint8Array(Buffer.from(unverifiedAnswer.id, 'base64url')),
        };
      } catch {
        return undefined;
      }
    },
    async verifyEnrolment(unverifiedAnswer, challenge) {
      const response = unverifiedAnswer as RegistrationResponseJSON;
      const chain = readChain(response.response.attestationObject);
      const result = await verifyRegistrationResponse({
        ...expected(challenge),
        response,
        supportedAlgorithmIDs: ALGORITHMS,
      }).catch((cause: unknown) => {
        throw wrong(cause);
      });
      if (!result.verified) throw wrong(new Error('the attestation was not verified'));
      const { credential, credentialDeviceType, credentialBackedUp, aaguid } = result.registrationInfo;
      return {
        credentialId: new Uint8Array(Buffer.from(credential.id, 'base64url')),
        publicKey: credential.publicKey,
        counter: credential.counter,
        transports: credential.transports ?? [],
        deviceBound: credentialDeviceType === 'singleDevice',
        backedUp: credentialBackedUp,
        aaguid,
        unverifiedChain: chain,
      };
    },
    async verifyLogin(unverifiedAnswer, challenge, passkey) {
      const response = unverifiedAnswer as AuthenticationResponseJSON;
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        ...expected(challenge),
        response,
        credential: {
          id: response.id,
          publicKey: new Uint8Array(passkey?.publicKey ?? NOBODYS_KEY),
          // The domain judges the counter, atomically; 0 keeps the library from judging it without.
          counter: 0,
          transports: [...(passkey?.transports ?? [])],
        },
      }).catch((cause: unknown) => {
        throw wrong(cause);
      });
      if (!verified || passkey === undefined) throw wrong(new Error('the assertion was not verified'));
      return {
        counter: authenticationInfo.newCounter,
        deviceBound: authenticationInfo.credentialDeviceType === 'singleDevice',
        backedUp: authenticationInfo.credentialBackedUp,
      };
    },
    evidence(verifiedAnswer, passkey) {
      const { response } = verifiedAnswer as AuthenticationResponseJSON;
      return {
        rp_id: rpID,
        origin: options.origin,
        public_key: jwkOfCose(passkey.publicKey),
        authenticator_data: response.authenticatorData,
        client_data_json: response.clientDataJSON,
        signature: response.signature,
      };
    },
  };
}
