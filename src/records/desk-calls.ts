// What an external desk has asked of us, each call once, and what it calls our cases.
import type { DeskAnswer, DeskCalls, DeskLinks } from '#src/conversation/external-desk.ts';
import type { Seal } from '#src/seal.ts';
import type { Database } from './database.ts';

export function createDeskCalls({ database, seal }: { database: Database; seal: Seal }): DeskCalls {
  return {
    begin: (call) =>
      database.transaction(async (trx) => {
        const callHash = seal.index('deskCall', JSON.stringify(call));
        await trx
          .insertInto('desk_calls')
          .values({ call_id: call.callId, call_hash: callHash })
          .onConflict((row) => row.column('call_id').doNothing())
          .execute();
        const kept = await trx
          .selectFrom('desk_calls')
          .select(['call_hash', 'answer'])
          .where('call_id', '=', call.callId)
          .executeTakeFirstOrThrow();
        if (kept.call_hash !== callHash) return { result: 'other' };
        // Whoever took it was killed before the answer: every command of it bears its id, so it is taken again.
        return kept.answer === null ? { result: 'new' } : { result: 'answered', answer: kept.answer as DeskAnswer };
      }),

    async answer(callId, answer) {
      await database.run((db) =>
        db
          .updateTable('desk_calls')
          .set({ answer: JSON.stringify(answer) })
          .where('call_id', '=', callId)
          .execute(),
      );
    },

    standing: (caseId) =>
      database.run(async (db) => {
        const row = await db
          .selectFrom('cases')
          .select(['case_id as caseId', 'ref', 'state', 'version', 'assignee'])
          .where('case_id', '=', caseId)
          .executeTakeFirst();
        return row ?? null;
      }),
  };
}

export function createDeskLinks({ database }: { database: Database }): DeskLinks {
  return {
    find: (caseId) =>
      database.run(async (db) => {
        const link = await db
          .selectFrom('desk_links')
          .select('remote_id')
          .where('case_id', '=', caseId)
          .executeTakeFirst();
        return link?.remote_id ?? null;
      }),

    async keep(caseId, remoteId) {
      // A conversation that a desk keeps open over several cases belongs to the newest.
      await database.transaction(async (trx) => {
        await trx
          .insertInto('desk_links')
          .values({ case_id: caseId, remote_id: remoteId })
          .onConflict((row) => row.column('remote_id').doUpdateSet({ case_id: caseId }))
          .execute();
      });
    },

    caseOf: (remoteId) =>
      database.run(async (db) => {
        const link = await db
          .selectFrom('desk_links')
          .select('case_id')
          .where('remote_id', '=', remoteId)
          .executeTakeFirst();
        return link?.case_id ?? null;
      }),
  };
}
