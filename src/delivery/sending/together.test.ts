import { afterEach, describe, expect, it } from 'vitest';
import { type Bench, createBench, type Process, put, stepOf } from '../../../test/kit/delivery/bench.ts';
import type { Behaviour } from '../../../test/kit/delivery/fake-portal.ts';
import type { Statement } from '../../store/engine.ts';

let bench: Bench;
let gateway: Process;
let commits: { claims: number; settlements: number; records: number };

type Answers = Readonly<Record<string, Behaviour>>;
/** A dossier with a step, and how the portal takes each of the two. */
async function hand(answers: Answers = {}, more: Parameters<typeof createBench>[0] = {}): Promise<void> {
  bench = await createBench(more);
  commits = { claims: 0, settlements: 0, records: 0 };
  bench.breakStore(new Error('never thrown'), (statements: readonly Statement[]) => {
    const has = (text: string) => statements.some(({ sql }) => sql.includes(text));
    if (has('update stream set owner = ?3, epoch')) commits.claims += 1;
    else if (has('insert into call ')) commits.records += 1;
    else if (has('update attempt set ended_at')) commits.settlements += 1;
    return false;
  });
  bench.portal.behave = ({ operation }) => answers[operation] ?? { kind: 'ok' };
  gateway = await bench.start();
  const answer = gateway.accept(put('D1', 1, { steps: [stepOf(1)] }));
  await bench.idle();
  void answer;
}
const operations = () => bench.portal.calls.map(({ operation }) => operation);
const nothingHeld = async () => {
  expect(await bench.rows('select id from stream where owner is not null')).toEqual([]);
  expect(await bench.rows(`select id from exchange where state = 'sending'`)).toEqual([]);
  expect(await bench.rows('select id from call where ended_at is null')).toEqual([]);
  expect(await bench.rows('select call from attempt where ended_at is null')).toEqual([]);
};

afterEach(async () => {
  expect(bench.portal.overlaps).toEqual([]);
  expect(bench.portal.stepsTooEarly).toEqual([]);
  await bench.close();
});

