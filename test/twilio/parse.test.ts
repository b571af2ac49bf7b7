import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Inbound } from '#src/conversation/ports.ts';
import { ForgedRequestError, MalformedRequestError } from '#src/errors.ts';
import { type Pair, receiveForm } from '#src/twilio/form.ts';
import { isOneWay, parseInbound } from '#src/twilio/parse.ts';
import { signingTokens } from '#src/twilio/verify.ts';
import { encode, fixtureNames, limits, pairsOf, pathOf, publicUrl, resign, twilio, webhook } from './fixtures.ts';

const rules = { publicUrl, tokens: signingTokens(twilio), limits };

/** As the route does it. */
const receive = (request: { body: Buffer; originalUrl: string; signature: string | undefined }): Inbound =>
  parseInbound(receiveForm(request, rules), twilio);

const posted = fixtureNames('inbound-').filter((name) => !name.includes('get-method'));

describe('every documented message', () => {
  test.each(posted)('%s', (name) => {
    const { request, expect: expected } = webhook(name);
    const inbound = receive({
      body: Buffer.from(request.rawBody),
      originalUrl: pathOf(request.url),
      signature: request.headers['X-Twilio-Signature'],
    });
    expect(inbound.messageId).toBe(expected.dedupeKey ?? request.params.MessageSid);
    expect(inbound.channel).toBe(expected.channel ?? 'sms');
    expect(inbound.address).toBe(expected.from ?? request.params.From);
    const { content } = inbound;
    const seen: Record<string, unknown> = {
      ...(isStop(content) ? { optOut: content.action } : { type: typeOf(content) }),
      ...(content.kind === 'optOut' && content.answered ? { botMustNotReply: true } : {}),
      ...('text' in content ? { text: content.text } : {}),
      ...(content.kind === 'media' ? { media: content.media.length } : {}),
      ...(content.kind === 'choice' ? { payload: content.id } : {}),
      ...(content.kind === 'location' ? { latitude: content.latitude, longitude: content.longitude } : {}),
    };
    for (const key of ['optOut', 'botMustNotReply', 'type', 'text', 'media', 'payload', 'latitude', 'longitude']) {
      if (key in expected) expect(seen[key], key).toEqual(wordFor(expected[key]));
    }
    if (!('botMustNotReply' in expected)) expect(seen).not.toHaveProperty('botMustNotReply');
  });

  // The fixtures are neutral about names; ours are fewer.
  type Content = Inbound['content'];
  const typeOf = (content: Content) =>
    content.kind === 'choice' ? content.source : content.kind === 'optOut' ? 'text' : content.kind;
  // A bare YES on SMS is carried as one, and is a text all the same.
  const isStop = (content: Content): content is Extract<Content, { kind: 'optOut' }> =>
    content.kind === 'optOut' && !(content.action === 'start' && !content.answered);
  const wordFor = (expected: unknown) =>
    expected === 'empty' ? 'text' : expected === 'flow' ? 'unsupported' : expected;
});

const contentOf = (name: string, change: Record<string, string | null> = {}) => receive(resign(name, change)).content;
const refused = (name: string, change: Record<string, string | null>) =>
  expect(() => receive(resign(name, change)), JSON.stringify(change)).toThrow(MalformedRequestError);

describe('who wrote', () => {
  test('a number is proved by the address alone', () => {
    expect(receive(resign('inbound-whatsapp-text', {})).phone).toBe('+447700900123');
    expect(receive(resign('inbound-sms-text', { From: '+6281200000011' })).phone).toBe('+6281200000011');
  });

  test('a WhatsApp user id without a number proves nothing, whatever stands beside it', () => {
    const change = { WaId: '6281200000011', ProfileName: '+6281200000011' };
    expect(receive(resign('inbound-whatsapp-bsuid-no-phone', change))).toMatchObject({
      address: 'whatsapp:GB.1000000000000001',
      phone: null,
    });
  });

  test.each(['12345', 'INFO BPJS', 'Telkomsel'])('an SMS from %s has no number', (From) => {
    expect(receive(resign('inbound-sms-text', { From }))).toMatchObject({ address: From, phone: null });
  });

  test.each([
    '',
    'whatsapp:',
    'whatsapp:+',
    '+62812x',
    '+0812345678',
    'whatsapp:62812',
    'messenger:123',
    '+6281200000011 ',
    'whatsapp:+6281200000011FrequentlyForwardedfalse',
    'whatsapp:GB.1000000000000001Latitude51',
    '123FromCity',
  ])('%j is no sender', (From) => {
    const isWhatsApp = From.startsWith('whatsapp:');
    refused(isWhatsApp ? 'inbound-whatsapp-text' : 'inbound-sms-text', { From });
  });
});

