// What became of codes and notices after a gateway took them. Reports come in any order, twice, or never: each message
// keeps the highest, and what a failed one asks for is done in the same transaction, once.
import { sql } from 'kysely';
import type { Deliveries, DeliveryFailure, DeliveryReport } from '#src/conversation/ports.ts';
import type { Policy } from '#src/policy.ts';
import type { Audit } from './audit.ts';
import type { Database, Trx } from './database.ts';
import type { Hashes } from './hashes.ts';
import type { Jobs } from './jobs.ts';
import { keepOptOut } from './opt-outs.ts';
import { day } from './windows.ts';

interface Needs {
  database: Database;
  hashes: Hashes;
  audit: Audit;
  jobs: Jobs;
  policy: Policy;
  /** told of a code that did not arrive because its block of numbers is suspected of fraud */
  onPumping?: (challengeId: string) => void;
  /** told how many of the last texts carriers have filtered, when those are too many */
  onFiltered?: (count: number) => void;
}

/** A report may overtake the end of the turn that had the code sent; no turn lasts longer. */
const freshSeconds = 20;
/** So long a way that did not reach a number is the second choice. */
const rememberedHours = 24;
/** `delivered`; whatever ranks higher is an end as well. */
const arrivedRank = 4;
/** A handset that is off is tried again after so long, doubled each time. */
const firstRetrySeconds = 60;
const lastRetrySeconds = 3_600;

export function createDeliveries(needs: Needs): Deliveries {
  const { database } = needs;
  return {
    async report(report) {
      const { ref } = report;
      if (ref === null) return;
      const risen = await database.transaction(async (trx) => {
        if (!(await rise(trx, { ...report, ref })) || report.failure === null) return null;
        const failed = { ref, providerId: report.providerId, failure: report.failure };
        const isCode = await failCode(trx, needs, failed);
        if (!isCode) await failNotice(trx, needs, failed);
        return { isCode, why: report.failure.why };
      });
      if (risen?.why === 'pumping' && risen.isCode) needs.onPumping?.(ref);
      if (risen?.why !== 'filtered') return;
      const filtered = await database.run((db) => filteredOf(db, needs.policy));
      if (isTooMany(filtered, needs.policy)) needs.onFiltered?.(filtered);
    },

    async undelivered(challengeId) {
      const code = await database.run((db) =>
        db
          .selectFrom('challenges')
          .select([
            'conversation',
            'via',
            'undelivered_why',
            sql<boolean>`killed_at is null and proved_at is null and expires_at > now()`.as('is_live'),
            sql<boolean>`created_at > now() - make_interval(secs => ${freshSeconds})`.as('is_fresh'),
          ])
          .where('challenge_id', '=', challengeId)
          .where('undelivered_at', 'is not', null)
          .executeTakeFirst(),
      );
      if (code?.undelivered_why == null) return null;
      const { conversation, via, undelivered_why: why, is_live: isLive, is_fresh: isFresh } = code;
      return { conversation, via, why, isLive, isFresh };
    },

    async failedWays({ conversation, target }) {
      const failed = await database.run((db) =>
        db
          .selectFrom('challenges')
          .select('via')
          .distinct()
          .where('conversation', '=', conversation)
          .where('target', '=', needs.hashes.contact(target))
          .where('created_at', '>', sql<Date>`now() - make_interval(hours => ${rememberedHours})`)
          .where((row) =>
            row.or([
              row('undelivered_at', 'is not', null),
              row.and([row('send_state', '=', 'refused'), row('refused_why', '<>', 'configuration')]),
            ]),
          )
          .execute(),
      );
      return failed.map(({ via }) => via);
    },

    async find(ref) {
      const found = await database.run((db) =>
        db
          .selectFrom('deliveries')
          .select('provider_id')
          .where('ref', '=', ref)
          .orderBy('created_at', 'desc')
          .limit(1)
          .executeTakeFirst(),
      );
      return found?.provider_id ?? null;
    },

    async unclaimed(ref, providerIds) {
      if (providerIds.length === 0) return [];
      const ids = [...providerIds];
      const { rows } = await database.run((db) =>
        sql<{ provider_id: string }>`
          select provider_id from challenges where provider_id = any(${ids}) and challenge_id <> ${ref}
          union select provider_id from notices where provider_id = any(${ids}) and notice_id <> ${ref}
          union select provider_id from deliveries where provider_id = any(${ids}) and ref <> ${ref}`.execute(db),
      );
      const claimed = new Set(rows.map((row) => row.provider_id));
      return ids.filter((id) => !claimed.has(id));
    },
  };
}

