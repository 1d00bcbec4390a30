import { describe, expect, it } from 'vitest';
import { completed, drift, notSent, type Outcome, unknown } from '../../../adapters/adapter.ts';
import { askable, scriptedPortal } from '../../../test/kit/portal.ts';
import { ground } from '../../../test/kit/room.ts';
import { pauseLanes, resumeLanes } from './lanes.ts';

const PORTAL = 'national-portal';
const signal = new AbortController().signal;
const asking = (answer: () => Outcome | Promise<Outcome>) => scriptedPortal({ 'list-fields': answer });

describe('asking a system', () => {
  it('answers, and the call stands in the store before it is made', async () => {
    const on = await ground();
    const { queries } = await askable(
      on,
      asking(async () => completed(await on.rows('select outcome, purpose from call'))),
    );
    expect(await queries.run(PORTAL, 'list-fields', {}, { signal })).toEqual(
      completed([{ outcome: null, purpose: 'query' }]),
    );
    expect(await on.rows('select outcome, lane from call')).toEqual([
      { outcome: 'completed', lane: 'national-portal/query' },
    ]);
  });

  it('a system without address, or an unknown query, is not configured', async () => {
    const on = await ground();
    const { queries } = await askable(on, undefined);
    expect(await queries.run(PORTAL, 'list-fields', {}, { signal })).toEqual({ kind: 'not-configured' });
    expect(await queries.probe(PORTAL, { signal })).toEqual({ kind: 'not-configured' });
    const other = await askable(
      on,
      asking(() => completed(1)),
    );
    expect(await other.queries.run('tax', 'x', {}, { signal })).toEqual({ kind: 'not-configured' });
    expect(await other.queries.run(PORTAL, 'no-such', {}, { signal })).toEqual({ kind: 'not-configured' });
  });

  it('repeats a blip inline, each try a call of its own', async () => {
    const on = await ground();
    let n = 0;
    const { queries } = await askable(
      on,
      asking(() => (++n === 1 ? unknown('connection-lost') : completed('there'))),
    );
    expect(await queries.run(PORTAL, 'list-fields', {}, { signal })).toEqual(completed('there'));
    expect(await on.rows('select outcome from call order by id')).toEqual([
      { outcome: 'unknown' },
      { outcome: 'completed' },
    ]);
  });

  it('does not repeat what the system refused', async () => {
    const on = await ground();
    let n = 0;
    const { queries } = await askable(
      on,
      asking(() => {
        n += 1;
        return notSent('login-failed');
      }),
    );
    await queries.run(PORTAL, 'list-fields', {}, { signal });
    expect(n).toBe(1);
  });

  it('I6: keeps a drifted answer sealed under a subject of its own, and says where it differed', async () => {
    const on = await ground();
    const adapter = asking(() => completed(null));
    const operation = adapter.queries['list-fields'];
    const { queries } = await askable(on, {
      ...adapter,
      queries: {
        'list-fields': {
          kind: 'query',
          name: 'list-fields',
          policy: operation?.policy ?? never(),
          run: async (_input, context) => {
            context.keep('{"who":"Nguyễn Văn Mẫu"}');
            return drift('/who', 'number', 'string');
          },
        },
      },
    });
    expect((await queries.run(PORTAL, 'list-fields', {}, { signal })).kind).toBe('drift');
    const [call] = await on.rows(
      'select c.id as call, c.raw, u.id, u.salt, u.epoch from call c join subject u on u.id = c.subject',
    );
    expect(String(call?.raw)).not.toContain('Mẫu');
    const subject = { id: String(call?.id), salt: String(call?.salt), epoch: Number(call?.epoch) };
    expect(
      await on.vault.open([{ subject, purpose: 'call.raw', row: String(call?.call), sealed: String(call?.raw) }]),
    ).toEqual(['{"who":"Nguyễn Văn Mẫu"}']);
  });
});

