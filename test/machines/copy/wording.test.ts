import { expect, test } from 'vitest';
import { createWording } from '#machines/copy/render.ts';

const morning = Date.parse('2026-11-22T02:30:00Z');

const timeIn = (timeZone: string) => createWording({ brand: 'BPJS Kesehatan', privacyUrl: null, timeZone }).time;

test('times are written with their Indonesian zone', () => {
  expect(timeIn('Asia/Jakarta')(morning, 'id')).toBe('22-11-2026 pukul 09.30 WIB');
  expect(timeIn('Asia/Makassar')(morning, 'id')).toBe('22-11-2026 pukul 10.30 WITA');
  expect(timeIn('Asia/Jayapura')(morning, 'id')).toBe('22-11-2026 pukul 11.30 WIT');
});

test('English writes the same time with a colon', () => {
  expect(timeIn('Asia/Jakarta')(morning, 'en')).toBe('22-11-2026 09:30 WIB');
});

test('midnight is 00.00 of the new day', () => {
  expect(timeIn('Asia/Jakarta')(Date.parse('2026-11-21T17:00:00Z'), 'id')).toBe('22-11-2026 pukul 00.00 WIB');
});

test('another zone is named as the world names it', () => {
  expect(timeIn('UTC')(morning, 'en')).toBe('22-11-2026 02:30 UTC');
});
