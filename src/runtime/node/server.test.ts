import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { AppEnv } from '../../routes/shell.ts';
import { type Listening, listen } from './server.ts';

type Fetch = (request: Request, env?: AppEnv) => Response | Promise<Response>;

describe('the server', () => {
  const open: Listening[] = [];
  const start = async (fetch: Fetch, trustedProxies: readonly string[] = []) => {
    const server = await listen({ fetch }, { port: 0, trustedProxies });
    open.push(server);
    return server;
  };
  afterEach(async () => {
    await Promise.all(open.splice(0).map((server) => server.close(0)));
  });

  it('listens on loopback unless told otherwise, and says where', async () => {
    const server = await start(() => new Response('here'));
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
    expect(await (await fetch(server.url)).text()).toBe('here');
  });

  it('says when the port is taken', async () => {
    const server = await start(() => new Response(''));
    await expect(listen({ fetch: () => new Response('') }, { port: server.port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });

  it('tells the address of the client, and believes a proxy only where it is trusted (I7)', async () => {
    const tell: Fetch = (_request, env) => new Response(`${env?.remoteAddress} ${env?.header?.('x-some')}`);
    const headers = { 'x-forwarded-for': '203.0.113.9', 'x-some': 'thing' };
    expect(await (await fetch((await start(tell)).url, { headers })).text()).toBe('127.0.0.1 thing');
    expect(await (await fetch((await start(tell, ['127.0.0.1'])).url, { headers })).text()).toBe('203.0.113.9 thing');
  });

  it('answers a body that nobody wants to read, and lets its sender hear so', async () => {
    const server = await start((asked) => {
      void asked.body;
      return new Response('too long', { status: 413 });
    });
    const body = 'x'.repeat(8_000_000);
    for (let turn = 0; turn < 20; turn++)
      expect((await fetch(server.url, { method: 'PUT', body })).status, `turn ${turn}`).toBe(413);
  });

  it('stopping, takes nobody new, lets the one under way end, and frees idle connections', async () => {
    let arrived: () => void = () => {};
    const waiting = new Promise<void>((resolve) => (arrived = resolve));
    let go: () => void = () => {};
    const server = await start(async () => {
      arrived();
      await new Promise<void>((resolve) => (go = resolve));
      return new Response('done');
    });
    const idle = connect(server.port, '127.0.0.1');
    const idleClosed = new Promise((resolve) => idle.once('close', resolve));
    const under = fetch(server.url);
    await waiting;
    const closed = server.close(5_000);
    await expect(fetch(server.url)).rejects.toThrow();
    go();
    const answer = await under;
    expect([await answer.text(), answer.headers.get('connection')]).toEqual(['done', 'close']);
    expect(await closed).toBe(true);
    await idleClosed;
  });

  it('stopping, cuts off what does not end in time', async () => {
    let arrived: () => void = () => {};
    const waiting = new Promise<void>((resolve) => (arrived = resolve));
    const server = await start(() => {
      arrived();
      return new Promise<Response>(() => {});
    });
    const under = fetch(server.url).then(
      () => 'answered',
      () => 'cut',
    );
    await waiting;
    expect(await server.close(20)).toBe(false);
    expect(await under).toBe('cut');
  });

  it('hands a body on as it comes, and answers before it has ended', async () => {
    const server = await start((incoming) => new Response(incoming.body));
    const echoed = await new Promise<string>((resolve, reject) => {
      const client = request(`${server.url}/`, { method: 'POST' }, (answer) => {
        answer.setEncoding('utf8');
        answer.once('data', (chunk: string) => {
          resolve(chunk);
          client.end();
        });
      });
      client.once('error', reject);
      client.write('first\n');
    });
    expect(echoed).toBe('first\n');
  });
});
