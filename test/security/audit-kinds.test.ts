// req:E3 req:F3 After a breach people are told by what of their data was touched, so each kind of event says it.
import { expect, test } from 'vitest';
import { auditEvents } from '#src/records/audit.ts';

const touching = (what: string) =>
  Object.entries(auditEvents).flatMap(([event, touched]) => (touched.some((one) => one === what) ? [event] : []));

test.each([
  [
    'identity',
    ['identification.matched', 'case.read', 'case.revealed', 'case.callerLookedUp', 'person.exported', 'person.erased'],
  ],
  [
    'contact',
    [
      'identification.matched',
      'challenge.started',
      'challenge.sent',
      'warning.noted',
      'change.confirmed',
      'change.held',
      'change.applied',
      'change.refused',
      'change.cancelled',
      'change.reported',
      'change.released',
      'change.approved',
      'exception.proposed',
      'exception.approved',
      'case.read',
      'case.revealed',
      'case.callerLookedUp',
      'person.exported',
      'person.erased',
    ],
  ],
  [
    'conversation',
    ['case.opened', 'case.read', 'case.wroteTo', 'case.mediaOpened', 'person.exported', 'person.erased'],
  ],
])('%s is touched by these events and no others', (what, events) => {
  expect(touching(what)).toEqual(events);
});

test('no event touches anything else', () => {
  expect(new Set(Object.values(auditEvents).flat())).toEqual(new Set(['identity', 'contact', 'conversation']));
});
