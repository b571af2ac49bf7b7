// Changes of contact data, from the moment the PIN is right: confirmed -> applied | refused, or
// held -> applied | refused | cancelled. Every arrow is one conditional UPDATE with its audit and its notices.
import type { Change, Changes } from '#src/conversation/ports.ts';
import { openChange } from './change-rows.ts';
import { confirmChange } from './confirm-change.ts';
import { waitsForEyes } from './four-eyes.ts';
import { remindOfHold } from './remind-of-hold.ts';
import { restoreOldValue } from './restore-value.ts';
import { find, isStuck, type SettleNeeds, settleChange } from './settle-change.ts';
import { cancelHeld, reportNotMe } from './stop-change.ts';

export interface StoredChanges extends Changes {
  /** What the job does: as `settle`, and whoever asked is told by a notice. @returns whether it has come to its end */
  settleByJob(changeId: string, signal?: AbortSignal): Promise<boolean>;
  /** What the job at half of a hold does; once, however often it runs. */
  remindOfHold(changeId: string): Promise<void>;
  /**
   * A supervisor approves that the value which this change replaced comes back; a code there brings it about.
   * @param supervisor  opaque id; with the reason for the audit
   * @returns the change that restores it; null: not applied, not reported, or the old value is no longer kept
   */
  restoreOldValue(request: { changeId: string; supervisor: string; reason: string }): Promise<Change | null>;
}

export function createChanges(needs: SettleNeeds): StoredChanges {
  const { database, seal, hashes } = needs;
  return {
    async find(changeId) {
      const row = await find(database, changeId);
      return row === null ? null : openChange(seal, row);
    },

    async ofChallenge(challengeId) {
      const row = await database.run((db) =>
        db.selectFrom('changes').selectAll().where('challenge_id', '=', challengeId).executeTakeFirst(),
      );
      return row === undefined ? null : openChange(seal, row);
    },

    async confirm(request) {
      return openChange(seal, await database.transaction((trx) => confirmChange(trx, needs, request)));
    },

    async settle(changeId, signal) {
      const row = await settleChange(needs, changeId, { toldBy: 'turn', signal });
      if (row === null) throw new Error('there is no such change');
      return openChange(seal, row);
    },

    async settleByJob(changeId, signal) {
      try {
        const row = await settleChange(needs, changeId, { toldBy: 'chat', signal });
        if (row?.state === 'held' && row.needs_eyes) {
          return await database.transaction((trx) => waitsForEyes(trx, needs, changeId));
        }
        return row === null || !['confirmed', 'held'].includes(row.state);
      } catch (error) {
        if (await isStuck(needs, changeId)) needs.onStuck?.(changeId);
        throw error;
      }
    },

    remindOfHold: (changeId) => database.transaction((trx) => remindOfHold(trx, needs, changeId)),

    async cancelHeld(request) {
      const row = await database.transaction((trx) => cancelHeld(trx, needs, request));
      return row === null ? null : openChange(seal, row);
    },

    async reportNotMe(request) {
      const reported = await database.transaction((trx) => reportNotMe(trx, needs, request));
      return reported && { change: openChange(seal, reported.row), standing: reported.standing };
    },

    async restoreOldValue(request) {
      const row = await database.transaction((trx) => restoreOldValue(trx, needs, request));
      return row === null ? null : openChange(seal, row);
    },

    async openChange(participantId) {
      const row = await database.run((db) =>
        db
          .selectFrom('changes')
          .selectAll()
          .where('participant', '=', hashes.participant(participantId))
          .where('state', 'in', ['confirmed', 'held'])
          .orderBy('created_at', 'desc')
          .limit(1)
          .executeTakeFirst(),
      );
      return row === undefined ? null : openChange(seal, row);
    },
  };
}
