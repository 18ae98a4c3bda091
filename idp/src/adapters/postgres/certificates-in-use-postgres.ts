import type { Clock } from '@xinlu/common/clock';
import type { Database } from '@xinlu/common/sql';
import { parseCertificate } from '@xinlu/pki';
import type { CertificatesInUse } from '../../domain/card/online-status.ts';
import type { IdentityVault } from '../../domain/person/identity-vault.ts';

type Row = { id: string; person_id: string; authority: string; certificate_sealed: Buffer };

export function createCertificatesInUse(
  database: Database,
  { vault, clock }: { vault: IdentityVault; clock: Clock },
): CertificatesInUse {
  return {
    async of(authorities) {
      const rows = await database.query<Row>(
        `SELECT id, person_id, authority, certificate_sealed FROM card_certificate c
         WHERE authority = ANY($1::text[]) AND state = 'active' AND certificate_sealed IS NOT NULL
           AND EXISTS (SELECT 1 FROM login WHERE certificate_id = c.id AND ended_at IS NULL AND expires_at > $2)`,
        [authorities, clock.now()],
      );
      return rows.map(({ id, person_id: personId, authority, certificate_sealed: sealed }) => ({
        id,
        authority,
        certificate: parseCertificate(Buffer.from(vault.open(personId, 'certificate', sealed), 'base64')),
      }));
    },
  };
}