describe('whom it is for', () => {
  test('another account or receiver is refused', () => {
    refused('inbound-sms-text', { AccountSid: 'AC00000000000000000000000000000002' });
    refused('inbound-sms-text', { To: '+12025550199' });
    refused('inbound-whatsapp-text', { To: 'whatsapp:+12025550100' });
    refused('inbound-sms-text', { To: 'whatsapp:+12025550101' });
    refused('inbound-whatsapp-text', { To: '+12025550100' });
  });

  test('any sender of our Messaging Service is ours, of another not', () => {
    expect(receive(resign('inbound-sms-messaging-service', { To: '+12025550177' })).channel).toBe('sms');
    refused('inbound-sms-messaging-service', {
      To: '+12025550177',
      MessagingServiceSid: 'MG00000000000000000000000000000002',
    });
  });

  test('what came by SMS was sent to an SMS sender, whatever service it names', () => {
    refused('inbound-sms-messaging-service', { To: 'whatsapp:+12025550101' });
  });

  test('where no service is configured, none is ours', () => {
    const pairs = resign('inbound-sms-messaging-service', { To: '+12025550177', MessagingServiceSid: '' }).pairs;
    expect(() => parseInbound(pairs, { ...twilio, messagingServiceSid: null })).toThrow(MalformedRequestError);
  });

  test('an SMS to a one-way sender is known as such; WhatsApp never is', () => {
    const oneWay = { ...twilio, smsTwoWay: false };
    expect(isOneWay(parseInbound(pairsOf('inbound-sms-text'), oneWay), oneWay)).toBe(true);
    expect(isOneWay(parseInbound(pairsOf('inbound-whatsapp-text'), oneWay), oneWay)).toBe(false);
    expect(isOneWay(parseInbound(pairsOf('inbound-sms-text'), twilio), twilio)).toBe(false);
  });
});

describe('what is required', () => {
  test.each(['AccountSid', 'MessageSid', 'From', 'To', 'Body'])('%s', (key) => {
    refused('inbound-sms-text', { [key]: null });
  });

  test.each(['SM1', `SM${'0'.repeat(33)}`, `sm${'0'.repeat(32)}`, `SM${'G'.repeat(32)}`, `XX${'0'.repeat(32)}`])(
    'MessageSid %s is refused',
    (sid) => refused('inbound-sms-text', { MessageSid: sid, SmsSid: sid, SmsMessageSid: sid }),
  );

  test('two message ids in one request are refused', () => {
    refused('inbound-sms-text', { SmsSid: 'SM00000000000000000000000000000002' });
  });

  test('unknown well-formed keys pass and change nothing', () => {
    const change = { TotallyNew: 'x', AddOns: '{}' };
    expect(receive(resign('inbound-sms-text', change))).toEqual(receive(resign('inbound-sms-text', {})));
  });
});

