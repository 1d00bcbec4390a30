import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { completed, notSent, rejected, unknown } from '../../../adapters/adapter.ts';
import { type ActBench, type ActProcess, createActBench, unsure } from '../../../test/kit/delivery/act-bench.ts';
import { StoreUnavailable } from '../../store/engine.ts';
import { recount } from '../counting.ts';
import { beginAct } from './begin-statements.ts';

let bench: ActBench;
let gateway: ActProcess;
beforeEach(async () => {
  bench = await createActBench();
  gateway = await bench.start();
});
afterEach(() => bench.close());

/** The act as a caller would send it, and as much time as the caller waits. */
async function perform(key: string, on: ActProcess = gateway, ms = 3_000) {
  const answer = on.open(key);
  await bench.advance(ms);
  return answer;
}
const exchanges = () =>
  bench.rows<{ id: string; state: string; cause: string | null; told: number | null }>(
    'select id, state, cause, told from exchange order by id',
  );
const things = () => bench.rows('select reference, state, outcome, told from thing order by reference');
const expectOneEffect = () => expect(bench.bureau.most()).toBeLessThanOrEqual(1);

describe('an act that a person waits for', () => {
  it('is recorded before a byte leaves, and its room has the result in the commit that settles it', async () => {
    let atSend: unknown;
    bench.bureau.take = () => {
      atSend = bench.rows(
        `select x.state, x.kind, s.owner, s.due_at, c.ended_at, a.n, i.act = x.id as bound from exchange x join stream s on s.id = x.stream
           join attempt a on a.exchange = x.id join call c on c.id = a.call join idempotency i on i.act = x.id`,
      );
      return { kind: 'ok' };
    };
    expect(await perform('k1')).toMatchObject({ kind: 'settled', state: 'delivered' });
    expect(await atSend).toEqual([
      { state: 'sending', kind: 'act', owner: 'process-1', due_at: null, ended_at: null, n: 1, bound: 1 },
    ]);
    expect(await things()).toMatchObject([{ state: 'delivered', told: 1 }]);
    expect(JSON.parse(String((await things())[0]?.outcome))).toEqual(completed({ page: 'page of process-1-1' }));
    expect(await bench.rows('select * from exchange_result')).toEqual([]);
    expect(await bench.rows('select owner from stream')).toEqual([{ owner: null }]);
    expect(await bench.rows('select tokens from lane where class = ?1', 'interactive')).toEqual([
      { tokens: 1_000 - 1 },
    ]);
  });

  it('I2: the same key gets the same act, however often and however many ask at once', async () => {
    bench.bureau.take = () => ({ kind: 'ok', delayMs: 500 });
    const both = [gateway.open('k1'), gateway.open('k1'), gateway.open('k1')];
    await bench.advance(3_000);
    const answers = await Promise.all(both);
    expect(answers.filter((answer) => answer !== 'still-running')).toHaveLength(1);
    for (let n = 0; n < 3; n++) expect(await perform('k1')).toMatchObject({ kind: 'settled', state: 'delivered' });
    expect(await gateway.open('k1', { body: 'other' })).toBe('mismatch');
    expect(bench.bureau.sends).toHaveLength(1);
  });

  it('I2: another key is judged by the room anew: two requests never both begin', async () => {
    bench.bureau.take = () => ({ kind: 'ok', delayMs: 500 });
    const both = [gateway.open('k1'), gateway.open('k2')];
    await bench.advance(3_000);
    expect((await Promise.all(both)).map((answer) => (answer as { kind: string }).kind).sort()).toEqual([
      'refused',
      'settled',
    ]);
    expect(bench.bureau.sends).toHaveLength(1);
    expect(await bench.rows('select version from desk')).toEqual([{ version: 1 }]);
  });

  it('I2: judged by one version, one of two requests begins; the key of the other is free and judged anew', async () => {
    bench.bureau.take = (_, n) => (n === 1 ? { kind: 'no' } : { kind: 'ok', delayMs: 500 });
    await perform('k0');
    const both = [gateway.open('k1'), gateway.open('k2')];
    await bench.advance(3_000);
    const answers = await Promise.all(both);
    expect(answers.map((answer) => (answer as { kind: string }).kind).sort()).toEqual(['refused', 'settled']);
    expect(bench.bureau.sends).toHaveLength(2);
    expect(await bench.rows('select version from desk')).toEqual([{ version: 2 }]);
    const lost = (answers[0] as { kind: string }).kind === 'refused' ? 'k1' : 'k2';
    expect(await perform(lost)).toMatchObject({ kind: 'refused' });
    const unbegun = 'select act from idempotency where act is not null and act not in (select id from exchange)';
    expect(await bench.rows(unbegun)).toEqual([]);
  });

  it('I2: whoever claims it later asks and never sends, whatever state it stands in', async () => {
    bench.bureau.take = () => ({ kind: 'lost', acted: true });
    bench.bureau.confirm = () => unknown('timeout');
    await perform('k1');
    await bench.engine.batch([
      { sql: `update exchange set state = 'pending', due_at = ?1`, params: [bench.clock.now] },
      {
        sql: `update stream set doubt = 'none', owner = null, quiet_until = 0, parked_reason = null, due_at = ?1`,
        params: [bench.clock.now],
      },
      ...recount(),
    ]);
    const asked = bench.bureau.asks.length;
    await bench.advance(5_000);
    expect(bench.bureau.asks.length).toBeGreaterThan(asked);
    expect(bench.bureau.sends).toHaveLength(1);
  });

  it('their no ends it, with their code', async () => {
    bench.bureau.take = () => ({ kind: 'no' });
    for (let n = 0; n < 2; n++)
      expect(await perform('k1')).toMatchObject({ kind: 'settled', state: 'rejected', code: '17' });
    expect(bench.bureau.sends).toHaveLength(1);
    expect(await things()).toMatchObject([{ state: 'rejected' }]);
  });

  it('I2: what surely did not leave is over; the same key begins anew under a new reference', async () => {
    bench.bureau.take = (_, n) => (n === 1 ? { kind: 'not-sent', retryAfterMs: 7_000 } : { kind: 'ok' });
    expect(await perform('k1')).toMatchObject({ kind: 'settled', state: 'cancelled', retryAfterMs: 7_000 });
    await bench.advance(3_600_000);
    expect(bench.bureau.sends).toHaveLength(1);
    expect(await perform('k1')).toMatchObject({ kind: 'settled', state: 'delivered', resource: 'process-1-2' });
    expect(bench.bureau.sends.map(({ ref }) => ref)).toEqual(['process-1-1', 'process-1-2']);
    expect(await perform('k1')).toMatchObject({ state: 'delivered', resource: 'process-1-2' });
  });

  it('I2: what may have arrived is asked about after the quiet time and never sent again', async () => {
    bench.bureau.take = () => ({ kind: 'lost', acted: true });
    expect(await perform('k1', gateway, 0)).toMatchObject({ kind: 'open', uncertain: true });
    await bench.advance(4_900);
    expect(bench.bureau.asks).toEqual([]);
    await bench.advance(5_000);
    expect(bench.bureau.asks).toHaveLength(1);
    expect(await exchanges()).toMatchObject([{ state: 'delivered', told: 1 }]);
    expect(await perform('k1')).toMatchObject({ kind: 'settled', state: 'delivered', resource: 'process-1-1' });
    expect(bench.bureau.sends).toHaveLength(1);
    expectOneEffect();
  });

  it('I2: whatever they answer to the question, it is not sent again', async () => {
    const answers = [
      completed({ kind: 'not-applied' } as const),
      unsure,
      rejected('1', ''),
      notSent('dns'),
      unknown('timeout'),
      { kind: 'drift', path: '/', expected: 'a', got: 'b' } as const,
    ];
    for (const answer of answers) {
      await bench.close();
      bench = await createActBench();
      gateway = await bench.start();
      bench.bureau.take = () => ({ kind: 'lost', acted: false });
      bench.bureau.confirm = () => answer;
      void gateway.open('k1');
      await bench.advance(3_600_000);
      expect([answer, bench.bureau.sends.length, bench.bureau.asks.length > 0]).toEqual([answer, 1, true]);
    }
  });

  it('not applied ends it, and the same key begins a new one', async () => {
    bench.bureau.take = (_, n) => (n === 1 ? { kind: 'lost', acted: false } : { kind: 'ok' });
    expect(await perform('k1')).toMatchObject({ kind: 'open' });
    await bench.advance(20_000);
    expect(await exchanges()).toMatchObject([{ state: 'cancelled', cause: 'never-arrived', told: 1 }]);
    expect(await perform('k1')).toMatchObject({ state: 'delivered', resource: 'process-1-2' });
    expectOneEffect();
  });

  it('I2: where they cannot tell a person is told, and no single person may say that it did not happen', async () => {
    bench.bureau.take = () => ({ kind: 'lost', acted: true });
    bench.bureau.confirm = () => unsure;
    await perform('k1');
    await bench.advance(20_000);
    const [row] = await exchanges();
    const id = row?.id ?? '';
    expect(await bench.rows('select parked_reason, waits_for from stream')).toEqual([
      { parked_reason: 'needs-a-person', waits_for: 'person' },
    ]);
    const by = { actor: 'u1', role: 'operator', person: true } as const;
    const stated = { outcome: 'not-applied', reason: 'not in their books' } as const;
    for (const refused of [await gateway.interventions.retry(id, by), await gateway.interventions.cancel(id, by)])
      expect(refused).toMatchObject({ kind: 'refused', reason: 'act' });
    for (let n = 0; n < 2; n++)
      expect(await gateway.interventions.confirm(id, stated, by)).toMatchObject({ reason: 'second-person' });
    await bench.advance(3_600_000);
    expect(bench.bureau.sends).toHaveLength(1);
    bench.bureau.confirm = undefined;
    expect(await gateway.interventions.confirm(id, {}, by)).toMatchObject({ kind: 'done' });
    await bench.advance(10_000);
    expect(await exchanges()).toMatchObject([{ state: 'delivered' }]);
  });

  it('I2: a fault in the adapter and one that does not come back are doubt', async () => {
    bench.bureau.take = () => ({ kind: 'throws' });
    expect(await perform('k1')).toMatchObject({ kind: 'open', uncertain: true });
    expect(await exchanges()).toMatchObject([{ state: 'uncertain' }]);
    // Its room hears of the doubt, and of no outcome.
    expect(await things()).toMatchObject([{ state: 'uncertain', outcome: 'null', told: 0 }]);
  });

  it('the answer comes in time, the act goes on, and the caller finds its end under the same key', async () => {
    bench.bureau.take = () => ({ kind: 'ok', delayMs: 4_500 });
    const answer = gateway.open('k1');
    await bench.advance(3_000);
    expect(await answer).toMatchObject({ kind: 'open', uncertain: false, resource: 'process-1-1' });
    await bench.advance(2_000);
    expect(await perform('k1')).toMatchObject({ kind: 'settled', state: 'delivered', resource: 'process-1-1' });
    expect(bench.bureau.sends).toHaveLength(1);
  });
});

