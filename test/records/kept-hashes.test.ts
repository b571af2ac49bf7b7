// req:A8 req:D1 What rows are found by is the same in the next release: a keyed hash that changed would find nothing.
import { expect, test } from 'vitest';
import { canonical } from '#src/records/audit.ts';
import { hashesOfCode, isBoundTo, isCodeOf } from '#src/records/code-hashes.ts';
import { createHashes } from '#src/records/hashes.ts';
import { createSeal, hide } from '#src/seal.ts';
import { keys, lookupKey } from './world.ts';

const seal = createSeal(keys, lookupKey);
const bound = {
  challengeId: 'C-1',
  conversation: 'c-1',
  participantId: 'P-1',
  field: 'email',
  target: 'new@example.com',
  purpose: 'newValue',
  changeId: null,
} as const;

test('a code is known by what it was bound to, and by its digits', () => {
  const kept = hashesOfCode(seal, bound, '123456');
  expect(kept).toEqual({
    binding: '7zrNZwxblg4RCCRecdxf6GQV-jLlF0O9tjhpmhnOofE',
    code_hash: 'zbeTye7Z5hF6h7lDRy3_gW-f1LtNgCcGsaUtltcbaLw',
  });
  expect(isCodeOf(seal, kept, hide('123456'))).toBe(true);
  expect(isCodeOf(seal, kept, hide('123457'))).toBe(false);
  for (const change of [
    { challengeId: 'C-2' },
    { conversation: 'c-2' },
    { participantId: 'P-2' },
    { field: 'mobileNumber' as const },
    { target: 'New@example.com' },
    { purpose: 'oldContact' },
    { changeId: 'D-1' },
  ]) {
    const other = { ...bound, ...change };
    expect([change, isBoundTo(seal, kept, other)]).toEqual([change, false]);
    // Nor does the same code fit there.
    expect(hashesOfCode(seal, other, '123456').code_hash).not.toBe(kept.code_hash);
  }
  expect(isBoundTo(seal, kept, bound)).toBe(true);
});

test('people, contact points and blocks of numbers keep their hashes', () => {
  const { participant, contact, numberPrefix } = createHashes(seal);
  expect([participant('P-1'), contact('Siti@Example.com'), numberPrefix('+6281234567890')]).toEqual([
    'jrA8MwrP3DeHS22SjD8OrsOTP-BG0FVvi-3MRfipNh4',
    'RYeMvaWWXFc1ite40yRhYmxkGggT-upCqihJYRTxoeU',
    'UlpaGdeiJ6Io_pDchHNg_XiifENlkU8s7ix1-c4VSus',
  ]);
  expect(contact('siti@example.com')).toBe(contact('Siti@Example.com'));
  expect(numberPrefix('+62 812-345')).toBe(numberPrefix('+6281234599999'));
  expect(numberPrefix('+6281234699999')).not.toBe(numberPrefix('+6281234599999'));
});

test('an entry of the audit is the same text in whatever order it was written down', () => {
  const entry = { audit_id: 'A-1', at: new Date(0), actor: 'system', event: 'change.held', subject: null } as const;
  expect(canonical({ ...entry, refs: { ref: 'UD-1', changeId: 'D-1' }, details: { until: 1, field: 'email' } })).toBe(
    '["A-1","1970-01-01T00:00:00.000Z","system","change.held",null,' +
      '[["changeId","D-1"],["ref","UD-1"]],[["field","email"],["until",1]]]',
  );
});
