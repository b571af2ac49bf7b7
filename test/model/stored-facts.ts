// The real records under the model: a database of its own for each sequence, whose moments are moved instead of a clock.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createRecords } from '#src/records/create-records.ts';
import { createSeal } from '#src/seal.ts';
import { passTime } from '#src/simulator/pass-time.ts';
import { createDatabase } from '../support/database.ts';
import type { MakeFacts, Told } from './world.ts';

export const storedFacts: MakeFacts = async ({ policy, directory }) => {
  const { appUrl, ownerUrl, drop } = await createDatabase();
  const seal = createSeal([{ id: 'k1', bytes: randomBytes(32) }], randomBytes(32));
  const records = createRecords({ config: { databaseUrl: appUrl, policy }, seal, directory });
  await records.start();
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  /** What was read of each notice: it can be taken once, and not after it was given up. */
  const told = new Map<string, Told>();
  const { challenges, attempts, changes, oldContacts, pinPages, deliveries, notices } = records;
  return {
    challenges,
    attempts,
    changes,
    oldContacts,
    pinPages,
    deliveries,
    async told(changeId) {
      const { rows } = await owner.query<{ notice_id: string; letter: string }>(
        "select notice_id, letter from notices where change_id = $1 and recipient = 'old' order by created_at",
        [changeId],
      );
      for (const { notice_id: id, letter } of rows.filter((row) => !told.has(row.notice_id))) {
        const taken = await notices.take(id);
        const read = taken === null || taken === 'later' ? null : taken;
        const cancelCode = read?.letter.letter === 'changeHeld' ? (read.letter.cancelCode ?? null) : null;
        told.set(id, { changeId, letter, to: read?.to ?? '', cancelCode });
      }
      return rows.flatMap(({ notice_id: id }) => told.get(id) ?? []);
    },
    passed: (ms) => passTime(ownerUrl, ms),
    async stop() {
      await owner.end();
      await records.stop();
      await drop();
    },
  };
};
