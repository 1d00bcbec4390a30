import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly status: number;
}
/** A receiver of webhooks on loopback: keeps what comes and answers what the test says. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** Status of the answer to the n-th delivery, 0 the first, by its body; 200 unless told. */
  answer: (n: number, body: string) => number;
  /** Settles once this many came. */
  count(n: number): Promise<void>;
  close(): Promise<void>;
}

export async function receiver(): Promise<Receiver> {
  const received: Received[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const status = self.answer(received.length, body);
      received.push({ headers: request.headers, body, status });
      response.writeHead(status, { connection: 'close' }).end('{}');
      for (const look of waiting) look();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const self: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    answer: () => 200,
    count: (n) =>
      new Promise<void>((resolve) => {
        const look = (): void => {
          if (received.length < n) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    close: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
  return self;
}