it('I2: that it did not happen two people say, each with a reason, and then the same key begins anew', async () => {
  bench.bureau.take = (_, n) => (n === 1 ? { kind: 'lost', acted: false } : { kind: 'ok' });
  bench.bureau.confirm = () => unsure;
  await perform('k1');
  await bench.advance(20_000);
  const [row] = await exchanges();
  const say = (actor: string, person = true) =>
    gateway.interventions.confirm(
      row?.id ?? '',
      { outcome: 'not-applied', reason: `${actor} has looked` },
      { actor, role: 'operator', person },
    );
  expect(await say('program', false)).toMatchObject({ reason: 'person-required' });
  expect(await say('u1')).toMatchObject({ kind: 'refused', reason: 'second-person' });
  expect(await exchanges()).toMatchObject([{ state: 'uncertain' }]);
  expect(await say('u2')).toMatchObject({ kind: 'done', state: 'cancelled' });
  await bench.advance(3_000);
  expect(await exchanges()).toMatchObject([{ state: 'cancelled', cause: 'stated-by-two-people', told: 1 }]);
  expect(await bench.rows(`select actor, to_state from journal where to_state like '%has looked' order by id`)).toEqual(
    [
      { actor: 'u1', to_state: 'stated-not-applied: sealed:words:journal.to_state|u1 has looked' },
      { actor: 'u2', to_state: 'reason: sealed:words:journal.to_state|u2 has looked' },
    ],
  );
  expect(await perform('k1')).toMatchObject({ state: 'delivered', resource: 'process-1-2' });
  expectOneEffect();
});

