import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { completed, notSent, rejected } from '../../../adapters/adapter.ts';
import { type ActBench, type ActProcess, createActBench, unsure } from '../../../test/kit/delivery/act-bench.ts';
import { sql } from '../../store/engine.ts';
import { cancelErased } from '../erase.ts';

let bench: ActBench;
let gateway: ActProcess;
beforeEach(async () => {
  bench = await createActBench();
  gateway = await bench.start();
});
afterEach(() => bench.close());

const state = async (id: string) => (await bench.rows('select state, cause, told from exchange where id = ?1', id))[0];
const PERSON = { actor: 'u1', role: 'operator', person: true } as const;

describe('a queued act', () => {
  it('is a stream of its own, is sent by the dispatcher, and its room has the result', async () => {
    const id = await gateway.submit('again', 'r1');
    await bench.advance(1_000);
    expect(await state(id)).toMatchObject({ state: 'delivered', told: 1 });
    expect(await bench.rows('select reference, state, told from thing')).toEqual([
      { reference: 'r1', state: 'delivered', told: 1 },
    ]);
    expect(await bench.rows('select id, lane, next_seq from stream')).toEqual([
      { id: 'bureau:r1', lane: 'bureau/command', next_seq: 2 },
    ]);
  });

  it('that was not sent is tried again by the schedule, and given up aloud, its room told', async () => {
    bench.bureau.take = () => ({ kind: 'not-sent' });
    const id = await gateway.submit('submit', 'r1');
    await bench.advance(3_000);
    expect(bench.bureau.sends.length).toBeGreaterThan(1);
    expect(await state(id)).toMatchObject({ state: 'retrying' });
    await bench.advance(180_000);
    expect(await state(id)).toMatchObject({ state: 'dead', told: 1 });
    expect(await bench.rows(`select type from event where type like 'exchange.%'`)).toEqual([
      { type: 'exchange.dead' },
    ]);
    bench.bureau.take = () => ({ kind: 'ok' });
    expect(await gateway.interventions.retry(id, PERSON)).toMatchObject({ kind: 'done' });
    await bench.advance(1_000);
    expect(await state(id)).toMatchObject({ state: 'delivered', told: 1 });
  });

  it('I2: that they refused is never sent again, by nobody', async () => {
    bench.bureau.take = () => ({ kind: 'no' });
    const id = await gateway.submit('submit', 'r1');
    await bench.advance(1_000);
    expect(await state(id)).toMatchObject({ state: 'rejected', told: 1 });
    expect(await gateway.interventions.retry(id, PERSON)).toMatchObject({ kind: 'refused' });
    await bench.advance(10_000);
    expect(bench.bureau.sends).toHaveLength(1);
  });

  it('I2: in doubt it is asked about, and what they have accepted is watched', async () => {
    bench.bureau.take = () => ({ kind: 'lost', acted: true });
    const id = await gateway.submit('submit', 'r1');
    await bench.advance(12_000);
    expect(await state(id)).toMatchObject({ state: 'delivered', told: 1 });
    expect(await bench.rows('select ref, exchange from watch')).toEqual([{ ref: 'ticket-r1', exchange: id }]);
    expect(bench.bureau.sends).toHaveLength(1);
  });

  it('I2: manual: nobody can be asked, so a person finds out, and it is never sent again by itself', async () => {
    bench.bureau.take = () => ({ kind: 'lost', acted: true });
    const id = await gateway.submit('by-hand', 'r1');
    await bench.advance(3_600_000);
    expect(await state(id)).toMatchObject({ state: 'uncertain' });
    expect(bench.bureau.sends).toHaveLength(1);
    expect(await gateway.interventions.retry(id, PERSON)).toMatchObject({ kind: 'refused', reason: 'act' });
    expect(await gateway.interventions.cancel(id, PERSON)).toMatchObject({ kind: 'refused', reason: 'act' });
    await gateway.interventions.confirm(id, { outcome: 'applied', reason: 'seen in their books' }, PERSON);
    await bench.advance(5_000);
    expect(await state(id)).toMatchObject({ state: 'delivered', cause: 'stated-by-a-person', told: 1 });
    expect(bench.bureau.sends).toHaveLength(1);
  });

  it('I2: manual, asked about first as after a restore: nobody can be asked, so it is not sent', async () => {
    bench.bureau.take = () => ({ kind: 'not-sent' });
    const id = await gateway.submit('by-hand', 'r1');
    await bench.advance(100);
    const sent = bench.bureau.sends.length;
    await bench.engine.batch([{ sql: `update stream set doubt = 'ask-first'`, params: [] }]);
    await bench.advance(3_600_000);
    expect(bench.bureau.sends).toHaveLength(sent);
    expect(await state(id)).toMatchObject({ state: 'uncertain' });
    expect(await bench.rows('select parked_reason from stream')).toEqual([{ parked_reason: 'needs-a-person' }]);
  });

  it('I2: manual, not applied by the word of two people: it is over, its room told, and it is not sent again', async () => {
    bench.bureau.take = () => ({ kind: 'lost', acted: false });
    const id = await gateway.submit('by-hand', 'r1');
    await bench.advance(1_000);
    const stated = { outcome: 'not-applied', reason: 'not in their books' } as const;
    expect(await gateway.interventions.confirm(id, stated, PERSON)).toMatchObject({ reason: 'second-person' });
    expect(await gateway.interventions.confirm(id, stated, { ...PERSON, actor: 'u2' })).toMatchObject({ kind: 'done' });
    await bench.advance(60_000);
    expect(await state(id)).toMatchObject({ state: 'cancelled', told: 1 });
    expect(bench.bureau.sends).toHaveLength(1);
  });

  it('I2: an answer that it does not declare is doubt, and no delivery', async () => {
    bench.bureau.take = () => ({ kind: 'accepts' });
    const id = await gateway.submit('by-hand', 'r1');
    await bench.advance(1_000);
    expect(await state(id)).toMatchObject({ state: 'uncertain', told: null });
    expect(await bench.rows('select outcome from thing')).toEqual([{ outcome: 'null' }]);
  });

  it('I2: manual, killed under way: it waits for a person', async () => {
    bench.bureau.take = () => ({ kind: 'ok', delayMs: 500 });
    const id = await gateway.submit('by-hand', 'r1');
    gateway.kill();
    await bench.start();
    await bench.advance(3_600_000);
    expect(await state(id)).toMatchObject({ state: 'uncertain', cause: 'process-lost' });
    expect(bench.bureau.sends).toHaveLength(1);
  });

  it('a person may cancel what surely was not sent, and the room hears of it', async () => {
    bench.bureau.take = () => ({ kind: 'not-sent' });
    const id = await gateway.submit('submit', 'r1');
    await bench.advance(100);
    expect(await gateway.interventions.cancel(id, PERSON)).toMatchObject({ kind: 'done', state: 'cancelled' });
    await bench.advance(3_000);
    expect(await state(id)).toMatchObject({ state: 'cancelled', told: 1 });
    expect(await bench.rows('select state from thing')).toEqual([{ state: 'cancelled' }]);
  });

  it('repeatable: sent again after the quiet time, and in doubt to the end it is a person’s', async () => {
    bench.bureau.take = (_, n) => (n === 1 ? { kind: 'lost', acted: false } : { kind: 'ok' });
    const id = await gateway.submit('again', 'r1');
    await bench.advance(4_900);
    expect(bench.bureau.sends).toHaveLength(1);
    await bench.advance(10_000);
    expect(bench.bureau.sends).toHaveLength(2);
    expect(await state(id)).toMatchObject({ state: 'delivered' });
    bench.bureau.take = () => ({ kind: 'lost', acted: false });
    const other = await gateway.submit('again', 'r2');
    await bench.advance(600_000);
    expect(await state(other)).toMatchObject({ state: 'uncertain' });
    expect(await bench.rows(`select parked_reason from stream where id = 'bureau:r2'`)).toEqual([
      { parked_reason: 'needs-a-person' },
    ]);
  });
});

