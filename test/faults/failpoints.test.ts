// A failpoint that nobody calls, or that no test strikes, would prove nothing. req:I3
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { promptKeys } from '#machines/copy/keys.ts';
import { readConfig } from '#src/config.ts';
import { failpoints, readFailpoint } from '#src/failpoint.ts';
import { jobPoints } from './support/job-points.ts';
import { killPoints } from './support/kill-points.ts';

const src = resolve(import.meta.dirname, '../../src');

test('each failpoint is called in exactly one place', () => {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const calls = files.flatMap((file) =>
    [...readFileSync(join(src, file), 'utf8').matchAll(/await failpoint\('([\w.]+)'\)/g)].map(([, name]) => name),
  );
  expect(calls.sort()).toEqual([...failpoints].sort());
});

test('each failpoint is struck by the kill matrix or by the jobs', () => {
  const struck = [...killPoints, ...jobPoints].map(({ armed }) => armed.split(':')[0]);
  expect([...new Set(struck)].sort()).toEqual([...failpoints].sort());
});

test('each prompt that is waited at has a scene in the kill matrix', () => {
  const states = new Set(killPoints.map(({ scene, at }) => scene.lines[at]?.state.split(',')[0]));
  expect(promptKeys.filter((prompt) => !states.has(prompt))).toEqual([]);
});

test('a failpoint is refused unless failpoints are allowed', () => {
  const complaints = (env: Record<string, string>) => {
    try {
      readConfig(env);
      return [];
    } catch (error) {
      return error instanceof Error ? error.message.split('\n').filter((line) => line.startsWith('FAILPOINT')) : [];
    }
  };
  expect(complaints({ FAILPOINT: 'turn.began:1:kill' })).toHaveLength(1);
  expect(complaints({ FAILPOINT: 'turn.began:1:kill', ALLOW_FAILPOINTS: '1' })).toEqual([]);
  expect(complaints({ FAILPOINT: 'turn.dreamt:1:kill', ALLOW_FAILPOINTS: '1' })).toHaveLength(1);
});

test.each(['turn.began', 'turn.began:0:kill', 'turn.began:1:explode', 'nowhere:1:kill', ''])(
  '%j arms nothing',
  (text) => {
    expect(readFailpoint(text)).toBeUndefined();
  },
);
