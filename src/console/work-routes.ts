// The work page and the commands of a case: what is read for it, and what a verdict looks like on it.
import { z } from 'zod';
import { canBeAccepted, canBeClaimed } from '#machines/case.machine.ts';
import { Resumable } from '#machines/events.ts';
import type { CaseDesk, CaseSummary, CaseView, QueueView } from '#src/conversation/desk-port.ts';
import type { MediaSource } from '#src/conversation/ports.ts';
import { may } from './access.ts';
import { type Revealed, revealFields } from './card.ts';
import { queueViews } from './case-list.ts';
import { type Answer, type CaseCommandName, caseCommands, Once, statusOf } from './commands.ts';
import type { Rejected } from './composer.ts';
import { type Ask, asks, workUrl } from './paths.ts';
import type { Outcome, Screen } from './screen.ts';
import { startPage } from './start-page.ts';
import type { Visit } from './visit.ts';
import { labelOf, type Words } from './words/words.ts';
import { workPage } from './work-page.ts';

const Query = z.object({
  view: z.enum(queueViews).optional().catch(undefined),
  case: z.string().max(100).optional().catch(undefined),
  ask: z.enum(asks).optional().catch(undefined),
  step: Resumable.optional().catch(undefined),
  change: z.string().max(100).optional().catch(undefined),
  done: z.string().max(40).optional().catch(undefined),
});

/** Where the work page is, and what it shows once. */
interface At {
  view: QueueView;
  caseId: string | null;
  ask?: Ask | null;
  step?: Resumable | null;
  changeId?: string | null;
  outcome?: Outcome | null;
  rejected?: Rejected | null;
  revealed?: Revealed | null;
  /** the agent has just got the word */
  isNew?: boolean;
  status?: number;
}

/** After these the next thing is an answer to the participant. */
const givesWord = ['claim', 'accept', 'takeOver', 'takeBack'];
/** After these the case is no longer in front of the agent. */
const letsGo = ['decline', 'dispose', 'transfer', 'close', 'assign'];

const canTake = (state: CaseSummary['state']) => canBeClaimed(state) || canBeAccepted(state);

const done = (words: Words, name: string | undefined): Outcome | null =>
  name === undefined || !Object.hasOwn(words.done, name) ? null : { text: labelOf(words.done, name), isRefusal: false };

