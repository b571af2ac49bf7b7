// The statechart as a graph: every waiting state is reached and asks something, and every busy one has a way on.
import { expect, test } from 'vitest';
import { transition } from 'xstate';
import { conversationMachine } from '#machines/conversation.machine.ts';
import { promptKeys } from '#machines/copy/keys.ts';
import type { ConversationSnapshot } from '#machines/stored.ts';
import { allEvents, entries, leavesOf, outcomes, participantEvents, pathOf, start } from './support.ts';

/** What decides where an event leads; notices, counters and moments do not. */
const kindOf = (snapshot: ConversationSnapshot) => {
  const { candidate, participantId, field, newValue, suggestion, challengeId, changeId, caseRef } = snapshot.context;
  const has = [candidate, participantId, newValue, suggestion, challengeId, changeId, caseRef].map(
    (one) => +(one !== null),
  );
  return `${pathOf(snapshot.value)} ${field} ${has.join('')}`;
};

interface Reached {
  snapshot: ConversationSnapshot;
  ways: Map<string, Set<string>>;
}

/** Each message begins its turn, which tells the machine what was asked. */
function after(snapshot: ConversationSnapshot, event: (typeof allEvents)[number]): ConversationSnapshot {
  if (snapshot.hasTag('busy')) return transition(conversationMachine, snapshot, event)[0];
  const [meta] = Object.values(snapshot.getMeta());
  if (meta === undefined) throw new Error(`${pathOf(snapshot.value)} asks nothing`);
  const began = { type: 'turn.began', at: 1, turnId: 't-1', asked: meta.prompt } as const;
  return transition(conversationMachine, transition(conversationMachine, snapshot, began)[0], event)[0];
}

const isPossible = (snapshot: ConversationSnapshot, event: (typeof allEvents)[number]) =>
  snapshot.hasTag('busy')
    ? (outcomes as typeof allEvents).includes(event) || event.type === 'turn.ranOut'
    : [...participantEvents, ...entries].includes(event);

function explore() {
  const reached = new Map<string, Reached>();
  const queue = [start()];
  reached.set(kindOf(start()), { snapshot: start(), ways: new Map() });
  for (let snapshot = queue.shift(); snapshot !== undefined; snapshot = queue.shift()) {
    const ways = reached.get(kindOf(snapshot))?.ways;
    for (const event of allEvents.filter((one) => isPossible(snapshot as ConversationSnapshot, one))) {
      const next = after(snapshot, event);
      // A busy state hears only what its own actor can answer.
      if (snapshot.hasTag('busy') && kindOf(next) === kindOf(snapshot)) continue;
      const kind = kindOf(next);
      ways?.set(event.type, (ways.get(event.type) ?? new Set()).add(kind));
      if (!reached.has(kind)) {
        reached.set(kind, { snapshot: next, ways: new Map() });
        queue.push(next);
      }
    }
  }
  return reached;
}

const reached = explore();
const statesReached = new Set([...reached.values()].map(({ snapshot }) => pathOf(snapshot.value)));

test('every state that rests or works is reached by messages alone', () => {
  const named = leavesOf()
    .filter((node) => node.tags.length > 0)
    .map((node) => node.path.join('.'));
  expect(named.filter((path) => !statesReached.has(path))).toEqual([]);
});

test('no event leads into an error', () => {
  expect([...reached.values()].filter(({ snapshot }) => snapshot.status !== 'active')).toEqual([]);
});

test('every state is either waiting with a prompt, busy with an actor, or passed through', () => {
  for (const node of leavesOf()) {
    const path = node.path.join('.');
    const isWaiting = node.tags.includes('waiting');
    const isBusy = node.tags.includes('busy');
    expect([path, isWaiting && isBusy]).toEqual([path, false]);
    if (isWaiting) expect(promptKeys, path).toContain(node.meta?.prompt);
    if (isBusy) expect(node.invoke, path).toHaveLength(1);
    if (!isWaiting && !isBusy) expect(node.always?.length ?? 0, path).toBeGreaterThan(0);
  }
});

test('every prompt is asked by a state', () => {
  const asked = leavesOf().map((node) => node.meta?.prompt);
  expect(promptKeys.filter((prompt) => !asked.includes(prompt))).toEqual([]);
});

test('every busy state rests when its time runs out and when the world fails', () => {
  for (const { snapshot } of [...reached.values()].filter((one) => one.snapshot.hasTag('busy'))) {
    for (const type of ['turn.ranOut', 'world.failed'] as const) {
      const [next] = transition(conversationMachine, snapshot, { type });
      expect([pathOf(snapshot.value), type, next.hasTag('waiting')]).toEqual([pathOf(snapshot.value), type, true]);
    }
  }
});

test('no state uses a timer of the machine: xstate does not set it again after a restore', () => {
  expect(leavesOf().filter((node) => node.after.length > 0)).toEqual([]);
});

test('from every waiting state at most six inputs lead to a saved or held change, or to a case', () => {
  const isEnd = (type: string) => ['change.applied', 'change.held', 'case.opened'].includes(type);
  for (const [kind, { snapshot }] of reached) {
    if (!snapshot.hasTag('waiting')) continue;
    let frontier = [kind];
    const seen = new Set(frontier);
    let inputs = 0;
    let isFree = false;
    while (!isFree && inputs <= 6 && frontier.length > 0) {
      const next: string[] = [];
      // What the world answers is no input: followed at once.
      for (const at of frontier) {
        const here = reached.get(at);
        for (const [type, kinds] of here?.ways ?? []) {
          isFree ||= isEnd(type) || (here?.snapshot.hasTag('human') ?? false);
          for (const one of kinds) if (!seen.has(one) && seen.add(one)) next.push(one);
        }
      }
      const busy = next.filter((one) => reached.get(one)?.snapshot.hasTag('busy'));
      for (const at of busy)
        for (const [type, kinds] of reached.get(at)?.ways ?? []) {
          isFree ||= isEnd(type);
          for (const one of kinds) if (!seen.has(one) && seen.add(one)) next.push(one);
        }
      frontier = next;
      inputs += 1;
    }
    expect([kind, isFree]).toEqual([kind, true]);
  }
});
