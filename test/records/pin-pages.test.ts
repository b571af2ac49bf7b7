// req:A11 Of the links to the PIN page that one conversation has, the newest alone is live.
import { expect, test } from 'vitest';
import { createWorld, id, patient, stranger } from './world.ts';

test('twenty links at once leave one', async () => {
  const world = await createWorld({ policy: patient });
  const { pinPages } = world.records;
  const sender = stranger();
  const other = await pinPages.open({ sender: stranger(), challengeId: id() });
  const opened = await Promise.all(Array.from({ length: 20 }, () => pinPages.open({ sender, challengeId: id() })));
  const found = await Promise.all(opened.map(({ token }) => pinPages.find(token)));
  expect(found.filter((page) => page !== 'gone')).toHaveLength(1);
  expect(await pinPages.find(other.token)).toMatchObject({ sender: expect.anything() });
});
