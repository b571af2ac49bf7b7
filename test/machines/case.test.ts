// req:G5 The table "Transitions: who may" of the hand-over, as written there.
import { describe, expect, test } from 'vitest';
import {
  type CaseEventType,
  type CaseHat,
  CaseState,
  caseMachine,
  controlIn,
  hasEnded,
  stepCase,
} from '#machines/case.machine.ts';

type Row = [from: CaseState, event: CaseEventType, who: CaseHat[], to: CaseState];

const table: Row[] = [
  ['queued', 'claim', ['colleague'], 'connected'],
  ['queued', 'leave', ['participant'], 'closed'],
  ['queued', 'queueMax', ['timer'], 'expired'],
  ['queued', 'hoursEnd', ['timer'], 'offline'],
  ['queued', 'optOut', ['participant'], 'closed'],
  ['review', 'claim', ['colleague'], 'connected'],
  ['review', 'ask', ['participant'], 'queued'],
  ['review', 'askLater', ['participant'], 'offline'],
  ['review', 'optOut', ['participant'], 'review'],
  ['review', 'reviewMax', ['timer'], 'expired'],
  ['offered', 'accept', ['target'], 'connected'],
  ['offered', 'decline', ['target'], 'queued'],
  ['offered', 'offerMax', ['timer'], 'queued'],
  ['offered', 'leave', ['participant'], 'closed'],
  ['connected', 'send', ['assignee'], 'connected'],
  ['connected', 'note', ['assignee', 'supervisor'], 'connected'],
  ['connected', 'transferToAgent', ['assignee', 'supervisor'], 'offered'],
  ['connected', 'transferToTeam', ['assignee', 'supervisor'], 'queued'],
  ['connected', 'park', ['assignee', 'timer'], 'parked'],
  ['connected', 'runStep', ['assignee'], 'assisted'],
  ['connected', 'return', ['assignee'], 'closed'],
  ['connected', 'resolve', ['assignee'], 'wrapUp'],
  ['connected', 'finish', ['participant'], 'wrapUp'],
  ['connected', 'loseAgent', ['system'], 'lost'],
  ['connected', 'release', ['system', 'timer'], 'queued'],
  ['lost', 'beat', ['assignee'], 'connected'],
  ['lost', 'grace', ['timer'], 'queued'],
  ['lost', 'release', ['system'], 'queued'],
  ['lost', 'finish', ['participant'], 'wrapUp'],
  ['parked', 'takeBack', ['assignee'], 'connected'],
  ['parked', 'note', ['assignee', 'supervisor'], 'parked'],
  ['parked', 'transferToAgent', ['assignee', 'supervisor'], 'offered'],
  ['parked', 'transferToTeam', ['assignee', 'supervisor'], 'queued'],
  ['parked', 'inbound', ['participant'], 'connected'],
  ['parked', 'inboundAway', ['participant'], 'queued'],
  ['parked', 'finish', ['participant'], 'wrapUp'],
  ['parked', 'release', ['system'], 'queued'],
  ['parked', 'parkMax', ['timer'], 'wrapUp'],
  ['assisted', 'note', ['assignee', 'supervisor'], 'assisted'],
  ['assisted', 'stepEnded', ['machine'], 'connected'],
  ['assisted', 'stepIdle', ['timer'], 'connected'],
  ['assisted', 'takeBack', ['assignee'], 'connected'],
  ['assisted', 'stepUnwatched', ['timer', 'system'], 'closed'],
  ['wrapUp', 'note', ['assignee', 'supervisor'], 'wrapUp'],
  ['wrapUp', 'dispose', ['assignee'], 'closed'],
  ['wrapUp', 'wrapMax', ['timer'], 'closed'],
  ['offline', 'hoursStart', ['timer'], 'queued'],
  ['offline', 'leave', ['participant'], 'closed'],
  ['drafted', 'invite', ['senior', 'supervisor'], 'invited'],
  ['drafted', 'note', ['assignee', 'supervisor'], 'drafted'],
  ['drafted', 'close', ['assignee', 'supervisor', 'system'], 'closed'],
  ['invited', 'invite', ['senior', 'supervisor'], 'invited'],
  ['invited', 'note', ['assignee', 'supervisor'], 'invited'],
  ['invited', 'bound', ['participant'], 'assisted'],
  ['invited', 'inviteMax', ['timer'], 'expired'],
  ['invited', 'close', ['assignee', 'supervisor', 'system'], 'closed'],
  ['closed', 'dispose', ['assignee'], 'closed'],
  ['closed', 'note', ['assignee'], 'closed'],
];

