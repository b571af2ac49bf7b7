// What operators do at a command line, with the environment of `npm run serve`: `npm run audit`, `person` and `keys`.
import { readFileSync } from 'node:fs';
import { type Config, readConfig } from './config.ts';
import { ConfigError } from './errors.ts';
import { createAudit } from './records/audit.ts';
import { type Anchor, createAuditChain } from './records/audit-chain.ts';
import { type Database, openDatabase } from './records/database.ts';
import { evidenceOf, touchedBetween } from './records/evidence.ts';
import { createHashes } from './records/hashes.ts';
import { openSeal } from './records/lookup-key.ts';
import { createPeople } from './records/person.ts';
import { reseal } from './records/reseal.ts';
import { createCipher, type Seal } from './seal.ts';

/** For one statement over the whole audit. */
const budgetMs = 600_000;

interface Around {
  database: Database;
  seal: Seal;
  config: Config;
  /** What was given beside the name of the command. */
  rest: string[];
  /** Never an argument: arguments stand in lists of processes and in histories of shells. */
  input: () => string;
}

/** @returns what is printed as JSON, and whether all is well */
type Command = (around: Around) => Promise<{ answer: unknown; isWell: boolean }>;

const fine = (answer: unknown) => ({ answer, isWell: true });

const commands: Record<string, { usage: string; run: Command }> = {
  'audit verify': {
    usage: 'npm run audit -- verify [position:hash of an audit.anchored line …]',
    async run({ database, seal, rest }) {
      const verdict = await createAuditChain({ database, seal }).verify(rest.map(anchorOf));
      return { answer: verdict, isWell: verdict.broken === null };
    },
  },
  'audit evidence': {
    usage: 'npm run audit -- evidence UD-…',
    async run({ database, seal, rest: [ref = ''] }) {
      const evidence = await evidenceOf(database, seal, ref);
      return { answer: evidence, isWell: evidence !== null };
    },
  },
  'audit touched': {
    usage: 'npm run audit -- touched 2026-11-01T00:00:00Z 2026-11-02T00:00:00Z',
    run: async ({ database, seal, rest: [from, until] }) =>
      fine(await touchedBetween(database, seal, { from: momentOf(from), until: momentOf(until) })),
  },
  'person export': {
    usage: 'npm run person -- export   (reads a reference or a participant id from standard input)',
    run: (around) => withPerson(around, (people, participant) => people.export(participant)),
  },
  'person erase': {
    usage: 'npm run person -- erase   (reads a reference or a participant id from standard input)',
    run: (around) => withPerson(around, (people, participant) => people.erase(participant)),
  },
  'keys reseal': {
    usage: 'npm run keys -- reseal',
    async run({ database, config, seal }) {
      const resealed = await reseal(database, createCipher(config.encryptionKeys));
      await database.transaction((trx) =>
        createAudit(seal)(trx, {
          actor: 'operator',
          event: 'columns.resealed',
          subject: null,
          refs: {},
          details: { keyId: seal.keyId, resealed: resealed.resealed },
        }),
      );
      return { answer: resealed, isWell: Object.keys(resealed.unreadable).length === 0 };
    },
  },
};

async function withPerson(
  { database, seal, input }: Around,
  act: (people: ReturnType<typeof createPeople>, participant: string) => Promise<unknown>,
) {
  const people = createPeople({ database, seal, hashes: createHashes(seal), audit: createAudit(seal) });
  const participant = await people.find(input().trim());
  return participant === null ? { answer: null, isWell: false } : fine(await act(people, participant));
}

function anchorOf(text: string): Anchor {
  const [, position, hash = ''] = /^(\d+):([\w-]{43})$/.exec(text) ?? [];
  if (position === undefined) throw new ConfigError([`${text}: is no anchor: put position:hash`]);
  return { position: Number(position), hash };
}

function momentOf(text = ''): Date {
  const moment = new Date(text);
  if (Number.isNaN(moment.getTime())) throw new ConfigError([`${text}: is no moment: put 2026-11-01T00:00:00Z`]);
  return moment;
}

/**
 * @param args  the command and what belongs to it
 * @returns what is printed, and the exit code
 */
export async function operate(
  args: readonly string[],
  { env, input }: { env: Record<string, string | undefined>; input: () => string },
): Promise<{ text: string; code: 0 | 1 }> {
  const [group, name, ...rest] = args;
  const command = commands[`${group} ${name}`];
  if (command === undefined) {
    const usages = Object.values(commands).map(({ usage }) => usage);
    return { text: usages.join('\n'), code: 1 };
  }
  try {
    const config = readConfig(env);
    const seal = await openSeal({ databaseUrl: config.databaseUrl, keys: config.encryptionKeys, budgetMs });
    const database = openDatabase({ url: config.databaseOwnerUrl, budgetMs, maxConnections: 2 });
    try {
      const { answer, isWell } = await command.run({ database, seal, config, rest, input });
      return { text: JSON.stringify(answer, null, 2), code: isWell ? 0 : 1 };
    } finally {
      await database.close();
    }
  } catch (error) {
    if (error instanceof ConfigError) return { text: error.message, code: 1 };
    throw error;
  }
}

if (import.meta.main) {
  const { text, code } = await operate(process.argv.slice(2), {
    env: process.env,
    input: () => readFileSync(0, 'utf8'),
  });
  console.log(text);
  process.exitCode = code;
}
