import pg from 'pg';
import { orAway } from './away.ts';

/**
 * Anything that runs statements: the pool or one transaction. Values only by placeholders ($1 ...). While the database is
 * away it throws `store-away` (retryable); of a COMMIT whose answer was lost nobody can tell then whether it took place.
 */
export type Sql = {
  /**
   * @param prepared a name under which each connection keeps the statement parsed. Only for statements that name their
   *   columns: a prepared `*` fails when a migration adds one under a running service
   */
  query<Row extends object = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
    prepared?: string,
  ): Promise<Row[]>;
  /** The first row, or undefined. */
  one<Row extends object = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
    prepared?: string,
  ): Promise<Row | undefined>;
};

export type Database = Sql & {
  readonly url: string;
  /** Runs `work` in one READ COMMITTED transaction: committed when it returns, rolled back when it throws. */
  transaction<T>(work: (tx: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

// bigint columns count things here; all of ours stay far below 2^53.
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8
      ? Number
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

function over(client: pg.Pool | pg.PoolClient): Sql {
  const query: Sql['query'] = async <Row extends object>(
    text: string,
    values?: readonly unknown[],
    prepared?: string,
  ) => {
    const statement = {
      text,
      values: values as unknown[],
      ...(prepared === undefined ? {} : { name: prepared }),
    };
    try {
      return (await client.query<Row & pg.QueryResultRow>(statement)).rows as Row[];
    } catch (error) {
      throw orAway(error);
    }
  };
  return {
    query,
    one: async (text, values, prepared) => (await query(text, values, prepared))[0] as never,
  };
}

/** A pool of connections to PostgreSQL. `max` 10 unless told. */
export function openDatabase(url: string, options: { max?: number } = {}): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 10,
    types,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 60_000,
    application_name: 'xinlu',
  });
  // An idle connection that the server closes must not end the process; the next query opens another.
  pool.on('error', () => undefined);
  // Nor one that is closed in the same breath in which it is given out, before its taker can listen.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return {
    ...over(pool),
    url,
    async transaction(work) {
      const client = await pool.connect().catch((error: unknown) => {
        throw orAway(error);
      });
      let broken: Error | undefined;
      // The server may close the connection between two statements (a restart, a time-out in a transaction): the next
      // statement is refused then. Unheard, the event would end the process.
      const lost = (error: Error) => {
        broken = error;
      };
      client.on('error', lost);
      try {
        await client.query('BEGIN');
        const result = await work(over(client));
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch((failure: Error) => {
          broken = failure;
        });
        throw orAway(error);
      } finally {
        client.off('error', lost);
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
}

/** PostgreSQL's SQLSTATE of an error, e.g. `23505` unique_violation. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

export { gather } from './gather.ts';
export { migrate } from './migrate.ts';
