import { expect, test } from 'vitest';
import { z } from 'zod';
import { countSegments, foreignCharacters } from '#machines/copy/segments.ts';
import { readFixture } from './fixtures.ts';

const { vectors } = z
  .object({
    vectors: z.array(
      z.object({
        name: z.string(),
        text: z.string(),
        encoding: z.string(),
        utf16Length: z.number(),
        segments: z.number(),
      }),
    ),
  })
  .parse(readFixture('sms-segmentation-vectors'));

test.each(vectors)('$name: $encoding, $segments segments', ({ text, encoding, segments }) => {
  expect(countSegments(text)).toMatchObject({ encoding, segments });
});

test('an empty text counts as one segment', () => {
  expect(countSegments('')).toEqual({ encoding: 'GSM-7', units: 0, segments: 1 });
});

test('an extension character costs two and is not split between segments', () => {
  expect(countSegments('€')).toEqual({ encoding: 'GSM-7', units: 2, segments: 1 });
  // 152 + 2 does not fit 153, so the euro opens the second segment and 152 more fill it
  expect(countSegments(`${'a'.repeat(152)}€${'a'.repeat(151)}`).segments).toBe(2);
  expect(countSegments(`${'a'.repeat(152)}€${'a'.repeat(152)}`).segments).toBe(3);
});

test('what makes an SMS dear is named, each once', () => {
  expect(foreignCharacters('“Halo” – 😀 “ya”')).toEqual(['“', '”', '–', '😀']);
  expect(foreignCharacters('Halo, balas 1 atau OK!')).toEqual([]);
});
