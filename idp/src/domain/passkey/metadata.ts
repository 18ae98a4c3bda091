/**
 * Whether what is known of authenticator models can be relied on now: `absent` when nothing is configured or none was ever
 * read, `stale` once the newest BLOB is past its `nextUpdate`.
 */
export type MetadataState = 'absent' | 'fresh' | 'stale';

/** What FIDO's Metadata Service says of authenticator models; asked at each enrolment and each login. */
export interface AuthenticatorMetadata {
  state(): MetadataState;
  /** Codes of the model's status reports in force now (FIDO MDS 3.1.4); empty for an unknown model. */
  statuses(aaguid: string): readonly string[];
  /** Whether a chain from an attestation (DER, leaf first) leads to a root that the model's statement names. */
  vouches(aaguid: string, chain: readonly Uint8Array[]): boolean;
}
