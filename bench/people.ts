// Participants without end, each with a phone, and their messages as Twilio signs and sends them.
import type { Participant } from '#src/conversation/ports.ts';
import type { ServedDirectory } from '#src/simulator/directory-server.ts';
import { inboundParams } from '#src/simulator/twilio-inbound.ts';
import { sign } from '#src/simulator/twilio-wire.ts';

export const account = {
  accountSid: 'AC00000000000000000000000000000001',
  authToken: 'the-token-of-the-benchmark',
  whatsappFrom: 'whatsapp:+6281190000165',
  smsFrom: '+6281190000165',
};

/** As in production: no port, which the check of the signature would try first without. */
export const publicUrl = 'https://bot.example.com';
const path = '/webhooks/twilio/messaging';

/** From the mobile number that is registered for the `n`th participant. */
export const phoneOf = (n: number): string => `+62812${String(n).padStart(8, '0')}`;
export const nikOf = (n: number): string =>
  `9901${String(Math.floor(n / 10_000)).padStart(2, '0')}050685${String(n % 10_000).padStart(4, '0')}`;
export const birthDate = '05-06-1985';
export const newEmailOf = (n: number): string => `peserta.${n}@example.com`;
export const pin = '135790';

/** A whole HTTP request, ready to be written. */
export function requestOf(from: string, body: string): Buffer {
  const message = { webhookUrl: `${publicUrl}${path}`, from: `whatsapp:${from}`, to: account.whatsappFrom, body };
  const params = inboundParams(message, {
    accountSid: account.accountSid,
    apiUrl: 'https://api.twilio.com',
    optOutType: null,
  });
  const form = new URLSearchParams(params).toString();
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: bot.example.com',
    'User-Agent: TwilioProxy/1.1',
    'Accept: */*',
    'Content-Type: application/x-www-form-urlencoded; charset=UTF-8',
    `X-Twilio-Signature: ${sign(account.authToken, message.webhookUrl, params)}`,
    `Content-Length: ${Buffer.byteLength(form)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${form}`);
}

/** Knows everybody by their NIK, and takes every change. */
export function createEndlessDirectory(): ServedDirectory {
  const emails = new Map<string, string>();
  const participant = (participantId: string): Participant => {
    const nik = participantId.slice(1);
    const n = Number(nik.slice(4, 6)) * 10_000 + Number(nik.slice(12));
    return {
      participantId,
      name: `Peserta ${n}`,
      segment: 'PBPU',
      membershipStatus: 'active',
      email: emails.get(participantId) ?? `lama.${n}@example.com`,
      mobileNumber: phoneOf(n),
      pinSet: true,
      pinAttemptsLeft: 5,
    };
  };
  return {
    identify: async ({ number }) => participant(`P${number}`),
    read: async (participantId) => participant(participantId),
    knows: async () => true,
    verifyPin: async () => ({ result: 'ok' }),
    async changeContact({ participantId, value }) {
      emails.set(participantId, value);
      return { result: 'changed', changedAt: new Date() };
    },
  };
}
