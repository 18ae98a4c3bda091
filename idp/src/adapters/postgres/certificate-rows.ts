import type { CardCertificate } from '../../domain/person/person-store.ts';

export type CertificateRow = {
  id: string;
  person_id: string;
  authority: string;
  serial: string;
  fingerprint: string;
  state: CardCertificate['state'];
  not_after: Date;
  first_used_at: Date;
  last_used_at: Date;
};
export const CERTIFICATE_COLUMNS =
  'id, person_id, authority, serial, fingerprint, state, not_after, first_used_at, last_used_at';

export function toCertificate(row: CertificateRow): CardCertificate {
  return {
    id: row.id,
    personId: row.person_id,
    authority: row.authority,
    serial: row.serial,
    fingerprint: row.fingerprint,
    state: row.state,
    notAfter: row.not_after,
    firstUsedAt: row.first_used_at,
    lastUsedAt: row.last_used_at,
  };
}
