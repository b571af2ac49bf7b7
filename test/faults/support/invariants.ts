// What must hold after any run, whatever was done to it; read from the rows and from what the doubles saw.
import pg from 'pg';
import { type AuditRow, isGenuine } from '#src/records/audit.ts';
import type { FaultWorld } from './fault-world.ts';

export interface Findings {
  /** acknowledged changes without a write, writes without a row, notices that never arrived */
  lost: string[];
  /** whatever happened twice */
  double: string[];
  /** jobs and rows that came to no end */
  stuck: string[];
  /** proofs, counts and audit that do not add up */
  wrong: string[];
  /** texts and mails that arrived more than once, which is not promised away */
  doubledTexts: number;
  /** how long the jobs still needed */
  settledAfterMs: number;
}

/** What is needed of a world to judge it. */
export type Witness = Pick<FaultWorld, 'ownerUrl' | 'seal' | 'ledgers'>;

interface Options {
  /** guesses that one challenge may evaluate */
  triesPerChallenge?: number;
}

const settleWithinMs = 75_000;

/** Waits for the jobs that are due, then looks. */
export async function findBreaches(world: Witness, { triesPerChallenge = 5 }: Options = {}): Promise<Findings> {
  const client = new pg.Client({ connectionString: world.ownerUrl });
  await client.connect();
  const rowsOf = async <Row>(text: string): Promise<Row[]> => (await client.query(text)).rows;
  try {
    const startedAt = performance.now();
    const stuck = await untilIdle(rowsOf);
    const settledAfterMs = Math.round(performance.now() - startedAt);
    const findings: Findings = { lost: [], double: [], stuck, wrong: [], doubledTexts: 0, settledAfterMs };
    await compareChanges(world, rowsOf, findings);
    await compareNotices(world, rowsOf, findings);
    await compareCounts(world, rowsOf, findings, triesPerChallenge);
    await compareAudit(world, rowsOf, findings);
    return findings;
  } finally {
    await client.end();
  }
}

type RowsOf = <Row>(text: string) => Promise<Row[]>;

/** Jobs for a row that are due and not done; what runs for ever, such as the audit's chain, names no row. */
const due = `select name, state::text, data::text from pgboss.job
  where name not like '\\_\\_%' and name <> 'dead.letter' and data::text <> '{}' and state in ('created', 'retry', 'active')
    -- A timer of a case is due when it is due; whatever else is put off waits at most that long.
    and start_after <= now() + case name when 'case.timer' then interval '0' else interval '60 seconds' end`;

