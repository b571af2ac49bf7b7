// The stream of signals to every open tab: something changed, the session is about to end. What changed is fetched by the
// tab's own authorised request, so nothing is pushed that a revoked right could not take back.
import type { Response } from 'express';
import type { AgentSessions, CaseDesk } from '#src/conversation/desk-port.ts';

export interface Events {
  /** @param seesCases  whether the role reads cases at all */
  open(response: Response, session: { token: string; seesCases: boolean }): void;
  /** Ends the streams, which would keep the server from closing. */
  close(): void;
}

const heartbeatMs = 15_000;
const checkMs = 30_000;
/** So many changes within this time become one signal. */
const gatherMs = 150;

export function createEvents({
  desk,
  sessions,
}: {
  desk: Pick<CaseDesk, 'onCaseChanged'>;
  sessions: Pick<AgentSessions, 'find'>;
}): Events {
  const streams = new Map<Response, { token: string; seesCases: boolean }>();
  let changed = new Set<string>();
  let position = '';
  let gathering: NodeJS.Timeout | undefined;
  let isClosed = false;

  const tell = () => {
    gathering = undefined;
    const text = `${/^\d+$/.test(position) ? `id: ${position}\n` : ''}event: changed\ndata: ${[...changed].join(' ')}\n\n`;
    changed = new Set();
    for (const [stream, { seesCases }] of streams) if (seesCases) stream.write(text);
  };
  const stopListening = desk.onCaseChanged((change) => {
    changed.add(change.caseId);
    ({ position } = change);
    gathering ??= setTimeout(tell, gatherMs);
  });
  const heartbeat = setInterval(() => {
    for (const stream of streams.keys()) stream.write(':\n\n');
  }, heartbeatMs);

  /** A stream never keeps a session alive; it only hears when it has ended. */
  const check = async (stream: Response, token: string) => {
    const session = await sessions.find(token, { byPerson: false }).catch(() => undefined);
    // Postgres is away: the next round asks again.
    if (session === undefined) return;
    if (session !== null) {
      const left = Math.floor(Math.min(session.idleSecondsLeft, session.secondsLeft));
      return void stream.write(`event: session\ndata: ${left}\n\n`);
    }
    stream.end('event: session-end\ndata:\n\n');
  };
  const checks = setInterval(() => {
    for (const [stream, { token }] of streams) void check(stream, token);
  }, checkMs);
  for (const timer of [heartbeat, checks]) timer.unref();

  return {
    open(response, session) {
      if (isClosed) return void response.sendStatus(503);
      response.set({ 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
      // At once, so that a tab which missed something while it was away catches up.
      response.write('retry: 1000\n\nevent: changed\ndata:\n\n');
      streams.set(response, session);
      response.once('close', () => streams.delete(response));
      void check(response, session.token);
    },
    close() {
      isClosed = true;
      stopListening();
      clearInterval(heartbeat);
      clearInterval(checks);
      clearTimeout(gathering);
      for (const stream of streams.keys()) stream.end();
    },
  };
}
