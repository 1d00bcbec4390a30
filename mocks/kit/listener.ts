import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A loopback HTTP server that can fall silent and come back on the same port. */
export class Listener {
  readonly #server: Server;
  #port = 0;
  #returning: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(onRequest: RequestListener) {
    // Idle connections are kept longer than any client keeps them, so that no reset comes by chance.
    this.#server = createServer({ keepAliveTimeout: 120_000, requestTimeout: 0, noDelay: true }, onRequest);
  }

  /** Port 0 takes a free one. */
  async start(port: number): Promise<number> {
    await this.#listen(port);
    this.#port = (this.#server.address() as AddressInfo).port;
    return this.#port;
  }

  /** Connections are cut and refused from now on; with `forMs` the server comes back by itself. */
  goAway(forMs?: number): void {
    clearTimeout(this.#returning);
    this.#server.close();
    this.#server.closeAllConnections();
    if (forMs !== undefined) this.#returning = setTimeout(() => void this.comeBack(), forMs);
  }

  async comeBack(): Promise<void> {
    clearTimeout(this.#returning);
    if (!this.#closed && !this.#server.listening) await this.#listen(this.#port);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#returning);
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
  }
}
