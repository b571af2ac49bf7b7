// A change begun for somebody who calls: an invitation to a registered number chosen from masked ones, or a word that the
// caller types. Nothing that is told on the phone proves anything.
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { maskMobile } from '#machines/copy/masking.ts';
import { redact } from '#machines/copy/redact.ts';
import type { CaseDesk } from '#src/conversation/desk-port.ts';
import { readAgent } from './agents.ts';
import type { DeskNeeds, DeskTools } from './case-desk.ts';
import { type Doer, recordEvent } from './case-moves.ts';
import { type CaseRow, opened, sealed } from './case-rows.ts';
import { makeWord } from './case-words.ts';
import { newReference } from './references.ts';

interface Contact {
  via: 'sms';
  /** E.164 */
  to: string;
}

const maskedOf = (contacts: readonly Contact[]) =>
  contacts.map(({ via, to }, index) => ({ index, via, masked: maskMobile(to) }));

/** The contact points that were found for a caller, masked. */
export function contactsOf(seal: DeskNeeds['seal'], row: CaseRow): ReturnType<typeof maskedOf> {
  const contacts = opened(seal, row, 'contacts_sealed');
  return contacts === null ? [] : maskedOf(JSON.parse(contacts));
}

export function startForCaller(
  needs: DeskNeeds,
  { command, move, done, hasRoom }: DeskTools,
): Pick<CaseDesk, 'draft' | 'newWord' | 'findToInvite' | 'inviteContact'> {
  const { database, seal, hashes, audit, policy, directory } = needs;

  return {
    draft: ({ agentId, reason, idempotencyKey }) =>
      database.transaction(async (trx) => {
        const agent = await readAgent(trx, agentId);
        if (agent === null || !['senior', 'supervisor'].includes(agent.role)) return { result: 'forbidden' };
        const actor = `agent:${agentId}`;
        const caseId = seal.index('callCase', `${actor} ${idempotencyKey}`);
        const before = await trx.selectFrom('cases').selectAll().where('case_id', '=', caseId).executeTakeFirst();
        if (before !== undefined) return await done(trx, before);
        if (!(await hasRoom(trx, agentId))) return { result: 'full', max: policy.case.maxOpen };
        const why = /^[\w-]{1,40}$/.test(reason) ? reason : 'call';
        const row = await trx
          .insertInto('cases')
          .values({
            case_id: caseId,
            ref: newReference('KC'),
            conversation: null,
            channel: null,
            language: 'id',
            sender_sealed: null,
            participant: null,
            participant_sealed: null,
            origin: 'call',
            reason: why,
            step: 'askNumber',
            state: 'drafted',
            control: 'bot',
            epoch: sql<string>`nextval('case_epoch')`,
            team: agent.team,
            assignee: agentId,
            claimed_at: sql<Date>`now()`,
            enqueued_at: sql<Date>`now()`,
            due_at: sql<Date>`now() + make_interval(hours => ${policy.case.dueHours})`,
          })
          .returningAll()
          .executeTakeFirstOrThrow();
        const doer: Doer = { actor, agentId, hats: [] };
        await recordEvent(trx, row, { event: 'drafted', doer, details: { reason: why }, idempotencyKey });
        await audit(trx, {
          actor,
          event: 'case.opened',
          subject: null,
          refs: { caseId, ref: row.ref },
          details: { reason: why, origin: 'call' },
        });
        return await done(trx, row);
      }),

    newWord: (given) =>
      command<{ word: string; expiresAt: Date }>(given, async (at) => {
        const invited = await move(at, { event: 'invite', details: { by: 'word' } });
        if (invited.result !== 'done') return invited;
        const { word, expiresAt } = await makeWord(at.trx, needs, at.row);
        await audit(at.trx, {
          actor: at.doer.actor,
          event: 'case.wordMade',
          subject: at.row.participant,
          refs: { caseId: at.row.case_id, ref: at.row.ref },
          details: {},
        });
        return { ...invited, word, expiresAt };
      }),

    async findToInvite(given) {
      const { kind, number, birthDate } = given;
      const counted = await command<{ contacts: [] }>(given, async (at) => {
        if (at.row.assignee !== at.agent.agent_id) return { result: 'forbidden' };
        if (at.row.state !== 'drafted') return { result: 'illegal', state: at.row.state };
        if (!needs.smsTwoWay) return { result: 'invalid', why: 'noWayToInvite' };
        // Two cases of one agent, and whatever is revealed meanwhile, are counted one after the other.
        await readAgent(at.trx, at.agent.agent_id, true);
        const { count } = await at.trx
          .selectFrom('case_reveals')
          .select((all) => all.fn.countAll<string>().as('count'))
          .where('agent', '=', at.agent.agent_id)
          .where('created_at', '>', sql<Date>`now() - interval '1 hour'`)
          .executeTakeFirstOrThrow();
        if (Number(count) >= policy.case.revealsPerHour) return { result: 'invalid', why: 'limited' };
        const reveal = { reveal_id: randomUUID(), case_id: at.row.case_id, agent: at.agent.agent_id, field: 'caller' };
        await at.trx.insertInto('case_reveals').values(reveal).execute();
        await audit(at.trx, {
          actor: at.doer.actor,
          event: 'case.callerLookedUp',
          subject: null,
          refs: { caseId: at.row.case_id, ref: at.row.ref },
          details: { number: redact(number) },
        });
        return { ...(await done(at.trx, at.row)), contacts: [] };
      });
      if (counted.result !== 'done') return counted;
      // Counted and audited before it is asked for.
      const participant = await directory.identify({ kind, number, birthDate });
      if (participant === null) return { result: 'invalid', why: 'notMatched' };
      return await command(given, async (at) => {
        const contacts: Contact[] =
          participant.mobileNumber === null ? [] : [{ via: 'sms', to: participant.mobileNumber }];
        const row = await at.trx
          .updateTable('cases')
          .set({
            participant: hashes.participant(participant.participantId),
            contacts_sealed: sealed(seal, 'contacts_sealed', at.row.case_id, JSON.stringify(contacts)),
          })
          .where('case_id', '=', at.row.case_id)
          .returningAll()
          .executeTakeFirstOrThrow();
        return { ...(await done(at.trx, row)), contacts: maskedOf(contacts) };
      });
    },

    inviteContact: (given) =>
      command(given, async (at) => {
        const kept = opened(seal, at.row, 'contacts_sealed');
        const contact: Contact | undefined = kept === null ? undefined : JSON.parse(kept)[given.index];
        if (contact === undefined) return { result: 'invalid', why: 'noSuchContact' };
        const conversation = seal.index('conversation', `${contact.via} ${contact.to}`);
        const taken = await at.trx
          .selectFrom('cases')
          .select('case_id')
          .where('conversation', '=', conversation)
          .where('closed_at', 'is', null)
          .where('case_id', '<>', at.row.case_id)
          .executeTakeFirst();
        if (taken !== undefined) return { result: 'invalid', why: 'hasOpenCase' };
        return await move(at, {
          event: 'invite',
          set: {
            conversation,
            channel: contact.via,
            sender_sealed: sealed(
              seal,
              'sender_sealed',
              at.row.case_id,
              JSON.stringify({ address: contact.to, phone: contact.to }),
            ),
          },
          details: { by: 'contact', index: given.index },
        });
      }),
  };
}
