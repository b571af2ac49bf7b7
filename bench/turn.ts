// `npm run bench`: a turn, from signed webhook to reply, beside the least it could cost. Absolute figures move by a third
// from run to run on one machine, so the rounds alternate, and what counts is the ratio of neighbours.
import { availableParallelism, cpus } from 'node:os';
import { type Answer, type Connection, openConnection } from './connection.ts';
import { birthDate, newEmailOf, nikOf, phoneOf, pin, requestOf } from './people.ts';
import { type BenchWorld, startBenchWorld } from './world.ts';

const rounds = Number(process.argv[2] ?? 5);
const connections = 32;
const floorRequests = 8_000;
const plainRequests = 4_000;
const changes = 96;
/** People in the middle of a conversation, for the turns that only decide; a record is full after 33 turns. */
const regulars = 128;
const turnsToFill = 34;

interface Round {
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
}

type Ask = (request: Buffer) => Promise<Answer>;

/** @param work  what each connection does, given its number; every answer has to be a 200 */
async function measure(port: number, work: (ask: Ask, connection: number) => Promise<void>): Promise<Round> {
  const open: Connection[] = await Promise.all(Array.from({ length: connections }, () => openConnection(port)));
  const tookMs: number[] = [];
  const startedAt = performance.now();
  await Promise.all(
    open.map((connection, index) =>
      work(async (request) => {
        const askedAt = performance.now();
        const answer = await connection.ask(request);
        tookMs.push(performance.now() - askedAt);
        if (answer.status !== 200) throw new Error(`a request was answered ${answer.status}`);
        return answer;
      }, index),
    ),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  for (const connection of open) connection.close();
  tookMs.sort((one, other) => one - other);
  const at = (share: number) => tookMs[Math.floor((tookMs.length - 1) * share)] ?? 0;
  return { requestsPerSecond: tookMs.length / seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}

/** Requests made before the clock starts; a person's messages stay on one connection, so they stay in order. */
function plainRound(port: number, requests: number): Promise<Round> {
  const said = ['apa ya', 'BANTUAN'];
  const prepared = Array.from({ length: connections }, (_, connection) =>
    Array.from({ length: requests / connections }, (_, index) => {
      const person = connection + connections * (index % (regulars / connections));
      return requestOf(phoneOf(person), said[index % said.length] ?? '');
    }),
  );
  return measure(port, async (ask, connection) => {
    for (const request of prepared[connection] ?? []) await ask(request);
  });
}

let participants = regulars;

/** The whole change of the e-mail address, with an unclear answer on the way, each by a new participant. */
function changeRound(world: BenchWorld): Promise<Round> {
  return measure(world.port, async (ask) => {
    for (let index = 0; index < changes / connections; index += 1) {
      const person = participants++;
      const say = (text: string) => ask(requestOf(phoneOf(person), text));
      // On a machine that is too busy the product asks to try again, and so people do.
      const sayUntil = async (text: string, expected: string) => {
        for (let tries = 0; tries < 5; tries += 1) if ((await say(text)).body.includes(expected)) return;
        throw new Error(`no answer with '${expected}'`);
      };
      for (const text of ['halo', nikOf(person)]) await say(text);
      await sayUntil(birthDate, 'Ganti email');
      for (const text of ['apa ya', '1']) await say(text);
      await sayUntil(newEmailOf(person), 'Sudah benar?');
      await sayUntil('YA', 'Kode 6 angka sudah dikirim');
      await sayUntil(await world.codeMailedTo(newEmailOf(person)), 'PIN');
      await sayUntil(pin, 'UD-');
    }
  });
}

const medianOf = (values: number[]): number => values.sort((one, other) => one - other)[values.length >> 1] ?? 0;

function print(measured: Record<string, Round[]>, floor: Round[]): void {
  const row = (...cells: string[]) =>
    console.log(cells.map((cell, index) => (index === 0 ? cell.padEnd(34) : cell.padStart(10))).join(''));
  const median = (of: Round[], read: (round: Round) => number) => medianOf(of.map(read));
  row('', 'req/s', 'p50 ms', 'p99 ms', 'of floor', 'from - to');
  for (const [name, of] of Object.entries(measured)) {
    const ratios = of.map((round, index) => round.requestsPerSecond / (floor[index]?.requestsPerSecond ?? 0));
    row(
      name,
      median(of, (round) => round.requestsPerSecond).toFixed(0),
      median(of, (round) => round.p50Ms).toFixed(2),
      median(of, (round) => round.p99Ms).toFixed(2),
      medianOf([...ratios]).toFixed(2),
      `${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}`,
    );
  }
}

const world = await startBenchWorld();
try {
  const first = await openConnection(world.port);
  // To where no secret is asked: an answer to such a question is a fact of its own, that the gateway's copy is to go.
  for (let person = 0; person < regulars; person += 1) {
    for (const text of ['halo', nikOf(person), birthDate]) await first.ask(requestOf(phoneOf(person), text));
  }
  await plainRound(world.port, regulars * turnsToFill);
  const recordBytes = await world.recordBytes();
  const { body: reply } = await first.ask(requestOf(phoneOf(0), 'apa ya'));
  first.close();
  const floorPort = await world.startFloor({ recordBytes, reply });

  console.log(`Node ${process.version}, ${cpus()[0]?.model.trim()}, ${availableParallelism()} cores`);
  console.log(`${connections} connections; a session of ${recordBytes} bytes, a reply of ${reply.length} characters`);
  await plainRound(floorPort, floorRequests);
  await changeRound(world);
  await world.settled();

  const floor: Round[] = [];
  const plain: Round[] = [];
  const whole: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    floor.push(await plainRound(floorPort, floorRequests));
    plain.push(await plainRound(world.port, plainRequests));
    whole.push(await changeRound(world));
    await world.settled();
  }
  console.log(
    `medians of ${rounds} alternating rounds: ${floorRequests} requests to the floor, ${plainRequests} turns that only decide, ${changes} changes of 9 turns\n`,
  );
  print({ floor, 'a turn that only decides': plain, 'a turn of a whole change': whole }, floor);
} finally {
  await world.stop();
}