export function createWork(desk: CaseDesk, source: MediaSource) {
  async function show(visit: Visit, at: At): Promise<void> {
    const { screen, response } = visit;
    const { agentId } = screen.agent;
    const isRefresh = visit.request.get('x-refresh') !== undefined;
    const isListOnly = visit.request.get('x-refresh') === 'list';
    const [cases, counts, chosen] = await Promise.all([
      desk.list(agentId, at.view),
      desk.counts(agentId),
      // Every reading is in the audit: what only wants the list reads no case.
      at.caseId === null || isListOnly ? null : desk.read(agentId, at.caseId),
    ]);
    const [canned, colleagues, preview] = await Promise.all([
      chosen?.mayWrite === true ? desk.canned(chosen.language) : [],
      chosen !== null && may(screen.agent.role, 'transfer') ? desk.agents(agentId) : [],
      chosen !== null && at.ask === 'return' && at.step ? previewOf(agentId, chosen, at.step) : null,
    ]);
    const offered =
      chosen === null ? (cases.find(({ caseId, state }) => caseId === at.caseId && canTake(state)) ?? null) : null;
    const isRefused = at.caseId !== null && chosen === null && offered === null && !isListOnly;
    const outcome =
      at.outcome ??
      (isRefused
        ? { text: isRefresh ? screen.words.refused.gone : screen.words.refused.forbidden, isRefusal: true }
        : null);
    // A form that was filled in wrongly says nothing about somebody else's case.
    const status = isRefused && (at.status === undefined || at.status === 422) ? 403 : (at.status ?? 200);
    response.status(status).send(
      workPage(screen, {
        list: { view: at.view, cases, counts, chosenId: isRefused ? null : at.caseId },
        chosen,
        offered,
        acting: { view: at.view, colleagues, ask: at.ask ?? null, preview, changeId: at.changeId ?? null },
        writing: { canned, rejected: at.rejected ?? null, isNew: at.isNew ?? false },
        revealed: at.revealed ?? null,
        outcome,
      }).toString(),
    );
  }

  async function previewOf(agentId: string, { caseId }: CaseView, wanted: Resumable) {
    const preview = await desk.previewReturn(agentId, caseId, wanted);
    return preview === null ? null : { wanted, ...preview };
  }

  async function showStart(
    visit: Visit,
    caseId: string | null,
    once: { word?: { word: string; expiresAt: Date }; contacts?: CaseView['contacts']; outcome?: Outcome | null } = {},
    status = 200,
  ): Promise<void> {
    const { screen, response } = visit;
    const prepared = caseId === null ? null : await desk.read(screen.agent.agentId, caseId);
    const isRefused = caseId !== null && prepared === null;
    const outcome = once.outcome ?? (isRefused ? { text: screen.words.refused.forbidden, isRefusal: true } : null);
    response.status(isRefused ? 403 : status).send(
      startPage(screen, {
        prepared,
        word: once.word ?? null,
        contacts: once.contacts ?? (prepared !== null && prepared.contacts.length > 0 ? prepared.contacts : null),
        outcome,
      }).toString(),
    );
  }

  const defaultView = ({ screen }: Visit): QueueView => (screen.agent.role === 'auditor' ? 'all' : 'queue');
  const viewOf = (visit: Visit, fallback: QueueView): QueueView =>
    z.enum(queueViews).catch(fallback).parse(visit.request.body?.view);
  const caseIdOf = (visit: Visit) => String(visit.request.params.caseId);

  return {
    page: (visit: Visit) => {
      const query = Query.parse(visit.request.query);
      return show(visit, {
        view: query.view ?? defaultView(visit),
        caseId: query.case ?? null,
        ask: query.ask ?? null,
        step: query.step ?? null,
        changeId: query.change ?? null,
        outcome: done(visit.screen.words, query.done),
        isNew: query.done !== undefined && givesWord.includes(query.done),
      });
    },

    /** What was typed is in no address: a case word is a key for ten minutes. */
    async find(visit: Visit) {
      const text = z.string().max(60).catch('').parse(visit.request.body.text);
      const found = text.trim() === '' ? null : await desk.find(visit.screen.agent.agentId, text);
      if (found !== null) return visit.response.redirect(303, workUrl(found));
      const outcome = { text: visit.screen.words.refused.notFound, isRefusal: true };
      await show(visit, { view: viewOf(visit, defaultView(visit)), caseId: null, outcome, status: 422 });
    },

    startPage: (visit: Visit) => {
      const query = Query.parse(visit.request.query);
      return showStart(visit, query.case ?? null, { outcome: done(visit.screen.words, query.done) });
    },

    async start(visit: Visit) {
      const { agentId } = visit.screen.agent;
      const form = Once.extend({ reason: z.string().regex(/^\w{1,40}$/) }).safeParse(visit.request.body);
      if (!form.success) return invalid(visit, null);
      const { reason, key } = form.data;
      const answer = await desk.draft({ agentId, reason, idempotencyKey: key });
      if (answer.result !== 'done') {
        const outcome = refusalOf(answer, visit.screen);
        return showStart(visit, null, { outcome }, statusOf(answer));
      }
      visit.response.redirect(
        303,
        `/console/start?${new URLSearchParams({ case: answer.case.caseId, done: 'start' })}`,
      );
    },

    /** One command of a case, by its form. */
    command: (name: CaseCommandName) => async (visit: Visit) => {
      const { screen, request, response } = visit;
      const { agentId, team } = screen.agent;
      const caseId = caseIdOf(visit);
      const body: unknown = request.body;
      const once = Once.safeParse(body);
      const form = caseCommands[name].form.safeParse(body);
      if (!once.success || !form.success) return invalid(visit, caseId, name);
      const { version, key } = once.data;
      const answer = await caseCommands[name].run(desk, { agentId, team, caseId, version, idempotencyKey: key }, body);
      if (isOfStart(name)) {
        const outcome = answer.result === 'done' ? done(screen.words, name) : refusalOf(answer, screen);
        return showStart(visit, caseId, { ...shownOnce(answer), outcome }, statusOf(answer));
      }
      if (answer.result === 'done') {
        const view = givesWord.includes(name) ? 'mine' : viewOf(visit, 'mine');
        return response.redirect(303, workUrl({ view, caseId: letsGo.includes(name) ? null : caseId, done: name }));
      }
      const text = typeof request.body.text === 'string' ? request.body.text : '';
      await show(visit, {
        view: viewOf(visit, 'mine'),
        caseId,
        outcome: refusalOf(answer, screen),
        rejected: { command: name, text, problems: answer.result === 'linted' ? answer.problems : [] },
        status: statusOf(answer),
      });
    },

    /** Typed so far. @returns that it is kept, and what it would cost by SMS, as a sentence */
    async draft(visit: Visit) {
      const form = Once.extend({ text: z.string().max(4000) }).safeParse(visit.request.body);
      if (!form.success) return void visit.response.sendStatus(422);
      const { text, version, key } = form.data;
      const { agentId } = visit.screen.agent;
      const command = { agentId, caseId: caseIdOf(visit), version, idempotencyKey: key };
      const result = await desk.saveDraft({ ...command, text: text.replaceAll('\r\n', '\n') });
      if (result !== 'saved') return void visit.response.sendStatus(403);
      const { words } = visit.screen;
      const { segments, costly } = await desk.lint(agentId, command.caseId, text);
      const hints = [
        words.draftSaved,
        segments === null ? '' : `${segments} ${words.segments}`,
        costly === null ? '' : `${words.costly} ${costly}`,
      ];
      visit.response.type('text').send(hints.filter((hint) => hint !== '').join(' · '));
    },

    /** The value is in this one answer, and in nothing that is fetched later. */
    async reveal(visit: Visit) {
      const Form = z.object({ field: z.enum(revealFields), reason: z.string().trim().min(3).max(200) });
      const form = Form.safeParse(visit.request.body);
      const caseId = caseIdOf(visit);
      if (!form.success) return invalid(visit, caseId);
      const answer = await desk.reveal({ agentId: visit.screen.agent.agentId, caseId, ...form.data });
      const view = viewOf(visit, 'mine');
      if (typeof answer !== 'string') {
        return show(visit, { view, caseId, revealed: { field: form.data.field, value: answer.value } });
      }
      const outcome = { text: visit.screen.words.refused[answer], isRefusal: true };
      const status = { limited: 429, forbidden: 403, absent: 404 }[answer];
      await show(visit, { view, caseId: answer === 'limited' ? caseId : null, outcome, status });
    },

    async media(visit: Visit) {
      const Form = z.object({
        messageId: z.string().max(100),
        index: z.coerce.number().int().min(0).max(20),
        reason: z.string().trim().min(3).max(200),
      });
      const form = Form.safeParse(visit.request.body);
      const caseId = caseIdOf(visit);
      if (!form.success) return invalid(visit, caseId);
      const refuse = (text: string, status: number) =>
        show(visit, { view: viewOf(visit, 'mine'), caseId, outcome: { text, isRefusal: true }, status });
      const { refused } = visit.screen.words;
      // The right is checked and the audit is written before anything is asked for.
      const kept = await desk.media({ agentId: visit.screen.agent.agentId, caseId, ...form.data });
      if (kept === null) return refuse(refused.forbidden, 403);
      const media = await source.fetch(kept.url);
      if (media.result === 'gone') return refuse(refused.mediaGone, 410);
      if (media.result === 'refused') return refuse(refused.mediaRefused, 422);
      sendAttachment(visit.response, media, form.data.index);
    },
  };

  async function invalid(visit: Visit, caseId: string | null, name?: CaseCommandName): Promise<void> {
    const { words } = visit.screen;
    const outcome = { text: words.refused.invalid, isRefusal: true };
    if (caseId === null || (name !== undefined && isOfStart(name))) return showStart(visit, caseId, { outcome }, 422);
    await show(visit, { view: viewOf(visit, 'mine'), caseId, outcome, status: 422 });
  }
}

