// The one pool to Postgres: every call has a deadline, and what goes wrong on the way becomes UnavailableError.
import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient, type Transaction } from 'kysely';
import pg from 'pg';
import { UbahDataError, UnavailableError } from '#src/errors.ts';
import { failpoint } from '#src/failpoint.ts';
import type { Tables } from './tables.ts';

export type Trx = Transaction<Tables>;

export interface Database {
  /** Statements that stand alone. @throws UnavailableError `unavailable` */
  run<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T>;
  /**
   * One transaction, repeated where Postgres asks for it (deadlock): `work` must have no other effects.
   * @throws UnavailableError `unavailable`  the outcome may be unknown; the ids of the rows make a repetition safe
   */
  transaction<T>(work: (trx: Trx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const readTimeout = 'Query read timeout';
const deadlock = new Set(['40P01', '40001']);
const mostRepetitions = 3;

/**
 * @param budgetMs  for each of: waiting for a connection, a statement, a lock
 * @param onError  what happens to idle connections; without a listener it would end the process
 */
export function openDatabase({
  url,
  budgetMs,
  maxConnections = 12,
  onError = () => {},
}: {
  url: string;
  budgetMs: number;
  maxConnections?: number;
  onError?: (error: Error) => void;
}): Database {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'ubah-data',
    max: maxConnections,
    connectionTimeoutMillis: budgetMs,
    statement_timeout: budgetMs,
    lock_timeout: budgetMs,
    idle_in_transaction_session_timeout: 2 * budgetMs,
    // A frozen server never says that a statement took too long, so the client has its own deadline.
    query_timeout: budgetMs + 100,
    keepAlive: true,
  });
  pool.on('error', onError);
  // The pool listens to idle clients only: one that is cut off inside a transaction would end the process. Its next
  // statement fails, and that is where it is handled.
  pool.on('connect', (client) => client.on('error', () => {}));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: withoutHungClients(pool) }) });

  return {
    run: (work) => reach(() => work(db)),
    transaction: (work) =>
      reach(async () => {
        const result = await repeated(() =>
          db.transaction().execute(async (trx) => {
            const done = await work(trx);
            await failpoint('records.beforeCommit');
            return done;
          }),
        );
        await failpoint('records.afterCommit');
        return result;
      }),
    close: () => db.destroy(),
  };
}

/** A client whose statement got no answer still waits for it: the next borrower would wait behind. */
function withoutHungClients(pool: pg.Pool): PostgresPool {
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect();
      let hung = false;
      const query = async (text: string, values?: readonly unknown[]) => {
        try {
          return await client.query(text, [...(values ?? [])]);
        } catch (error) {
          if (error instanceof Error && error.message === readTimeout) hung = true;
          throw error;
        }
      };
      return {
        // Kysely never opens a cursor here, the other thing that it may call this with.
        query: query as unknown as PostgresPoolClient['query'],
        release: (destroy) => client.release(destroy === true || hung),
      };
    },
  };
}

async function repeated<T>(work: () => Promise<T>): Promise<T> {
  for (let round = 1; ; round += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof pg.DatabaseError && deadlock.has(error.code ?? '') && round < mostRepetitions))
        throw error;
    }
  }
}

async function reach<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw isUnavailable(cause) ? new UnavailableError('postgres', { cause }) : cause;
  }
}

// 08 connection, 40 rollback, 53 resources, 55P03 lock, 57 operator or timeout, 58 system, 25P03 idle transaction ended.
const unavailableStates = /^(08|40|53|57|58|55P03|25P03)/;
const connectionTrouble = /timeout|terminated|not queryable|connection ended|calling end on the pool|discarded/i;

/** Whether Postgres was away, full or too slow; our own mistakes (constraint, syntax) are not. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof UbahDataError) return false;
  if (error instanceof pg.DatabaseError) return unavailableStates.test(error.code ?? '');
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return /^E[A-Z]/.test(code) || connectionTrouble.test(error.message);
}
