import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createUndiciTransport, type UndiciTransport, type UndiciTransportOptions } from './transport.ts';

/** Real loopback servers that speak raw bytes, because what is tested is what happens below HTTP. */
const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function serve(onSocket: (socket: Socket, number: number) => void): Promise<{ url: string; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    sockets.push(socket);
    onSocket(socket, sockets.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(resolve);
      }),
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}/x?y=1`, sockets };
}

function transport(options: UndiciTransportOptions = {}): UndiciTransport {
  const made = createUndiciTransport(options);
  open.push(made);
  return made;
}

const post = (url: string) => ({
  method: 'POST' as const,
  url,
  headers: { 'content-type': 'text/plain' },
  body: Buffer.from('xin chào'),
});
const bytesOf = (text: string) => new TextEncoder().encode(text);
const patient = { signal: new AbortController().signal, timeoutMs: 5_000 };
const hasty = { signal: new AbortController().signal, timeoutMs: 120 };
const ok = (body: string) =>
  `HTTP/1.1 200 OK\r\nX-Seen: Yes\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

describe('a readable answer', () => {
  it('is given with lower-case headers and its bytes, and the connection is kept', async () => {
    const { url, sockets } = await serve((socket) => socket.on('data', () => socket.write(ok('Thành công'))));
    const wire = transport({ connectionsPerOrigin: 1 });
    for (let n = 0; n < 3; n++) {
      expect(await wire.send(post(url), patient)).toMatchObject({
        status: 200,
        headers: { 'x-seen': 'Yes' },
        body: bytesOf('Thành công'),
      });
    }
    expect(sockets).toHaveLength(1);
  });

  it('and what was asked pass as they are: every byte, and what is no UTF-8, both ways', async () => {
    const every = Uint8Array.from({ length: 256 }, (_, n) => n);
    for (const body of [every, every.toReversed(), Uint8Array.of(0xef, 0xbb, 0xbf, 0xc3, 0x28, 0xff, 0xfe, 0, 0xd8)]) {
      const came: Buffer[] = [];
      const { url } = await serve((socket) =>
        socket.on('data', (data) => {
          came.push(Buffer.from(data));
          const asked = Buffer.concat(came);
          const sent = asked.subarray(asked.indexOf('\r\n\r\n') + 4);
          if (sent.length < body.length) return;
          socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${sent.length}\r\n\r\n`);
          socket.write(sent);
        }),
      );
      expect(await transport().send({ ...post(url), body }, patient)).toMatchObject({ status: 200, body });
      expect(new Uint8Array(Buffer.concat(came).subarray(-body.length))).toEqual(body);
    }
  });

  it('comes over a connection of its own when one is asked for', async () => {
    const { url, sockets } = await serve((socket) => socket.on('data', () => socket.write(ok('1'))));
    const wire = transport();
    for (let n = 0; n < 3; n++) await wire.send({ ...post(url), freshConnection: true }, patient);
    expect(sockets).toHaveLength(3);
  });

  it('keeps a character whole that arrives in two pieces', async () => {
    const bytes = Buffer.from('đồng');
    const { url } = await serve((socket) =>
      socket.on('data', () => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${bytes.length}\r\n\r\n`);
        socket.write(bytes.subarray(0, 1), () => setTimeout(() => socket.write(bytes.subarray(1)), 20));
      }),
    );
    expect(await transport().send(post(url), patient)).toMatchObject({ body: bytesOf('đồng') });
  });

  it('with an error status is an answer and not a fault', async () => {
    const { url } = await serve((socket) =>
      socket.on('data', () => socket.write('HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n')),
    );
    expect(await transport().send(post(url), patient)).toMatchObject({ status: 503, headers: { 'retry-after': '7' } });
  });
});

