/** What a citizen is told about her own account without having asked. */
export type NoticeKind =
  | 'person.death-withdrawn'
  | 'person.renamed'
  | 'passkey.enrolled'
  | 'passkey.removed'
  | 'login.new-browser'
  | 'certificate.revoked'
  | 'certificate.held'
  | 'certificate.released'
  | 'passkey.counter-regressed'
  | 'passkey.backup-changed'
  | 'passkey.eligibility-changed'
  | 'passkey.suspended'
  | 'passkey.restored'
  | 'mandate.accepted'
  | 'mandate.declined'
  | 'mandate.confirmed'
  | 'mandate.ended'
  | 'counter.begun'
  | 'recovery.begun'
  | 'recovery.cancelled';

export type NewNotice = {
  personId: string;
  kind: NoticeKind;
  /** Codes and ids of records; never names, national IDs, tokens or addresses. */
  detail: Readonly<Record<string, string | number | boolean>>;
};

export type Notice = NewNotice & { id: string; at: Date; seenAt?: Date };

/** Notices to citizens; durable once it returns, in the order in which they were told. */
export interface Notices {
  tell(notice: NewNotice): Promise<void>;
  /** The newest first. */
  ofPerson(personId: string, limit: number): Promise<Notice[]>;
  unseen(personId: string): Promise<number>;
  /** Marks as seen what she was shown; those told in between stay new. */
  seen(personId: string, ids: readonly string[]): Promise<void>;
}
