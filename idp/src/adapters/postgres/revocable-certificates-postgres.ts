import type { Clock } from '@xinlu/common/clock';
import type { Database } from '@xinlu/common/sql';
import type { CardCertificate, RevocableCertificates } from '../../domain/person/person-store.ts';
import { CERTIFICATE_COLUMNS, type CertificateRow, toCertificate } from './certificate-rows.ts';

export function createRevocableCertificates(
  database: Database,
  { clock }: { clock: Clock },
): RevocableCertificates {
  const select = async (where: string, parameters: unknown[]): Promise<CardCertificate[]> => {
    const rows = await database.query<CertificateRow>(
      `SELECT ${CERTIFICATE_COLUMNS} FROM card_certificate WHERE not_after > $1 AND ${where}`,
      [clock.now(), ...parameters],
    );
    return rows.map(toCertificate);
  };
  return {
    async authorities() {
      // From one authority to the next in the index of their serials, without reading what lies between.
      const rows = await database.query<{ authority: string }>(
        `WITH RECURSIVE found AS (
           (SELECT authority FROM card_certificate ORDER BY authority LIMIT 1)
           UNION ALL
           SELECT (SELECT authority FROM card_certificate c WHERE c.authority > found.authority ORDER BY authority LIMIT 1)
           FROM found WHERE found.authority IS NOT NULL
         ) SELECT authority FROM found WHERE authority IS NOT NULL`,
      );
      return rows.map(({ authority }) => authority);
    },
    withSerials: (authority, serials) =>
      select("authority = $2 AND serial = ANY($3::text[]) AND state <> 'revoked'", [authority, serials]),
    held: () => select("state = 'held'", []),
    ofAuthority: (authority, after, limit) =>
      select("authority = $2 AND serial > $3 AND state <> 'revoked' ORDER BY serial LIMIT $4", [
        authority,
        after,
        limit,
      ]),
  };
}
