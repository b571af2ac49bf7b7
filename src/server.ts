// The HTTP server with its bounds: how long anybody may take, how many may come, and how it ends without cutting one off.
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { ListenOptions } from 'node:net';

export interface HttpServer {
  /**
   * Takes no more requests, lets those that run end, and cuts off what is left after `graceMs`. A request that comes
   * meanwhile on a connection kept open is answered 503.
   */
  stop(graceMs: number): Promise<void>;
}

/**
 * @param limits  milliseconds, and bytes of the headers
 * @throws what the system says about the port, e.g. EADDRINUSE
 */
export async function listen(
  app: RequestListener,
  {
    maxConnections,
    limits = usualLimits,
    ...where
  }: Pick<ListenOptions, 'port' | 'host'> & { maxConnections: number; limits?: ServerLimits },
): Promise<HttpServer> {
  const running = new Set<ServerResponse>();
  let isEnding = false;

  const take = (request: IncomingMessage, response: ServerResponse) => {
    if (isEnding) {
      response.writeHead(503, { connection: 'close' }).end();
      return;
    }
    running.add(response);
    response.once('close', () => running.delete(response));
    app(request, response);
  };
  const server = createServer(limits, take);
  // Beyond it a connection is closed unread; Twilio and any proxy come again.
  server.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, resolve);
  });

  return {
    async stop(graceMs) {
      isEnding = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const response of running) {
        if (!response.headersSent) response.setHeader('connection', 'close');
        else if (isStream(response)) response.end();
      }
      server.closeIdleConnections();
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(cut);
    },
  };
}

export type ServerLimits = Pick<
  ServerOptions,
  'headersTimeout' | 'requestTimeout' | 'keepAliveTimeout' | 'connectionsCheckingInterval' | 'maxHeaderSize'
>;

/** What a slow or silent client may take: Twilio itself gives up at 15 s (its 11205). */
const usualLimits: ServerLimits = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  // Longer than a load balancer's, usually 60: whoever closes first must not be us, with a request on its way.
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16 * 1024,
};

/** It would never end by itself, and who listens comes again. */
const isStream = (response: ServerResponse): boolean =>
  String(response.getHeader('content-type')).startsWith('text/event-stream');
