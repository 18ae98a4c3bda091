/** What the audit knows to have happened. */
export type AuditKind =
  | 'person.created'
  | 'person.deceased'
  | 'person.death-withdrawn'
  | 'person.renamed'
  | 'certificate.linked'
  | 'certificate.revoked'
  | 'certificate.held'
  | 'certificate.released'
  | 'card.refused'
  | 'login.started'
  | 'login.refused'
  | 'login.ended'
  | 'passkey.enrolled'
  | 'passkey.removed'
  | 'passkey.suspended'
  | 'passkey.restored'
  | 'passkey.counter-regressed'
  | 'passkey.backup-changed'
  | 'passkey.eligibility-changed'
  | 'mandate.offered'
  | 'mandate.accepted'
  | 'mandate.declined'
  | 'mandate.withdrawn'
  | 'mandate.confirmed'
  | 'mandate.revoked'
  | 'mandate.ended'
  | 'mandate.used'
  | 'recovery.begun'
  | 'recovery.cancelled'
  | 'counter.begun'
  | 'counter.confirmed'
  | 'counter.withdrawn'
  | 'counter.redeemed'
  | 'counter.code-refused'
  | 'envelope-grant.made'
  | 'envelope-grant.deleted'
  | 'envelope.made'
  | 'consent.signed'
  | 'signing-key.published'
  | 'signing-key.promoted'
  | 'signing-key.retired'
  | 'signing-key.removed';

export type AuditEvent = {
  kind: AuditKind;
  personId?: string | undefined;
  /** Codes and ids of records; never names, national IDs, tokens or addresses. */
  detail: Readonly<Record<string, string | number | boolean>>;
};

/** Append-only and durable once it returns. */
export interface Audit {
  record(event: AuditEvent): Promise<void>;
}
