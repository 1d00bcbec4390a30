import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { dossierSnapshot } from '../../contracts/domain/dossier.ts';
import { type Client, TEST_ADMIN_KEY, type TestDesk, testDesk } from '../../test/kit/desk.ts';
import { AuthenticationUnavailable } from '../principal.ts';
import { StoreUnavailable } from '../store/engine.ts';
import { TooLarge } from '../store/limits.ts';
import { problem, Refused } from './problem.ts';
import { json, jsonBody, type Route, route, stream, streamBody } from './route.ts';

const person = { name: 'Nguyễn Văn Mẫu', number: '024000000000', phone: '0900000000' };
const common = { scope: 'dossiers:write', summary: 's', description: 'd', tags: ['t'] } as const;
const echo = z.object({ seen: z.unknown() });

let fails: () => unknown = () => undefined;

const routes: readonly Route[] = [
  route(
    {
      ...common,
      method: 'put',
      path: '/v1/things/{id}',
      operationId: 'putThing',
      params: z.strictObject({ id: z.string().max(40) }),
      query: z.strictObject({ n: z.coerce.number().int().optional(), tag: z.array(z.string()).optional() }),
      body: jsonBody(z.strictObject({ a: z.string(), b: z.strictObject({ 'c/d': z.int(), e: z.enum(['x', 'y']) }) })),
      bodyLimitBytes: 300,
      responses: { 200: json(echo, 'ok') },
    },
    ({ params, query, body, traceparent }) => ({ status: 200, body: { seen: { params, query, body, traceparent } } }),
  ),
  route(
    {
      ...common,
      method: 'put',
      path: '/v1/dossier',
      operationId: 'putWholeDossier',
      body: jsonBody(dossierSnapshot),
      responses: { 200: json(echo, 'ok') },
    },
    () => ({ status: 200, body: { seen: 1 } }),
  ),
  route(
    { ...common, method: 'get', path: '/v1/failing', operationId: 'fail', responses: { 200: json(echo, 'ok') } },
    () => ({ status: 200, body: { seen: fails() } }),
  ),
  route(
    {
      ...common,
      method: 'post',
      path: '/v1/lines',
      operationId: 'lines',
      idempotent: { exempt: 'a test' },
      body: streamBody('application/x-ndjson'),
      responses: { 200: stream('application/x-ndjson', 'one answer a line') },
    },
    ({ body }) => ({ status: 200, stream: body }),
  ),
  route(
    {
      ...common,
      method: 'get',
      path: '/v1/leaky',
      operationId: 'leaky',
      responses: { 200: json(z.object({ code: z.string() }), 'ok') },
    },
    (_call) => {
      const held = { code: 'x', name: person.name };
      return { status: 200, body: held };
    },
  ),
];

const probes: readonly Route[] = [
  route(
    {
      ...common,
      ...{ method: 'get', path: '/probe', operationId: 'probe', scope: 'public', unlimited: 'a test' },
      responses: { 200: json(echo, 'ok') },
    } as const,
    () => ({ status: 200, body: { seen: 1 } }),
  ),
  route(
    {
      ...common,
      method: 'get',
      path: '/open',
      operationId: 'open',
      scope: 'public',
      responses: { 200: json(echo, 'ok') },
    },
    () => ({ status: 200, body: { seen: 1 } }),
  ),
  route(
    {
      ...common,
      ...{ method: 'get', path: '/v1/nothing-but-a-key', operationId: 'key', scope: 'dossiers:read' },
      responses: { 200: json(echo, 'ok') },
    } as const,
    () => ({ status: 200, body: { seen: 1 } }),
  ),
];