describe('the lane decides, for all processes together', () => {
  it('a paused lane, an open breaker and a request to slow down hold the question back', async () => {
    const on = await ground();
    const { queries, lanes } = await askable(
      on,
      asking(() => completed(1)),
    );
    await on.engine.batch([pauseLanes(PORTAL, 'prn_a', 'maintenance')]);
    expect(await queries.run(PORTAL, 'list-fields', {}, { signal })).toMatchObject({ kind: 'held', why: 'paused' });
    await on.engine.batch([resumeLanes(PORTAL)]);
    await lanes.open('national-portal/query', 'timeout', 30_000);
    const open = await queries.run(PORTAL, 'list-fields', {}, { signal });
    expect(open).toMatchObject({ kind: 'held', why: 'breaker-open' });
    expect(open.kind === 'held' && open.retryAfterMs).toBeGreaterThan(29_000);
    await lanes.close('national-portal/query');
    await lanes.slowDown('national-portal/query', 60_000);
    expect(await queries.run(PORTAL, 'list-fields', {}, { signal })).toMatchObject({ why: 'slowed-down' });
    expect(await on.rows('select count(*) as n from call')).toEqual([{ n: 0 }]);
  });

  it('one question probes an open breaker whose time is over, and closes it', async () => {
    const on = await ground();
    let release = (): void => {};
    const answer = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { queries, lanes } = await askable(
      on,
      asking(() => answer.then(() => completed(1))),
    );
    await lanes.open('national-portal/query', 'timeout', 30_000);
    on.pass(31_000);
    const probing = queries.run(PORTAL, 'list-fields', {}, { signal });
    expect(await queries.run(PORTAL, 'list-fields', {}, { signal, patienceMs: 0 })).toMatchObject({
      why: 'breaker-open',
    });
    release();
    expect(await probing).toEqual(completed(1));
    expect((await lanes.read()).find((lane) => lane.class === 'query')?.breaker).toBe('closed');
  });

  it('I9: enough failures of different questions open it; the same question again and again does not', async () => {
    const on = await ground();
    const adapter = scriptedPortal({ 'get-procedure': () => unknown('timeout') });
    const { queries, lanes } = await askable(on, adapter, {
      breaker: { minimumCalls: 4, minimumKeys: 3, failureRatio: 0.5 },
    });
    const breaker = async () => (await lanes.read()).find((lane) => lane.class === 'query')?.breaker;
    for (let n = 0; n < 8; n++) await queries.run(PORTAL, 'get-procedure', { code: 'same' }, { signal });
    expect(await breaker()).toBe('closed');
    for (let n = 0; n < 4; n++) await queries.run(PORTAL, 'get-procedure', { code: `c${n}` }, { signal });
    expect(await breaker()).toBe('open');
    queries.close();
  });

  it('tokens and open calls bound it; whoever has no patience is told that it is busy', async () => {
    const on = await ground();
    const { queries } = await askable(
      on,
      asking(() => completed(1)),
      {
        lanes: { query: { ratePerSecond: 0.001, burst: 2 } },
      },
    );
    const ask = () => queries.run(PORTAL, 'list-fields', {}, { signal, patienceMs: 0 });
    expect([(await ask()).kind, (await ask()).kind]).toEqual(['completed', 'completed']);
    expect(await ask()).toMatchObject({ kind: 'held', why: 'busy' });
    on.pass(1_000_000);
    expect((await ask()).kind).toBe('completed');
  });

  it('an open call of a lost process takes no room for ever', async () => {
    const on = await ground();
    const { queries } = await askable(
      on,
      asking(() => completed(1)),
      { lanes: { query: { concurrency: 1 } } },
    );
    await on.engine.batch([
      {
        sql: `insert into call (id, lane, operation, purpose, owner, items, started_at, over_at) values ('call_lost', 'national-portal/query', 'x', 'query', 'gone', 1, {at}, {now} + 600000)`,
        params: [],
      },
    ]);
    const ask = () => queries.run(PORTAL, 'list-fields', {}, { signal, patienceMs: 0 });
    expect(await ask()).toMatchObject({ why: 'busy' });
    await queries.recover();
    expect((await ask()).kind).toBe('completed');
    expect(await on.rows(`select outcome from call where id = 'call_lost'`)).toEqual([{ outcome: 'process-lost' }]);
  });

  it('announced downtime holds it until its end', async () => {
    const on = await ground();
    const { queries } = await askable(
      on,
      asking(() => completed(1)),
      {
        downtime: [{ days: [], from: '00:00', to: '00:00' }],
      },
    );
    expect(await queries.run(PORTAL, 'list-fields', {}, { signal })).toMatchObject({ kind: 'held', why: 'downtime' });
  });
});

describe('a probe', () => {
  it('goes past pause and breaker, and lets what the breaker holds go at once', async () => {
    const on = await ground();
    const { queries, lanes } = await askable(on, scriptedPortal({}));
    await on.engine.batch([pauseLanes(PORTAL, 'prn_a', 'look')]);
    await lanes.open('national-portal/command', 'timeout', 600_000);
    expect((await queries.probe(PORTAL, { signal })).kind).toBe('completed');
    const [lane] = await on.rows(`select open_until - {now} as left from lane where class = 'command'`);
    expect(Number(lane?.left)).toBeLessThanOrEqual(0);
  });

  it('a refused login counts, because accounts get locked', async () => {
    const on = await ground();
    const { queries, lanes } = await askable(
      on,
      scriptedPortal({}, () => notSent('login-refused')),
    );
    await queries.probe(PORTAL, { signal });
    await queries.probe(PORTAL, { signal });
    expect((await lanes.read()).every((lane) => lane.paused_reason === 'credential-refused')).toBe(true);
  });
});

function never(): never {
  throw new Error('the adapter lacks a query');
}