describe('whose data is erased', () => {
  const erase = async (ref: string) => {
    await bench.engine.batch([
      sql('update subject set salt = null, purged_at = {at} where ref = ?1', ref),
      ...cancelErased(
        (await bench.rows<{ id: string }>('select id from subject where ref = ?1', ref)).map(({ id }) => id),
        'erase',
        'administrator',
      ),
    ]);
  };

  it('an act that surely was not sent is cancelled, and its room told', async () => {
    bench.bureau.take = () => ({ kind: 'not-sent' });
    const id = await gateway.submit('submit', 'r1');
    await bench.advance(100);
    await erase('r1');
    await bench.advance(5_000);
    expect(await state(id)).toMatchObject({ state: 'cancelled', cause: 'erased', told: 1 });
  });

  it('I2: an act in doubt stays in doubt, and waits for a person', async () => {
    bench.bureau.take = () => ({ kind: 'lost', acted: true });
    const id = await gateway.submit('submit', 'r1');
    await bench.advance(100);
    await erase('r1');
    await bench.advance(20_000);
    expect(await state(id)).toMatchObject({ state: 'uncertain', cause: 'erased' });
    expect(await bench.rows('select parked_reason from stream')).toEqual([{ parked_reason: 'needs-a-person' }]);
    expect(bench.bureau.sends).toHaveLength(1);
  });
});

