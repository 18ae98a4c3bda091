import type { Clock } from '@xinlu/common/clock';
import type { Ids } from '@xinlu/common/ids';
import type { Database } from '@xinlu/common/sql';
import type { CardRevocation } from '../../domain/card/revoke-card.ts';
import { recordEvent } from './audit-postgres.ts';
import { endLogins } from './login-store-postgres.ts';
import { suspendPasskeys } from './passkey-suspension.ts';

export function createCardRevocation(database: Database, tools: { clock: Clock; ids: Ids }): CardRevocation {
  return {
    revoke: (certificateId) =>
      database.transaction(async (tx) => {
        const row = await tx.one<{ person_id: string }>(
          `UPDATE card_certificate SET state = 'revoked', revoked_at = $2
           WHERE id = $1 AND state = 'active' RETURNING person_id`,
          [certificateId, tools.clock.now()],
        );
        if (row === undefined) return [];
        const personId = row.person_id;
        await recordEvent(tx, tools, {
          kind: 'certificate.revoked',
          personId,
          detail: { certificate: certificateId },
        });
        await suspendPasskeys(tx, tools, { certificateId });
        return endLogins(tx, tools, { certificateId }, 'card-revoked');
      }),
  };
}
