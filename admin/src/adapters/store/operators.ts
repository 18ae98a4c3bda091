import type { Sql } from '@xinlu/common/sql';
import type { Operator } from '../../domain/records.ts';
import type { RegisterReader, RegisterWriter } from '../../domain/store.ts';

type OperatorRow = {
  id: string;
  name: string;
  code_expires: Date | null;
  issuer: string | null;
  subject: string | null;
  appointed_at: Date;
  enrolled_at: Date | null;
  ended_at: Date | null;
};

const COLUMNS = 'id, name, code_expires, issuer, subject, appointed_at, enrolled_at, ended_at';

function toOperator(row: OperatorRow): Operator {
  return {
    id: row.id,
    name: row.name,
    issuer: row.issuer,
    subject: row.subject,
    appointedAt: row.appointed_at,
    enrolledAt: row.enrolled_at,
    endedAt: row.ended_at,
    codeExpires: row.code_expires,
  };
}

export function readOperators(sql: Sql): Pick<RegisterReader, 'operator' | 'operatorOf' | 'operators'> {
  const first = async (text: string, values: readonly unknown[]) => {
    const row = await sql.one<OperatorRow>(text, values);
    return row === undefined ? undefined : toOperator(row);
  };
  return {
    operator: (id) => first(`SELECT ${COLUMNS} FROM operator WHERE id = $1`, [id]),
    operatorOf: (issuer, subject) =>
      first(`SELECT ${COLUMNS} FROM operator WHERE issuer = $1 AND subject = $2 AND ended_at IS NULL`, [
        issuer,
        subject,
      ]),
    async operators(page) {
      const rows = await sql.query<OperatorRow>(
        `SELECT ${COLUMNS} FROM operator ORDER BY appointed_at, id LIMIT $1 OFFSET $2`,
        [page.limit, page.offset],
      );
      const count = await sql.one<{ total: number }>('SELECT count(*) AS total FROM operator');
      return { rows: rows.map(toOperator), total: count?.total ?? 0 };
    },
  };
}

export function writeOperators(
  tx: Sql,
): Pick<RegisterWriter, 'insertOperator' | 'endOperator' | 'takeEnrolment'> {
  return {
    async insertOperator(operator) {
      await tx.query(
        `INSERT INTO operator (id, name, code_sha256, code_expires, appointed_at, proposal, proposer_code_sha256)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [
          operator.id,
          operator.name,
          operator.codeSha256,
          operator.codeExpires,
          operator.appointedAt,
          operator.appointment?.proposal ?? null,
          operator.appointment?.proposerCodeSha256 ?? null,
        ],
      );
    },
    async endOperator(id, at) {
      await tx.query('UPDATE operator SET ended_at = $2 WHERE id = $1', [id, at]);
    },
    async takeEnrolment([one, other], person, at) {
      const row = await tx.one<OperatorRow>(
        `UPDATE operator SET issuer = $2, subject = $3, enrolled_at = $4
         WHERE ((code_sha256 = $1 AND proposer_code_sha256 IS NOT DISTINCT FROM $5)
                OR (code_sha256 = $5 AND proposer_code_sha256 = $1)) AND subject IS NULL AND ended_at IS NULL AND (code_expires IS NULL OR code_expires > $4)
         RETURNING ${COLUMNS}`,
        [one, person.issuer, person.subject, at, other ?? null],
      );
      return row === undefined ? undefined : toOperator(row);
    },
  };
}
