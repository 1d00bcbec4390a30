import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The side that a simulated system calls back, for its tests: keeps what it hears, and answers as told. */
export interface Partner<Heard> {
  readonly url: string;
  readonly heard: Heard[];
  /** A text goes as it is, anything else as JSON. */
  answer: (heard: Heard) => unknown;
  close(): void;
}

export async function startPartner<Heard>(
  read: (body: string, headers: IncomingHttpHeaders) => Heard,
  answer: (heard: Heard) => unknown,
): Promise<Partner<Heard>> {
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    request.on('end', () => {
      const heard = read(text, request.headers);
      partner.heard.push(heard);
      const said = partner.answer(heard);
      response.end(typeof said === 'string' ? said : JSON.stringify(said));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const partner: Partner<Heard> = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard: [],
    answer,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return partner;
}
