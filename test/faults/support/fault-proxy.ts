// A TCP proxy between the product and one dependency, with the toxics of Shopify's Toxiproxy that matter here.
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type Toxic =
  /** answers come that much later */
  | { kind: 'latency'; ms: number }
  /** whatever is sent is swallowed, nothing ever comes back; the connection is cut when that ends */
  | { kind: 'hang' }
  /** connections are accepted and reset as soon as something is sent; `after`: once the dependency has answered */
  | { kind: 'reset'; when: 'before' | 'after' }
  /** answers come in pieces of a few bytes */
  | { kind: 'slice'; bytes: number; ms: number }
  /** answers are cut off after so many bytes */
  | { kind: 'limit'; bytes: number }
  /** nobody listens */
  | { kind: 'down' };

export interface FaultProxy {
  port: number;
  /** How it behaves from now on, connections that are open included; null: it passes everything on. */
  set(toxic: Toxic | null): Promise<void>;
  /** Cuts every open connection. */
  cut(): void;
  close(): Promise<void>;
}

/** @param target  asked at each new connection */
export async function startFaultProxy(target: () => { host: string; port: number }): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  let toxic: Toxic | null = null;
  let server: Server | null = null;

  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.setNoDelay(true).on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  };

  function join(client: Socket): void {
    const upstream = connect(target());
    track(client);
    track(upstream);
    let answered = 0;
    client.on('data', (chunk: Buffer) => {
      if (toxic?.kind === 'hang') return;
      if (toxic?.kind === 'reset' && toxic.when === 'before') return reset();
      upstream.write(chunk);
    });
    let lastAnswer = Promise.resolve();
    upstream.on('data', (chunk: Buffer) => {
      lastAnswer = lastAnswer.then(() => answer(chunk));
    });
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => lastAnswer.then(() => client.destroy()));

    function reset(): void {
      client.resetAndDestroy();
      upstream.destroy();
    }

    async function answer(chunk: Buffer): Promise<void> {
      const now = toxic;
      switch (now?.kind) {
        case undefined:
          client.write(chunk);
          return;
        case 'latency':
          await sleep(now.ms);
          client.write(chunk);
          return;
        case 'slice':
          for (let at = 0; at < chunk.length && !client.destroyed; at += now.bytes) {
            client.write(chunk.subarray(at, at + now.bytes));
            await sleep(now.ms);
          }
          return;
        case 'limit':
          client.write(chunk.subarray(0, Math.max(0, now.bytes - answered)));
          answered += chunk.length;
          if (answered >= now.bytes) reset();
          return;
        case 'reset':
          return reset();
        case 'hang':
        case 'down':
          return;
      }
    }
  }

  const listen = (port: number) =>
    new Promise<Server>((resolve, reject) => {
      const next = createServer(join).once('error', reject);
      next.listen(port, '127.0.0.1', () => resolve(next));
    });
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  const refuse = async () => {
    const closing = server;
    server = null;
    cut();
    if (closing !== null) await new Promise((resolve) => closing.close(resolve));
  };

  server = await listen(0);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    port,
    async set(next) {
      // Bytes that were swallowed are missing for ever, which no network does to a connection that lives on.
      if (toxic?.kind === 'hang') cut();
      toxic = next;
      if (next?.kind === 'down') await refuse();
      else server ??= await listen(port);
    },
    cut,
    close: refuse,
  };
}
