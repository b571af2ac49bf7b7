import { createTransport } from 'nodemailer';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type MailReceiver, type ReceivedMail, startMailReceiver } from '#src/simulator/embedded/mail.ts';

let receiver: MailReceiver;
beforeEach(async () => {
  receiver = await startMailReceiver();
});
afterEach(() => receiver.close());

const mail = { from: 'Ubah Data <data@example.id>', to: 'siti.aminah@example.com', subject: 'Kode', text: 'Halo' };

function send(changed: object = {}, waitMs = 5_000) {
  const transport = createTransport(`${receiver.url}?socketTimeout=${waitMs}`);
  return transport.sendMail({ ...mail, ...changed }).finally(() => transport.close());
}

test('a mail arrives with its sender, recipient, subject and text as they were written', async () => {
  await send({ subject: 'Perubahan — selesai', text: 'Kode Anda: 123456\n\nJangan bagikan — kepada siapa pun.\n' });
  expect(receiver.mails()).toEqual([
    {
      id: expect.any(String),
      to: 'siti.aminah@example.com',
      from: 'data@example.id',
      subject: 'Perubahan — selesai',
      text: 'Kode Anda: 123456\n\nJangan bagikan — kepada siapa pun.\n',
      messageId: expect.stringMatching(/^<.+@.+>$/),
      at: expect.any(Number),
    },
  ]);
});

test('a mail to two people is one mail for each, hidden recipients included', async () => {
  await send({ to: 'a@example.com', bcc: 'b@example.com' });
  expect(receiver.mails().map(({ to }) => to)).toEqual(['a@example.com', 'b@example.com']);
});

test('whoever listens hears of each mail until they stop', async () => {
  const heard: ReceivedMail[] = [];
  const stop = receiver.onMail((received) => heard.push(received));
  await send();
  stop();
  await send();
  expect(heard).toEqual(receiver.mails().slice(0, 1));
});

test('a rejected recipient is refused with 550, the others are not', async () => {
  receiver.fail('reject', 'a@example.com');
  await expect(send({ to: 'a@example.com' })).rejects.toMatchObject({ code: 'EENVELOPE', responseCode: 550 });
  const { rejected } = await send({ to: 'a@example.com, b@example.com' });
  expect(rejected).toEqual(['a@example.com']);
  expect(receiver.mails().map(({ to }) => to)).toEqual(['b@example.com']);
});

test('a deferred mail is refused with 451 until the fault is over', async () => {
  receiver.fail('defer');
  await expect(send()).rejects.toMatchObject({ code: 'EMESSAGE', responseCode: 451 });
  receiver.fail(null);
  await send();
  expect(receiver.mails()).toHaveLength(1);
});

test('a hanging receiver never answers', async () => {
  receiver.fail('hang');
  await expect(send({}, 300)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  expect(receiver.mails()).toEqual([]);
});

test('a port that is taken is an error', async () => {
  const port = Number(new URL(receiver.url).port);
  await expect(startMailReceiver({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
