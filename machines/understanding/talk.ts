// What is meant for us while a person is waited for or talked to: everything else is for them.
import type { ParticipantEvent } from '../events.ts';

/** @returns null: it is for the agent */
export function readTalk(text: string): ParticipantEvent | null {
  const said = text
    .normalize('NFKC')
    .replace(/[^\p{L}\s]/gu, ' ')
    .trim()
    .toLowerCase();
  if (/^(?:posisi|antrean|antrian|urutan|position)(?: saya| ku| berapa)?$/.test(said)) return { type: 'word.place' };
  if (/^(?:selesai|sudah selesai|akhiri|finish|finished)$/.test(said)) return { type: 'word.finish' };
  return null;
}

/** A command inside a longer sentence is told to the person, not given to us. */
export const isForThePerson = (text: string): boolean => text.trim().split(/\s+/).length > 3;