describe('a state and its steps', () => {
  it('are claimed in one commit, with both calls in the store, and settled in another', async () => {
    await hand();
    expect(operations()).toEqual(['sync-dossier', 'sync-progress']);
    expect(await bench.states('D1')).toEqual(['delivered', 'sync-progress delivered']);
    expect(commits).toEqual({ claims: 1, settlements: 1, records: 0 });
    expect(await bench.rows('select epoch, sent_version from stream')).toEqual([{ epoch: 1, sent_version: 1 }]);
    await nothingHeld();
  });

  it('both stand in the store before a byte of either leaves', async () => {
    await hand({ 'sync-dossier': { kind: 'hangs' } });
    expect(operations()).toEqual(['sync-dossier']);
    expect(await bench.rows('select operation from call where ended_at is null order by id')).toEqual([
      { operation: 'sync-dossier' },
      { operation: 'sync-progress' },
    ]);
    expect(await bench.rows('select count(*) as n from attempt where ended_at is null')).toEqual([{ n: 2 }]);
  });

  it.each([
    ['was refused', { kind: 'rejected' }, 'rejected'],
    ['could not be sent', { kind: 'not-sent', reason: 'unavailable' }, 'retrying'],
    ['may have arrived', { kind: 'lost', acted: true }, 'uncertain'],
  ] as const)(
    'of a state that %s the steps do not go, and nothing is held against them',
    async (_, behaviour, state) => {
      await hand({ 'sync-dossier': behaviour });
      expect(await bench.states('D1')).toEqual([state, 'sync-progress pending']);
      expect(operations()).toEqual(['sync-dossier']);
      expect(
        await bench.rows(`select a.outcome, a.code from attempt a join exchange x on x.id = a.exchange
        where x.operation = 'sync-progress'`),
      ).toEqual([{ outcome: 'not-sent', code: 'cancelled-before-sending' }]);
      expect(commits).toMatchObject({ claims: 1, settlements: 1 });
      await nothingHeld();
      bench.portal.behave = () => ({ kind: 'ok' });
      await bench.advance(60_000);
      expect(await bench.states('D1')).toEqual(
        state === 'rejected' ? ['rejected', 'sync-progress pending'] : ['delivered', 'sync-progress delivered'],
      );
    },
  );

  it.each([
    ['refused', { kind: 'rejected' }, 'sync-progress rejected'],
    ['in doubt', { kind: 'lost', acted: true }, 'sync-progress uncertain'],
    ['not sent', { kind: 'not-sent', reason: 'unavailable' }, 'sync-progress retrying'],
  ] as const)('that are %s leave the state delivered', async (_, behaviour, steps) => {
    await hand({ 'sync-progress': behaviour });
    expect(await bench.states('D1')).toEqual(['delivered', steps]);
    expect(await bench.rows('select sent_version from stream')).toEqual([{ sent_version: 1 }]);
    await nothingHeld();
  });

  it.each([
    ['the state', 'sync-dossier', ['uncertain', 'sync-progress uncertain'], ['sync-dossier', 'sync-progress']],
    // The steps took so long that the state was settled by itself.
    ['the steps', 'sync-progress', ['delivered', 'sync-progress uncertain'], ['sync-progress']],
  ])('I3: killed while %s was on the wire, what is in doubt waits, and goes again in order', async (...given) => {
    const [, operation, states, again] = given;
    await hand({ [operation]: { kind: 'hangs' } });
    await bench.advance(500);
    gateway.kill();
    bench.portal.behave = () => ({ kind: 'ok' });
    gateway = await bench.start();
    expect(await bench.states('D1')).toEqual(states);
    await nothingHeld();
    const before = operations().length;
    await bench.advance(4_000);
    expect(operations().length).toBe(before);
    await bench.advance(60_000);
    expect(operations().slice(before)).toEqual(again);
    expect(await bench.states('D1')).toEqual(['delivered', 'sync-progress delivered']);
    await nothingHeld();
  });

  it('I3: a lease that ends with two in hand is taken over as a whole', async () => {
    await hand({ 'sync-dossier': { kind: 'hangs' } });
    const other = await bench.start();
    gateway.kill();
    bench.portal.behave = () => ({ kind: 'ok' });
    gateway = other;
    await bench.advance(300_000);
    expect(await bench.states('D1')).toEqual(['delivered', 'sync-progress delivered']);
    await nothingHeld();
  });

  it('go apart where there is a token for one call only', async () => {
    await hand({}, { lane: { ratePerSecond: 1, burst: 1 } });
    expect(operations()).toEqual(['sync-dossier']);
    await nothingHeld();
    await bench.advance(1_000);
    expect(operations()).toEqual(['sync-dossier', 'sync-progress']);
  });

  it('of many in one call: steps go behind those alone that were delivered', async () => {
    bench = await createBench({ policy: { batchSize: 10 } });
    const held = await bench.start({ configured: false });
    for (let n = 0; n < 10; n++) void held.accept(put(`D${n}`, 1, { steps: [stepOf(1)] }));
    await bench.idle();
    held.kill();
    bench.portal.behave = ({ operation }) =>
      operation === 'sync-dossier'
        ? {
            kind: 'each',
            outcome: (key) =>
              key === 'D3'
                ? { kind: 'rejected', code: '7', message: '', fields: [] }
                : { kind: 'completed', result: 1 },
          }
        : { kind: 'ok' };
    gateway = await bench.start();
    await bench.idle();
    expect(operations()).toEqual(['sync-dossier', ...Array(9).fill('sync-progress')]);
    expect(bench.portal.steps.size).toBe(9);
    expect(await bench.states('D3')).toEqual(['rejected', 'sync-progress pending']);
    await nothingHeld();
  });

  it('a newer state that comes while the steps are on the wire goes after them', async () => {
    await hand({ 'sync-progress': { kind: 'ok', delayMs: 1_000 } });
    void gateway.accept(put('D1', 2));
    await bench.idle();
    expect(operations()).toEqual(['sync-dossier', 'sync-progress']);
    await bench.advance(2_000);
    expect(operations()).toEqual(['sync-dossier', 'sync-progress', 'sync-dossier']);
    expect(bench.portal.mark('D1')).toBe(2);
    await nothingHeld();
  });
});