describe('opt-out', () => {
  const onSms = (Body: string) => contentOf('inbound-sms-text', { Body });
  const onWhatsApp = (Body: string) => contentOf('inbound-whatsapp-text', { Body });

  test.each(['STOP', 'stopall', 'Unsubscribe', 'CANCEL', 'END', 'quit', 'REVOKE', 'OptOut', ' stop '])(
    'an SMS of %j is answered by Twilio, not by us',
    (Body) => {
      expect(onSms(Body)).toEqual({ kind: 'optOut', action: 'stop', answered: true, text: Body });
    },
  );

  test.each(['HELP', 'info'])('so is %s', (Body) => {
    expect(onSms(Body)).toEqual({ kind: 'optOut', action: 'help', answered: true, text: Body });
  });

  test.each(['START', 'Yes', 'unstop'])('%s on SMS may lift an opt-out, else it is an ordinary word', (Body) => {
    expect(onSms(Body)).toEqual({ kind: 'optOut', action: 'start', answered: false, text: Body });
  });

  test.each(['BERHENTI', 'unreg'])('Twilio does not know %s, so we answer it on both channels', (Body) => {
    expect(onSms(Body)).toEqual({ kind: 'optOut', action: 'stop', answered: false, text: Body });
    expect(onWhatsApp(Body)).toEqual({ kind: 'optOut', action: 'stop', answered: false, text: Body });
  });

  test('STOP on WhatsApp is ours to answer', () => {
    expect(onWhatsApp('Stop')).toEqual({ kind: 'optOut', action: 'stop', answered: false, text: 'Stop' });
  });

  test.each(['CANCEL', 'YES', 'HELP', 'INFO', 'END', 'START'])('%s is a free word on WhatsApp', (Body) => {
    expect(onWhatsApp(Body)).toEqual({ kind: 'text', text: Body });
  });

  test.each(['please stop', 'STOP!', 'constructor', '__proto__', 'yes please'])('"%s" is an ordinary text', (Body) => {
    expect(onSms(Body)).toEqual({ kind: 'text', text: Body });
  });

  test('Advanced Opt-Out knows words of its own, on both channels', () => {
    const change = { Body: 'jangan', OptOutType: 'STOP' };
    const expected = { kind: 'optOut', action: 'stop', answered: true, text: 'jangan' };
    expect(contentOf('inbound-sms-text', change)).toEqual(expected);
    expect(contentOf('inbound-sms-text', { ...change, OptOutType: 'stop' })).toEqual(expected);
    expect(contentOf('inbound-whatsapp-text', change)).toEqual(expected);
  });
});

describe('what it holds', () => {
  test('a location is one although its body is empty, unless it is nowhere', () => {
    expect(contentOf('inbound-whatsapp-location')).toEqual({ kind: 'location', latitude: 51.5007, longitude: -0.1246 });
    expect(contentOf('inbound-whatsapp-location', { Latitude: 'NaN' })).toEqual({ kind: 'unsupported' });
    expect(contentOf('inbound-whatsapp-location', { Longitude: null })).toEqual({ kind: 'unsupported' });
  });

  test.each([
    ['image/jpeg', 'image', 'image'],
    ['image/webp', 'sticker', 'sticker'],
    ['audio/ogg', 'audio', 'voice'],
    ['audio/ogg; codecs=opus', 'audio', 'voice'],
    ['video/mp4', 'video', 'video'],
    ['application/pdf', 'document', 'document'],
    ['text/vcard', 'contacts', 'contact'],
    ['text/x-vcard', 'contacts', 'contact'],
    ['text/plain', 'document', 'document'],
    ['IMAGE/JPEG', 'image', 'image'],
    ['', 'image', 'other'],
  ])('media of type %j and %j is %s', (MediaContentType0, MessageType, kind) => {
    const content = contentOf('inbound-whatsapp-image', { MediaContentType0, MessageType });
    expect(content).toMatchObject({ kind: 'media', media: [{ kind, contentType: MediaContentType0 }] });
  });

  test('media come with the place where they are kept, and a text without their number has none', () => {
    const { params } = webhook('inbound-whatsapp-image').request;
    expect(contentOf('inbound-whatsapp-image')).toMatchObject({ media: [{ url: params.MediaUrl0 }] });
    expect(contentOf('inbound-sms-text', { NumMedia: null, Body: 'halo' })).toEqual({ kind: 'text', text: 'halo' });
  });

  test('the words of a tap are its title, and its body where it has none', () => {
    for (const [name, key] of [
      ['inbound-whatsapp-list-reply', 'ListTitle'],
      ['inbound-whatsapp-button-reply', 'ButtonText'],
    ] as const) {
      expect(contentOf(name, { [key]: 'Judul', Body: 'isi' })).toMatchObject({ text: 'Judul' });
      expect(contentOf(name, { [key]: null, Body: 'isi' })).toMatchObject({ text: 'isi' });
    }
  });

  test.each(['InteractiveData', 'FlowData'])(
    'a form that was filled in, as %s, is nothing that we asked for',
    (key) => {
      expect(contentOf('inbound-whatsapp-text', { [key]: '{"nik":"1"}' })).toEqual({ kind: 'unsupported' });
    },
  );

  test.each(['text', 'button', 'interactive'])(
    'an empty WhatsApp message of type %s is an empty text',
    (MessageType) => {
      expect(contentOf('inbound-whatsapp-text', { Body: '', MessageType })).toEqual({ kind: 'text', text: '' });
    },
  );

  test('a tap on a list names the item, on a button the button', () => {
    expect(contentOf('inbound-whatsapp-list-reply')).toEqual({
      kind: 'choice',
      source: 'list',
      id: 'plan:fibre-500',
      text: 'Fibre 500',
    });
    expect(contentOf('inbound-whatsapp-button-reply')).toMatchObject({ source: 'button', id: 'handoff:agent' });
  });

  test('a tap that delivers only its title is a text', () => {
    const content = contentOf('inbound-whatsapp-button-reply', { ButtonPayload: null, ButtonText: null });
    expect(content).toEqual({ kind: 'text', text: 'Speak to an agent' });
  });

  test.each(['contacts', 'order', 'reaction', 'unsupported'])(
    'an empty WhatsApp message of type %s gets an answer',
    (MessageType) => {
      expect(contentOf('inbound-whatsapp-text', { Body: '', MessageType })).toEqual({ kind: 'unsupported' });
    },
  );

  test('an impossible number of media is refused', () => refused('inbound-mms-image', { NumMedia: '-1' }));
});