it('I2: an act whose key was not its own does not begin, and nothing of it stands', async () => {
  const nothing = { sql: 'select 1', params: [] };
  await bench.engine.batch(
    beginAct({
      ...{ lane: 'bureau/interactive', system: 'bureau', operation: 'open', reference: 'r', resource: 'r' },
      ...{ exchange: 'x', call: 'c', subject: { id: 's', salt: 's', epoch: 1, kind: 'k' }, payload: 'p', hash: 'h' },
      ...{ actor: 'a', owner: 'o', leaseMs: 1, judgedBy: undefined, statements: [], token: 't' },
      key: { bind: () => nothing, unbind: () => nothing, release: async () => {}, renew: async () => undefined },
    }),
  );
  for (const table of ['exchange', 'stream', 'call', 'attempt', 'subject'])
    expect([table, await bench.rows(`select * from ${table}`)]).toEqual([table, []]);
  expect(await bench.rows(`select ref from journal where actor <> 'configuration'`)).toEqual([]);
  expect(await bench.rows(`select tokens from lane where class = 'interactive'`)).toEqual([{ tokens: 1_000 }]);
});

describe('a lane without room', () => {
  it.each([
    ['paused', `update lane set paused_reason = 'test', paused_by = 'u'`, 'paused'],
    ['open', `update lane set breaker = 'open', open_until = 9999999999999, open_ms = 1000`, 'breaker-open'],
    ['told to wait', 'update lane set not_before = 9999999999999', 'slowed-down'],
    ['out of tokens', 'update lane set tokens = 0, rate = 0.001', 'busy'],
    ['full', 'update lane set max_open = 0', 'busy'],
  ])('%s: nothing exists afterwards, and the key is free', async (_, text, why) => {
    await bench.engine.batch([{ sql: `${text} where class = 'interactive'`, params: [] }]);
    expect(await perform('k1')).toMatchObject({ kind: 'held', why });
    for (const table of ['exchange', 'stream', 'call', 'thing', 'idempotency', 'subject', 'desk'])
      expect([table, await bench.rows(`select * from ${table}`)]).toEqual([table, []]);
    expect(bench.bureau.sends).toEqual([]);
  });

  it('is waited for as long as one request still fits', async () => {
    await bench.engine.batch([{ sql: `update lane set tokens = 0, rate = 1 where class = 'interactive'`, params: [] }]);
    expect(await perform('k1')).toMatchObject({ kind: 'settled', state: 'delivered' });
  });

  it('that is probed lets one through, and how that went decides', async () => {
    const lane = () => bench.rows(`select breaker, open_until from lane where class = 'interactive'`);
    await bench.engine.batch([
      {
        sql: `update lane set breaker = 'open', open_until = 1, open_ms = 60000 where class = 'interactive'`,
        params: [],
      },
    ]);
    bench.bureau.take = () => ({ kind: 'ok', delayMs: 100 });
    const first = gateway.open('k1');
    await bench.idle();
    expect(await lane()).toEqual([{ breaker: 'open', open_until: bench.clock.now + 60_000 }]);
    expect(await perform('k2')).not.toMatchObject({ state: 'delivered' });
    expect(await first).toMatchObject({ state: 'delivered' });
    expect(await lane()).toMatchObject([{ breaker: 'closed' }]);
  });
});

