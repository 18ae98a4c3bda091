import type { ConfirmationClaims } from '@xinlu/common/wire';
import type { Passkey } from './passkeys.ts';

export type EnrolledCredential = Pick<
  Passkey,
  'credentialId' | 'publicKey' | 'counter' | 'transports' | 'deviceBound' | 'backedUp' | 'aaguid'
> & {
  /** The certificates of an attestation whose signature holds, in DER from the leaf; whom they lead to is not judged yet. */
  unverifiedChain: readonly Uint8Array[];
};
export type Assertion = { counter: number; deviceBound: boolean; backedUp: boolean };

/**
 * The ceremonies of WebAuthn Level 3 for our one origin: user verification always required, credentials always
 * discoverable. `unverified…` is the browser's JSON as it came. Both verifications refuse with `passkey-answer-wrong`
 * whatever is not exactly right: challenge, origin, relying party, flags, signature.
 */
export interface Webauthn {
  enrolmentOptions(options: {
    challenge: string;
    userId: Uint8Array;
    userName: string;
    known: readonly Pick<Passkey, 'credentialId' | 'transports'>[];
    /** Whether to ask the maker to vouch for it; browsers may then ask her too. */
    attestation: boolean;
  }): Promise<object>;
  /** `allowed` names the passkeys that may answer; without it any that she has here. */
  loginOptions(
    challenge: string,
    allowed?: readonly Pick<Passkey, 'credentialId' | 'transports'>[],
  ): Promise<object>;
  /** Which challenge and which credential an answer claims; undefined when it is no answer at all. */
  claims(unverifiedAnswer: unknown): { challenge: string; credentialId: Uint8Array } | undefined;
  verifyEnrolment(unverifiedAnswer: unknown, challenge: string): Promise<EnrolledCredential>;
  /** Without a passkey the same is computed with a key that nobody holds, and refused. */
  verifyLogin(unverifiedAnswer: unknown, challenge: string, passkey: Passkey | undefined): Promise<Assertion>;
  /** Of an answer that `verifyLogin` took: all that another needs to verify it again. */
  evidence(
    verifiedAnswer: unknown,
    passkey: Passkey,
  ): Omit<ConfirmationClaims['webauthn'], 'credential_id_hash'>;
}