async function untilIdle(rowsOf: RowsOf): Promise<string[]> {
  const until = Date.now() + settleWithinMs;
  let left: { name: string; state: string; data: string }[] = [];
  do {
    left = await rowsOf(due);
    if (left.length === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  } while (Date.now() < until);
  const dead = await rowsOf<{ data: string }>(`select data::text from pgboss.job where name = 'dead.letter'`);
  return [
    ...left.map(({ name, state, data }) => `job ${name} is ${state}: ${data}`),
    ...dead.map(({ data }) => `dead job: ${data}`),
  ];
}

async function compareChanges(world: Witness, rowsOf: RowsOf, { lost, double, stuck, wrong }: Findings) {
  const changes = await rowsOf<{
    change_id: string;
    state: string;
    participant: string;
    is_proved: boolean;
  }>(`select change_id, state, participant,
      pin_ok_at is not null and new_value_proved_at is not null
        and (old_channel_proved_at is not null or (held_until is not null and applied_at >= held_until)) as is_proved
    from changes`);
  const writes = new Map<string, number>();
  for (const { changeId } of world.ledgers.writes) writes.set(changeId, (writes.get(changeId) ?? 0) + 1);
  for (const { change_id: id, state, is_proved } of changes) {
    if (state === 'confirmed') stuck.push(`change ${id} is still confirmed`);
    if (state === 'applied' && !is_proved) wrong.push(`change ${id} was applied without its proofs`);
    if (state === 'applied' && !writes.has(id)) lost.push(`change ${id} is applied here and not in the directory`);
    if (state !== 'applied' && writes.has(id)) lost.push(`change ${id} is ${state} here and written in the directory`);
  }
  const known = new Set(changes.map(({ change_id }) => change_id));
  for (const [id, times] of writes) {
    if (times > 1) double.push(`change ${id} was written ${times} times`);
    if (!known.has(id)) lost.push(`the directory has a change ${id} that has no row`);
  }
}

async function compareNotices(world: Witness, rowsOf: RowsOf, findings: Findings) {
  const { lost, wrong, stuck } = findings;
  const notices = await rowsOf<{
    notice_id: string;
    change_id: string;
    recipient: string;
    state: string;
    letter: string;
  }>('select notice_id, change_id, recipient, state, letter from notices');
  const arrived = new Map<string, number>();
  for (const ref of world.ledgers.arrivals) arrived.set(ref, (arrived.get(ref) ?? 0) + 1);
  for (const { notice_id: id, state, letter } of notices) {
    if (state === 'queued' || state === 'sending') stuck.push(`notice ${id} is ${state}`);
    if (state === 'accepted' && !arrived.has(id)) lost.push(`notice ${id} (${letter}) never arrived`);
  }
  findings.doubledTexts += [...arrived.values()].filter((times) => times > 1).length;
  // Everybody in the crowd has both contact points, and each end of a change is told to both.
  const ends = await rowsOf<{ change_id: string; told: number }>(`
    select change_id, (select count(*)::int from notices n where n.change_id = c.change_id and n.recipient = 'old'
      and n.letter = case c.state when 'applied' then 'changeApplied' when 'cancelled' then 'changeCancelled' else 'changeHeld' end
    ) as told from changes c where state in ('applied', 'cancelled', 'held')`);
  for (const { change_id: id, told } of ends) {
    if (told < 2) wrong.push(`change ${id} told ${told} old contact points`);
  }
}

async function compareCounts(world: Witness, rowsOf: RowsOf, { wrong, double }: Findings, triesPerChallenge: number) {
  const challenges = await rowsOf<{ challenge_id: string; tries: number; attempts: number; proofs: number }>(`
    select challenge_id, tries, (select count(*)::int from code_attempts a where a.challenge_id = c.challenge_id) as attempts,
      (select count(*)::int from code_attempts a where a.challenge_id = c.challenge_id and verdict = 'right') as proofs
    from challenges c`);
  for (const { challenge_id: id, tries, attempts, proofs } of challenges) {
    if (tries !== attempts) wrong.push(`challenge ${id} counted ${tries} guesses and has ${attempts}`);
    if (attempts > triesPerChallenge) wrong.push(`challenge ${id} took ${attempts} guesses`);
    if (proofs > 1) double.push(`challenge ${id} was proved ${proofs} times`);
  }
  const said = [...world.ledgers.spoken.values()];
  const spoken = (pattern: RegExp) => said.filter((text) => pattern.test(text)).length;
  const most = {
    identify_attempts: spoken(/19\d\d$/),
    code_attempts: spoken(/^\d{6}$/),
    pin_attempts: spoken(/^\d{6}$/),
    "challenges where purpose = 'newValue'": spoken(/^(YA|ULANG)$/),
    "challenges where purpose = 'oldContact'": spoken(/^(1|ULANG)$/),
    "cases where origin = 'participant'": spoken(/^PETUGAS$/),
    "cases where origin = 'system'": spoken(/^BUKAN SAYA$/),
  };
  for (const [table, limit] of Object.entries(most)) {
    const [rows] = await rowsOf<{ count: number }>(`select count(*)::int as count from ${table}`);
    if ((rows?.count ?? 0) > limit) double.push(`${limit} messages caused ${rows?.count} of ${table}`);
  }
  const compared = [...world.ledgers.pinChecks.values()].reduce((sum, times) => sum + times, 0);
  const [pins] = await rowsOf<{ counted: number }>('select count(*)::int as counted from pin_attempts');
  if (compared > (pins?.counted ?? 0))
    wrong.push(`the directory compared ${compared} PINs, ${pins?.counted} were counted`);
}

async function compareAudit(world: Witness, rowsOf: RowsOf, { wrong }: Findings) {
  const [sums] = await rowsOf<Record<string, number>>(`select
    (select count(*)::int from audit where event = 'change.applied') - (select count(*)::int from changes where state = 'applied') as applied,
    (select count(*)::int from audit where event in ('change.held', 'change.confirmed')) - (select count(*)::int from changes) as confirmed,
    (select count(*)::int from audit where event = 'change.cancelled') - (select count(*)::int from changes where state = 'cancelled') as cancelled,
    (select count(*)::int - count(distinct refs ->> 'changeId')::int from audit where event = 'change.released') as released,
    (select count(*)::int from audit where event = 'change.reported') - (select count(*)::int from changes where report_turn is not null) as reported,
    (select count(*)::int from audit where event = 'challenge.started') - (select count(*)::int from challenges) as challenges,
    (select count(*)::int from audit where event = 'challenge.guessed') - (select count(*)::int from code_attempts where verdict is not null) as guesses,
    (select count(*)::int from audit where event = 'pin.checked') - (select count(*)::int from pin_attempts where verdict is not null) as pins,
    (select count(*)::int from audit where event = 'case.opened') - (select count(*)::int from cases) as cases`);
  for (const [what, difference] of Object.entries(sums ?? {})) {
    if (difference !== 0) wrong.push(`the audit and the rows of ${what} differ by ${difference}`);
  }
  for (const row of await rowsOf<AuditRow>(
    'select audit_id, at, actor, event, subject, refs, details, mac from audit',
  )) {
    if (!isGenuine(world.seal, row)) wrong.push(`audit row ${row.audit_id} is not genuine`);
  }
}
