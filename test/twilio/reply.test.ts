import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readTwiml } from '#src/simulator/twilio-wire.ts';
import { maxCharacters, replyXml } from '#src/twilio/reply.ts';
import { readFixture } from './fixtures.ts';

const { replies, throws } = z
  .object({
    replies: z.array(z.object({ name: z.string(), xml: z.string() })),
    throws: z.array(z.object({ name: z.string(), text: z.string() })),
  })
  .parse(readFixture('twiml-replies'));
const xmlOf = (start: string) => replies.find(({ name }) => name.startsWith(start))?.xml;

test('nothing to say is an empty response', () => {
  expect(replyXml(null)).toBe(xmlOf('empty'));
  expect(replyXml('')).toBe(xmlOf('empty'));
});

test('one message', () => expect(replyXml('Hello')).toBe(xmlOf('one message')));

test('what XML would misread is escaped, and nothing else', () => {
  expect(replyXml('a < b & c > d "q" \'s\' é 😀')).toBe(xmlOf('escaping'));
});

test('a status callback is named in both attributes', () => {
  expect(replyXml('Hello', 'https://bot.example.com/webhooks/twilio/status?ref=out-1')).toBe(xmlOf('status callback'));
});

test.each(throws)("what makes Twilio's own builder throw is left out: $name", ({ text }) => {
  expect(readTwiml(replyXml(text))).toEqual([{ body: 'bad ', statusCallback: null }]);
});

test('line breaks stay, of whatever kind', () => {
  expect(readTwiml(replyXml('a\r\nb\rc\nd\te'))?.[0]?.body).toBe('a\nb\nc\nd\te');
});

test('a text is cut at 1,600 characters, between emoji and not within', () => {
  const ofEmoji = readTwiml(replyXml('😀'.repeat(1601)))?.[0]?.body;
  expect(ofEmoji).toBe('😀'.repeat(maxCharacters));
  expect(readTwiml(replyXml('&'.repeat(1601)))?.[0]?.body).toBe('&'.repeat(1600));
});

test('whatever is said arrives, but for what XML has no place for (req:C6)', () => {
  const anything = fc.string({
    unit: fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('<', '&', '\ud83d', '\udc00', '\u0000', ']]>', '\r', '\u0085', '\ufffe'),
    ),
  });
  fc.assert(
    fc.property(anything, (text) => {
      const messages = readTwiml(replyXml(text));
      expect(messages).not.toBeNull();
      expect(messages?.length).toBeLessThanOrEqual(1);
      const kept = Array.from(text.replace(/\r\n?/g, '\n')).filter(
        (one) => !/^(?![\n\t])[\p{Cc}\p{Cs}\ufffe\uffff]$/u.test(one),
      );
      expect(messages?.[0]?.body ?? '').toBe(kept.slice(0, maxCharacters).join(''));
    }),
    { numRuns: 2000 },
  );
});
