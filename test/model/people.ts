// Who takes part in the model of the rule of change: owners, and people who know too much of them.
import type { Field, NumberKind } from '#machines/vocabulary.ts';
import type { Participant } from '#src/conversation/ports.ts';

export interface Registered {
  participant: Participant;
  kind: NumberKind;
  number: string;
  birthDate: string;
  pin: string;
}

const registered = (id: number, contacts: Pick<Participant, 'email' | 'mobileNumber'>): Registered => ({
  participant: {
    participantId: `P-${id}`,
    name: `Peserta ${id}`,
    segment: 'PBPU',
    membershipStatus: 'active',
    pinSet: true,
    pinAttemptsLeft: 5,
    ...contacts,
  },
  kind: 'nik',
  number: `990101450685000${id}`,
  birthDate: '1985-06-05',
  pin: `13579${id}`,
});

/** Siti owns what everybody is after; Budi has no mailbox, and his record is also the thief's own; Agus has nothing. */
export const people = [
  registered(0, { email: 'siti@example.com', mobileNumber: '+6281200000011' }),
  registered(1, { email: null, mobileNumber: '+6281200000022' }),
  registered(2, { email: null, mobileNumber: null }),
] as const;

export interface Persona {
  name: string;
  channel: 'whatsapp' | 'sms';
  address: string;
  phone: string | null;
  /** whose PINs they know, by index into `people` */
  pins: readonly number[];
  /** the mailboxes and phones that they read */
  reads: readonly string[];
  /** what they would like to have registered */
  wants: Record<Field, readonly string[]>;
  /** They see the replies, and so the links in them; who forges a sender does not. */
  seesReplies: boolean;
}

const siti = {
  pins: [0],
  reads: ['siti@example.com', '+6281200000011', 'siti.baru@example.com', '+6281200000099'],
  wants: { email: ['siti.baru@example.com', 'siti@example.com'], mobileNumber: ['+6281200000099', '+6281200000011'] },
  seesReplies: true,
};
const thief = {
  // Budi's record is the thief's own, so that identities can be crossed.
  pins: [0, 1, 2],
  reads: ['thief@example.com', '+6281300000666', '+6281200000022'],
  wants: { email: ['thief@example.com', 'siti@example.com'], mobileNumber: ['+6281300000666', '+6281200000011'] },
  seesReplies: true,
};

export const personas: readonly Persona[] = [
  { ...siti, name: 'owner', channel: 'whatsapp', address: 'whatsapp:+6281200000011', phone: '+6281200000011' },
  { ...siti, name: 'ownerBySms', channel: 'sms', address: '+6281200000011', phone: '+6281200000011' },
  { ...siti, name: 'ownerElsewhere', channel: 'whatsapp', address: 'whatsapp:+6281200000098', phone: '+6281200000098' },
  { ...thief, name: 'thief', channel: 'whatsapp', address: 'whatsapp:+6281300000666', phone: '+6281300000666' },
  { ...thief, name: 'thiefAsBudi', channel: 'whatsapp', address: 'whatsapp:+6281200000022', phone: '+6281200000022' },
  { ...thief, name: 'thiefWithoutNumber', channel: 'whatsapp', address: 'whatsapp:ID.abcdef0123', phone: null },
  {
    ...thief,
    name: 'guesser',
    channel: 'sms',
    address: '+6281300000777',
    phone: '+6281300000777',
    pins: [],
    reads: ['guesser@example.com', '+6281300000777'],
    wants: { email: ['guesser@example.com'], mobileNumber: ['+6281300000777'] },
  },
  // Writes under the owner's number, knows the PIN, and reads nothing that is sent there.
  {
    ...thief,
    name: 'forger',
    channel: 'sms',
    address: '+6281200000011',
    phone: '+6281200000011',
    seesReplies: false,
  },
];