describe('what its room could not write', () => {
  it.each(['throws', 'fails', 'moved'] as const)(
    'I1: %s: the settlement stands, the result is kept sealed, and the room is told until it has it',
    async (how) => {
      bench.room = how;
      expect(await perform('k1')).toMatchObject({ kind: 'open', uncertain: false });
      expect(await exchanges()).toMatchObject([{ state: 'delivered', told: 0 }]);
      expect(await bench.rows('select result from exchange_result')).toEqual([
        { result: expect.stringContaining('page of process-1-1') },
      ]);
      await bench.advance(10_000);
      expect(await things()).toMatchObject([{ state: 'creating', told: 0 }]);
      bench.room = 'well';
      await bench.advance(4_000);
      expect(await things()).toMatchObject([{ state: 'delivered', told: 1 }]);
      expect(JSON.parse(String((await things())[0]?.outcome))).toMatchObject({ kind: 'completed' });
      expect(await exchanges()).toMatchObject([{ told: 1 }]);
      expect(await bench.rows('select * from exchange_result')).toEqual([]);
      expect(await perform('k1')).toMatchObject({ kind: 'settled', state: 'delivered' });
      await bench.advance(10_000);
      expect(await things()).toMatchObject([{ told: 1 }]);
    },
  );

  it('what is cancelled has no outcome of theirs, when its room is told later too', async () => {
    bench.bureau.take = () => ({ kind: 'not-sent' });
    bench.room = 'throws';
    expect(await perform('k1')).toMatchObject({ kind: 'open' });
    bench.room = 'well';
    await bench.advance(10_000);
    expect(await things()).toMatchObject([{ state: 'cancelled', outcome: 'null', told: 1 }]);
  });

  it('I1: what cannot be written at all ends with its lease, and is asked about', async () => {
    bench.bureau.take = () => {
      bench.breakStore(new StoreUnavailable('full'));
      return { kind: 'ok' };
    };
    const answer = gateway.open('k1');
    await bench.advance(9_000);
    bench.breakStore(undefined);
    await bench.advance(60_000);
    await answer.catch(() => undefined);
    expect(await exchanges()).toMatchObject([{ state: 'delivered', told: 1 }]);
    expect(bench.bureau.sends).toHaveLength(1);
    expect(bench.bureau.asks.length).toBeGreaterThan(0);
  });
});