/** Saved by the browser and never shown by it: whatever is in it has no origin, and runs nothing. */
function sendAttachment(
  response: Visit['response'],
  { contentType, bytes }: { contentType: string; bytes: Buffer },
  index: number,
): void {
  response
    .status(200)
    .set({
      'content-type': contentType,
      'content-disposition': `attachment; filename="lampiran-${index + 1}.${contentType.split('/')[1]}"`,
      'content-security-policy': "default-src 'none'; sandbox",
    })
    .end(bytes);
}

const isOfStart = (name: CaseCommandName) => name === 'newWord' || name === 'findToInvite' || name === 'invite';

function shownOnce(answer: Answer) {
  if (answer.result !== 'done') return {};
  const { word, expiresAt, contacts } = answer;
  return {
    ...(word !== undefined && expiresAt !== undefined ? { word: { word, expiresAt } } : {}),
    ...(contacts === undefined ? {} : { contacts }),
  };
}

/** A refusal in a sentence; who was quicker is named. */
export function refusalOf(answer: Exclude<Answer, { result: 'done' }>, { words, agent }: Screen): Outcome {
  const { refused } = words;
  const text = () => {
    switch (answer.result) {
      case 'conflict':
        return answer.takenBy === null || answer.takenBy === agent.name
          ? refused.changed
          : `${refused.takenBy} ${answer.takenBy}.`;
      case 'illegal':
        return `${refused.illegal} ${words.states[answer.state]}.`;
      case 'full':
        return `${refused.full} ${answer.max}.`;
      case 'invalid':
        return `${refused.invalid} ${labelOf(words.invalidWhy, answer.why)}`;
      case 'forbidden':
      case 'absent':
      case 'windowClosed':
      case 'linted':
        return refused[answer.result];
    }
  };
  return { text: text(), isRefusal: true };
}