describe('the mechanism of routes', () => {
  let desk: TestDesk;
  let client: Client;
  beforeAll(async () => {
    desk = await testDesk();
    client = desk.serve(routes);
  });
  afterAll(() => desk.close());
  const key = TEST_ADMIN_KEY;
  const good = { a: 'x', b: { 'c/d': 1, e: 'y' } };
  const fieldsOf = (answer: { json: { errors: { in: string; pointer: string }[] } }) =>
    answer.json.errors.map((error) => `${error.in} ${error.pointer}`).sort();

  it('gives the handler what was sent, parsed', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const answer = await client.send('PUT', '/v1/things/a%2Fb?n=3&tag=p&tag=q', {
      key,
      body: good,
      headers: { traceparent },
    });
    expect(answer.status).toBe(200);
    expect(answer.json.seen).toEqual({
      params: { id: 'a/b' },
      query: { n: 3, tag: ['p', 'q'] },
      body: good,
      traceparent,
    });
  });

  it.each<[string, string, string]>([
    ['lists', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'is nested deeper than 64 levels'],
    ['objects', `${'{"a":'.repeat(65)}0${'}'.repeat(65)}`, 'is nested deeper than 64 levels'],
    [
      'members',
      JSON.stringify(Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`k${n}`, 0]))),
      'holds an object of more than 1000 members',
    ],
    ['values', `{"steps":[${'0,'.repeat(40_000)}0]}`, 'holds more than 40000 values'],
  ])('bounds how JSON is built before any schema sees it: %s', async (_name, text, message) => {
    const answer = await client.send('PUT', '/v1/dossier', {
      key,
      body: text,
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(400);
    expect(answer.json.errors).toEqual([{ in: 'body', pointer: '', message }]);
  });

  it('names every failing field as a pointer, unknown ones too, and repeats no value (I6)', async () => {
    const body = {
      b: { 'c/d': person.number, e: person.name, x: person.phone },
      [person.number]: 1,
      extra: person.name,
    };
    const answer = await client.send('PUT', '/v1/things/a?n=no&other=1', { key, body });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.json).toMatchObject({
      code: 'validation-failed',
      status: 400,
      type: 'urn:lienthong:problem:validation-failed',
    });
    expect(answer.json.requestId).toBe(answer.headers.get('x-request-id'));
    expect(fieldsOf(answer)).toEqual(
      ['body ', 'body /a', 'body /b/c~1d', 'body /b/e', 'body /b/x', 'body /extra', 'query /n', 'query /other'].sort(),
    );
    expect(answer.json.errors).toContainEqual({ in: 'body', pointer: '/a', message: 'is required' });
    for (const value of Object.values(person)) expect(answer.text).not.toContain(value);
  });

  it('refuses what not every store can keep, by its place', async () => {
    const at = async (url: string, body: string) => fieldsOf(await client.send('PUT', url, { key, body }));
    expect(await at('/v1/things/a', '{"a":"x\\u0000","b":{"c/d":1,"e":"x"}}')).toEqual(['body /a']);
    expect(await at('/v1/things/a', '{"a":"\\ud83d","b":{"c/d":1,"e":"x"}}')).toEqual(['body /a']);
    expect(await at('/v1/things/a%00?tag=a&tag=%00', JSON.stringify(good))).toEqual(['path /id', 'query /tag/1']);
    const pair = await client.send('PUT', '/v1/things/a', {
      key,
      body: '{"a":"\\ud83d\\ude00","b":{"c/d":1,"e":"x"}}',
    });
    expect(pair.status).toBe(200);
  });

  it('names all that is wrong with a dossier at once', async () => {
    const answer = await client.send('PUT', '/v1/dossier', {
      key,
      body: {
        code: 'H02.15.03-221201-0001',
        updatedAt: '2022-12-01T09:15:00',
        procedure: {},
        agency: { code: '' },
        channel: 'pigeon',
        status: 'processing',
        applicant: {
          kind: 'citizen',
          name: person.name,
          identities: [{ type: 'citizen-id', number: '123' }],
          phon: person.phone,
        },
        steps: [{ at: 'today', status: 'accepted' }],
      },
    });
    expect(fieldsOf(answer)).toEqual(
      expect.arrayContaining([
        'body /updatedAt',
        'body /procedure/code',
        'body /agency/code',
        'body /channel',
        'body /applicant/identities/0/number',
        'body /applicant/phon',
        'body /steps/0/at',
        'body /receivedAt',
      ]),
    );
  });

  it.each([
    ['not JSON', '{"a":', 400, 'malformed-request'],
    ['nothing', '', 400, 'malformed-request'],
    ['bytes that are no UTF-8', Uint8Array.of(0x22, 0xff, 0x22), 400, 'malformed-request'],
    ['bytes that are half a character', Uint8Array.of(0x22, 0xf0, 0x9f, 0x98, 0x22), 400, 'malformed-request'],
    ['too much', `"${'x'.repeat(400)}"`, 413, 'body-too-large'],
    ['a deep nest', '['.repeat(140) + ']'.repeat(140), 400, 'validation-failed'],
  ])('refuses a body of %s', async (_name, body, status, code) => {
    const answer = await client.send('PUT', '/v1/things/a', { key, body });
    expect([answer.status, answer.json.code]).toEqual([status, code]);
  });

  it('bounds a body whose length is not declared', async () => {
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new TextEncoder().encode('x'.repeat(100))),
    });
    const app = desk.serve(routes);
    const answer = await app.send('PUT', '/v1/things/a', {
      key,
      body: 'x'.repeat(301),
      headers: { 'content-length': '301' },
    });
    expect(answer.status).toBe(413);
    // The connection is not cut under who is still sending: the answer would be lost.
    expect(answer.headers.get('connection')).toBeNull();
    const endless = await app.raw(
      new Request('http://127.0.0.1/v1/things/a', {
        method: 'PUT',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body,
        duplex: 'half',
      } as RequestInit),
    );
    expect(endless.status).toBe(413);
  });

  it('refuses a content type or coding that it does not read', async () => {
    for (const headers of [{ 'content-type': 'text/xml' }, { 'content-encoding': 'gzip' }])
      expect((await client.send('PUT', '/v1/things/a', { key, body: good, headers })).status).toBe(415);
    const charset = { 'content-type': 'application/json; charset=utf-8' };
    expect((await client.send('PUT', '/v1/things/a', { key, body: good, headers: charset })).status).toBe(200);
  });

  it('passes a stream through without gathering it', async () => {
    const answer = await client.send('POST', '/v1/lines', {
      key,
      body: '1\n2\n',
      headers: { 'content-type': 'application/x-ndjson' },
    });
    expect([answer.status, answer.text, answer.headers.get('content-type')]).toEqual([
      200,
      '1\n2\n',
      'application/x-ndjson',
    ]);
  });

  it.each([
    ['a full disk', () => new StoreUnavailable('disk full', 7), 503, 'store-unavailable', '7'],
    ['a lost identity provider', () => new AuthenticationUnavailable('x'), 503, 'authentication-unavailable', '5'],
    ['what the store has no room for', () => new TooLarge('it', 10), 413, 'body-too-large', null],
    ['a refusal met deep inside', () => new Refused(problem('wrong-state')), 409, 'wrong-state', null],
    ['a fault of ours', () => new Error(`fell over ${person.name} ${person.number}`), 500, 'internal-error', null],
  ])('answers %s as a problem', async (_name, error, status, code, retryAfter) => {
    fails = () => {
      throw error();
    };
    const answer = await client.send('GET', '/v1/failing', { key });
    expect([answer.status, answer.json.code, answer.headers.get('retry-after')]).toEqual([status, code, retryAfter]);
    expect(answer.text).not.toContain('fell over');
  });

  it.each([
    [{ errcode: 13 }, 'the disk is full: it takes more once room was made'],
    [{ errcode: 8 }, 'the store is read-only'],
    [{}, undefined],
  ])('says why the store takes nothing, where it is known: %j', async (cause, detail) => {
    fails = () => {
      throw new StoreUnavailable('the store cannot be written: x', 5, { cause });
    };
    expect((await client.send('GET', '/v1/failing', { key })).json.detail).toBe(detail);
  });

  it('logs a fault with its place but not its words, and each request by its pattern (I6)', async () => {
    const { lines } = desk;
    lines.length = 0;
    fails = () => {
      throw new SyntaxError(`Unexpected token in "${person.name}"`);
    };
    await client.send('GET', `/v1/failing?name=${encodeURIComponent(person.name)}`, { key });
    await client.send('PUT', `/v1/things/${person.number}`, { key, body: good });
    const text = JSON.stringify(lines);
    for (const value of Object.values(person)) expect(text).not.toContain(value);
    expect(text).not.toContain(encodeURIComponent(person.name));
    expect(text).toContain('serve.test.ts');
    expect(lines.find(({ fields }) => fields.route === '/v1/things/{id}')).toMatchObject({
      level: 'info',
      sentence: 'request',
      fields: { method: 'PUT', status: 200, principal: 'admin-key', requestId: expect.stringMatching(/^req_/) },
    });
  });

  it('keeps an answer that its contract does not know from leaving, in tests (I6)', async () => {
    expect((await client.send('GET', '/v1/leaky', { key })).status).toBe(500);
  });

  it('takes over a request id that is one, and makes one otherwise', async () => {
    const id = async (given: string) =>
      (await client.send('GET', '/v1/leaky', { key, headers: { 'x-request-id': given } })).headers.get('x-request-id');
    expect(await id('portal-7f3a.1')).toBe('portal-7f3a.1');
    expect(await id('0b9f1d6e-3c1a-4e1e-9a55-111122223333')).toBe('0b9f1d6e-3c1a-4e1e-9a55-111122223333');
    for (const bad of [person.number, `id-${person.number}`, 'a b', 'x'.repeat(200)])
      expect(await id(bad)).toMatch(/^req_/);
  });

  it('answers paths and methods that are not there as problems', async () => {
    expect((await client.send('GET', '/v1/nothing', { key })).json.code).toBe('not-found');
    const answer = await client.send('DELETE', '/v1/things/a', { key });
    expect([answer.status, answer.json.code, answer.headers.get('allow')]).toEqual([405, 'method-not-allowed', 'PUT']);
  });

  it('puts security headers on answers and problems alike', async () => {
    for (const path of ['/v1/leaky', '/v1/nothing']) {
      const { headers } = await client.send('GET', path, { key });
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });
});

