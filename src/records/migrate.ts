// Brings the database to the schema of this release. Run by the owner at every start, by several processes at once.
import { Kysely, PostgresDialect, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import pg from 'pg';
import { ConfigError } from '#src/errors.ts';
import { migrateJobs } from './jobs.ts';
import { first } from './migrations/0001-first.ts';
import { keeping } from './migrations/0002-keeping.ts';
import { deliveries } from './migrations/0003-deliveries.ts';
import { cases } from './migrations/0004-cases.ts';
import { consoleSessions } from './migrations/0005-console.ts';
import { pinPages } from './migrations/0006-pin-pages.ts';
import { oldChannel } from './migrations/0007-old-channel.ts';
import { numberPrefix } from './migrations/0008-number-prefix.ts';
import { noAnswer } from './migrations/0009-no-answer.ts';
import { gatewayAlarms } from './migrations/0010-gateway-alarms.ts';
import { desk } from './migrations/0011-desk.ts';
import { fourEyes } from './migrations/0012-four-eyes.ts';
import { warnings } from './migrations/0013-warnings.ts';
import { reviews } from './migrations/0014-reviews.ts';

/** In this order, for ever: a released one is never edited. */
const migrations: Record<string, Migration> = {
  '0001-first': first,
  '0002-keeping': keeping,
  '0003-deliveries': deliveries,
  '0004-cases': cases,
  '0005-console': consoleSessions,
  '0006-pin-pages': pinPages,
  '0007-old-channel': oldChannel,
  '0008-number-prefix': numberPrefix,
  '0009-no-answer': noAnswer,
  '0010-gateway-alarms': gatewayAlarms,
  '0011-desk': desk,
  '0012-four-eyes': fourEyes,
  '0013-warnings': warnings,
  '0014-reviews': reviews,
};

/** Any number that nobody else uses for a session lock in this database. */
const migrationLock = 7_165_161;
/** Rows that are written once: the application may not alter or delete them. */
const appendOnly = [
  'audit',
  'audit_chain',
  'case_events',
  'lookup_key',
  'case_reveals',
  'canned_replies',
  'lock_lifts',
];
const ofMigrator = ['kysely_migration', 'kysely_migration_lock'];

/**
 * Creates or updates the tables, the queues and the rights of the application's role.
 * @param appUrl  its user gets the rights; where it is the owner itself, only a warning comes back
 * @returns warnings for the operator
 * @throws ConfigError `config`  the owner may not do this, or the role of `appUrl` does not exist
 */
export async function migrate({ ownerUrl, appUrl }: { ownerUrl: string; appUrl: string }): Promise<string[]> {
  const pool = new pg.Pool({ connectionString: ownerUrl, max: 2, connectionTimeoutMillis: 10_000 });
  pool.on('error', () => {});
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    return await db.connection().execute(async (session) => {
      // Not for a transaction: the statements below run on connections of their own.
      await sql`select pg_advisory_lock(${migrationLock})`.execute(session);
      try {
        await migrateTables(db);
        await migrateJobs(ownerUrl);
        return await grantRights(session, roleOf(appUrl));
      } finally {
        await sql`select pg_advisory_unlock(${migrationLock})`.execute(session);
      }
    });
  } catch (error) {
    throw instructed(error, ownerUrl === appUrl ? 'DATABASE_URL' : 'DATABASE_OWNER_URL');
  } finally {
    await db.destroy();
  }
}

async function migrateTables(db: Kysely<unknown>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

async function grantRights(session: Kysely<unknown>, role: string): Promise<string[]> {
  const { rows } = await sql<{ owner: string; known: boolean }>`
    select current_user as owner, exists(select from pg_roles where rolname = ${role}) as known`.execute(session);
  if (rows[0]?.owner === role) {
    return ['DATABASE_OWNER_URL: is the same role as DATABASE_URL, so the audit is protected by its MAC only'];
  }
  if (rows[0]?.known !== true) {
    throw new ConfigError([`DATABASE_URL: the role ${role} does not exist: create role it with login and a password`]);
  }
  const app = sql.id(role);
  const names = (tables: string[]) => sql.join(tables.map((table) => sql.id(table)));
  const rights = [
    sql`grant usage on schema public, pgboss to ${app}`,
    // Nothing is deleted by the application; what has to go goes with the owner's retention.
    sql`grant select, insert, update on all tables in schema public to ${app}`,
    sql`revoke update on ${names(appendOnly)} from ${app}`,
    sql`revoke insert, update on ${names(ofMigrator)} from ${app}`,
    sql`grant usage on all sequences in schema public to ${app}`,
    sql`grant select, insert, update, delete on all tables in schema pgboss to ${app}`,
    sql`grant usage on all sequences in schema pgboss to ${app}`,
    sql`grant execute on all functions in schema pgboss to ${app}`,
  ];
  for (const right of rights) await right.execute(session);
  return [];
}

function roleOf(url: string): string {
  return decodeURIComponent(new URL(url).username) || 'postgres';
}

/** Not allowed, or not even allowed to see where tables would go. */
const refusals = new Set(['42501', '3F000']);

/** What Postgres, or the way to it, answers where the address is wrong or nobody is there. */
const absences: ReadonlyMap<string, string> = new Map([
  ['28P01', 'its password is wrong: mend it'],
  ['28000', 'its role may not sign in there: mend the role, or pg_hba.conf'],
  ['3D000', 'its database does not exist: create it'],
  ['57P03', 'Postgres is starting or stopping: try again in a moment'],
  ['53300', 'Postgres has no connection left: raise max_connections'],
]);
const unreachable = /^E(CONNREFUSED|HOSTUNREACH|NETUNREACH|TIMEDOUT|CONNRESET|NOTFOUND|AI_AGAIN)$/;

function instructed(error: unknown, setting: 'DATABASE_URL' | 'DATABASE_OWNER_URL'): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error ? String(error.code) : '';
  if (unreachable.test(code)) {
    return new ConfigError([`${setting}: no Postgres answers there (${code}): start it, or mend the address`]);
  }
  const absence = absences.get(code);
  if (absence !== undefined) return new ConfigError([`${setting}: ${absence}`]);
  if (!(error instanceof pg.DatabaseError && refusals.has(code))) return error;
  return new ConfigError([`${setting}: its role may not create tables here (${error.message}): use the owner`]);
}