describe('what they only accepted', () => {
  const answerOf = async (ref: string) =>
    (await bench.rows<{ answer: string | null }>('select answer from thing where reference = ?1', ref))[0]?.answer ??
    null;
  beforeEach(() => {
    bench.bureau.take = () => ({ kind: 'accepts' });
  });

  it('is asked about on its schedule until it is answered, and then no more', async () => {
    await gateway.submit('submit', 'r1');
    await bench.advance(900);
    expect(bench.bureau.lookups).toEqual([]);
    await bench.advance(1_200);
    expect(bench.bureau.lookups).toEqual([['ticket-r1']]);
    await bench.advance(6_000);
    expect(bench.bureau.lookups).toHaveLength(2);
    bench.bureau.results.set('ticket-r1', completed({ number: 7 }));
    await bench.advance(6_000);
    expect(JSON.parse((await answerOf('r1')) ?? '')).toEqual(completed({ number: 7 }));
    const asked = bench.bureau.lookups.length;
    await bench.advance(60_000);
    expect(bench.bureau.lookups).toHaveLength(asked);
    expect(await bench.rows('select * from watch')).toEqual([]);
  });

  it('is asked about in as few calls as the query takes, and a call that fails for one asks for each', async () => {
    for (const ref of ['r1', 'r2', 'r3', 'r4', 'r5']) await gateway.submit('submit', ref);
    await bench.advance(2_100);
    expect(bench.bureau.lookups.map((refs) => refs.length)).toEqual([3, 2]);
    bench.bureau.results.set('ticket-r2', rejected('9', 'không'));
    await bench.advance(6_000);
    expect(await answerOf('r2')).toContain('rejected');
    expect(await answerOf('r1')).toBeNull();
    await gateway.submit('submit', 'malformed');
    bench.bureau.lookups.length = 0;
    await bench.advance(1_500);
    expect(bench.bureau.lookups).toContainEqual(['ticket-malformed']);
  });

  it('I1: an answer survives its process: the watch moves only with what its room wrote', async () => {
    await gateway.submit('submit', 'r1');
    bench.bureau.results.set('ticket-r1', completed({ number: 7 }));
    bench.breakStore(new Error('the room cannot write'), (statements) =>
      statements.some(({ sql }) => sql.includes('update thing set answer')),
    );
    await bench.advance(2_000);
    expect(bench.bureau.lookups.length).toBeGreaterThan(0);
    gateway.kill();
    bench.breakStore(undefined);
    await bench.start();
    await bench.advance(8_000);
    expect(await answerOf('r1')).toContain('7');
  });

  it('a person is told when the end comes without an answer', async () => {
    const id = await gateway.submit('submit', 'r1');
    await bench.advance(70_000);
    expect(await bench.rows(`select type, ref from event where type = 'exchange.unanswered'`)).toEqual([
      { type: 'exchange.unanswered', ref: 'r1' },
    ]);
    expect(await bench.rows('select exchange, due_at, ended_at is not null as ended from watch')).toEqual([
      { exchange: id, due_at: null, ended: 1 },
    ]);
    expect(bench.notices).toContainEqual(expect.objectContaining({ level: 'error' }));
    expect(await answerOf('r1')).toBe('unanswered');
  });

  it('I1: a call that is refused for one of several asks for each, so that the others have their answers', async () => {
    for (const ref of ['r1', 'malformed', 'r2']) await gateway.submit('submit', ref);
    bench.bureau.results.set('ticket-r2', completed({ number: 2 }));
    await bench.advance(2_100);
    expect(bench.bureau.lookups.map((refs) => refs.length)).toEqual([3, 1, 1, 1]);
    expect(await answerOf('r2')).toContain('2');
    expect(await answerOf('r1')).toBeNull();
  });

  it('I1: a question that did not reach them is no answer: the watch goes on, uncounted', async () => {
    await gateway.submit('submit', 'r1');
    bench.bureau.results.set('ticket-r1', notSent('unavailable'));
    await bench.advance(10_000);
    expect(bench.bureau.lookups.length).toBeGreaterThan(1);
    expect(await answerOf('r1')).toBeNull();
    expect(await bench.rows('select asked, ended_at from watch')).toEqual([{ asked: 0, ended_at: null }]);
  });

  it('I1: where they give one ticket to two acts, both hear the answer', async () => {
    bench.bureau.take = () => ({ kind: 'accepts', ticket: 'shared' });
    await gateway.submit('submit', 'r1');
    await gateway.submit('submit', 'r2');
    bench.bureau.results.set('shared', completed({ number: 7 }));
    await bench.advance(8_000);
    expect([await answerOf('r1'), await answerOf('r2')]).toEqual([
      expect.stringContaining('7'),
      expect.stringContaining('7'),
    ]);
    expect(await bench.rows('select * from watch')).toEqual([]);
  });

  it('I1: an answer that cannot be written holds no other back, and is asked for again', async () => {
    for (const ref of ['r1', 'r2', 'r3']) {
      await gateway.submit('submit', ref);
      bench.bureau.results.set(`ticket-${ref}`, completed({ number: 7 }));
    }
    bench.breakStore(new Error('this row cannot be written'), (statements) =>
      statements.some(({ sql, params }) => sql.includes('update thing set answer') && params.includes('x-r2')),
    );
    await bench.advance(2_000);
    expect([await answerOf('r1'), await answerOf('r2'), await answerOf('r3')]).toEqual([
      expect.stringContaining('7'),
      null,
      expect.stringContaining('7'),
    ]);
    bench.breakStore(undefined);
    await bench.advance(10_000);
    expect(await answerOf('r2')).toContain('7');
  });

  it('I1: where they cannot be reached till the end a person is told once, and they are asked on until they answer', async () => {
    await gateway.submit('submit', 'r1');
    bench.bureau.results.set('ticket-r1', notSent('unavailable'));
    await bench.advance(600_000);
    const told = await bench.rows<{ data: string }>(`select data from event where type = 'exchange.unanswered'`);
    expect(told.map(({ data }) => JSON.parse(data))).toEqual([
      expect.objectContaining({ exchange: 'x-r1', key: 'r1', cause: 'not-reached' }),
    ]);
    expect(await answerOf('r1')).toBeNull();
    bench.bureau.results.set('ticket-r1', completed({ number: 7 }));
    await bench.advance(600_000);
    expect(await answerOf('r1')).toContain('7');
    expect(await bench.rows('select * from watch')).toEqual([]);
  });

  it('I2: accepted twice over is one watch', async () => {
    bench.bureau.take = (_, n) => (n === 1 ? { kind: 'lost', acted: true } : { kind: 'accepts' });
    await gateway.submit('submit', 'r1');
    await bench.advance(30_000);
    expect(await bench.rows('select ref from watch')).toEqual([{ ref: 'ticket-r1' }]);
    bench.bureau.confirm = () => unsure;
  });
});
