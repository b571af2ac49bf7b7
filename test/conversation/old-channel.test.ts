// req:A2 req:A16 When a message itself is the leg of the old channel: every sender, registered number and policy there is.
import { describe, expect, test } from 'vitest';
import { createOldChannel } from '#src/conversation/actors/old-channel.ts';
import type { NumberRisk, Participant, Sender } from '#src/conversation/ports.ts';

const own = '+6281200000011';
const registered = { own, other: '+6281200000022', none: null } as const;
const senders = {
  'WhatsApp from the number': { channel: 'whatsapp', address: `whatsapp:${own}`, phone: own },
  'SMS from the number': { channel: 'sms', address: own, phone: own },
  // A user id of WhatsApp names nobody's number, whatever it looks like.
  'WhatsApp by user id': { channel: 'whatsapp', address: 'whatsapp:ID.6281200000011', phone: null },
} as const;

const participantWith = (mobileNumber: string | null): Participant => ({
  participantId: 'P-0011',
  name: 'Siti Aminah',
  segment: 'PBPU',
  membershipStatus: 'active',
  email: 'siti.aminah@example.com',
  mobileNumber,
  pinSet: true,
  pinAttemptsLeft: 5,
});
const unused: NumberRisk = { of: () => Promise.reject(new Error('nobody asked')) };

const cells = Object.entries(senders).flatMap(([from, sender]) =>
  Object.entries(registered).flatMap(([number, mobileNumber]) =>
    (['trust', 'page'] as const).flatMap((smsFrom) =>
      [true, false].map((onPage) => ({ from, sender, number, mobileNumber, smsFrom, onPage })),
    ),
  ),
);

/** The whole rule, as a list of the cells in which a message counts as the owner's. */
const owners = new Set([
  'WhatsApp from the number / own / trust / page',
  'WhatsApp from the number / own / trust / chat',
  'WhatsApp from the number / own / page / page',
  'WhatsApp from the number / own / page / chat',
  'SMS from the number / own / trust / page',
  'SMS from the number / own / trust / chat',
  'SMS from the number / own / page / page',
]);

test.each(cells)('$from, registered $number, proof.smsFrom=$smsFrom, on the page: $onPage', (cell) => {
  const { from, sender, number, mobileNumber, smsFrom, onPage } = cell;
  const oldChannel = createOldChannel({ numberRisk: unused, proof: { smsFrom }, onFailure: () => {} });
  const message: Sender = { ...sender, conversation: 'c-1', language: 'id' };
  const isOwners = oldChannel.isOwners({ sender: message, participant: participantWith(mobileNumber), onPage });
  expect(isOwners).toBe(owners.has(`${from} / ${number} / ${smsFrom} / ${onPage ? 'page' : 'chat'}`));
});

describe('a registered number', () => {
  const trusted = (numberRisk: NumberRisk, mobileNumber: string | null, heard: unknown[] = []) =>
    createOldChannel({
      numberRisk,
      proof: { smsFrom: 'trust' },
      onFailure: (_, error) => heard.push(error),
    }).isTrusted(participantWith(mobileNumber), new AbortController().signal);

  test.each([
    ['low', true],
    ['unknown', true],
    ['high', false],
  ] as const)('of %s risk vouches for its owner: %s', async (risk, isTrusted) => {
    expect(await trusted({ of: async () => risk }, own)).toBe(isTrusted);
  });

  test('that is none vouches for nobody, and is not asked about', async () => {
    expect(await trusted(unused, null)).toBe(false);
  });

  test('of which nobody can tell the risk vouches, and somebody hears of it', async () => {
    const heard: unknown[] = [];
    expect(await trusted(unused, own, heard)).toBe(true);
    expect(heard).toHaveLength(1);
  });
});
