import type { HolderKind } from '@xinlu/common/wire';
import type { UnverifiedCertificate } from '@xinlu/pki';
import type { OrganisationId } from './organisation.ts';

/** Who has an account here: a person, or an organisation or agency for which somebody signs in. */
export type Person = {
  id: string;
  kind: HolderKind;
  name: string;
  state: 'living' | 'deceased';
  webauthnUserId: Uint8Array;
  /** Of an organisation or agency alone. */
  organisation?: OrganisationId;
};

export type CardCertificate = {
  id: string;
  personId: string;
  authority: string;
  serial: string;
  fingerprint: string;
  state: 'active' | 'held' | 'revoked';
  notAfter: Date;
  firstUsedAt: Date;
  lastUsedAt: Date;
};

/** What a card login has proved; the caller vouches that every check has passed. */
export type VerifiedHolder = {
  name: string;
  authority: string;
  certificate: UnverifiedCertificate;
} & ({ nationalId: string } | { kind: Exclude<HolderKind, 'citizen'>; organisation: OrganisationId });

/**
 * Persons and their certificates. Durable once it returns; safe against parallel first logins of one person: they end in
 * one person, and a certificate never changes hands.
 */
export interface PersonStore {
  /**
   * The person behind a checked card, made at her first login. Refusals: `certificate-of-another` if the card is known as
   * another person's; `card-revoked`; `person-deceased` if her death was recorded, whatever is said of her now.
   */
  admit(holder: VerifiedHolder): Promise<{ person: Person; certificate: CardCertificate }>;
  /** The person whom the registry confirmed by her papers, made if she is new. Refusal: `person-deceased`. */
  admitByPapers(holder: { nationalId: string; name: string }): Promise<Person>;
  person(id: string): Promise<Person | undefined>;
  nationalId(personId: string): Promise<string | undefined>;
  certificates(personId: string): Promise<CardCertificate[]>;
  certificate(id: string): Promise<CardCertificate | undefined>;
}

/** The certificates that count or may count again, in parts, to be held against revocation lists. */
export interface RevocableCertificates {
  /** Whose cards there are: SHA-256 of the authorities' certificates. */
  authorities(): Promise<string[]>;
  /** Those of an authority with one of these serials; found by index, whatever else there is. */
  withSerials(authority: string, serials: readonly string[]): Promise<CardCertificate[]>;
  /** Those that wait for their authority to let them go. */
  held(): Promise<CardCertificate[]>;
  /** All of an authority, by serial, so many after `after`. */
  ofAuthority(authority: string, after: string, limit: number): Promise<CardCertificate[]>;
}