describe('requests that verify without being sent (req:C2)', () => {
  const original = webhook('inbound-sms-text').request;
  const signature = original.headers['X-Twilio-Signature'];
  const originalUrl = pathOf(original.url);
  const entries = Object.entries(original.params);
  const attack = (pairs: readonly Pair[]) => () =>
    receive({ body: Buffer.from(encode(pairs)), originalUrl, signature });
  const without = (...keys: string[]) => entries.filter(([key]) => !keys.includes(key));
  const sent = (key: string) => original.params[key] ?? '';
  // All that Twilio's scheme sees: sorted, with nothing between.
  const sortedText = (params: readonly Pair[]) =>
    params
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => key + value)
      .join('');

  test.each([
    ['Body sent twice', [...entries, ['Body', sent('Body')]]],
    ['MessageSid renamed away', [...without('MessageSid'), ['M', `essageSid${sent('MessageSid')}`]]],
    [
      'From swallowing what follows it up to MessageSid',
      [
        ...without('From', 'FromCity', 'FromCountry', 'FromState', 'FromZip', 'MessageSid'),
        [
          'From',
          sortedText(entries.filter(([key]) => key.startsWith('From') || key === 'MessageSid')).slice('From'.length),
        ],
      ],
    ],
    [
      'AccountSid swallowing Body',
      [
        ...without('AccountSid', 'ApiVersion', 'Body'),
        [
          'AccountSid',
          sortedText(entries.filter(([key]) => ['AccountSid', 'ApiVersion', 'Body'].includes(key))).slice(
            'AccountSid'.length,
          ),
        ],
      ],
    ],
    [
      'ApiVersion swallowing Body',
      [...without('ApiVersion', 'Body'), ['ApiVersion', `${sent('ApiVersion')}Body${sent('Body')}`]],
    ],
  ] satisfies [string, Pair[]][])('%s: the signature holds, the shape does not', (_, pairs) => {
    expect(attack(pairs)).toThrow(MalformedRequestError);
  });

  describe.each([
    ['inbound-sms-text', '+6281200000011'],
    ['inbound-whatsapp-text', 'whatsapp:+6281200000011'],
  ])('somebody types another sender into %s', (name, victim) => {
    const typed = `hiFrom${victim}Gx`;
    const captured = resign(name, { Body: typed });

    // Body=hi, From=<victim>, Gx=<the rest, true From included>, MessageSid=…: increasing keys, so the signature holds.
    const cutAgain = () => {
      const signed = sortedText(captured.pairs);
      const fake = signed.indexOf(`From${victim}`);
      const unknown = fake + `From${victim}`.length;
      const sid = signed.indexOf('MessageSidSM', unknown);
      const isAfter = ([key]: Pair) => key >= 'MessageSid';
      return [
        ...captured.pairs.filter(([key]) => key < 'Body'),
        ['Body', 'hi'],
        ['From', victim],
        ['Gx', signed.slice(unknown + 'Gx'.length, sid)],
        ...captured.pairs.filter(isAfter),
      ] as Pair[];
    };

    test('and the signature holds for a message from there, which is refused', () => {
      const request = { ...captured, body: Buffer.from(encode(cutAgain())) };
      expect(sortedText(cutAgain())).toBe(sortedText(captured.pairs));
      expect(receiveForm(request, rules)).toContainEqual(['From', victim]);
      expect(() => receive(request)).toThrow(MalformedRequestError);
    });

    test('so what they typed is refused as well; with a blank before it, it is a text', () => {
      expect(() => receive(captured)).toThrow(MalformedRequestError);
      const harmless = `hi from ${victim} and From: ${victim}, From 0812`;
      expect(contentOf(name, { Body: harmless })).toEqual({ kind: 'text', text: harmless });
    });
  });

  test('a message id that somebody typed does not make their message a new one', () => {
    refused('inbound-sms-text', { Body: `xMessageSidSM${'9'.repeat(32)}Nx` });
  });

  // Each source is one captured request; its sorted text is cut anew at random places.
  test.each(posted.filter((name) => !name.includes('retry') && !name.includes('fallback')))(
    'the text of %s cut anew is refused, or it is the same message',
    (name) => {
      const { request } = webhook(name);
      const text = sortedText(Object.entries(request.params));
      const genuine = receive({
        body: Buffer.from(request.rawBody),
        originalUrl: pathOf(request.url),
        signature: request.headers['X-Twilio-Signature'],
      });
      let passed = 0;
      let verified = 0;
      fc.assert(
        fc.property(fc.integer(), (seed) => {
          const pairs = cutAnew(text, Object.keys(request.params), randomFrom(seed));
          expect(sortedText(pairs)).toBe(text);
          const body = Buffer.from(encode(pairs));
          try {
            const again = receive({
              body,
              originalUrl: pathOf(request.url),
              signature: request.headers['X-Twilio-Signature'],
            });
            passed += 1;
            verified += 1;
            const { messageId, channel, address, phone } = again;
            expect({ messageId, channel, address, phone }).toEqual({
              messageId: genuine.messageId,
              channel: genuine.channel,
              address: genuine.address,
              phone: genuine.phone,
            });
          } catch (error) {
            if (error instanceof MalformedRequestError) verified += 1;
            else if (!(error instanceof ForgedRequestError)) throw error;
          }
        }),
        { numRuns: 1000 },
      );
      // Most cuts must reach the shape, or this proves nothing; some are harmless and pass.
      expect(verified).toBeGreaterThan(900);
      expect(passed).toBeGreaterThan(0);
    },
  );
});

