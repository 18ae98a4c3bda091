import type { IdTokenAlgorithm } from '@xinlu/common/wire';
import type { AuditEvent } from '../audit/audit.ts';

/**
 * A key that signs ID tokens, logout tokens and access tokens of one algorithm. It is `published` for relying parties to
 * know it before it signs, then `current` (one of each algorithm), then `retired`: what it signed still verifies.
 */
export type SigningKey = {
  /** RFC 7638. */
  kid: string;
  alg: IdTokenAlgorithm;
  state: 'published' | 'current' | 'retired';
  publishedAt: Date;
  promotedAt?: Date | undefined;
  retiredAt?: Date | undefined;
};

/** `sealed` is what `KeyMaterial` made of the private part: nothing to anybody else. */
export type MadeKey = { kid: string; alg: IdTokenAlgorithm; sealed: string };
export type StoredKey = SigningKey & { sealed: string };

/** Where private keys are made; a PKCS#11 device would give a reference in `sealed`. */
export interface KeyMaterial {
  make(alg: IdTokenAlgorithm): Promise<MadeKey>;
}

/** One change of the set; it is alone in this over all processes. */
export type KeyChange = {
  keys(): Promise<SigningKey[]>;
  insert(key: StoredKey): Promise<void>;
  promote(kid: string, at: Date): Promise<void>;
  retire(kid: string, at: Date): Promise<void>;
  remove(kid: string): Promise<void>;
  record(event: AuditEvent): Promise<void>;
};

export interface SigningKeyStore {
  all(): Promise<StoredKey[]>;
  /** What `work` does stands or falls together. */
  change<T>(work: (change: KeyChange) => Promise<T>): Promise<T>;
}
