import type { Outbox } from '@xinlu/common/outbox';
import type { Database, Sql } from '@xinlu/common/sql';
import type { RegisterReader, RegisterStore, RegisterWriter } from '../../domain/store.ts';
import { readAudit, writeAudit } from './audit.ts';
import { readOperators, writeOperators } from './operators.ts';
import { readProposals, writeProposals } from './proposals.ts';
import { insertVersion, readVersions, upsertEntry } from './versions.ts';

/** The queue that carries each version's commitment to the ledger; its jobs are `{ version }`. */
export const ENTRY_QUEUE = 'register-entry';

// Any constant: changes of the register run one after the other, which keeps version and audit chains without forks
// and leaves no order of locks to get wrong.
const CHANGE_LOCK = 0x7265_6731;

function reader(sql: Sql): RegisterReader {
  return { ...readVersions(sql), ...readProposals(sql), ...readOperators(sql), ...readAudit(sql) };
}

/** The register's store on PostgreSQL. */
export function createPostgresStore(database: Database, outbox: Pick<Outbox, 'publish'>): RegisterStore {
  const writer = (tx: Sql): RegisterWriter => ({
    ...reader(tx),
    ...writeProposals(tx),
    ...writeOperators(tx),
    ...writeAudit(tx),
    async appendVersion(version, changed) {
      await insertVersion(tx, version, changed);
      await outbox.publish(tx, ENTRY_QUEUE, { version: version.version });
    },
  });
  return {
    ...reader(database),
    change: (work) =>
      database.transaction(async (tx) => {
        await tx.query('SELECT pg_advisory_xact_lock($1)', [CHANGE_LOCK]);
        return work(writer(tx));
      }),
    recordEntry: (version, entry) => upsertEntry(database, version, entry),
  };
}
