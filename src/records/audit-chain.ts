// The chain of the audit: each row's link is a keyed hash over the row and the link before, so that a row which was
// altered, removed or put elsewhere shows. Written after the fact by one job, so that no transaction waits for another.
import { type Selectable, sql } from 'kysely';
import type { Seal } from '#src/seal.ts';
import { type AuditRow, canonical, isGenuine } from './audit.ts';
import type { Database, Trx } from './database.ts';
import { lockAll } from './locks.ts';
import type { AuditTable } from './tables.ts';

/** A place in the chain with its hash; kept elsewhere, it shows that the chain was cut or written anew. */
export interface Anchor {
  position: number;
  hash: string;
}

export interface AuditChain {
  /** Links every row that has no link yet. @returns how many */
  extend(): Promise<number>;
  /** The last link; null: there is none. */
  head(): Promise<Anchor | null>;
  /**
   * Walks the whole chain.
   * @param anchors  from the log stream; one just before the first link allows for an audit whose old part was removed
   */
  verify(anchors?: readonly Anchor[]): Promise<Verdict>;
}

export interface Verdict {
  links: number;
  /** rows that the job has not come to */
  unchained: number;
  /** the first one; null: the chain is whole */
  broken: Broken | null;
}

export interface Broken {
  /** null: the row has no link */
  position: number | null;
  auditId: string | null;
  /**
   * `linkIsGone`: no link has this position; `rowIsGone`: there is a link, but no row; `rowIsAltered`: the row is not as
   * it was written; `linkIsAltered`: row and link do not fit, or not the link before; `anchorDiffers`: this position had
   * another hash when it was logged
   */
  what: 'linkIsGone' | 'rowIsGone' | 'rowIsAltered' | 'linkIsAltered' | 'anchorDiffers';
}

const purpose = 'audit-chain';
const batch = 1_000;
/** No transaction lives so long: a row older than the last link by this much was chained, or is found by `verify`. */
const lateMinutes = 60;

export function createAuditChain({ database, seal }: { database: Database; seal: Seal }): AuditChain {
  const linkOf = (before: string, row: AuditRow) => seal.index(purpose, `${before}\n${canonical(row)}\n${row.mac}`);
  const head = (db: Pick<Trx, 'selectFrom'>) =>
    db
      .selectFrom('audit_chain')
      .select(['position', 'hash', 'chained_at'])
      .orderBy('position', 'desc')
      .limit(1)
      .executeTakeFirst();

  async function extendOnce(trx: Trx): Promise<number> {
    await lockAll(trx, ['audit-chain']);
    const last = await head(trx);
    const rows = await unchained(trx, last?.chained_at ?? null)
      .orderBy('at')
      .orderBy('audit_id')
      .limit(batch)
      .execute();
    if (rows.length === 0) return 0;
    let position = BigInt(last?.position ?? 0);
    let hash = last?.hash ?? '';
    const links = rows.map((row) => {
      position += 1n;
      hash = linkOf(hash, rowOf(row));
      return { position: String(position), audit_id: row.audit_id, hash };
    });
    await trx.insertInto('audit_chain').values(links).execute();
    return links.length;
  }

  return {
    async extend() {
      let count = 0;
      for (;;) {
        const linked = await database.transaction(extendOnce);
        count += linked;
        if (linked < batch) return count;
      }
    },

    async head() {
      const last = await database.run(head);
      return last === undefined ? null : { position: Number(last.position), hash: last.hash };
    },

    async verify(anchors = []) {
      const known = new Map(anchors.map(({ position, hash }) => [position, hash]));
      let links = 0;
      let before: Anchor | null = null;
      for (;;) {
        const rows = await database.run((db) => linksAfter(db, before?.position ?? 0));
        for (const row of rows) {
          const at = before ?? startOf(Number(row.position), known);
          const broken = flawOf(row, at, { linkOf, seal, known });
          if (broken !== null) return { links, unchained: await countUnchained(), broken };
          before = { position: Number(row.position), hash: row.hash };
          links += 1;
        }
        if (rows.length < batch) break;
      }
      const end = before?.position ?? 0;
      const beyond = anchors.find(({ position }) => position > end);
      const broken =
        beyond === undefined ? await forged() : { position: end + 1, auditId: null, what: 'linkIsGone' as const };
      return { links, unchained: await countUnchained(), broken };
    },
  };

  async function countUnchained(): Promise<number> {
    const { count } = await database.run((db) =>
      unchained(db, null).clearSelect().select(sql<number>`count(*)::int`.as('count')).executeTakeFirstOrThrow(),
    );
    return count;
  }

  /** A row that has no link yet still has its MAC. */
  async function forged(): Promise<Broken | null> {
    const rows = await database.run((db) => unchained(db, null).execute());
    const row = rows.find((one) => !isGenuine(seal, rowOf(one)));
    return row === undefined ? null : { position: null, auditId: row.audit_id, what: 'rowIsAltered' };
  }
}

const rowOf = (row: Selectable<AuditTable>): AuditRow => row as AuditRow;

/** @param since  of the last link; null: looks at the whole audit */
function unchained(db: Pick<Trx, 'selectFrom'>, since: Date | null) {
  const rows = db
    .selectFrom('audit')
    .selectAll()
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('audit_chain').select('position').whereRef('audit_chain.audit_id', '=', 'audit.audit_id'))),
    );
  return since === null
    ? rows
    : rows.where('at', '>', sql<Date>`${since}::timestamptz - make_interval(mins => ${lateMinutes})`);
}

type Link = Awaited<ReturnType<typeof linksAfter>>[number];

function linksAfter(db: Pick<Trx, 'selectFrom'>, position: number) {
  return db
    .selectFrom('audit_chain')
    .leftJoin('audit', 'audit.audit_id', 'audit_chain.audit_id')
    .select(['audit_chain.position', 'audit_chain.audit_id as linked_id', 'audit_chain.hash'])
    .selectAll('audit')
    .where('position', '>', String(position))
    .orderBy('position')
    .limit(batch)
    .execute();
}

/** The chain begins with nothing, or where an anchor says that its old part ended. */
function startOf(first: number, known: ReadonlyMap<number, string>): Anchor {
  const hash = known.get(first - 1);
  return hash === undefined ? { position: 0, hash: '' } : { position: first - 1, hash };
}

function flawOf(
  link: Link,
  before: Anchor,
  {
    linkOf,
    seal,
    known,
  }: { linkOf: (before: string, row: AuditRow) => string; seal: Seal; known: ReadonlyMap<number, string> },
): Broken | null {
  const { linked_id: auditId, hash, position: _, ...row } = link;
  const position = Number(link.position);
  if (position !== before.position + 1) return { position: before.position + 1, auditId: null, what: 'linkIsGone' };
  const anchored = known.get(position);
  if (anchored !== undefined && anchored !== hash) return { position, auditId, what: 'anchorDiffers' };
  if (row.audit_id === null) return { position, auditId, what: 'rowIsGone' };
  if (!isGenuine(seal, row as AuditRow)) return { position, auditId, what: 'rowIsAltered' };
  return linkOf(before.hash, row as AuditRow) === hash ? null : { position, auditId, what: 'linkIsAltered' };
}
