import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { clientAddress } from '../../addresses.ts';
import type { App } from '../../app.ts';
import type { AppEnv } from '../../routes/shell.ts';

export interface ListenOptions {
  /** Loopback unless told otherwise. */
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Addresses or blocks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies?: readonly string[];
  /** A connection on which nothing moves for this long is closed. */
  readonly idleMs?: number;
}

export interface Listening {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  /**
   * Stops taking connections and waits for the requests under way, at most `graceMs`; then cuts what is left.
   * True when everything ended by itself.
   */
  close(graceMs: number): Promise<boolean>;
}

/** All headers of a request must be there by then: slow ones hold no connection for long. */
const HEADERS_MS = 15_000;
const KEEP_ALIVE_MS = 65_000;
const IDLE_MS = 120_000;

/**
 * Serves the app on this machine's network. A request may take as long as its body keeps coming (an import has no end
 * of its own); buffered bodies have their own deadline in the routes.
 */
export async function listen(app: Pick<App, 'fetch'>, options: ListenOptions): Promise<Listening> {
  const trusted = options.trustedProxies ?? [];
  let closing = false;
  const server = createAdaptorServer({
    fetch: async (request, bindings) => {
      const { incoming, outgoing } = bindings as HttpBindings;
      const answer = await app.fetch(request, new NodeEnv(incoming, trusted));
      // While stopping, each answer asks its client to come back on another connection.
      if (closing) outgoing.setHeader('connection', 'close');
      return answer;
    },
    hostname: options.host ?? '127.0.0.1',
    serverOptions: {
      headersTimeout: HEADERS_MS,
      requestTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: 16_384,
      connectionsCheckingInterval: 5_000,
    },
  }) as Server;
  server.setTimeout(options.idleMs ?? IDLE_MS);

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host ?? '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { address, port } = server.address() as AddressInfo;
  return {
    host: address,
    port,
    url: `http://${address.includes(':') ? `[${address}]` : address}:${port}`,
    close: (graceMs) => {
      closing = true;
      return new Promise<boolean>((resolve) => {
        let cut = false;
        const sweep = setInterval(() => server.closeIdleConnections(), 50);
        const end = setTimeout(() => {
          cut = true;
          server.closeAllConnections();
        }, graceMs);
        server.close(() => {
          clearInterval(sweep);
          clearTimeout(end);
          resolve(!cut);
        });
        server.closeIdleConnections();
      });
    },
  };
}

/** Looked up when asked: most requests need neither all headers nor the address. */
class NodeEnv implements AppEnv {
  readonly #incoming: IncomingMessage;
  readonly #trusted: readonly string[];
  constructor(incoming: IncomingMessage, trusted: readonly string[]) {
    this.#incoming = incoming;
    this.#trusted = trusted;
  }
  get remoteAddress(): string {
    const forwarded = this.#trusted.length === 0 ? undefined : this.header('x-forwarded-for');
    return clientAddress(this.#incoming.socket.remoteAddress ?? '', forwarded, this.#trusted);
  }
  header(name: string): string | undefined {
    const value = this.#incoming.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }
}
