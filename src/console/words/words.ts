// The two languages of the console, and how amounts of time are said in them.
import { english } from './english.ts';
import { indonesian, type Words } from './indonesian.ts';

export type { Words } from './indonesian.ts';

export const languages: Record<'id' | 'en', Words> = { id: indonesian, en: english };

/** @param cookie  whatever the browser sent */
export const wordsOf = (cookie: string | null): Words => (cookie === 'en' ? english : indonesian);

/** `2 jam 5 menit`; under a minute `< 1 menit`. */
export function spanOf(seconds: number, words: Words): string {
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const { units } = words;
  if (minutes === 0) return `< 1 ${units.minutes}`;
  const parts = [
    [days, units.days],
    [hours, units.hours],
    [days > 0 ? 0 : minutes % 60, units.minutes],
  ] as const;
  return parts
    .filter(([amount]) => amount > 0)
    .map(([amount, name]) => `${amount} ${name}`)
    .join(' ');
}

/** What a key is called; a key without words is shown as it is. */
export const labelOf = (labels: Record<string, string>, key: string): string =>
  Object.hasOwn(labels, key) ? (labels[key] ?? key) : key;
