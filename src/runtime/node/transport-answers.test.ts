import { createServer, type Socket } from 'node:net';
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { WireRequest } from '../../../adapters/adapter.ts';
import { interimStrainer } from './interim.ts';
import { createUndiciTransport, type UndiciTransportOptions } from './transport.ts';

/** Loopback servers that write raw bytes: codings and interim answers lie below what an HTTP library lets one say. */
const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function serve(answer: (socket: Socket, asked: string) => void): Promise<{ url: string; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('data', (data) => answer(socket, String(data)));
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
  return { url: `http://127.0.0.1:${address.port}/x`, sockets };
}

function transport(options: UndiciTransportOptions = {}) {
  const made = createUndiciTransport(options);
  open.push(made);
  return made;
}

const patient = { signal: new AbortController().signal, timeoutMs: 5_000 };
const post = (url: string): WireRequest => ({ method: 'POST', url, headers: {}, body: Buffer.from('xin chào') });
const said = Buffer.from('{"error_code":0,"message":"Thành công"}');

function answered(body: Uint8Array, headers: string, status = '200 OK'): Buffer {
  const head = `HTTP/1.1 ${status}\r\n${headers}${headers === '' ? '' : '\r\n'}Content-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

async function ask(bytes: Uint8Array, options: UndiciTransportOptions = {}, timeoutMs = 5_000) {
  const { url } = await serve((socket) => socket.write(bytes));
  return transport(options).send(post(url), { ...patient, timeoutMs });
}

describe('content coding', () => {
  it('is not asked for, unless the caller does', async () => {
    const seen: string[] = [];
    const { url } = await serve((socket, asked) => {
      seen.push(...asked.split('\r\n').filter((line) => /^accept-encoding:/i.test(line)));
      socket.write(answered(said, ''));
    });
    const wire = transport();
    await wire.send(post(url), patient);
    await wire.send({ method: 'GET', url, headers: { accept: '*/*' } }, patient);
    await wire.send({ ...post(url), headers: { 'Accept-Encoding': 'gzip' } }, patient);
    expect(seen.map((line) => line.toLowerCase())).toEqual([
      'accept-encoding: identity',
      'accept-encoding: identity',
      'accept-encoding: gzip',
    ]);
  });

  it.each<[string, string, (body: Buffer) => Uint8Array]>([
    ['gzip', 'Content-Encoding: gzip', gzipSync],
    ['gzip under its old name', 'content-encoding: X-GZIP', gzipSync],
    [
      'gzip in two members',
      'Content-Encoding: gzip',
      (b) => Buffer.concat([b.subarray(0, 9), b.subarray(9)].map((part) => gzipSync(part))),
    ],
    ['deflate', 'Content-Encoding: deflate', deflateSync],
    ['deflate without its frame', 'Content-Encoding: deflate', deflateRawSync],
    ['brotli', 'Content-Encoding: br', brotliCompressSync],
    ['identity', 'Content-Encoding: identity', (b) => b],
    ['a name that says nothing', 'Content-Encoding:', (b) => b],
    ['two in one line', 'Content-Encoding: deflate, gzip', (b) => gzipSync(deflateSync(b))],
    ['two in two lines', 'Content-Encoding: gzip\r\nContent-Encoding: br', (b) => brotliCompressSync(gzipSync(b))],
    [
      'three, one of them nothing',
      'Content-Encoding: br , identity,\tgzip,deflate',
      (b) => deflateSync(gzipSync(brotliCompressSync(b))),
    ],
  ])('%s is read', async (_name, header, code) => {
    const reply = await ask(answered(code(said), header));
    expect(reply).toMatchObject({ status: 200, body: new Uint8Array(said) });
  });

  it('is taken off with the headers that spoke of it, and the others stay', async () => {
    const reply = await ask(answered(gzipSync(said), 'Content-Encoding: gzip\r\nX-Seen: yes'));
    expect(reply).toMatchObject({ headers: { 'x-seen': 'yes' } });
    expect(Object.keys('headers' in reply ? reply.headers : {})).toEqual(['x-seen']);
  });

  it('of the transfer is read too', async () => {
    const coded = gzipSync(said);
    const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n';
    const bytes = [`${head}${coded.length.toString(16)}\r\n`, coded, '\r\n0\r\n\r\n'].map((each) => Buffer.from(each));
    expect(await ask(Buffer.concat(bytes))).toMatchObject({ status: 200, body: new Uint8Array(said) });
  });

  it('of an answer of failure is read, since it may hold their words', async () => {
    const reply = await ask(answered(brotliCompressSync(said), 'Content-Encoding: br', '400 Bad Request'));
    expect(reply).toMatchObject({ status: 400, body: new Uint8Array(said) });
  });

  it('of nothing is nothing', async () => {
    expect(await ask(answered(Buffer.alloc(0), 'Content-Encoding: gzip'))).toMatchObject({ body: new Uint8Array() });
    const noContent = Buffer.from('HTTP/1.1 204 No Content\r\nContent-Encoding: br\r\n\r\n');
    expect(await ask(noContent)).toMatchObject({ status: 204, body: new Uint8Array() });
  });

  it.each<[string, string, Uint8Array]>([
    ['zstd', 'zstd', zstdCompressSync(said)],
    ['compress', 'compress', said],
    ['a name of objects', 'constructor', said],
    ['an unknown one below a known one', 'rot13, gzip', gzipSync(said)],
    ['plain text that calls itself gzip', 'gzip', said],
    ['plain text that calls itself brotli', 'br', said],
    ['noise that calls itself deflate', 'deflate', Buffer.from([0x78, 0x9c, 255, 255, 255, 255, 7])],
    [
      'more rounds than anybody needs',
      'gzip, gzip, gzip, gzip, gzip',
      [1, 2, 3, 4, 5].reduce((b) => gzipSync(b), said),
    ],
  ])('that cannot be read is a fault and never an answer: %s', async (_name, coding, body) => {
    expect(await ask(answered(body, `Content-Encoding: ${coding}`))).toEqual({
      mayHaveArrived: true,
      cause: 'unknown-coding',
    });
    // A status of failure says enough without its body.
    const busy = answered(body, `Content-Encoding: ${coding}\r\nRetry-After: 7`, '429 Slow down');
    expect(await ask(busy)).toMatchObject({ status: 429, headers: { 'retry-after': '7' }, body: new Uint8Array() });
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('that breaks off is truncated: %s', async (coding, code) => {
    const body = code(Buffer.from(Array.from({ length: 5_000 }, (_, n) => (n * n) % 251)));
    const bytes = answered(body.subarray(0, body.length - 30), `Content-Encoding: ${coding}`);
    expect(await ask(bytes)).toEqual({ mayHaveArrived: true, cause: 'truncated' });
  });

  const MiB = 1024 * 1024;
  const bombOf = (code: (body: Uint8Array) => Uint8Array) => code(Buffer.alloc(96 * MiB));
  it.each<[string, () => Uint8Array]>([
    ['gzip', () => bombOf(gzipSync)],
    ['deflate', () => bombOf(deflateSync)],
    ['br', () => bombOf((b) => brotliCompressSync(b, { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } }))],
    ['gzip, gzip', () => gzipSync(bombOf(gzipSync))],
  ])('that unfolds without end is cut at the bound, in memory too: %s', async (coding, make) => {
    const bytes = answered(make(), `Content-Encoding: ${coding}`);
    const before = process.memoryUsage.rss();
    expect(await ask(bytes, { maximumBodyBytes: 4 * MiB })).toEqual({ mayHaveArrived: true, cause: 'too-large' });
    expect(process.memoryUsage.rss() - before).toBeLessThan(48 * MiB);
  });

  it('is read up to the very bound', async () => {
    const bytes = answered(gzipSync(Buffer.alloc(MiB)), 'Content-Encoding: gzip');
    expect(await ask(bytes, { maximumBodyBytes: MiB })).toMatchObject({ status: 200 });
    expect(await ask(bytes, { maximumBodyBytes: MiB - 1 })).toMatchObject({ cause: 'too-large' });
  });

  it('is read within the deadline of the request', async () => {
    const bytes = answered(gzipSync(Buffer.alloc(100 * MiB)), 'Content-Encoding: gzip');
    expect(await ask(bytes, { maximumBodyBytes: 400 * MiB }, 40)).toEqual({ mayHaveArrived: true, cause: 'timeout' });
  });
});

describe('an interim answer', () => {
  const go = 'HTTP/1.1 100 Continue\r\n\r\n';
  const hints = 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n';
  const patience = 'HTTP/1.1 102 Processing\r\n\r\n';
  const final = answered(said, 'X-Seen: yes').toString();

  describe.each(['GET', 'POST', 'PUT'] as const)('to %s', (method) => {
    it.each<[string, string]>([
      ['100', go],
      ['100 with headers', 'HTTP/1.1 100 Continue\r\nServer: x\r\nContent-Length: 5\r\n\r\n'],
      ['100 without words', 'HTTP/1.1 100\r\n\r\n'],
      ['100 of an older protocol', 'HTTP/1.0 100 Continue\r\n\r\n'],
      ['100 with bare line ends', 'HTTP/1.1 100 Continue\n\n'],
      ['100 twice', go + go],
      ['102', patience],
      ['103', hints],
      ['199', 'HTTP/1.1 199 Miscellaneous\r\n\r\n'],
      ['103 before 100', hints + go],
      ['all of them, an empty line between', `${go}\r\n${patience}${hints}${go}`],
    ])('is passed over: %s', async (_name, before) => {
      const { url, sockets } = await serve((socket) => socket.write(before + final));
      const wire = transport({ connectionsPerOrigin: 1 });
      const body = method === 'GET' ? {} : { body: Buffer.from('a') };
      for (const freshConnection of [false, false, true])
        expect(await wire.send({ method, url, headers: {}, ...body, freshConnection }, patient)).toMatchObject({
          status: 200,
          headers: { 'x-seen': 'yes' },
          body: new Uint8Array(said),
        });
      // The kept connection goes on being one.
      expect(sockets).toHaveLength(2);
    });
  });

  it('is passed over however its bytes are cut, and comes long before the answer', async () => {
    const { url } = await serve((socket, asked) => {
      const size = Number(/^POST \/(\d+)/.exec(asked)?.[1]);
      const bytes = Buffer.from(go + hints + go);
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
        bytes.subarray(n * size, (n + 1) * size),
      );
      const next = () => {
        const piece = pieces.shift();
        if (piece === undefined) setTimeout(() => socket.write(final), 50);
        else socket.write(piece, () => setImmediate(next));
      };
      next();
    });
    const wire = transport();
    await Promise.all(
      [1, 2, 3, 7, 11, 20, 60].map(async (size) =>
        expect(await wire.send(post(url.replace('/x', `/${size}`)), patient)).toMatchObject({ status: 200 }),
      ),
    );
  });

  it.each([
    ['nothing', '', 'reset'],
    ['half a head', 'HTTP/1.1 20', 'reset'],
    ['half a body', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{', 'truncated'],
  ])('is no answer: followed by %s, what came of it is not known', async (_name, rest, cause) => {
    const { url } = await serve((socket) => socket.end(go + rest));
    expect(await transport().send(post(url), patient)).toEqual({ mayHaveArrived: true, cause });
  });

  it('that changes the protocol is no answer of ours', async () => {
    const reply = await ask(
      Buffer.from('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
    );
    expect(reply).toMatchObject({ mayHaveArrived: true });
  });

  it('without end is waited for no longer than for any answer', async () => {
    const { url } = await serve((socket) => {
      const more = setInterval(() => socket.write(hints.repeat(500)), 5);
      socket.on('close', () => clearInterval(more));
    });
    const reply = await transport().send(post(url), { ...patient, timeoutMs: 300 });
    expect(reply).toEqual({ mayHaveArrived: true, cause: 'timeout' });
  });

  it('is told from a body that looks like one', async () => {
    const body = Buffer.from(go + final);
    expect(await ask(Buffer.concat([Buffer.from(go), answered(body, '')]))).toMatchObject({
      status: 200,
      body: new Uint8Array(body),
    });
  });

  it('is all that is taken out, for every run of them and every cut', () => {
    const interim = fc.constantFrom(go, hints, patience, '\r\n', 'HTTP/1.1 150 x\r\na: b\r\n\r\n');
    const rest = fc.constantFrom(final, 'HTTP/1.1 101 S\r\n\r\n', 'HTTP/2 100\r\n\r\n', 'no HTTP', `${final}${go}`);
    fc.assert(
      fc.property(fc.array(interim), rest, fc.array(fc.nat(300)), (before, after, cuts) => {
        const bytes = Buffer.from(before.join('') + after);
        const at = [0, ...cuts.map((cut) => cut % bytes.length).toSorted((a, b) => a - b), bytes.length];
        const strain = interimStrainer();
        let done = false;
        const out = at.slice(1).map((end, n) => {
          const piece = bytes.subarray(at[n], end);
          if (done) return piece;
          const strained = strain(piece);
          done = strained.done;
          return strained.rest;
        });
        expect(Buffer.concat(out).toString()).toBe(after);
      }),
    );
  });
});
