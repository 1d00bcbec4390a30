import { describe, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import type { Principal } from '../principal.ts';
import { problem } from './problem.ts';
import { empty, json, jsonBody, route, streamBody } from './route.ts';

const common = { operationId: 'x', summary: 's', description: 'd', tags: ['t'] } as const;
const ok = { 200: json(z.object({ n: z.number(), kind: z.enum(['a', 'b']).optional() }), 'ok') };

describe('the types of a route (I7)', () => {
  it('gives the handler what the contract promises', () => {
    route(
      {
        ...common,
        method: 'put',
        path: '/v1/x/{id}',
        scope: 'dossiers:write',
        params: z.object({ id: z.string() }),
        query: z.strictObject({ n: z.coerce.number() }),
        body: jsonBody(z.strictObject({ a: z.string() })),
        responses: { ...ok, 204: empty('nothing') },
        problems: ['not-found', 'stale-revision'],
      },
      async (call) => {
        expectTypeOf(call.params).toEqualTypeOf<{ id: string }>();
        expectTypeOf(call.query).toEqualTypeOf<{ n: number }>();
        expectTypeOf(call.body).toEqualTypeOf<{ a: string }>();
        expectTypeOf(call.principal).toEqualTypeOf<Principal>();
        expectTypeOf(call.command).toEqualTypeOf<undefined>();
        if (call.body.a === 'x') return problem('not-found');
        if (call.body.a === 'y') return { status: 204 };
        return call.body.a === 'z'
          ? { status: 200, body: { n: 1 }, headers: { etag: '1' } }
          : { status: 200, body: { n: 1, kind: 'a' } };
      },
    );
  });

  it('refuses what could be forgotten', () => {
    const get = { ...common, method: 'get', path: '/v1/x', responses: ok } as const;
    const post = { ...common, method: 'post', path: '/v1/x', scope: 'reveal', responses: ok } as const;
    const one = () => ({ status: 200, body: { n: 1 } }) as const;
    // @ts-expect-error a route without a scope cannot be written
    route(get, one);
    // @ts-expect-error a POST must say whether it takes an idempotency key
    route(post, one);
    const reveal = { ...get, scope: 'reveal' } as const;
    // @ts-expect-error an answer that the contract does not list
    route(reveal, () => ({ status: 201, body: { n: 1 } }) as const);
    // @ts-expect-error a body of another shape
    route(reveal, () => ({ status: 200, body: { n: 'one' } }) as const);
    // @ts-expect-error a problem that the contract does not list
    route(reveal, () => problem('not-found'));
    route(reveal, one);
  });

  it('tells a stream and a command by their contract', () => {
    route(
      {
        ...common,
        method: 'post',
        path: '/v1/x',
        scope: 'dossiers:write',
        idempotent: { exempt: 'revisions make it safe' },
        body: streamBody('application/x-ndjson'),
        responses: ok,
      },
      ({ body, command }) => {
        expectTypeOf(body).toEqualTypeOf<ReadableStream<Uint8Array>>();
        expectTypeOf(command).toEqualTypeOf<undefined>();
        return { status: 200, body: { n: 1 } };
      },
    );
    route(
      { ...common, method: 'post', path: '/v1/x', scope: 'dossiers:write', idempotent: true, responses: ok },
      ({ command }) => {
        expectTypeOf(command.resource).toEqualTypeOf<string | undefined>();
        return { status: 200, body: { n: 1 } };
      },
    );
  });
});
