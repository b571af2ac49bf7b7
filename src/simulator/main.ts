// `npm start`: everything a newcomer needs, in one process. Production is `npm run serve`, which knows nothing of this.
import { fileURLToPath } from 'node:url';
import { ConfigError } from '#src/errors.ts';
import { StartError } from './data-folder.ts';
import { type Simulator, startSimulator } from './start.ts';

const stopWithinMs = 9_000;
/** `npm start -- other-folder` keeps its data there, e.g. for a second one beside the first. */
const dataDir = process.argv[2] ?? fileURLToPath(new URL('../../.data/', import.meta.url));

let simulator: Simulator | undefined;
let isStopping = false;

// Before the start, so that a Ctrl-C in the middle of it ends what is already there.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);

try {
  simulator = await startSimulator({ env: process.env, dataDir });
  if (isStopping) await end(simulator);
  else console.log(greeting(simulator));
} catch (error) {
  console.error(explained(error));
  process.exit(1);
}

function stop(): void {
  // The second Ctrl-C is impatience: the embedded servers end with this process in any case.
  if (isStopping) process.exit(1);
  isStopping = true;
  if (simulator !== undefined) void end(simulator);
}

async function end(running: Simulator): Promise<void> {
  setTimeout(() => process.exit(1), stopWithinMs).unref();
  await running.stop();
  process.exit(0);
}

function greeting({ url, parts }: Simulator): string {
  const line = (name: string, from: string) => `    ${name.padEnd(10)} ${from}`;
  return `
  Ubah Data is running. Open the phone:

    ${url}

  Sit down at Care Center 165, and play the agent as well:

    ${url.replace(/simulator$/, 'console')}

${line('Postgres', parts.postgres)}
${line('Redis', parts.redis)}
${line('Mail', parts.mail)}
${line('Directory', parts.directory)}
${line('Twilio', parts.twilio)}

  Ctrl-C stops everything and keeps the data; "Mulai dari awal" on the page begins afresh.
`;
}

/** An operator's mistake gets a sentence; anything else is ours, and gets its stack. */
function explained(error: unknown): string {
  if (error instanceof StartError || error instanceof ConfigError) return error.message;
  if (!(error instanceof Error)) return 'The start failed.';
  return `The start failed.\n${error.stack ?? error.message}${error.cause instanceof Error ? `\n${error.cause.message}` : ''}`;
}
