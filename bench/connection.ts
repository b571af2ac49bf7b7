// One keep-alive connection of the load: writes a request made beforehand, waits for its whole answer. An HTTP client of
// a library would cost more than the server that it measures.
import { once } from 'node:events';
import { connect } from 'node:net';

export interface Answer {
  status: number;
  body: string;
}

export interface Connection {
  /** One at a time. @throws where the server hangs up */
  ask(request: Buffer): Promise<Answer>;
  close(): void;
}

const endOfHead = Buffer.from('\r\n\r\n');

/** @param port  of a server on 127.0.0.1 that answers with `Content-Length` */
export async function openConnection(port: number): Promise<Connection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  let received: Buffer = Buffer.alloc(0);
  let waiting: { resolve(answer: Answer): void; reject(error: unknown): void } | null = null;

  socket.on('data', (part: Buffer) => {
    received = received.length === 0 ? part : Buffer.concat([received, part]);
    const answer = readAnswer(received);
    if (answer === null) return;
    received = Buffer.alloc(0);
    waiting?.resolve(answer);
  });
  for (const event of ['error', 'close'] as const) {
    socket.on(event, () => waiting?.reject(new Error('the server hung up')));
  }
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}

/** @returns null while something is missing */
function readAnswer(bytes: Buffer): Answer | null {
  const end = bytes.indexOf(endOfHead);
  if (end === -1) return null;
  const head = bytes.toString('latin1', 0, end);
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
  const start = end + endOfHead.length;
  if (bytes.length < start + length) return null;
  return { status: Number(head.slice(9, 12)), body: bytes.toString('utf8', start, start + length) };
}