describe('rates', () => {
  it('bounds each principal by its key, and says when to come back', async () => {
    const desk = await testDesk();
    const client = desk.serve(routes);
    const made = await desk.keys.create(
      { principal: { kind: 'system', name: 'slow', role: 'system' }, test: false, ratePerSecond: 1 },
      'test',
    );
    const ask = () =>
      client.send('POST', '/v1/lines', {
        key: made?.key,
        body: '1',
        headers: { 'content-type': 'application/x-ndjson' },
      });
    expect([(await ask()).status, (await ask()).status]).toEqual([200, 200]);
    const refused = await ask();
    expect([refused.status, refused.json.code, refused.headers.get('retry-after')]).toEqual([429, 'rate-limited', '1']);
    expect(refused.headers.get('ratelimit')).toContain('r=0');
    expect((await client.send('GET', '/v1/leaky', { key: TEST_ADMIN_KEY })).status).not.toBe(429);
    desk.platform.at += 1000;
    expect((await ask()).status).toBe(200);
    await desk.close();
  });

  /** As a gateway in its first moment: it remembers nobody. */
  const forgetful = async () => {
    const desk = await testDesk({ verifyToken: async () => undefined });
    const client = desk.serve([...routes, ...probes]);
    return { desk, client, key: await desk.key('system', 'system') };
  };
  const ask = (client: Client, key: string | undefined, from = '10.0.0.9', path = '/v1/leaky') =>
    client.send('GET', path, { key, from }).then(({ status }) => status);
  const count = (statuses: readonly number[], status: number) => statuses.filter((each) => each === status).length;
  const guess = (kind: string, n: number) =>
    kind === 'tokens' ? `a${n}.b.c` : kind === 'texts' ? `guess-${n}` : `ltk_${kind}_${n}`;

  it.each(['live', 'test', 'tokens', 'texts'])(
    'judges no more guesses at once than one after another: %s (I7)',
    async (kind) => {
      const { desk, client } = await forgetful();
      const statuses = await Promise.all(Array.from({ length: 400 }, (_, n) => ask(client, guess(kind, n))));
      expect([count(statuses, 401), count(statuses, 429)]).toEqual([40, 360]);
      desk.platform.at += 1_000;
      const later = await Promise.all(Array.from({ length: 100 }, (_, n) => ask(client, guess(kind, n))));
      expect(count(later, 401)).toBe(20);
      await desk.close();
    },
  );

  it('lets a good key in that was never seen, amid any number of guesses from its address (I7)', async () => {
    const { desk, client, key } = await forgetful();
    const others = await Promise.all([desk.key('system', 'system'), desk.key('operator'), desk.key('auditor')]);
    const asked = Array.from({ length: 200 }, (_, n) => ask(client, guess('live', n)));
    const good = [key, ...others, TEST_ADMIN_KEY].map((each) => ask(client, each, '10.0.0.9', '/v1/nothing-but-a-key'));
    expect(await Promise.all(good)).toEqual([200, 200, 200, 200, 200]);
    expect(count(await Promise.all(asked), 401)).toBe(40);
    // Nor later, when it is not remembered any more and the guesses go on.
    desk.platform.at += 5_000;
    const again = Array.from({ length: 200 }, (_, n) => ask(client, guess('live', n)));
    expect(await ask(client, key, '10.0.0.9', '/v1/nothing-but-a-key')).toBe(200);
    expect(count(await Promise.all(again), 401)).toBe(40);
    await desk.close();
  });

  it('a good key costs nobody a guess, however many come at once for the first time', async () => {
    const { desk, client } = await forgetful();
    const keys = await Promise.all(Array.from({ length: 100 }, () => desk.key('system', 'system')));
    const path = '/v1/nothing-but-a-key';
    expect(new Set(await Promise.all(keys.map((key) => ask(client, key, '10.0.0.9', path))))).toEqual(new Set([200]));
    const statuses = await Promise.all(Array.from({ length: 50 }, (_, n) => ask(client, guess('live', n))));
    expect(count(statuses, 401)).toBe(40);
    await desk.close();
  });

  it('probes are answered whatever else comes from their address, and however often (I7)', async () => {
    const { desk, client } = await forgetful();
    await Promise.all(Array.from({ length: 200 }, (_, n) => ask(client, guess('live', n))));
    await Promise.all(Array.from({ length: 1_200 }, () => ask(client, undefined)));
    await Promise.all(Array.from({ length: 1_200 }, () => ask(client, undefined, '10.0.0.9', '/v1/nothing')));
    const open = await Promise.all(Array.from({ length: 1_200 }, () => ask(client, undefined, '10.0.0.9', '/open')));
    expect([count(open, 200), count(open, 429)]).toEqual([1_000, 200]);
    const probed = await Promise.all(Array.from({ length: 1_200 }, () => ask(client, undefined, '10.0.0.9', '/probe')));
    expect(count(probed, 200)).toBe(1_200);
    await desk.close();
  });

  it.each([
    ['no route has', 'GET', '/v1/nothing', 404],
    ['a route has by another method', 'DELETE', '/v1/things/a', 405],
    ['needs a key that is not sent', 'GET', '/v1/leaky', 401],
    ['no route has, and is long', 'GET', `/${'a/'.repeat(4_000)}`, 404],
  ])('limits what %s, by network (I7)', async (_name, method, path, status) => {
    const { desk, client, key } = await forgetful();
    const send = (from: string) => client.send(method, path, { from }).then((answer) => answer.status);
    // Whoever has one address of these 64 bits has them all.
    const statuses = await Promise.all(Array.from({ length: 500 }, (_, n) => send(`2001:db8:1:2::${n.toString(16)}`)));
    expect([count(statuses, status), count(statuses, 429)]).toEqual([200, 300]);
    expect(await send('2001:db8:1:3::1')).toBe(status);
    expect(await send('10.0.0.9')).toBe(status);
    expect(await ask(client, key, '2001:db8:1:2::1', '/v1/nothing-but-a-key')).toBe(200);
    await desk.close();
  });

  it('refuses a query beyond its bounds, and only after it knows who asks', async () => {
    const { desk, client, key } = await forgetful();
    const path = (query: string) => `/v1/things/a?${query}`;
    const send = (query: string, by?: string) => client.send('PUT', path(query), { key: by, body: '{}' });
    for (const query of ['tag=a&'.repeat(65), `tag=${'x'.repeat(9_000)}`, '&'.repeat(70)]) {
      expect((await send(query)).status).toBe(401);
      const answer = await send(query, TEST_ADMIN_KEY);
      expect([answer.status, answer.json.code, answer.json.errors]).toEqual([
        ...[400, 'validation-failed'],
        [{ in: 'query', pointer: '', message: 'has more than 64 parameters or 8192 characters' }],
      ]);
    }
    expect(key).toBeDefined();
    await desk.close();
  });

  it('slows down whoever guesses keys, and nobody else (I7)', async () => {
    const desk = await testDesk();
    const client = desk.serve(routes);
    const statuses: number[] = [];
    for (let guess = 0; guess < 60; guess++)
      statuses.push((await client.send('GET', '/v1/leaky', { key: `ltk_live_${guess}`, from: '10.0.0.9' })).status);
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    expect(statuses.at(-1)).toBe(429);
    expect((await client.send('GET', '/v1/leaky', { key: 'ltk_live_x', from: '10.0.0.8' })).status).toBe(401);
    await desk.close();
  });
});
