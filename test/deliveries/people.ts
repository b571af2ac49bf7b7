// The walk of a sample participant to the code, for tests about what becomes of it.
import pg from 'pg';
import { eventually, type Person, type World } from '../support/world.ts';

export const siti = { number: '9901014506850001', birthDate: '05-06-1985', phone: '+6281200000011' };
export const budi = { number: '9901011708790002', birthDate: '17-08-1979', phone: '+6281200000022' };
export const dewi = { number: '9901017112920003', birthDate: '31-12-1992', phone: '+6281200000033' };

type Sample = Pick<typeof siti, 'number' | 'birthDate'>;

/** Up to the read-back. */
export async function nameNewNumber(person: Person, { number, birthDate }: Sample, value: string): Promise<string> {
  await person.say(`${number} ${birthDate}`);
  await person.say('2');
  return person.say(value);
}

export async function askForCode(person: Person, who: Sample, value: string): Promise<string> {
  await nameNewNumber(person, who, value);
  return person.say('ya');
}

/** What reached the phone out of turn, when there is so much of it. */
export const heard = (person: Person, count = 1): Promise<string[]> =>
  eventually(() => (person.received().length >= count ? person.received() : undefined), `${count} messages`);

export async function ask<T extends pg.QueryResultRow>(world: World, text: string, values: unknown[] = []) {
  const client = new pg.Client({ connectionString: world.database.ownerUrl });
  await client.connect();
  try {
    return (await client.query<T>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** Every job has been done, or waits for its time. */
export const quiet = (world: World): Promise<true> =>
  eventually(async () => {
    await world.twilio.idle();
    const [busy] = await ask<{ count: number }>(
      world,
      "select count(*)::int from pgboss.job where state in ('created', 'active', 'retry') and name in ('code.undelivered', 'notice.send')",
    );
    return busy?.count === 0 ? true : undefined;
  }, 'the end of all jobs');