/** What a supervisor may do with anything open, and the participant's last word. */
const withChat: CaseState[] = [
  'queued',
  'review',
  'offered',
  'connected',
  'lost',
  'parked',
  'assisted',
  'wrapUp',
  'offline',
];
for (const state of [...withChat, 'drafted', 'invited'] as CaseState[]) {
  const has = (event: CaseEventType) => table.some(([from, type]) => from === state && type === event);
  const add = (event: CaseEventType, who: CaseHat[], to: CaseState) => {
    if (!has(event)) table.push([state, event, who, to]);
  };
  add('prioritise', ['supervisor'], state);
  add('note', ['supervisor'], state);
  add('liftLock', ['supervisor'], state);
  add('restore', ['supervisor'], state);
  add('propose', ['senior'], state);
  add('approve', ['supervisor'], state);
  add('close', ['supervisor', 'system'], 'closed');
  add('optOut', ['participant'], 'closed');
  if (withChat.includes(state)) {
    add('takeOver', ['supervisor'], 'connected');
    add('assign', ['supervisor'], 'offered');
  }
}

const hats: CaseHat[] = [
  'assignee',
  'target',
  'colleague',
  'senior',
  'supervisor',
  'participant',
  'machine',
  'timer',
  'system',
];
const events = [...new Set(table.map(([, event]) => event))];

describe.each(CaseState.options)('a case that is %s', (from) => {
  test.each(events)('meets %s as the table says, from each and from nobody else', (event) => {
    const row = table.find(([state, type]) => state === from && type === event);
    for (const hat of hats) {
      const to = row?.[2].includes(hat) === true ? row[3] : null;
      expect([hat, stepCase(from, { type: event, hats: [hat] })]).toEqual([hat, to]);
    }
    expect(stepCase(from, { type: event, hats: [] })).toBeNull();
  });

  test('is open, or nobody can open it again', () => {
    const isEnd = from === 'closed' || from === 'expired';
    expect(hasEnded(from)).toBe(isEnd);
    if (!isEnd) return;
    for (const event of events) {
      const to = stepCase(from, { type: event, hats });
      if (to !== null) expect(to).toBe(from);
    }
  });
});

test('the table names every arrow of the machine', () => {
  const drawn = CaseState.options.flatMap((state) =>
    Object.keys(caseMachine.root.states[state]?.config.on ?? {}).map((event) => `${state} ${event}`),
  );
  expect(drawn.sort()).toEqual(table.map(([state, event]) => `${state} ${event}`).sort());
});

test('who has the word follows from the state alone', () => {
  expect(Object.fromEntries(CaseState.options.map((state) => [state, controlIn(state)]))).toEqual({
    queued: 'queue',
    review: 'bot',
    offered: 'queue',
    connected: 'agent',
    lost: 'agent',
    parked: 'agent',
    assisted: 'bot',
    wrapUp: 'bot',
    offline: 'bot',
    drafted: 'bot',
    invited: 'bot',
    expired: 'bot',
    closed: 'bot',
  });
});

test('from every open state a supervisor can end the case, and so can the participant by opting out', () => {
  for (const state of CaseState.options.filter((one) => !hasEnded(one))) {
    expect(stepCase(state, { type: 'close', hats: ['supervisor'] })).toBe('closed');
    const end = state === 'review' ? state : 'closed';
    expect(stepCase(state, { type: 'optOut', hats: ['participant'] })).toBe(end);
  }
});

test('what somebody has to look at is not ended by whoever waits for it no longer, and by no clock of the queue', () => {
  const mustBeSeen = true;
  for (const state of ['queued', 'offered', 'offline'] as const) {
    for (const type of ['leave', 'optOut'] as const) {
      expect(stepCase(state, { type, hats: ['participant'], mustBeSeen })).toBe('review');
      expect(stepCase(state, { type, hats: ['timer'], mustBeSeen })).toBeNull();
    }
  }
  expect(stepCase('queued', { type: 'queueMax', hats: ['timer'], mustBeSeen })).toBe('review');
  // Whom an agent has talked to, somebody has seen.
  expect(stepCase('connected', { type: 'finish', hats: ['participant'], mustBeSeen })).toBe('wrapUp');
  expect(stepCase('parked', { type: 'parkMax', hats: ['timer'], mustBeSeen })).toBe('wrapUp');
});