/** The table of kills in the design, row by row. */
describe('I1 I2: killed', () => {
  it('before it is on disk: nothing stands, the key is free, the same key is a new act', async () => {
    bench.breakStore(new StoreUnavailable('down'), (statements) =>
      statements.some(({ sql }) => sql.includes('into thing')),
    );
    void gateway.open('k1').catch(() => undefined);
    await bench.idle();
    gateway.kill();
    bench.breakStore(undefined);
    const next = await bench.start();
    expect(await bench.rows('select * from exchange')).toEqual([]);
    expect(await perform('k1', next)).toMatchObject({ state: 'delivered', resource: 'process-2-1' });
    expect(bench.bureau.sends).toHaveLength(1);
  });

  it('after that, before the first byte: asked, never arrived, and the same key is a new act', async () => {
    bench.bureau.take = (_, n) => (n === 1 ? { kind: 'lost', acted: false, delayMs: 50_000 } : { kind: 'ok' });
    void gateway.open('k1');
    await bench.idle();
    gateway.kill();
    const next = await bench.start();
    expect(await exchanges()).toMatchObject([{ state: 'uncertain' }]);
    expect(await perform('k1', next, 1_000)).toMatchObject({ kind: 'open', uncertain: true });
    await bench.advance(20_000);
    expect(await exchanges()).toMatchObject([{ state: 'cancelled', cause: 'never-arrived' }]);
    expect(await perform('k1', next)).toMatchObject({ state: 'delivered', resource: 'process-2-1' });
    expectOneEffect();
  });

  it('after the first byte, before it was settled: asked, applied, and the same key has its result', async () => {
    bench.bureau.take = () => ({ kind: 'ok', delayMs: 100 });
    void gateway.open('k1');
    await bench.idle();
    gateway.kill();
    const next = await bench.start();
    expect(await perform('k1', next, 1_000)).toMatchObject({ kind: 'open', uncertain: true });
    await bench.advance(20_000);
    expect(await perform('k1', next)).toMatchObject({ state: 'delivered', resource: 'process-1-1' });
    expect(await things()).toMatchObject([{ state: 'delivered', told: 1 }]);
    expect(bench.bureau.sends).toHaveLength(1);
    expectOneEffect();
  });

  it('while it was asked about: back to doubt, never to waiting for a send, and asked again', async () => {
    bench.bureau.take = () => ({ kind: 'lost', acted: true });
    bench.bureau.confirm = () => {
      gateway.kill();
      return unknown('timeout');
    };
    void gateway.open('k1');
    await bench.advance(10_000);
    expect(bench.bureau.asks).toHaveLength(1);
    expect(await exchanges()).toMatchObject([{ state: 'sending' }]);
    bench.bureau.confirm = undefined;
    const next = await bench.start();
    expect((await exchanges())[0]?.state).not.toBe('pending');
    await bench.advance(20_000);
    const back = await bench.rows(`select to_state from journal where from_state = 'sending' and to_state = 'pending'`);
    expect(back).toEqual([]);
    expect(await perform('k1', next)).toMatchObject({ state: 'delivered', resource: 'process-1-1' });
    expect(bench.bureau.sends).toHaveLength(1);
  });

  it('after it was settled, before the answer: the same key has its result', async () => {
    void gateway.open('k1');
    await bench.advance(100);
    gateway.kill();
    const next = await bench.start();
    expect(await perform('k1', next)).toMatchObject({ state: 'delivered', resource: 'process-1-1' });
    expect(bench.bureau.sends).toHaveLength(1);
  });

  it('I3: stopped past its lease: a late settlement is fenced, and what left meanwhile is found by the question', async () => {
    bench.bureau.take = () => ({ kind: 'ok', delayMs: 100 });
    void gateway.open('k1');
    await bench.idle();
    // Another process finds the lease over, takes it for doubt and asks; the first one wakes up and settles then.
    const [row] = await bench.rows<{ lease_until: number }>('select lease_until from stream');
    expect(row?.lease_until).toBeGreaterThan(bench.clock.now);
    await bench.engine.batch([{ sql: 'update stream set lease_until = 1', params: [] }]);
    await bench.engine.batch([
      { sql: `update stream set epoch = epoch + 1, owner = null, written_by = 'other'`, params: [] },
      {
        sql: `update exchange set state = 'uncertain', claimed_from = 'uncertain', due_at = ?1`,
        params: [bench.clock.now + 5_000],
      },
      { sql: `update stream set doubt = 'ask-first', due_at = ?1`, params: [bench.clock.now + 5_000] },
      ...recount(),
    ]);
    await bench.advance(1_000);
    expect(await exchanges()).toMatchObject([{ state: 'uncertain' }]);
    expect(await things()).toMatchObject([{ state: 'creating' }]);
    await bench.advance(10_000);
    expect(await exchanges()).toMatchObject([{ state: 'delivered', told: 1 }]);
    expectOneEffect();
  });
});

it('keys outlive their act by a day, and not its openness', async () => {
  bench.bureau.take = () => ({ kind: 'lost', acted: true });
  bench.bureau.confirm = () => unsure;
  await perform('k1');
  bench.clock.now += 3 * 86_400_000;
  await bench.advance(1);
  await gateway.idempotency.sweep();
  expect(await perform('k1')).toMatchObject({ kind: 'open', uncertain: true, resource: 'process-1-1' });
  bench.bureau.confirm = undefined;
  const [row] = await exchanges();
  await gateway.interventions.confirm(row?.id ?? '', {}, { actor: 'u', role: 'operator', person: true });
  await bench.advance(20_000);
  await gateway.idempotency.sweep();
  expect(await perform('k1')).toMatchObject({ kind: 'settled', state: 'delivered' });
  bench.clock.now += 86_400_000;
  await bench.advance(1);
  await gateway.idempotency.sweep();
  expect(await bench.rows('select * from idempotency')).toEqual([]);
});
