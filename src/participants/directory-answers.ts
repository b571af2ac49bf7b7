// What the insurer's directory may answer, parsed into the words of the port. The contract is docs/directory.openapi.json.
import { z } from 'zod';
import type { ContactVerdict, Participant, PinVerdict } from '#src/conversation/ports.ts';

const untold = <Shape extends z.ZodType>(shape: Shape) => shape.nullish().transform((value) => value ?? null);
const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const shown = z.string().max(200);
const dotSegments = ['.', '..'];

/** Opaque, but it has to survive as one segment of a path: a URL swallows `.` and `..` even when they are encoded. */
export const ParticipantId = z
  .string()
  .min(1)
  .max(128)
  .refine((id) => id.isWellFormed() && !dotSegments.includes(id));

export const ParticipantAnswer: z.ZodType<Participant> = z.object({
  participantId: ParticipantId,
  name: shown.min(1),
  segment: shown,
  membershipStatus: shown,
  // An old address may be anything, else nobody could correct it; control characters would reach a mail header.
  email: untold(
    z
      .string()
      .max(320)
      .regex(/^\P{Cc}+$/u),
  ),
  mobileNumber: untold(z.string().regex(/^\+[1-9]\d{6,14}$/)),
  pinSet: untold(z.boolean()),
  pinAttemptsLeft: untold(z.int().nonnegative()),
});

export const NotFoundAnswer = z.object({ code: z.literal('not_found') }).transform(() => null);

export const PinAnswer: z.ZodType<PinVerdict> = z.discriminatedUnion('result', [
  z.object({ result: z.literal('ok') }),
  z.object({ result: z.literal('wrong'), attemptsLeft: z.int().nonnegative() }),
  z.object({ result: z.literal('locked'), until: moment }),
  z.object({ result: z.literal('not_set') }).transform(() => ({ result: 'notSet' as const })),
]);

export const ChangedAnswer: z.ZodType<ContactVerdict> = z
  .object({ changedAt: moment })
  .transform(({ changedAt }) => ({ result: 'changed', changedAt }));

export const ConflictAnswer: z.ZodType<ContactVerdict> = z
  .object({ code: z.enum(['value_in_use', 'stale']) })
  .transform(({ code }) => ({ result: code === 'stale' ? 'stale' : 'valueInUse' }));

export const InvalidAnswer: z.ZodType<ContactVerdict> = z
  .object({ code: z.literal('invalid') })
  .transform(() => ({ result: 'invalid' }));
