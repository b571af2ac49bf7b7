// The forms of a case: what each one must hold, and which command of the desk it becomes.
import { z } from 'zod';
import { Resumable } from '#machines/events.ts';
import type { CaseDesk, CaseView, Command, Verdict } from '#src/conversation/desk-port.ts';
import type { RouteName } from './access.ts';

/** Beside the verdict, what the next page shows once. */
export type Answer = Verdict<{
  word?: string;
  expiresAt?: Date;
  contacts?: CaseView['contacts'];
}>;

type ByAgent = Command & { team: string };

interface CaseCommand {
  /** of the form, beside version and key */
  form: z.ZodType;
  run(desk: CaseDesk, command: ByAgent, form: unknown): Promise<Answer>;
}

/** @param run  gets the form as its schema read it */
function command<Form>(
  form: z.ZodType<Form>,
  run: (desk: CaseDesk, command: ByAgent & Form) => Promise<Answer>,
): CaseCommand {
  return { form, run: (desk, base, fields) => run(desk, { ...form.parse(fields), ...base }) };
}

/** What every form of a case bears: the version it was drawn with, and its key. */
export const Once = z.object({ version: z.coerce.number().int().min(0), key: z.uuid() });

const Nothing = z.object({});
const text = (longest: number) =>
  z
    .string()
    .max(longest)
    .transform((typed) => typed.replaceAll('\r\n', '\n'));
const Text = z.object({ text: text(4000) });
const Reason = z.object({ reason: z.string().trim().min(3).max(200) });
const Step = z.object({ step: Resumable });

export const caseCommands = {
  claim: command(Nothing, (desk, form) => desk.claim(form)),
  accept: command(Nothing, (desk, form) => desk.accept(form)),
  decline: command(Nothing, (desk, form) => desk.decline(form)),
  reply: command(Text.extend({ sure: z.literal('yes').optional() }), (desk, { sure, ...form }) =>
    desk.send({ ...form, sure: sure === 'yes' }),
  ),
  template: command(Nothing, (desk, form) => desk.sendTemplate(form)),
  note: command(z.object({ text: text(2000).pipe(z.string().trim().min(1)) }), (desk, form) => desk.note(form)),
  transfer: command(Reason.extend({ to: z.string().max(200) }), (desk, { to, team, ...form }) =>
    desk.transfer({
      ...form,
      to: to === '' ? { team } : to.startsWith('team:') ? { team: to.slice(5) } : { agentId: to },
    }),
  ),
  park: command(
    z.object({
      minutes: z.union([z.literal('').transform(() => null), z.coerce.number().int().min(1).max(1440)]),
      tell: z.literal('yes').optional(),
    }),
    (desk, { minutes, tell, ...form }) => desk.park({ ...form, untilMinutes: minutes, tell: tell === 'yes' }),
  ),
  returnToBot: command(Step, (desk, form) => desk.returnToBot(form)),
  runStep: command(Step, (desk, form) => desk.runStep(form)),
  takeBack: command(Nothing, (desk, form) => desk.takeBack(form)),
  resolve: command(Nothing, (desk, form) => desk.resolve(form)),
  dispose: command(
    z.object({ code: z.string().regex(/^\w{1,40}$/), text: text(500) }),
    (desk, { text: note, ...form }) => desk.dispose({ ...form, note }),
  ),
  newWord: command(Nothing, (desk, form) => desk.newWord(form)),
  findToInvite: command(
    z.object({ number: z.string().regex(/^(\d{13}|\d{16})$/), birthDate: z.iso.date() }),
    (desk, form) => desk.findToInvite({ ...form, kind: form.number.length === 16 ? 'nik' : 'cardNumber' }),
  ),
  invite: command(z.object({ index: z.coerce.number().int().min(0).max(9) }), (desk, form) => desk.inviteContact(form)),
  takeOver: command(Nothing, (desk, form) => desk.takeOver(form)),
  assign: command(z.object({ to: z.string().min(1).max(200) }), (desk, form) => desk.assign(form)),
  prioritise: command(z.object({ priority: z.coerce.number().int().min(0).max(9) }), (desk, form) =>
    desk.prioritise(form),
  ),
  close: command(Reason.extend({ sure: z.literal('yes') }), (desk, { sure: _, ...form }) => desk.close(form)),
  liftLock: command(Reason, (desk, form) => desk.liftLock(form)),
  propose: command(Reason.extend({ changeId: z.uuid() }), (desk, form) => desk.proposeException(form)),
  approve: command(Reason.extend({ exceptionId: z.uuid() }), (desk, form) => desk.approveException(form)),
  restore: command(Reason.extend({ changeId: z.uuid() }), (desk, form) => desk.restore(form)),
} as const satisfies Partial<Record<RouteName, CaseCommand>>;

export type CaseCommandName = keyof typeof caseCommands;
export const caseCommandNames = Object.keys(caseCommands) as CaseCommandName[];

/** HTTP of a verdict, as `desk-port.ts` says. */
export const statusOf = ({ result }: Answer): number =>
  ({
    done: 200,
    conflict: 409,
    illegal: 409,
    full: 409,
    forbidden: 403,
    absent: 404,
    windowClosed: 409,
    linted: 422,
    invalid: 422,
  })[result];
