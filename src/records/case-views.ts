// What agents see of cases: lists, one case with its timeline, and figures; redacted, masked, and only what they may read.
import { type Expression, type SqlBool, sql } from 'kysely';
import { stepCase } from '#machines/case.machine.ts';
import { redact } from '#machines/copy/redact.ts';
import { readCaseWord } from '#machines/understanding/case-words.ts';
import type {
  AuditLine,
  BotStep,
  CaseDesk,
  CaseFacts,
  CaseSummary,
  Figures,
  QueueView,
  TimelineEntry,
} from '#src/conversation/desk-port.ts';
import type { KeptMedia, StepTaken } from '#src/conversation/ports.ts';
import { type AgentRow, hatsOf, mayRead, readAgent } from './agents.ts';
import type { DeskNeeds } from './case-desk.ts';
import { type Doer, recordEvent } from './case-moves.ts';
import { reportedIn } from './case-reports.ts';
import { type CaseRow, endOf, knownOf, type NamedAgent, namesOf, opened, senderOf, summaryOf } from './case-rows.ts';
import { templateFor } from './case-template.ts';
import type { Trx } from './database.ts';
import { unseenIn } from './four-eyes.ts';
import { guessesLimitedUntil } from './guess-limits.ts';
import { maskContact } from './mask-contact.ts';
import { contactsOf } from './start-for-caller.ts';

type Views = Pick<CaseDesk, 'list' | 'counts' | 'find' | 'read' | 'figures' | 'audit' | 'media'>;
type Reader = Pick<Trx, 'selectFrom'>;

const views: readonly QueueView[] = ['queue', 'mine', 'waiting', 'all', 'closed'];
/** Drawn anew for every tab at every change; whoever looks for one further down finds it by its reference. */
const mostListed = 100;
const closedHours = 24;
const auditPage = 100;
/** Written as their own entries of the timeline. */
const notShown = new Set(['wrote', 'sent', 'noted', 'stepped', 'blocked']);