/** Splits `text` into increasing keys and their values: mostly at true keys, some left out, some moved, some invented. */
function cutAnew(text: string, keys: readonly string[], random: () => number): Pair[] {
  const sorted = keys.toSorted();
  const starts = new Map<number, string>();
  for (const key of sorted) starts.set(text.indexOf(key, [...starts.keys()].at(-1) ?? 0), key);
  const pairs: [key: string, value: string][] = [];
  let before = 0;
  const cutAt = (at: number, key: string) => {
    const last = pairs.at(-1);
    // Only increasing keys give the same text again when they are sorted.
    if (key === '' || (last !== undefined && last[0] >= key)) return;
    if (last !== undefined) last[1] = text.slice(before + last[0].length, at);
    before = at;
    pairs.push([key, text.slice(at + key.length)]);
  };
  for (let at = 0; at < text.length; at += 1) {
    const end = before + (pairs.at(-1)?.[0].length ?? 0);
    if (at < end) continue;
    const key = starts.get(at);
    if (key !== undefined && (at === 0 || random() >= 0.05)) {
      const moved = random() < 0.05 ? Math.floor(random() * 12) - 6 : 0;
      cutAt(at, text.slice(at, at + Math.max(1, key.length + moved)));
    } else if (/[A-Z]/.test(text[at] ?? '') && random() < 0.05) {
      cutAt(at, text.slice(at, at + 1 + Math.floor(random() * 12)));
    }
  }
  return pairs;
}

/** mulberry32: even over its range, where fast-check prefers the ends of one */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
