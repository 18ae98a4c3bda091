import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemIds } from '@xinlu/common/ids';
import { type Database, migrate } from '@xinlu/common/sql';
import { testDatabase } from '@xinlu/common/testing';
import type { EntryType } from '@xinlu/verifier';
import { logSignerFromFile } from '../../src/adapters/log-signer-file.ts';
import { logStoreInPostgres } from '../../src/adapters/log-store-postgres.ts';
import { tilesInFiles } from '../../src/adapters/tiles-files.ts';
import type { LogSigner } from '../../src/domain/log-signer.ts';
import type { LogStore } from '../../src/domain/log-store.ts';
import type { Tiles } from '../../src/domain/tiles.ts';

export const origin = 'localhost:4003/log';

export type TestLog = {
  database: Database;
  folder: string;
  signer: LogSigner;
  store: LogStore;
  tiles: Tiles;
  close(): Promise<void>;
};

/** A fresh log on a database and a folder of its own. */
export async function newLog(): Promise<TestLog> {
  const database = await testDatabase();
  await migrate(database, new URL('../../src/migrations/', import.meta.url));
  const folder = await mkdtemp(join(tmpdir(), 'xinlu-ledger-'));
  const keyFile = join(folder, 'log.pem');
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const signer = await logSignerFromFile(keyFile, origin);
  return {
    database,
    folder,
    signer,
    store: await logStoreInPostgres(database, signer),
    tiles: tilesInFiles(join(folder, 'tiles')),
    async close() {
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function newEntry(type: EntryType = 'access', issuer = 'consent') {
  return { id: systemIds.uuid(), type, issuer, commitment: systemIds.bytes(32) };
}

const tables = ['entry', 'tile', 'checkpoint', 'log_head', 'anchor', 'cosignature'];

/** Keeps the database as it is now; the function that it answers brings that state back, as a restore would. */
export async function backUp(database: Database): Promise<() => Promise<void>> {
  const kept = `kept_${systemIds.uuid().replaceAll('-', '')}`;
  await database.query(`CREATE SCHEMA ${kept}`);
  for (const table of tables) await database.query(`CREATE TABLE ${kept}.${table} AS TABLE ${table}`);
  return () =>
    database.transaction(async (tx) => {
      await tx.query(`TRUNCATE ${tables.join(', ')}`);
      for (const table of tables) await tx.query(`INSERT INTO ${table} SELECT * FROM ${kept}.${table}`);
    });
}
