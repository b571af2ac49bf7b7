// Every invented message of the corpus means what the table says, at its step.
import { describe, expect, test } from 'vitest';
import { CORPUS } from './corpus.ts';
import { UNSEEN } from './corpus-unseen.ts';
import { type Step, said } from './describe.ts';

const rows = (
  [CORPUS, UNSEEN].flatMap((corpus) => Object.entries(corpus)) as [Step, readonly (readonly [string, string])[]][]
).flatMap(([step, list]) => list.map(([text, meaning]) => ({ step, text, meaning, understood: said(text, step) })));

/** The first word says the kind: what was answered, asked or said. */
function kindOf(meaning: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(meaning)) return 'birth date';
  if (/^\+62|@/.test(meaning)) return 'value';
  return meaning.split(' ')[0] ?? meaning;
}

describe('the corpus', () => {
  test('holds at least fifteen hundred different messages', () => {
    expect(new Set(rows.map(({ step, text }) => `${step} ${text}`)).size).toBe(rows.length);
    expect(rows.length).toBeGreaterThanOrEqual(1500);
  });

  test.each([...new Set(rows.map(({ meaning }) => kindOf(meaning)))].sort())('is understood throughout: %s', (kind) => {
    const ofKind = rows.filter(({ meaning }) => kindOf(meaning) === kind);
    const missed = ofKind.filter(({ meaning, understood }) => meaning !== understood);
    const accuracy = `${ofKind.length - missed.length} of ${ofKind.length}`;
    expect({ accuracy, missed }).toEqual({ accuracy: `${ofKind.length} of ${ofKind.length}`, missed: [] });
  });
});
