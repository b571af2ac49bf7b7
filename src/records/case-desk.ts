// What agents do with cases: each command reads the agent's rights and the case anew, moves it in one transaction, and is
// safe to send twice.
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { type CaseEventType, type CaseHat, stepCase } from '#machines/case.machine.ts';
import { hintsFor, lintReply } from '#machines/copy/composer-lint.ts';
import { redact } from '#machines/copy/redact.ts';
import { agentTexts } from '#machines/copy/render.ts';
import type { Language } from '#machines/vocabulary.ts';
import type { CaseDesk, Command, Verdict } from '#src/conversation/desk-port.ts';
import type { Directory } from '#src/conversation/ports.ts';
import { type AgentRow, beat, hatsOf, mayRead, openCasesOf, readAgent, shownAgent } from './agents.ts';
import { type CaseNeeds, type Doer, moveCase, readCase, recordEvent, setTimer, system } from './case-moves.ts';
import { approveRestoring } from './case-reports.ts';
import { type CaseRow, namesOf, opened, sealed, senderOf, summaryOf } from './case-rows.ts';
import { sendTemplates } from './case-template.ts';
import type { StoredCases } from './cases.ts';
import type { Trx } from './database.ts';
import { makeExceptions } from './four-eyes.ts';
import type { Notices } from './notice-rows.ts';
import { ofOtherCases } from './other-cases.ts';
import { startForCaller } from './start-for-caller.ts';

export type DeskNeeds = CaseNeeds & {
  notices: Notices;
  cases: StoredCases;
  directory: Directory;
  brand: string;
  /** hosts that agents may link to */
  allowedHosts: readonly string[];
  smsTwoWay: boolean;
  /** Content SIDs */
  agentTemplates: Record<Language, string | null>;
};

export interface At {
  trx: Trx;
  agent: AgentRow;
  row: CaseRow;
  doer: Doer;
  command: Command;
}

type Change = Omit<Parameters<typeof moveCase>[3], 'doer' | 'idempotencyKey'>;

/** What every command is made of. */
export interface DeskTools {
  /** @param work  with the case locked, the version that was on the screen, and a key that nobody has used */
  command<More = object>(given: Command, work: (at: At) => Promise<Verdict<More>>): Promise<Verdict<More>>;
  move(at: At, change: Change): Promise<Verdict>;
  done(trx: Trx, row: CaseRow): Promise<Extract<Verdict, { result: 'done' }>>;
  may(at: At, event: CaseEventType): boolean;
  /** Allowed to others here, or to nobody. */
  refusal(at: At, event: CaseEventType): Verdict;
  hasRoom(trx: Trx, agentId: string): Promise<boolean>;
}

export type Commands = Pick<
  CaseDesk,
  | 'signIn'
  | 'agent'
  | 'agents'
  | 'heartbeat'
  | 'setAvailability'
  | 'disable'
  | 'setTeam'
  | 'canned'
  | 'saveCanned'
  | 'claim'
  | 'accept'
  | 'decline'
  | 'send'
  | 'sendTemplate'
  | 'lint'
  | 'note'
  | 'saveDraft'
  | 'transfer'
  | 'park'
  | 'returnToBot'
  | 'runStep'
  | 'takeBack'
  | 'resolve'
  | 'dispose'
  | 'reveal'
  | 'draft'
  | 'newWord'
  | 'findToInvite'
  | 'inviteContact'
  | 'takeOver'
  | 'assign'
  | 'prioritise'
  | 'close'
  | 'liftLock'
  | 'restore'
  | 'proposeException'
  | 'approveException'
>;

const allHats: readonly CaseHat[] = [
  'assignee',
  'target',
  'colleague',
  'senior',
  'supervisor',
  'participant',
  'machine',
  'timer',
  'system',
];
const lastLineLength = 80;
const noteLength = 4_000;
const reasonLength = 200;
const teamName = /^[a-z0-9-]{1,30}$/;
const cannedVariables = new Set(['{ref}', '{alias}']);

const asWritten = (text: string, length: number) => redact(text.trim().slice(0, length), { codeLived: true });

