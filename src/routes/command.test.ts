import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Client, TEST_ADMIN_KEY, type TestDesk, testDesk } from '../../test/kit/desk.ts';
import { StoreUnavailable, sql } from '../store/engine.ts';
import { createIdempotency, KEPT_MS, RUN_AT_MOST_MS } from './idempotency.ts';
import { problem } from './problem.ts';
import { json, jsonBody, route } from './route.ts';

type Act = (call: { readonly resource: string | undefined; remember(resource: string): unknown }) => Promise<unknown>;

/** A command is done once per principal, route and key (I1, I2). */
describe('an idempotency key', () => {
  let desk: TestDesk;
  let client: Client;
  let runs = 0;
  let act: Act;
  const order = (body: unknown, idempotencyKey: string | undefined, key = TEST_ADMIN_KEY, path = '/v1/orders/a') =>
    client.send('POST', path, {
      key,
      body,
      headers: idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey },
    });
  /** Where no other process can come, a key is written with what it makes. */
  const unwritten = <Row>(among: Row[]): Row[] => (desk.engine.sole ? [] : among);
  const kept = () => desk.engine.all<Record<string, string | number | null>>(sql('select * from idempotency'));

  beforeEach(async () => {
    desk = await testDesk();
    runs = 0;
    act = async () => undefined;
    client = desk.serve([
      route(
        {
          method: 'post',
          path: '/v1/orders/{id}',
          operationId: 'order',
          scope: 'exchanges:act',
          idempotent: true,
          secretFields: ['secret'],
          summary: 's',
          description: 'd',
          tags: ['t'],
          params: z.strictObject({ id: z.string() }),
          body: jsonBody(z.strictObject({ n: z.int(), m: z.int().optional() })),
          responses: {
            202: json(z.object({ run: z.int(), secret: z.string().nullable(), resource: z.string().nullable() }), 'ok'),
          },
          problems: ['wrong-state', 'system-failed'],
        },
        async ({ body, command }) => {
          runs += 1;
          const run = runs;
          await act(command);
          if (body.n === 409) return problem('wrong-state', { more: { held: 3 } });
          if (body.n === 502) return problem('system-failed');
          return {
            status: 202,
            body: { run, secret: 'shown-once', resource: command.resource ?? null },
            headers: { location: '/v1/orders/1' },
          };
        },
      ),
    ]);
  });
  afterEach(() => desk.close());

  it('is required, and named when it is missing or unusable', async () => {
    for (const bad of [undefined, 'x'.repeat(256), 'has space']) {
      const answer = await order({ n: 1 }, bad);
      expect([answer.status, answer.json.code]).toEqual([400, 'idempotency-key-required']);
      expect(answer.json.errors[0]).toMatchObject({ in: 'header', pointer: '/Idempotency-Key' });
    }
    expect(runs).toBe(0);
  });

  it('repeats the answer without acting, and without the secret (I6)', async () => {
    const first = await order({ n: 1, m: 2 }, 'k1');
    const again = await order('{ "m": 2, "n": 1 }', 'k1');
    expect([first.status, again.status, runs]).toEqual([202, 202, 1]);
    expect(first.json).toEqual({ run: 1, secret: 'shown-once', resource: null });
    expect(again.json).toEqual({ run: 1, secret: null, resource: null });
    expect(again.headers.get('location')).toBe('/v1/orders/1');
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(JSON.stringify(await kept())).not.toContain('shown-once');
  });

  it('keeps a business error, with the id of the request that asks again', async () => {
    const first = await order({ n: 409 }, 'k');
    const again = await order({ n: 409 }, 'k');
    expect([first.status, again.status, runs]).toEqual([409, 409, 1]);
    expect(again.json).toMatchObject({ code: 'wrong-state', held: 3, requestId: again.headers.get('x-request-id') });
  });

  it('keeps no failure of ours or theirs', async () => {
    for (const failing of [
      async () => {
        throw new Error('x');
      },
      async () => {
        throw new StoreUnavailable('full');
      },
    ]) {
      act = failing;
      expect((await order({ n: 1 }, 'k')).status).toBeGreaterThanOrEqual(500);
    }
    act = async () => undefined;
    expect((await order({ n: 502 }, 'k2')).status).toBe(502);
    expect(await kept()).toEqual([]);
    expect((await order({ n: 1 }, 'k')).status).toBe(202);
  });

  it('belongs to its principal and route, and to one body and path', async () => {
    const other = await desk.key('operator');
    expect((await order({ n: 1 }, 'k')).status).toBe(202);
    expect((await order({ n: 1 }, 'k', other)).status).toBe(202);
    expect(runs).toBe(2);
    for (const answer of [await order({ n: 2 }, 'k'), await order({ n: 1 }, 'k', TEST_ADMIN_KEY, '/v1/orders/b')])
      expect([answer.status, answer.json.code]).toEqual([422, 'idempotency-mismatch']);
    expect(runs).toBe(2);
  });

  it('is not spent on a request that does not validate', async () => {
    expect((await order({ n: 'one' }, 'k')).status).toBe(400);
    expect((await order({ n: 1 }, 'k')).status).toBe(202);
  });

  it('lets one of many at a time run; the others hear 409', async () => {
    let go: () => void = () => {};
    act = () => new Promise<void>((resolve) => (go = resolve));
    const first = order({ n: 1 }, 'k');
    while (runs === 0) await new Promise((resolve) => setImmediate(resolve));
    const others = await Promise.all([order({ n: 1 }, 'k'), order({ n: 1 }, 'k')]);
    expect(others.map(({ status, json: body }) => [status, body.code])).toEqual([
      [409, 'still-running'],
      [409, 'still-running'],
    ]);
    go();
    expect((await first).status).toBe(202);
    expect(runs).toBe(1);
  });

  it('is free again a stated time after its process died, and at once when a new process finds it', async () => {
    const name = { principal: 'p', route: 'r', key: 'k' };
    const process = (instance: string) =>
      createIdempotency({ ...desk, engine: { ...desk.engine, sole: false }, instance });
    const [dead, other, next] = [process('dead'), process('other'), process('next')];
    expect((await dead.begin(name, 'body')).kind).toBe('run');
    expect((await other.begin(name, 'body')).kind).toBe('running');
    desk.platform.at += RUN_AT_MOST_MS + 1;
    expect((await other.begin(name, 'body')).kind).toBe('run');
    await next.freeAbandoned();
    expect((await next.begin(name, 'body')).kind).toBe('run');
  });

  it('of a process that died alone with its store is begun anew, with what was made under it', async () => {
    const name = { principal: 'p', route: 'r', key: 'k' };
    const dead = await desk.idempotency.begin(name, 'body');
    if (dead.kind !== 'run') throw new Error('it runs');
    const process = (instance: string) => createIdempotency({ ...desk, instance });
    await process('second').freeAbandoned();
    const second = await process('second').begin(name, 'body');
    if (second.kind !== 'run') throw new Error('it runs');
    expect(second.run.resource).toBeUndefined();
    await desk.engine.batch([second.run.remember('made')]);
    await dead.run.finish({ status: 200, answer: '"dead"' });
    const third = process('third');
    await third.freeAbandoned();
    expect(await third.begin(name, 'another body')).toEqual({ kind: 'mismatch' });
    expect(await third.begin(name, 'body')).toMatchObject({ kind: 'run', run: { resource: 'made' } });
  });

  it('lets a run that was overtaken keep nothing', async () => {
    const name = { principal: 'p', route: 'r', key: 'k' };
    const slow = await desk.idempotency.begin(name, 'body');
    desk.platform.at += RUN_AT_MOST_MS + 1;
    const next = await desk.idempotency.begin(name, 'body');
    if (slow.kind !== 'run' || next.kind !== 'run') throw new Error('both run');
    await slow.run.finish({ status: 200, answer: '"slow"' });
    expect((await desk.idempotency.begin(name, 'body')).kind).toBe('running');
    await next.run.finish({ status: 200, answer: '"next"' });
    expect(await desk.idempotency.begin(name, 'body')).toMatchObject({ kind: 'stored', stored: { answer: '"next"' } });
  });

  it('remembers what was made, so that a lost answer makes no second one (I2)', async () => {
    act = async ({ resource, remember }) => {
      if (resource !== undefined) return;
      await desk.engine.batch([remember('ord_1') as ReturnType<typeof sql>]);
      throw new Error('died after the commit');
    };
    expect((await order({ n: 1 }, 'k')).status).toBe(500);
    const again = await order({ n: 1 }, 'k');
    expect([again.status, again.json.resource]).toEqual([202, 'ord_1']);
  });

  it('I2: remembers nothing where the row that it names was not written by its batch', async () => {
    const row = { table: 'peer_session', column: 'name', row: 'theirs' };
    await desk.engine.batch([
      sql(
        `insert into peer_session (name, sealed, version, saved_at, written_by) values ('theirs', '', 1, 0, 'other-batch')`,
      ),
    ]);
    const name = { principal: 'p', route: 'r', key: 'k' };
    const begun = await desk.idempotency.begin(name, 'body');
    if (begun.kind !== 'run') throw new Error('it runs');
    await desk.engine.batch([begun.run.remember('theirs', { ...row, token: 'mine' })]);
    expect(await kept()).toMatchObject(unwritten([{ resource: null }]));
    await desk.engine.batch([begun.run.remember('theirs', { ...row, token: 'other-batch' })]);
    expect(await kept()).toMatchObject([{ resource: 'theirs' }]);
  });

  it('I1: keeps no 202 about what was made: the same key is answered about it as it stands then', async () => {
    act = async ({ resource, remember }) => {
      if (resource === undefined) await desk.engine.batch([remember('ord_1') as ReturnType<typeof sql>]);
    };
    expect((await order({ n: 1 }, 'k')).json.run).toBe(1);
    expect(await kept()).toMatchObject([{ status: null, answer: null, resource: 'ord_1' }]);
    const again = await order({ n: 1 }, 'k');
    expect(again.json).toMatchObject({ run: 2, resource: 'ord_1' });
    expect(again.headers.get('idempotency-replayed')).toBeNull();
  });

  it('I2: holds the act that was bound to it, and after that is lost one new run, not two', async () => {
    const name = { principal: 'p', route: 'r', key: 'k' };
    const begun = await desk.idempotency.begin(name, 'body');
    if (begun.kind !== 'run') throw new Error('it runs');
    const only = { table: 'peer_session', column: 'name', row: 'judged' };
    await desk.engine.batch([
      sql(`insert into peer_session (name, version, sealed, saved_at, written_by) values ('judged', 1, '', 1, 't1')`),
    ]);
    const bind = (exchange: string, token: string) =>
      desk.engine.batch([begun.run.key.bind({ resource: `of ${exchange}`, exchange }, only, token)]);
    const held = async () => (await kept()).map(({ act: bound, resource }) => [bound, resource]);
    await bind('x0', 'another token');
    expect(await held()).toEqual(unwritten([[null, null]]));
    await bind('x1', 't1');
    await bind('x2', 't1');
    await begun.run.finish({ status: 202, answer: '{}' });
    await begun.run.release();
    await begun.run.key.release();
    expect(await held()).toEqual([['x1', 'of x1']]);
    desk.platform.at += RUN_AT_MOST_MS + 1;
    const [one, two] = [await desk.idempotency.begin(name, 'body'), await desk.idempotency.begin(name, 'body')];
    if (one.kind !== 'act' || two.kind !== 'act') throw new Error('both hold the act');
    expect(one.held).toEqual({ resource: 'of x1', exchange: 'x1' });
    expect(await one.key.renew(one.held)).toBeDefined();
    expect(await two.key.renew(two.held)).toBeUndefined();
  });

  it('is forgotten after a day, and swept', async () => {
    await order({ n: 1 }, 'k');
    desk.platform.at += KEPT_MS + 1;
    expect((await order({ n: 2 }, 'k')).json.run).toBe(2);
    desk.platform.at += KEPT_MS + 1;
    expect(await desk.idempotency.anyOver()).toBe(true);
    expect(await desk.idempotency.sweep()).toBe(1);
    expect(await desk.idempotency.anyOver()).toBe(false);
    expect(await kept()).toEqual([]);
  });

  it('is kept as a digest, because callers choose it (I6)', async () => {
    await order({ n: 1 }, '024000000000');
    expect(JSON.stringify(await kept())).not.toContain('024000000000');
  });
});
