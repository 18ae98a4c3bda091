import type { Sql } from '@xinlu/common/sql';
import { auditHashOf } from '../../domain/audit-hash.ts';
import type { AuditLine } from '../../domain/records.ts';
import type { RegisterReader, RegisterWriter } from '../../domain/store.ts';

export function readAudit(sql: Sql): Pick<RegisterReader, 'audit'> {
  return {
    async audit(page) {
      const filter = 'WHERE ($1::text IS NULL OR action = $1) AND ($2::uuid IS NULL OR operator = $2)';
      const values = [page.action ?? null, page.operator ?? null];
      const direction = page.descending === false ? 'ASC' : 'DESC';
      const rows = await sql.query<AuditLine>(
        `SELECT * FROM audit ${filter} ORDER BY seq ${direction} LIMIT $3 OFFSET $4`,
        [...values, page.limit, page.offset],
      );
      const count = await sql.one<{ total: number }>(`SELECT count(*) AS total FROM audit ${filter}`, values);
      return { rows, total: count?.total ?? 0 };
    },
  };
}

export function writeAudit(tx: Sql): Pick<RegisterWriter, 'appendAudit'> {
  return {
    async appendAudit(line) {
      const last = await tx.one<{ seq: number; hash: string }>(
        'SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1',
      );
      const whole = { ...line, seq: (last?.seq ?? 0) + 1, previous: last?.hash ?? null };
      await tx.query(
        `INSERT INTO audit (seq, at, operator, action, subject, detail, previous, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [
          whole.seq,
          whole.at,
          whole.operator,
          whole.action,
          whole.subject,
          JSON.stringify(whole.detail),
          whole.previous,
          auditHashOf(whole),
        ],
      );
    },
  };
}