describe('proven not sent (I2)', () => {
  it('refused', async () => {
    const { url } = await serve(() => undefined);
    await open.pop()?.close();
    expect(await transport().send(post(url), patient)).toEqual({ mayHaveArrived: false, cause: 'refused' });
  });

  it('no such name', async () => {
    const answer = await transport().send(post('http://khong-co.invalid/'), patient);
    expect(answer).toEqual({ mayHaveArrived: false, cause: 'dns' });
  });

  it('the TLS handshake fails', async () => {
    const { url } = await serve((socket) => socket.on('data', () => socket.end('not tls at all')));
    const answer = await transport().send(post(url.replace('http:', 'https:')), patient);
    expect(answer).toEqual({ mayHaveArrived: false, cause: 'tls' });
  });

  it('dropped during the TLS handshake', async () => {
    const { url } = await serve((socket) => socket.on('data', () => socket.resetAndDestroy()));
    const answer = await transport().send(post(url.replace('http:', 'https:')), patient);
    expect(answer).toEqual({ mayHaveArrived: false, cause: 'tls' });
  });

  it('the TLS handshake never ends', async () => {
    const { url } = await serve(() => undefined);
    const answer = await transport().send(post(url.replace('http:', 'https:')), hasty);
    expect(answer).toEqual({ mayHaveArrived: false, cause: 'timeout' });
  });

  it('aborted beforehand', async () => {
    const { url, sockets } = await serve(() => undefined);
    const answer = await transport().send(post(url), { ...patient, signal: AbortSignal.abort() });
    expect(answer).toEqual({ mayHaveArrived: false, cause: 'aborted' });
    expect(sockets).toHaveLength(0);
  });

  it('given up while waiting for a free connection: no byte leaves afterwards', async () => {
    const seen: string[] = [];
    const { url } = await serve((socket) =>
      socket.on('data', (data) => {
        seen.push(String(data).split(' ')[1] ?? '');
        setTimeout(() => socket.write(ok('late')), 150);
      }),
    );
    const wire = transport({ connectionsPerOrigin: 1 });
    const first = wire.send(post(url), patient);
    expect(await wire.send(post(url.replace('/x', '/second')), { ...patient, timeoutMs: 40 })).toEqual({
      mayHaveArrived: false,
      cause: 'timeout',
    });
    expect(await first).toMatchObject({ body: bytesOf('late') });
    expect(await wire.send(post(url.replace('/x', '/third')), patient)).toMatchObject({ body: bytesOf('late') });
    expect(seen).toEqual(['/x?y=1', '/third?y=1']);
  });

  it('an address that is none', async () => {
    expect(await transport().send(post('not an address'), patient)).toMatchObject({ mayHaveArrived: false });
    expect(
      await transport().send({ ...post('http://127.0.0.1:1/'), headers: { 'bad header': 'x\r\ny' } }, patient),
    ).toMatchObject({ mayHaveArrived: false });
  });
});

describe('possibly arrived (I2)', () => {
  it('reset after the request was read', async () => {
    const { url } = await serve((socket) => socket.on('data', () => socket.resetAndDestroy()));
    expect(await transport().send(post(url), patient)).toEqual({ mayHaveArrived: true, cause: 'reset' });
  });

  it('dropped at once, before it was read: writing may have begun', async () => {
    const { url } = await serve((socket) => socket.resetAndDestroy());
    const answer = await transport().send(post(url), patient);
    // The runtime may notice before or after it began to write; it never claims the former after the latter.
    expect([
      { mayHaveArrived: true, cause: 'reset' },
      { mayHaveArrived: false, cause: 'refused' },
    ]).toContainEqual(answer);
  });

  it('a kept connection that had gone stale', async () => {
    const { url } = await serve((socket, number) => {
      let asked = 0;
      socket.on('data', () => {
        asked += 1;
        if (number === 1 && asked === 2) socket.resetAndDestroy();
        else socket.write(ok('1'));
      });
    });
    const wire = transport({ connectionsPerOrigin: 1 });
    await wire.send(post(url), patient);
    expect(await wire.send(post(url), patient)).toEqual({ mayHaveArrived: true, cause: 'reset' });
    expect(await wire.send(post(url), patient)).toMatchObject({ status: 200 });
  });

  it('no answer in time', async () => {
    const { url } = await serve((socket) => socket.on('data', () => undefined));
    expect(await transport().send(post(url), hasty)).toEqual({ mayHaveArrived: true, cause: 'timeout' });
  });

  it('a body that drips beyond the deadline', async () => {
    const { url } = await serve((socket) =>
      socket.on('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
        const drip = setInterval(() => socket.write('x'), 20);
        socket.on('close', () => clearInterval(drip));
      }),
    );
    expect(await transport().send(post(url), hasty)).toEqual({ mayHaveArrived: true, cause: 'timeout' });
  });

  it('aborted by the caller while it waits', async () => {
    const abort = new AbortController();
    const { url } = await serve((socket) => socket.on('data', () => abort.abort()));
    expect(await transport().send(post(url), { ...patient, signal: abort.signal })).toEqual({
      mayHaveArrived: true,
      cause: 'aborted',
    });
  });

  it.each([
    ['a body cut by its length', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"error_code'],
    ['a chunked body without its end', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"err\r\n'],
  ])('%s is truncated, never an answer', async (_name, bytes) => {
    const { url } = await serve((socket) => socket.on('data', () => socket.end(bytes)));
    expect(await transport().send(post(url), patient)).toEqual({ mayHaveArrived: true, cause: 'truncated' });
  });

  it.each([
    ['announced', `HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n${'x'.repeat(5000)}`],
    ['not announced', `HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${'x'.repeat(5000)}`],
  ])('an answer beyond the bound, %s', async (_name, bytes) => {
    const { url } = await serve((socket) => socket.on('data', () => socket.end(bytes)));
    const wire = transport({ maximumBodyBytes: 1_000 });
    expect(await wire.send(post(url), patient)).toEqual({ mayHaveArrived: true, cause: 'too-large' });
  });

  it('an answer that is not HTTP', async () => {
    const { url } = await serve((socket) => socket.on('data', () => socket.end('hello there\r\n\r\n')));
    expect(await transport().send(post(url), patient)).toMatchObject({ mayHaveArrived: true });
  });
});
