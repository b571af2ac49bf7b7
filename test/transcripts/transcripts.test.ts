// Conversations that anybody can read and correct. `UPDATE_TRANSCRIPTS=1 npx vitest run test/transcripts` writes them anew.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createWorld } from '../support/world.ts';
import { play } from './play.ts';

const folder = import.meta.dirname;

test.each(readdirSync(folder).filter((name) => name.endsWith('.chat')))('%s goes as it is written', async (name) => {
  const path = join(folder, name);
  const written = readFileSync(path, 'utf8');
  const world = await createWorld();
  try {
    const played = await play(written, world);
    if (process.env.UPDATE_TRANSCRIPTS === '1') writeFileSync(path, played);
    else expect(played).toBe(written);
  } finally {
    await world.stop();
  }
});