export function createCaseViews(needs: DeskNeeds): Views {
  const { database, seal, audit } = needs;

  function filterOf(agent: AgentRow, view: QueueView): Expression<SqlBool> {
    const me = agent.agent_id;
    const isOpen = sql<boolean>`closed_at is null`;
    const ofTeam = sql<boolean>`team = ${agent.team}`;
    const all =
      agent.role === 'auditor' ? sql<boolean>`true` : agent.role === 'supervisor' ? ofTeam : sql<boolean>`false`;
    switch (view) {
      case 'queue':
        if (agent.role === 'auditor') return sql`state in ('queued', 'review', 'offered')`;
        return sql`(state in ('queued', 'review') and ${ofTeam}) or (state = 'offered' and target = ${me})`;
      case 'mine':
        return sql`assignee = ${me} and ${isOpen} and state <> 'parked'`;
      case 'waiting':
        return sql`state in ('parked', 'invited', 'offline') and (assignee = ${me} or ${all})`;
      case 'all':
        return sql`${isOpen} and ${all}`;
      case 'closed':
        return sql`closed_at > now() - make_interval(hours => ${closedHours}) and (assignee = ${me} or ${all})`;
    }
  }

  async function clock(db: Reader): Promise<Date> {
    const { now } = await db
      .selectFrom(sql<{ now: Date }>`(select now() as now)`.as('clock'))
      .select('now')
      .executeTakeFirstOrThrow();
    return now;
  }

  const worksOn = (agent: AgentRow) => agent.role !== 'admin';

  return {
    list: (agentId, view) =>
      database.run(async (db) => {
        const agent = await readAgent(db, agentId);
        if (agent === null || !worksOn(agent)) return [];
        const rows = await db
          .selectFrom('cases')
          .selectAll()
          .where(filterOf(agent, view))
          .orderBy(sql`closed_at desc nulls first`)
          // Nobody waits for these.
          .orderBy(sql`state = 'review'`)
          .orderBy('priority', 'desc')
          .orderBy('enqueued_at')
          .orderBy('created_at')
          .orderBy('case_id')
          .limit(mostListed)
          .execute();
        return await summaries(db, rows);
      }),

    counts: (agentId) =>
      database.run(async (db) => {
        const agent = await readAgent(db, agentId);
        const none = Object.fromEntries(views.map((view) => [view, 0])) as Record<QueueView, number>;
        if (agent === null || !worksOn(agent)) return none;
        const counted = views.map(
          (view) => sql`count(*) filter (where ${filterOf(agent, view)})::int as ${sql.id(view)}`,
        );
        const { rows } = await sql<Record<QueueView, number>>`select ${sql.join(counted)} from cases
          where closed_at is null or closed_at > now() - make_interval(hours => ${closedHours})`.execute(db);
        return rows[0] ?? none;
      }),

    find: (agentId, text) =>
      database.run(async (db) => {
        const agent = await readAgent(db, agentId);
        if (agent === null || !worksOn(agent)) return null;
        const wanted = await wantedCase(db, text);
        if (wanted === null) return null;
        // Where the list of a view shows it, it may be seen: a queue's case as its row alone, any other one as a whole.
        const { rows } = await sql<Record<QueueView, boolean>>`select ${sql.join(
          views.map((view) => sql`(${filterOf(agent, view)}) as ${sql.id(view)}`),
        )} from cases where case_id = ${wanted.case_id}`.execute(db);
        const shown = views.find((view) => rows[0]?.[view] === true);
        if (shown !== undefined) return { caseId: wanted.case_id, view: shown };
        return mayRead(agent, wanted) ? { caseId: wanted.case_id, view: 'closed' } : null;
      }),

    read: (agentId, caseId) =>
      database.transaction(async (trx) => {
        const agent = await readAgent(trx, agentId);
        const row = await trx.selectFrom('cases').selectAll().where('case_id', '=', caseId).executeTakeFirst();
        if (agent === null || row === undefined || !mayRead(agent, row)) return null;
        const [summary] = await summaries(trx, [row]);
        if (summary === undefined) return null;
        await audit(trx, {
          actor: `agent:${agentId}`,
          event: 'case.read',
          subject: row.participant,
          refs: { caseId, ref: row.ref },
          details: {},
        });
        const known = knownOf(seal, row);
        return {
          ...summary,
          mayWrite: stepCase(row.state, { type: 'send', hats: hatsOf(agent, row) }) !== null,
          card:
            known === null
              ? null
              : {
                  name: known.name,
                  email: known.email,
                  mobileNumber: known.mobileNumber,
                  segment: known.segment,
                  status: known.membershipStatus,
                },
          senderEndsWith: endOf(senderOf(seal, row)),
          botSteps: stepsOf(row),
          facts: await factsOf(trx, row),
          timeline: await timelineOf(trx, row),
          canSendTemplate: templateFor(needs, row) !== null,
          draft: await draftOf(trx, row, agentId),
          contacts: row.assignee === agentId ? contactsOf(seal, row) : [],
          reported: await reportedIn(trx, seal, row),
          unseen: await unseenIn(trx, needs, row),
          reopens: row.reopens,
        };
      }),

    figures: (agentId) =>
      database.run(async (db) => {
        const agent = await readAgent(db, agentId);
        if (agent === null || agent.role === 'admin') return null;
        const scope =
          agent.role === 'auditor'
            ? sql<boolean>`true`
            : agent.role === 'supervisor'
              ? sql<boolean>`team = ${agent.team}`
              : sql<boolean>`assignee = ${agentId}`;
        return await readFigures(db, scope, agent);
      }),

    audit: (agentId, { before }) =>
      database.run(async (db) => {
        const agent = await readAgent(db, agentId);
        if (agent === null || !['auditor', 'supervisor'].includes(agent.role)) return null;
        const rows = await db
          .selectFrom('audit')
          .select(['at', 'actor', 'event', 'refs', 'details'])
          .where((row) =>
            row.or([row('actor', 'like', 'agent:%'), row('event', 'like', 'case.%'), row('event', 'like', 'agent.%')]),
          )
          .where('at', '<', before ?? sql<Date>`now() + interval '1 second'`)
          .orderBy('at', 'desc')
          .limit(auditPage)
          .execute();
        const names = await namesOf(
          db,
          rows.map(({ actor }) => agentIn(actor)),
        );
        return rows.map(({ at, actor, event, refs, details }) => ({
          at,
          by: byline(actor, names),
          event,
          refs: refs as AuditLine['refs'],
          details: details as AuditLine['details'],
        }));
      }),

    media: ({ agentId, caseId, messageId, index, reason }) =>
      database.transaction(async (trx) => {
        const agent = await readAgent(trx, agentId);
        const row = await trx.selectFrom('cases').selectAll().where('case_id', '=', caseId).executeTakeFirst();
        const message = await trx
          .selectFrom('case_messages')
          .select(['media_sealed', 'hidden'])
          .where('message_id', '=', messageId)
          .where('case_id', '=', caseId)
          .executeTakeFirst();
        if (agent === null || row === undefined || message?.media_sealed == null) return null;
        const hats = hatsOf(agent, row);
        const may = hats.includes('supervisor') || (hats.includes('assignee') && !message.hidden);
        if (!may || (message.hidden && reason.trim() === '')) return null;
        const media: KeptMedia[] = JSON.parse(
          seal.open(message.media_sealed, `case_messages.media_sealed:${messageId}`),
        );
        const found = media[index];
        if (found === undefined) return null;
        const doer: Doer = { actor: `agent:${agentId}`, agentId, hats: [] };
        await recordEvent(trx, row, { event: 'mediaOpened', doer });
        await audit(trx, {
          actor: doer.actor,
          event: 'case.mediaOpened',
          subject: row.participant,
          refs: { caseId, ref: row.ref, messageId },
          details: { index, hidden: message.hidden, reason: redact(reason.slice(0, 200), { codeLived: true }) },
        });
        return { url: found.url, contentType: found.contentType };
      }),
  };

  /** @param text  a reference with or without its `KC-`, or a case word that nobody has used yet */
  async function wantedCase(db: Reader, text: string): Promise<CaseRow | null> {
    const ref = /^(?:KC-?)?([A-Z0-9]{6})$/.exec(text.trim().toUpperCase())?.[1];
    const word = readCaseWord(text) ?? readCaseWord(`KASUS ${text}`);
    const query = db.selectFrom('cases').selectAll('cases');
    if (ref !== undefined) return (await query.where('ref', '=', `KC-${ref}`).executeTakeFirst()) ?? null;
    if (word === null) return null;
    const found = await query
      .innerJoin('case_words', 'case_words.case_id', 'cases.case_id')
      .where('case_words.word', '=', seal.index('caseWord', word))
      .where('case_words.used_at', 'is', null)
      .where('case_words.replaced_at', 'is', null)
      .where('case_words.expires_at', '>', sql<Date>`now()`)
      .executeTakeFirst();
    return found ?? null;
  }

  async function summaries(db: Reader, rows: CaseRow[]): Promise<CaseSummary[]> {
    const now = await clock(db);
    const names = await namesOf(
      db,
      rows.map((row) => row.assignee),
    );
    return rows.map((row) => summaryOf(seal, row, names, now));
  }

  function stepsOf(row: CaseRow): BotStep[] | null {
    const steps = opened(seal, row, 'steps_sealed');
    if (steps === null) return null;
    return (JSON.parse(steps) as StepTaken[]).map(([at, prompt, answer, text]) => ({
      at: new Date(at),
      prompt,
      answer,
      text: text ?? null,
    }));
  }

  async function draftOf(db: Reader, row: CaseRow, agentId: string) {
    const draftId = `${row.case_id}:${agentId}`;
    const draft = await db.selectFrom('case_drafts').selectAll().where('draft_id', '=', draftId).executeTakeFirst();
    const text = draft === undefined ? '' : seal.open(draft.text_sealed, `case_drafts.text_sealed:${draftId}`);
    return draft === undefined || text === '' ? null : { text, version: draft.version, savedAt: draft.saved_at };
  }

  async function timelineOf(db: Reader, row: CaseRow): Promise<TimelineEntry[]> {
    const messages = await db
      .selectFrom('case_messages')
      .leftJoin('notices', 'notices.entry_id', 'case_messages.message_id')
      .leftJoin('deliveries', 'deliveries.provider_id', 'notices.provider_id')
      .select([
        'case_messages.message_id',
        'case_messages.kind',
        'case_messages.speaker',
        'case_messages.agent',
        'case_messages.text_sealed',
        'case_messages.media_sealed',
        'case_messages.hidden',
        'case_messages.created_at',
        'notices.state as notice_state',
        'deliveries.status as delivery',
      ])
      .where('case_messages.case_id', '=', row.case_id)
      .execute();
    const events = await db
      .selectFrom('case_events')
      .select(['position', 'event', 'actor', 'agent', 'details', 'created_at'])
      .where('case_id', '=', row.case_id)
      .execute();
    const names = await namesOf(db, [...messages.map(({ agent }) => agent), ...events.map(({ agent }) => agent)]);
    const entries = messages.map((message) => entryOf(message, names));
    for (const { position, event, actor, agent, details, created_at: at } of events) {
      if (notShown.has(event)) continue;
      const by = agent === null ? byline(actor, names) : (names.get(agent)?.name ?? 'agent');
      entries.push({ entry: 'event', position, at, event, by, details: details as Record<string, unknown> });
    }
    return entries.sort((a, b) => a.at.getTime() - b.at.getTime());
  }

  function entryOf(message: KeptMessage, names: Map<string, NamedAgent>): TimelineEntry {
    const { message_id: messageId, created_at: at } = message;
    const text = seal.open(message.text_sealed, `case_messages.text_sealed:${messageId}`);
    const agent = message.agent === null ? undefined : names.get(message.agent);
    switch (message.speaker) {
      case 'bot':
        return { entry: 'bot', at, ...JSON.parse(text) };
      case 'note':
        return { entry: 'note', messageId, at, author: agent?.name ?? '', text };
      case 'agent': {
        const delivery = deliveryOf(message.notice_state, message.delivery);
        const isTemplate = message.kind === 'template';
        return { entry: 'agent', messageId, at, alias: agent?.alias ?? '', text, isTemplate, delivery };
      }
      case 'participant': {
        const { kind, hidden, media_sealed: kept } = message;
        const media: KeptMedia[] =
          kept === null ? [] : JSON.parse(seal.open(kept, `case_messages.media_sealed:${messageId}`));
        const shown = media.map((one) => ({ kind: one.kind, contentType: one.contentType }));
        return { entry: 'participant', messageId, at, kind, text, media: shown, hidden };
      }
    }
  }

  async function factsOf(db: Trx, row: CaseRow): Promise<CaseFacts> {
    if (row.participant === null) return { changes: [], codesSent: 0, codeFailures: 0, pinFailures: 0, locked: false };
    const changes = await db
      .selectFrom('changes')
      .selectAll()
      .where('participant', '=', row.participant)
      .orderBy('created_at', 'desc')
      .limit(10)
      .execute();
    const { rows } = await sql<{ codes: number; failures: number; pins: number }>`select
      (select count(*)::int from challenges where participant = ${row.participant}
        and created_at > now() - interval '24 hours') as codes,
      (select count(*)::int from code_attempts where participant = ${row.participant}
        and created_at > now() - interval '24 hours' and (verdict is null or verdict not in ('right', 'expired'))) as failures,
      (select count(*)::int from pin_attempts where participant = ${row.participant}
        and created_at > now() - interval '24 hours' and (verdict is null or verdict <> 'ok')) as pins`.execute(db);
    const { participant } = row;
    const limits = [
      await guessesLimitedUntil(db, needs.policy, { participant, fromRegistered: true }),
      await guessesLimitedUntil(db, needs.policy, { participant, fromRegistered: false }),
    ];
    const counted = rows[0] ?? { codes: 0, failures: 0, pins: 0 };
    return {
      changes: changes.map((change) => ({
        ref: change.ref,
        field: change.field,
        state: change.state,
        value: maskContact(
          change.field,
          seal.open(change.new_value_sealed, `changes.new_value_sealed:${change.change_id}`),
        ),
        at: change.created_at,
      })),
      codesSent: counted.codes,
      codeFailures: counted.failures,
      pinFailures: counted.pins,
      locked: limits.some((limit) => limit.limited && limit.until === null),
    };
  }
}

