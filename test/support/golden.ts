// One conversation asleep in every waiting state, as it is stored; kept for each version that was ever released.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { conversationMachine } from '#machines/conversation.machine.ts';
import { type StoredConversation, store } from '#machines/stored.ts';
import { leavesOf, start } from '../machines/support.ts';

export const goldenFolder = resolve(import.meta.dirname, '../machines/golden');

const at = Date.UTC(2026, 10, 22, 2, 0, 0);
const anId = '6a7c303d-1194-86c1-a837-137ab6bc4825';

/** Siti, half-way to another e-mail address. */
const half = {
  turnId: anId,
  now: at,
  lastAt: at,
  identifiedAt: at,
  participantId: 'P-0011',
  known: {
    name: 'S••• A•••••',
    email: 's•••h@example.com',
    mobileNumber: '0812 •••• ••11',
    segment: 'PBPU',
    membershipStatus: 'active',
  },
  field: 'email' as const,
  newValue: 'siti.baru@gmial.com',
  suggestion: 'siti.baru@gmail.com',
  challengeId: anId,
  via: 'mail' as const,
  destination: 's•••u@gmial.com',
  codeMinutes: 10,
};
const unknown = { turnId: anId, now: at, lastAt: at, candidate: { kind: 'nik', number: '9901014506850001' } as const };

/** By the name of the state, e.g. `prove.asking`. */
export function goldenOfNow(): Record<string, StoredConversation> {
  const waiting = leavesOf().filter((node) => node.tags.includes('waiting'));
  return Object.fromEntries(
    waiting.map(({ path }) => {
      const [dialogue = '', state = ''] = path;
      const context = { ...start().context, ...(dialogue === 'identify' ? unknown : half) };
      return [path.join('.'), store(conversationMachine.resolveState({ value: { [dialogue]: state }, context }))];
    }),
  );
}

export interface Golden {
  /** of the machine that stored it */
  version: number;
  state: string;
  stored: unknown;
}

export function keptGoldens(): Golden[] {
  return readdirSync(goldenFolder).flatMap((folder) =>
    readdirSync(join(goldenFolder, folder)).map((file) => ({
      version: Number(folder.slice(1)),
      state: file.replace(/\.json$/, ''),
      stored: JSON.parse(readFileSync(join(goldenFolder, folder, file), 'utf8')),
    })),
  );
}