/** @returns whether the report says more than all before it */
async function rise(trx: Trx, report: DeliveryReport & { ref: string }): Promise<boolean> {
  const { providerId, ref, channel, status, rank, failure } = report;
  const kept = await trx
    .insertInto('deliveries')
    .values({ provider_id: providerId, ref, channel, status, rank, ...failedWith(failure) })
    .onConflict((row) =>
      row
        .column('provider_id')
        .doUpdateSet({
          status,
          rank,
          ...failedWith(failure),
          changed_at: sql<Date>`now()`,
        })
        .where('deliveries.rank', '<', rank),
    )
    .executeTakeFirst();
  return kept.numInsertedOrUpdatedRows === 1n;
}

const failedWith = (failure: DeliveryFailure | null) => ({
  provider_code: failure?.providerCode ?? null,
  why: failure?.why ?? null,
});

/** Of the last SMS that came to an end within a day. */
async function filteredOf(db: Pick<Trx, 'executeQuery'>, { send }: Policy): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (select why from deliveries
      where channel = 'sms' and rank >= ${arrivedRank} and changed_at > now() - make_interval(secs => ${day})
      order by changed_at desc limit ${send.filteredOf}) as last
    where why = 'filtered'`.execute(db as Trx);
  return rows[0]?.count ?? 0;
}

const isTooMany = (filtered: number, { send }: Policy) =>
  filtered * 100 > send.filteredCeilingPercent * send.filteredOf;

interface Failed {
  ref: string;
  providerId: string;
  failure: DeliveryFailure;
}

/** @returns whether it was a code */
async function failCode(trx: Trx, { audit, jobs }: Needs, { ref, providerId, failure }: Failed): Promise<boolean> {
  const code = await trx
    .selectFrom('challenges')
    .select(['provider_id', 'participant', 'via', 'target'])
    .select(sql<boolean>`killed_at is null and proved_at is null and expires_at > now()`.as('is_live'))
    .where('challenge_id', '=', ref)
    .forUpdate()
    .executeTakeFirst();
  if (code === undefined) return false;
  // Sent twice after an unknown outcome: only the newer one counts.
  if (code.provider_id !== null && code.provider_id !== providerId) return true;
  const marked = await trx
    .updateTable('challenges')
    .set({ undelivered_at: sql<Date>`now()`, undelivered_why: failure.why })
    .where('challenge_id', '=', ref)
    .where('undelivered_at', 'is', null)
    .executeTakeFirst();
  if (marked.numUpdatedRows === 0n) return true;
  if (failure.why === 'optedOut' && code.via !== 'mail')
    await keepOptOut(trx, { channel: code.via, contact: code.target, action: 'stop' });
  await audit(trx, {
    actor: 'system',
    event: 'challenge.undelivered',
    subject: code.participant,
    refs: { challengeId: ref },
    details: { via: code.via, why: failure.why, providerCode: failure.providerCode },
  });
  if (code.is_live) await jobs.send(trx, 'code.undelivered', { challengeId: ref });
  return true;
}

async function failNotice(trx: Trx, { jobs }: Needs, { ref, providerId, failure }: Failed): Promise<void> {
  const notice = await trx
    .selectFrom('notices')
    .select(['provider_id', 'state', 'via', 'contact', 'tries', 'speaker'])
    .select(sql<boolean>`give_up_at > now()`.as('has_time'))
    .where('notice_id', '=', ref)
    .forUpdate()
    .executeTakeFirst();
  // Still being sent: its sender has yet to say so, and the job of the report comes after it.
  if (notice === undefined || !(notice.provider_id === providerId || notice.state === 'sending')) return;
  const { why, again, providerCode } = failure;
  if (why === 'optedOut' && notice.via !== 'mail')
    await keepOptOut(trx, { channel: notice.via, contact: notice.contact, action: 'stop' });
  // What an agent wrote goes where the participant writes, or not at all.
  const otherWay =
    notice.speaker !== 'agent' &&
    notice.via === 'whatsapp' &&
    (why === 'way' || why === 'window' || why === 'configuration');
  const mayRetry = again === 'often' || (again === 'once' && notice.tries < 2);
  const isOver = !notice.has_time || !(otherWay || mayRetry);
  await trx
    .updateTable('notices')
    .set({
      provider_code: providerCode,
      ...(isOver
        ? { state: why === 'optedOut' ? 'suppressed' : 'failed', finished_at: sql<Date>`now()` }
        : {
            state: 'queued',
            provider_id: null,
            finished_at: null,
            next_try_at: otherWay
              ? sql<Date>`now()`
              : sql<Date>`now() + make_interval(secs => ${waitAfter(notice.tries)})`,
            ...(otherWay ? { via: 'sms' as const } : {}),
          }),
    })
    .where('notice_id', '=', ref)
    .execute();
  if (!isOver) await jobs.send(trx, 'notice.send', { noticeId: ref });
}

/** Doubled with each try, and spread so that a network that comes back is not met by all at once. */
const waitAfter = (tries: number): number =>
  Math.random() * Math.min(firstRetrySeconds * 2 ** Math.max(0, tries - 1), lastRetrySeconds);