interface KeptMessage {
  message_id: string;
  created_at: Date;
  kind: string;
  speaker: 'participant' | 'agent' | 'bot' | 'note';
  agent: string | null;
  text_sealed: string;
  media_sealed: string | null;
  hidden: boolean;
  notice_state: string | null;
  delivery: string | null;
}

const agentIn = (actor: string) => (actor.startsWith('agent:') ? actor.slice('agent:'.length) : null);

function byline(actor: string, names: Map<string, { name: string }>): string {
  const agent = agentIn(actor);
  if (agent !== null) return names.get(agent)?.name ?? 'agent';
  return actor.startsWith('conversation:') ? 'participant' : actor;
}

function deliveryOf(
  state: string | null,
  delivery: string | null,
): Extract<TimelineEntry, { entry: 'agent' }>['delivery'] {
  if (state === 'returned' || state === 'dropped') return 'returned';
  if (state === 'failed' || state === 'expired' || state === 'suppressed') return 'failed';
  if (delivery === 'read') return 'read';
  if (delivery === 'delivered') return 'delivered';
  if (delivery === 'failed' || delivery === 'undelivered') return 'failed';
  return state === 'accepted' ? 'sent' : 'queued';
}

async function readFigures(
  db: Reader & Parameters<ReturnType<typeof sql>['execute']>[0],
  scope: Expression<SqlBool>,
  agent: AgentRow,
): Promise<Figures> {
  const { rows: now } = await sql<
    Record<'queued' | 'review' | 'connected' | 'parked' | 'offline' | 'h48' | 'h72', number>
  >`select
    count(*) filter (where state in ('queued', 'offered'))::int as queued,
    count(*) filter (where state = 'review')::int as review,
    count(*) filter (where state in ('connected', 'lost', 'assisted'))::int as connected,
    count(*) filter (where state = 'parked')::int as parked,
    count(*) filter (where state = 'offline')::int as offline,
    count(*) filter (where created_at < now() - interval '48 hours')::int as h48,
    count(*) filter (where created_at < now() - interval '72 hours')::int as h72
    from cases where closed_at is null and (${scope})`.execute(db);
  const { rows: agents } = await sql<{ count: number }>`select count(*)::int as count from agents
    where disabled_at is null and beat_at > now() - interval '45 seconds' and availability = 'available'
      and (team = ${agent.team} or ${agent.role === 'auditor'})`.execute(db);
  const { rows: day } = await sql<{
    opened: number;
    closed: number;
    abandoned: number;
    wait_median: number | null;
    wait_p90: number | null;
    reply_median: number | null;
    duration_median: number | null;
    busiest: number | null;
    returned: number;
    started: number;
    started_done: number;
  }>`select
    count(*)::int as opened,
    count(*) filter (where closed_at is not null)::int as closed,
    count(*) filter (where end_reason = 'left_queue' or state = 'expired')::int as abandoned,
    percentile_cont(0.5) within group (order by extract(epoch from claimed_at - enqueued_at))
      filter (where claimed_at is not null and origin <> 'call') as wait_median,
    percentile_cont(0.9) within group (order by extract(epoch from claimed_at - enqueued_at))
      filter (where claimed_at is not null and origin <> 'call') as wait_p90,
    percentile_cont(0.5) within group (order by extract(epoch from first_reply_at - claimed_at))
      filter (where first_reply_at is not null) as reply_median,
    percentile_cont(0.5) within group (order by extract(epoch from closed_at - claimed_at))
      filter (where closed_at is not null and claimed_at is not null) as duration_median,
    mode() within group (order by extract(hour from created_at at time zone 'UTC')::int) as busiest,
    count(*) filter (where end_reason = 'returned_to_bot')::int as returned,
    count(*) filter (where origin = 'call')::int as started,
    count(*) filter (where origin = 'call' and exists (select from case_events e where e.case_id = cases.case_id
      and e.event = 'stepEnded' and e.details->>'result' = 'done'))::int as started_done
    from cases where created_at > now() - interval '24 hours' and (${scope})`.execute(db);
  const group = async (column: 'reason' | 'step') => {
    const { rows } = await sql<{ key: string; count: number }>`select ${sql.ref(column)} as key, count(*)::int as count
      from cases where created_at > now() - interval '24 hours' and (${scope}) group by 1 order by 2 desc, 1 limit 20`.execute(
      db,
    );
    return rows;
  };
  const { rows: happened } = await sql<Record<'lost' | 'dropped' | 'blocked', number>>`select
    count(*) filter (where event = 'loseAgent')::int as lost,
    count(*) filter (where event = 'dropped')::int as dropped,
    count(*) filter (where event = 'blocked')::int as blocked
    from case_events where created_at > now() - interval '24 hours'
      and case_id in (select case_id from cases where ${scope})`.execute(db);
  const { rows: reveals } = await sql<{ name: string; count: number }>`select a.name, count(*)::int as count
    from case_reveals r join agents a on a.agent_id = r.agent
    where r.created_at > now() - interval '24 hours' and r.case_id in (select case_id from cases where ${scope})
    group by 1 order by 2 desc`.execute(db);
  const open = now[0];
  const told = day[0];
  return {
    now: {
      queued: open?.queued ?? 0,
      review: open?.review ?? 0,
      connected: open?.connected ?? 0,
      parked: open?.parked ?? 0,
      offline: open?.offline ?? 0,
      agents: agents[0]?.count ?? 0,
    },
    day: {
      opened: told?.opened ?? 0,
      closed: told?.closed ?? 0,
      abandoned: told?.abandoned ?? 0,
      waitMedianSeconds: told?.wait_median ?? null,
      waitP90Seconds: told?.wait_p90 ?? null,
      firstReplyMedianSeconds: told?.reply_median ?? null,
      durationMedianSeconds: told?.duration_median ?? null,
      busiestHour: told?.busiest ?? null,
      byReason: (await group('reason')).map(({ key, count }) => ({ reason: key, count })),
      byStep: (await group('step')).map(({ key, count }) => ({ step: key, count })),
      returnedToBot: told?.returned ?? 0,
      startedForCaller: told?.started ?? 0,
      startedForCallerDone: told?.started_done ?? 0,
      lostConnections: happened[0]?.lost ?? 0,
      lateBotRowsDropped: happened[0]?.dropped ?? 0,
      lintBlocks: happened[0]?.blocked ?? 0,
      revealsByAgent: reveals,
    },
    olderThan48h: open?.h48 ?? 0,
    olderThan72h: open?.h72 ?? 0,
  };
}
