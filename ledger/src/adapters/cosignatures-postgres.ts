import type { Database } from '@xinlu/common/sql';
import { formatVerifierKey } from '@xinlu/verifier';
import type { Cosignatures } from '../domain/cosignatures.ts';
import type { WitnessPolicy } from '../domain/witnessing.ts';

/** Any constant: one process at a time asks the witnesses. */
const lock = 0x77697473;

/** SQL over `c.size`: whether at least $quorum of the witnesses $names cosigned it. */
export const isWitnessed = (names: string, quorum: string): string =>
  `(SELECT count(*) FROM cosignature s WHERE s.size = c.size AND s.witness = ANY (${names})) >= ${quorum}`;

export function cosignaturesInPostgres(
  database: Database,
  { quorum, witnesses }: WitnessPolicy,
): Cosignatures {
  const names = witnesses.map(({ key }) => formatVerifierKey(key));
  return {
    alone: (work) =>
      database.transaction(async (tx) => {
        const got = await tx.one<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [lock]);
        return got?.mine ? work() : undefined;
      }),
    async keep(size, witness, line) {
      await database.query(
        'INSERT INTO cosignature (size, witness, line) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
        [size, formatVerifierKey(witness), line],
      );
    },
    async lastSize(witness) {
      const row = await database.one<{ size: number | null }>(
        'SELECT max(size) AS size FROM cosignature WHERE witness = $1',
        [formatVerifierKey(witness)],
      );
      return row?.size ?? 0;
    },
    async linesFor(size) {
      // Not more than are needed, so that no line of an evidence can be changed and the evidence still hold.
      const rows = await database.query<{ line: string }>(
        `SELECT line FROM cosignature WHERE size = $1 AND witness = ANY ($2)
         ORDER BY array_position($2, witness) LIMIT $3`,
        [size, names, quorum],
      );
      return rows.map(({ line }) => line);
    },
    async newest() {
      const row = await database.one<{ size: number }>(
        `SELECT c.size FROM checkpoint c JOIN log_head h ON c.size <= h.published_size
         WHERE ${isWitnessed('$1', '$2')} ORDER BY c.size DESC LIMIT 1`,
        [names, quorum],
      );
      return row?.size;
    },
  };
}
