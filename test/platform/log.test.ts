// req:E1 req:E2 Logs by allow-list: what is not named never leaves, and an event is one line.
import fc from 'fast-check';
import { expect, expectTypeOf, test } from 'vitest';
import { ConfigError, UnavailableError } from '#src/errors.ts';
import { createLogger, type LogFields } from '#src/log.ts';
import { hide } from '#src/seal.ts';

function listen(level = 'debug') {
  const lines: string[] = [];
  const log = createLogger(level, { write: (line) => void lines.push(line) });
  return { log, lines, last: (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '{}') };
}

// What a careless caller passes in spite of the compiler.
const careless = (fields: Record<string, unknown>): LogFields => fields;

test('a line names its time in UTC, its level, its event and the fields of the list', () => {
  const { log, last } = listen();
  log.info('turn.answered', { messageId: 'SM01', channel: 'whatsapp', durationMs: 12, status: 200 });
  expect(last()).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    event: 'turn.answered',
    messageId: 'SM01',
    channel: 'whatsapp',
    durationMs: 12,
    status: 200,
  });
});

test('a child says its fields on every line, and the line has the last word', () => {
  const { log, last } = listen();
  log
    .child({ component: 'twilio' })
    .child({ messageId: 'SM01', state: 'new' })
    .warn('send.failed', { state: 'failed' });
  expect(last()).toMatchObject({ component: 'twilio', messageId: 'SM01', state: 'failed', event: 'send.failed' });
});

test('a level that is off writes nothing', () => {
  const { log, lines } = listen('warn');
  log.info('turn.answered');
  log.error('turn.failed');
  expect(lines).toHaveLength(1);
});

test('a field that is not on the list does not compile', () => {
  expectTypeOf<LogFields>().not.toHaveProperty('body');
  expectTypeOf<LogFields>().not.toHaveProperty('phone');
});

test('a field that is not on the list is dropped, however deep', () => {
  const { log, lines } = listen();
  log.info('turn.answered', careless({ body: 'canary', nik: 'canary', state: { phone: 'canary' }, code: ['canary'] }));
  log.child(careless({ to: 'canary' })).info('turn.answered', careless({ toString: 'canary', __proto__: 'canary' }));
  expect(lines.join('')).not.toContain('canary');
});

test.each([
  ['a NIK', '9901014506850001'],
  ['a mobile number', '+6281200000011'],
  ['an address', 'siti.aminah@example.com'],
  ['a sentence', 'Nama saya Siti'],
  ['a number behind a word', 'nik:9901014506850001'],
])('%s passes neither as a word nor as an event', (_title, value) => {
  const { log, lines } = listen();
  log.info(value, { state: value, code: value, channel: value, reason: value });
  expect(lines.join('')).not.toContain(value);
});

test.each([
  ['a NIK', '9901014506850001'],
  ['a mobile number', '+6281200000011'],
  ['an address', 'siti.aminah@example.com'],
])('%s does not pass as an id', (_title, value) => {
  const { log, lines } = listen();
  log.info('turn.answered', { ref: value, messageId: value, providerCode: value });
  expect(lines.join('')).not.toContain(value);
});

test('a number of a person does not pass as an amount', () => {
  const { log, last } = listen();
  log.info('turn.answered', { count: 6_281_200_000_011, port: 3000 });
  expect(last()).toMatchObject({ count: '[dropped]', port: 3000 });
});

test('a secret is not printed', () => {
  const { log, lines } = listen();
  log.info('turn.answered', careless({ code: hide('canary'), error: hide('canary') }));
  expect(lines.join('')).not.toContain('canary');
});

test('an error of ours says its name, code, text and where it was thrown', () => {
  const { log, last } = listen();
  log.error('turn.failed', { error: new UnavailableError('redis', { cause: new Error('canary') }) });
  expect(last().error).toMatchObject({
    name: 'UnavailableError',
    code: 'unavailable',
    message: 'redis is unavailable',
    cause: { name: 'Error' },
  });
  expect(JSON.stringify(last())).toMatch(/"frames":\["test\/platform\/log\.test\.ts:\d+"/);
  expect(JSON.stringify(last())).not.toContain('canary');
});

test('an error of a package says its name and code, and never its text', () => {
  const { log, lines, last } = listen();
  const foreign = Object.assign(new TypeError('canary\n    at /canary/9901014506850001:1:1'), {
    code: 'ECONNREFUSED',
    config: { headers: { authorization: 'canary' } },
    cause: Object.assign(new Error('canary'), { code: '23505', detail: 'canary' }),
  });
  log.error('turn.failed', { error: foreign });
  expect(last().error).toMatchObject({
    name: 'TypeError',
    code: 'ECONNREFUSED',
    cause: { name: 'Error', code: '23505' },
  });
  expect(lines.join('')).not.toMatch(/canary|9901014506850001/);
});

test('what was thrown but is no error says only its type', () => {
  const { log, last } = listen();
  log.error('turn.failed', { error: 'canary' });
  expect(last().error).toEqual({ name: 'string' });
});

test('whatever is passed, it is one line without control, ANSI and bidi characters', () => {
  const { log, lines } = listen();
  const nasty = fc.string({
    unit: fc.oneof(
      fc.constantFrom('\r', '\n', '\u001b[31m', '\u0085', '\u2028', '\u2029', '\u202e', '\u2066', '\u200f', '\u0000'),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
  });
  fc.assert(
    fc.property(nasty, (text) => {
      lines.length = 0;
      log.error(text, { ref: text, state: text, error: new ConfigError([text, text]) });
      expect(lines).toHaveLength(1);
      const [line = ''] = lines;
      expect(line.endsWith('\n')).toBe(true);
      expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
      // JSON escapes what it can: look at what a reader of the line gets, too.
      const read: { error: { message: string } } = JSON.parse(line);
      expect(read.error.message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
    }),
    { numRuns: 10_000 },
  );
});
