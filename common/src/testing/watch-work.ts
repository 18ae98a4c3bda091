import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import pg from 'pg';

/** What was done for one thing, in order: statements by their text, cryptographic operations by name. */
export type Work = { statements: string[]; operations: string[] };

/** What takes its time; a comparison of two hashes takes less than can be measured. */
const COUNTED = ['createHmac', 'createHash', 'verify', 'createCipheriv', 'createDecipheriv'] as const;
/** The outbox looks for work by itself. */
const OF_THE_OUTBOX = /pgboss/;

/**
 * Does something and tells what work this process did meanwhile: every statement that went to PostgreSQL and every
 * hash, MAC, cipher and signature check. Nothing else may go on in the process.
 */
export async function watchWork<T>(something: () => Promise<T>): Promise<{ result: T; work: Work }> {
  const work: Work = { statements: [], operations: [] };
  const query = pg.Client.prototype.query;
  const verify = crypto.subtle.verify;
  const kept = new Map<string, unknown>();
  const own = crypto as unknown as Record<string, (...args: unknown[]) => unknown>;
  pg.Client.prototype.query = function watched(this: pg.Client, ...args: unknown[]) {
    const [statement] = args;
    const text = typeof statement === 'string' ? statement : (statement as { text?: string })?.text;
    if (text !== undefined && !OF_THE_OUTBOX.test(text))
      work.statements.push(text.replaceAll(/\s+/g, ' ').trim());
    return Reflect.apply(query, this, args);
  } as typeof query;
  crypto.subtle.verify = function watched(...args: Parameters<typeof verify>) {
    work.operations.push('subtle.verify');
    return Reflect.apply(verify, crypto.subtle, args);
  };
  for (const name of COUNTED) {
    const original = own[name];
    kept.set(name, original);
    own[name] = (...args) => {
      work.operations.push(name);
      return Reflect.apply(original as () => unknown, crypto, args);
    };
  }
  syncBuiltinESMExports();
  try {
    return { result: await something(), work };
  } finally {
    pg.Client.prototype.query = query;
    crypto.subtle.verify = verify;
    for (const [name, original] of kept) own[name] = original as () => unknown;
    syncBuiltinESMExports();
  }
}