export function createDeskCommands(needs: DeskNeeds): Commands {
  const { database, seal, audit, policy, notices, directory } = needs;

  const command = <More = object>(given: Command, work: (at: At) => Promise<Verdict<More>>): Promise<Verdict<More>> =>
    database.transaction(async (trx) => {
      const agent = await readAgent(trx, given.agentId);
      const row = await readCase(trx, given.caseId, true);
      if (agent === null) return { result: 'forbidden' };
      if (row === null) return { result: 'absent' };
      const doer: Doer = { actor: `agent:${agent.agent_id}`, agentId: agent.agent_id, hats: hatsOf(agent, row) };
      if (doer.hats.length === 0) return { result: 'forbidden' };
      if (await wasDone(trx, doer, given)) return (await done(trx, row)) as Verdict<More>;
      if (row.version !== given.version) return await conflict(trx, row);
      return await work({ trx, agent, row, doer, command: given });
    });

  async function done(trx: Trx, row: CaseRow): Promise<Extract<Verdict, { result: 'done' }>> {
    const now = (await sql<{ now: Date }>`select now() as now`.execute(trx)).rows[0]?.now ?? new Date();
    return { result: 'done', case: summaryOf(seal, row, await namesOf(trx, [row.assignee]), now) };
  }

  async function conflict(trx: Trx, row: CaseRow): Promise<Extract<Verdict, { result: 'conflict' }>> {
    const names = await namesOf(trx, [row.assignee]);
    const takenBy = row.assignee === null ? null : (names.get(row.assignee)?.name ?? null);
    return { result: 'conflict', takenBy, at: row.claimed_at, state: row.state, version: row.version };
  }

  async function move(at: At, change: Change): Promise<Verdict> {
    const moved = await moveCase(at.trx, needs, at.row, {
      ...change,
      doer: at.doer,
      idempotencyKey: at.command.idempotencyKey,
    });
    if (moved.result === 'moved') return await done(at.trx, moved.row);
    if (moved.result === 'conflict') return await conflict(at.trx, at.row);
    return refusal(at, change.event);
  }

  function refusal({ row }: At, event: CaseEventType): Verdict {
    const isLegal = stepCase(row.state, { type: event, hats: allHats }) !== null;
    return isLegal ? { result: 'forbidden' } : { result: 'illegal', state: row.state };
  }

  const may = ({ row, doer }: At, event: CaseEventType) =>
    stepCase(row.state, { type: event, hats: doer.hats }) !== null;

  /** Counted with the agent's row locked, so that two claims at once do not both find the last place. */
  async function hasRoom(trx: Trx, agentId: string): Promise<boolean> {
    await readAgent(trx, agentId, true);
    return (await openCasesOf(trx, agentId)) < policy.case.maxOpen;
  }

  const simple = (given: Command, change: Change | ((at: At) => Change)) =>
    command(given, (at) => move(at, typeof change === 'function' ? change(at) : change));

  /** Somebody of the team of the case who works, or of another one. */
  async function offer(at: At, event: 'transferToAgent' | 'assign', to: string, reason: string): Promise<Verdict> {
    const target = await readAgent(at.trx, to);
    const works = target !== null && ['agent', 'senior', 'supervisor'].includes(target.role);
    if (!works) return { result: 'invalid', why: 'noSuchAgent' };
    return await move(at, {
      event,
      set: { target: to, assignee: null, team: target.team },
      details: { to, reason: asWritten(reason, reasonLength) },
    });
  }

  async function keep(at: At, text: string, speaker: 'agent' | 'note'): Promise<string> {
    const messageId = randomUUID();
    await at.trx
      .insertInto('case_messages')
      .values({
        message_id: messageId,
        case_id: at.row.case_id,
        kind: 'text',
        speaker,
        agent: at.agent.agent_id,
        media_sealed: null,
        text_sealed: seal.close(text, `case_messages.text_sealed:${messageId}`),
      })
      .execute();
    return messageId;
  }

  const tools: DeskTools = { command, move, done, may, refusal, hasRoom };

  return {
    ...startForCaller(needs, tools),
    ...sendTemplates(needs, tools),
    ...approveRestoring(needs, tools),
    ...makeExceptions(needs, tools),

    signIn: (given) =>
      database.transaction(async (trx) => {
        const { agentId: agent_id, name, alias, role, team } = given;
        const row = await trx
          .insertInto('agents')
          .values({ agent_id, name, alias, role, team, disabled_at: null })
          .onConflict((known) =>
            known.column('agent_id').doUpdateSet({
              name,
              alias,
              role,
              beat_at: sql<Date>`now()`,
              signed_in_at: sql<Date>`now()`,
            }),
          )
          .returningAll()
          .executeTakeFirstOrThrow();
        await audit(trx, {
          actor: `agent:${agent_id}`,
          event: 'agent.signedIn',
          subject: null,
          refs: { agentId: agent_id },
          details: { role, team },
        });
        return await shownAgent(trx, row);
      }),

    agent: (agentId) =>
      database.run(async (db) => {
        const row = await readAgent(db, agentId);
        return row === null ? null : await shownAgent(db, row);
      }),

    agents: (agentId) =>
      database.run(async (db) => {
        const me = await readAgent(db, agentId);
        if (me === null) return [];
        const rows = await db
          .selectFrom('agents')
          .selectAll()
          .where((row) => (me.role === 'admin' ? row.lit(true) : row('disabled_at', 'is', null)))
          .orderBy('name')
          .execute();
        return await Promise.all(rows.map((row) => shownAgent(db, row)));
      }),

    heartbeat: (agentId) =>
      database.transaction(async (trx) => {
        await beat(trx, agentId);
        const lost = await trx
          .selectFrom('cases')
          .selectAll()
          .where('assignee', '=', agentId)
          .where('state', '=', 'lost')
          .forUpdate()
          .execute();
        const doer: Doer = { actor: `agent:${agentId}`, agentId, hats: ['assignee'] };
        for (const row of lost) await moveCase(trx, needs, row, { event: 'beat', doer });
      }),

    async setAvailability(agentId, availability) {
      await database.run((db) =>
        db
          .updateTable('agents')
          .set({ availability, beat_at: sql<Date>`now()` })
          .where('agent_id', '=', agentId)
          .execute(),
      );
    },

    setTeam: (agentId, target, team) =>
      database.transaction(async (trx) => {
        const admin = await readAgent(trx, agentId);
        if (admin?.role !== 'admin') return 'forbidden';
        if (!teamName.test(team)) return 'invalid';
        const moved = await trx
          .updateTable('agents')
          .set({ team })
          .where('agent_id', '=', target)
          .returning('agent_id')
          .executeTakeFirst();
        if (moved === undefined) return 'invalid';
        await audit(trx, {
          actor: `agent:${agentId}`,
          event: 'agent.movedToTeam',
          subject: null,
          refs: { agentId: target },
          details: { team },
        });
        return 'done';
      }),

    disable: (agentId, target) =>
      database.transaction(async (trx) => {
        const admin = await readAgent(trx, agentId);
        if (admin?.role !== 'admin') return 'forbidden';
        await trx
          .updateTable('agents')
          .set({ disabled_at: sql<Date>`coalesce(disabled_at, now())` })
          .where('agent_id', '=', target)
          .execute();
        await audit(trx, {
          actor: `agent:${agentId}`,
          event: 'agent.disabled',
          subject: null,
          refs: { agentId: target },
          details: {},
        });
        const held = await trx
          .selectFrom('cases')
          .selectAll()
          .where('assignee', '=', target)
          .where('state', 'in', ['connected', 'lost', 'parked'])
          .forUpdate()
          .execute();
        for (const row of held)
          await moveCase(trx, needs, row, { event: 'release', doer: system, set: { assignee: null } });
        return 'done';
      }),

    canned: (language) =>
      database.run(async (db) =>
        db
          .selectFrom('canned_replies')
          .select(['key', 'version', 'language', 'title', 'text'])
          .distinctOn('key')
          .where('language', '=', language)
          .orderBy('key')
          .orderBy('version', 'desc')
          .execute(),
      ),

    saveCanned: (agentId, { key, language, title, text }) =>
      database.transaction(async (trx) => {
        const admin = await readAgent(trx, agentId);
        if (admin?.role !== 'admin') return 'forbidden';
        const variables = text.match(/\{[^{}]*\}/g) ?? [];
        const filled = text.replace(/\{[^{}]*\}/g, 'x');
        const isFine =
          variables.every((name) => cannedVariables.has(name)) &&
          lintReply(filled, needs).length === 0 &&
          /^[\w-]{1,40}$/.test(key) &&
          title.trim() !== '';
        if (!isFine) return 'invalid';
        await sql`insert into canned_replies (key, language, version, title, text, agent)
          select ${key}, ${language}, coalesce(max(version), 0) + 1, ${title}, ${text}, ${agentId}
          from canned_replies where key = ${key} and language = ${language}`.execute(trx);
        await audit(trx, {
          actor: `agent:${agentId}`,
          event: 'canned.saved',
          subject: null,
          refs: {},
          details: { key, language },
        });
        return 'done';
      }),

    claim: (given) =>
      command(given, async (at) => {
        if (!may(at, 'claim')) return refusal(at, 'claim');
        if (at.agent.availability === 'break') return { result: 'invalid', why: 'onBreak' };
        if (!(await hasRoom(at.trx, at.agent.agent_id))) return { result: 'full', max: policy.case.maxOpen };
        return await move(at, {
          event: 'claim',
          set: { assignee: at.agent.agent_id, target: null, claimed_at: sql<Date>`coalesce(claimed_at, now())` },
        });
      }),

    accept: (given) =>
      command(given, async (at) => {
        if (!may(at, 'accept')) return refusal(at, 'accept');
        return await move(at, {
          event: 'accept',
          set: { assignee: at.agent.agent_id, target: null, claimed_at: sql<Date>`coalesce(claimed_at, now())` },
        });
      }),

    decline: (given) => simple(given, { event: 'decline', set: { target: null, assignee: null } }),

    send: (given) =>
      command(given, async (at) => {
        if (!may(at, 'send')) return refusal(at, 'send') as Verdict<never>;
        const { trx, row, agent, doer } = at;
        const text = given.text.trim();
        const problems = lintReply(text, needs);
        if (problems.length > 0) {
          await audit(trx, {
            actor: doer.actor,
            event: 'case.textBlocked',
            subject: row.participant,
            refs: { caseId: row.case_id, ref: row.ref },
            details: { rules: problems.map(({ rule }) => rule).join(' ') },
          });
          await recordEvent(trx, row, { event: 'blocked', doer });
          return { result: 'linted', problems };
        }
        const { agent_id: agentId } = agent;
        const mixedUp = given.sure === true ? [] : await ofOtherCases(trx, seal, { row, agentId, text });
        if (mixedUp.length > 0) return { result: 'linted', problems: mixedUp };
        const sender = senderOf(seal, row);
        if (sender === null) return { result: 'illegal', state: row.state };
        const { rows } = await sql<{
          closed: boolean;
        }>`select coalesce(${row.window_ends_at} <= now(), false) as closed`.execute(trx);
        if (rows[0]?.closed === true && row.window_ends_at !== null)
          return { result: 'windowClosed', since: row.window_ends_at };

        const kept = asWritten(text, text.length);
        const messageId = await keep(at, kept, 'agent');
        await notices.sayIn(trx, {
          entryId: messageId,
          sender,
          texts: agentTexts({ alias: agent.alias, text }, { language: row.language, brand: needs.brand }),
          fence: { caseId: row.case_id, speaker: 'agent', epoch: row.epoch },
        });
        const written = await trx
          .updateTable('cases')
          .set({
            first_reply_at: sql<Date>`coalesce(first_reply_at, now())`,
            last_out_at: sql<Date>`now()`,
            unread: 0,
            last_line_sealed: sealed(seal, 'last_line_sealed', row.case_id, kept.slice(0, lastLineLength)),
            timer_kind: 'silentPark',
            timer_at: sql<Date>`now() + make_interval(mins => ${policy.case.silentParkMinutes})`,
          })
          .where('case_id', '=', row.case_id)
          .returningAll()
          .executeTakeFirstOrThrow();
        await trx
          .updateTable('case_timers')
          .set({ fired_at: sql<Date>`now()` })
          .where('case_id', '=', row.case_id)
          .where('kind', 'in', ['firstReplyReminder', 'firstReplyMax'])
          .where('fired_at', 'is', null)
          .execute();
        await setTimer(trx, needs, row, 'silentReminder', policy.case.silentReminderMinutes * 60);
        await setTimer(trx, needs, row, 'silentPark', policy.case.silentParkMinutes * 60);
        await clearDraft(trx, at);
        await recordEvent(trx, row, {
          event: 'sent',
          doer,
          details: { messageId },
          idempotencyKey: given.idempotencyKey,
        });
        await audit(trx, {
          actor: doer.actor,
          event: 'case.wroteTo',
          subject: row.participant,
          refs: { caseId: row.case_id, ref: row.ref, messageId },
          details: { length: text.length },
        });
        return { ...(await done(trx, written)), ...hintsFor(text, row.channel) };
      }),

    lint: (agentId, caseId, text) =>
      database.run(async (db) => {
        const row = await db.selectFrom('cases').selectAll().where('case_id', '=', caseId).executeTakeFirst();
        const agent = await readAgent(db, agentId);
        const channel = row !== undefined && agent !== null && mayRead(agent, row) ? row.channel : null;
        return { problems: lintReply(text.trim(), needs), ...hintsFor(text, channel) };
      }),

    note: (given) =>
      command(given, async (at) => {
        if (!may(at, 'note')) return refusal(at, 'note');
        const text = asWritten(given.text, noteLength);
        if (text === '') return { result: 'invalid', why: 'empty' };
        const messageId = await keep(at, text, 'note');
        await recordEvent(at.trx, at.row, { event: 'noted', doer: at.doer, idempotencyKey: given.idempotencyKey });
        await audit(at.trx, {
          actor: at.doer.actor,
          event: 'case.noted',
          subject: at.row.participant,
          refs: { caseId: at.row.case_id, ref: at.row.ref, messageId },
          details: {},
        });
        return await done(at.trx, at.row);
      }),

    saveDraft: ({ agentId, caseId, version, text }) =>
      database.transaction(async (trx) => {
        const row = await readCase(trx, caseId);
        const agent = await readAgent(trx, agentId);
        if (agent === null || row?.assignee !== agentId) return 'forbidden';
        const draftId = `${caseId}:${agentId}`;
        const draft = {
          version,
          text_sealed: seal.close(asWritten(text, noteLength), `case_drafts.text_sealed:${draftId}`),
          saved_at: sql<Date>`now()`,
        };
        await trx
          .insertInto('case_drafts')
          .values({ draft_id: draftId, case_id: caseId, agent: agentId, ...draft })
          .onConflict((known) => known.column('draft_id').doUpdateSet(draft))
          .execute();
        return 'saved';
      }),

    transfer: (given) =>
      command(given, async (at) => {
        const { to, reason } = given;
        if ('agentId' in to) return await offer(at, 'transferToAgent', to.agentId, reason);
        const somebody = await at.trx
          .selectFrom('agents')
          .select('agent_id')
          .where('team', '=', to.team)
          .where('disabled_at', 'is', null)
          .where('role', 'in', ['agent', 'senior', 'supervisor'])
          .limit(1)
          .executeTakeFirst();
        if (somebody === undefined) return { result: 'invalid', why: 'noSuchTeam' };
        return await move(at, {
          event: 'transferToTeam',
          set: { team: to.team, assignee: null, target: null },
          details: { team: to.team, reason: asWritten(reason, reasonLength) },
        });
      }),

    park: (given) =>
      command(given, async (at) => {
        const untilMinutes = given.untilMinutes === null ? null : Math.max(1, Math.round(given.untilMinutes));
        const parked = await move(at, { event: 'park', details: { untilMinutes } });
        if (parked.result === 'done' && given.tell) {
          const { version } = parked.case;
          await needs.jobs.send(at.trx, 'case.project', {
            caseId: given.caseId,
            version,
            tell: { what: 'parked', id: 'parked' },
          });
        }
        return parked;
      }),

    returnToBot: (given) =>
      command(given, async (at) => {
        const set = { end_reason: 'returned_to_bot' as const, bot_step: given.step };
        const moved = await move(at, { event: 'return', set, details: { step: given.step } });
        return moved.result === 'done' ? { ...moved, step: given.step } : moved;
      }),

    runStep: (given) =>
      command(given, async (at) => {
        const moved = await move(at, {
          event: 'runStep',
          set: { bot_step: given.step },
          details: { step: given.step },
        });
        return moved.result === 'done' ? { ...moved, step: given.step } : moved;
      }),

    takeBack: (given) => simple(given, { event: 'takeBack' }),

    resolve: (given) => simple(given, { event: 'resolve', set: { end_reason: 'resolved' } }),

    dispose: (given) =>
      command(given, async (at) => {
        if (!/^[\w-]{1,40}$/.test(given.code)) return { result: 'invalid', why: 'disposition' };
        const disposed = await move(at, {
          event: 'dispose',
          set: { disposition: given.code },
          details: { code: given.code },
        });
        const text = asWritten(given.note, noteLength);
        if (disposed.result === 'done' && text !== '') await keep(at, text, 'note');
        return disposed;
      }),

    async reveal({ agentId, caseId, field, reason }) {
      const revealed = await database.transaction(async (trx) => {
        const agent = await readAgent(trx, agentId, true);
        const row = await readCase(trx, caseId);
        if (agent === null) return 'forbidden' as const;
        if (row === null) return 'absent' as const;
        const isTheirs = hatsOf(agent, row).some((hat) => hat === 'assignee' || hat === 'supervisor');
        if (!isTheirs || reason.trim() === '' || row.closed_at !== null) return 'forbidden' as const;
        const { count } = await trx
          .selectFrom('case_reveals')
          .select((all) => all.fn.countAll<string>().as('count'))
          .where('agent', '=', agentId)
          .where('created_at', '>', sql<Date>`now() - interval '1 hour'`)
          .executeTakeFirstOrThrow();
        if (Number(count) >= policy.case.revealsPerHour) return 'limited' as const;
        await trx
          .insertInto('case_reveals')
          .values({ reveal_id: randomUUID(), case_id: caseId, agent: agentId, field })
          .execute();
        const doer: Doer = { actor: `agent:${agentId}`, agentId, hats: [] };
        await recordEvent(trx, row, { event: 'revealed', doer, details: { field } });
        await audit(trx, {
          actor: doer.actor,
          event: 'case.revealed',
          subject: row.participant,
          refs: { caseId, ref: row.ref },
          details: { field, reason: asWritten(reason, reasonLength) },
        });
        return { participantId: opened(seal, row, 'participant_sealed') };
      });
      if (typeof revealed === 'string') return revealed;
      // Counted and audited before it is asked for.
      if (revealed.participantId === null) return { value: null };
      const participant = await directory.read(revealed.participantId);
      return { value: participant[field] };
    },

    takeOver: (given) =>
      simple(given, (at) => ({
        event: 'takeOver',
        set: { assignee: at.agent.agent_id, target: null, claimed_at: sql<Date>`coalesce(claimed_at, now())` },
        details: { from: at.row.assignee },
      })),

    assign: (given) => command(given, (at) => offer(at, 'assign', given.to, '')),

    prioritise: (given) =>
      simple(given, {
        event: 'prioritise',
        set: { priority: Math.max(0, Math.min(9, Math.round(given.priority))) },
        details: { priority: given.priority },
      }),

    close: (given) =>
      simple(given, {
        event: 'close',
        set: { end_reason: 'cancelled' },
        details: { reason: asWritten(given.reason, reasonLength) },
      }),

    liftLock: (given) =>
      command(given, async (at) => {
        if (!may(at, 'liftLock')) return refusal(at, 'liftLock');
        const { trx, row, doer, agent } = at;
        if (row.participant === null) return { result: 'invalid', why: 'nobodyIdentified' };
        await trx
          .insertInto('lock_lifts')
          .values({ lift_id: randomUUID(), participant: row.participant, case_id: row.case_id, agent: agent.agent_id })
          .execute();
        await recordEvent(trx, row, { event: 'lockLifted', doer, idempotencyKey: given.idempotencyKey });
        await audit(trx, {
          actor: doer.actor,
          event: 'case.lockLifted',
          subject: row.participant,
          refs: { caseId: row.case_id, ref: row.ref },
          details: { reason: asWritten(given.reason, reasonLength) },
        });
        return await done(trx, row);
      }),
  };

  async function clearDraft(trx: Trx, { row, agent }: At): Promise<void> {
    const draftId = `${row.case_id}:${agent.agent_id}`;
    await trx
      .updateTable('case_drafts')
      .set({ text_sealed: seal.close('', `case_drafts.text_sealed:${draftId}`), saved_at: sql<Date>`now()` })
      .where('draft_id', '=', draftId)
      .execute();
  }
}

async function wasDone(trx: Trx, { actor }: Doer, { idempotencyKey }: Command): Promise<boolean> {
  const before = await trx
    .selectFrom('case_events')
    .select('event_id')
    .where('actor', '=', actor)
    .where('idempotency_key', '=', idempotencyKey)
    .executeTakeFirst();
  return before !== undefined;
}
