import { afterEach, describe, expect, it } from 'vitest';
import { completed, drift, notSent, unknown } from '../../../adapters/adapter.ts';
import {
  type Bench,
  type BenchOptions,
  createBench,
  type Process,
  put,
  stepOf,
} from '../../../test/kit/delivery/bench.ts';
import { pauseLanes, resumeLanes } from './lanes.ts';

let bench: Bench;
let gateway: Process;
async function begin(options: BenchOptions = {}): Promise<void> {
  bench = await createBench(options);
  gateway = await bench.start();
}
/** Hands it over and lets everything that may happen at once happen. */
async function hand(...[code, mark, more]: Parameters<typeof put>) {
  const answer = gateway.accept(put(code, mark, more));
  await bench.idle();
  return answer;
}
const marks = (code = 'D1') => bench.portal.sends(code).flatMap((call) => call.marks);

afterEach(async () => {
  expect(bench.portal.overlaps).toEqual([]);
  expect(bench.portal.regressions).toEqual([]);
  await bench.close();
});

describe('a dossier that was taken in', () => {
  it('I1: is sent, with its steps behind it in order', async () => {
    await begin();
    await hand('D1', 1, { steps: Array.from({ length: 12 }, (_, n) => stepOf(12 - n)) });
    expect(await bench.states('D1')).toEqual(['delivered', 'sync-progress delivered', 'sync-progress delivered']);
    expect(bench.portal.calls.map(({ operation }) => operation)).toEqual([
      'sync-dossier',
      'sync-progress',
      'sync-progress',
    ]);
    expect(bench.portal.steps.get('D1')).toEqual(Array.from({ length: 12 }, (_, n) => `step ${n + 1}`));
    expect(bench.portal.stepsTooEarly).toEqual([]);
  });

  it('that was born on the portal is told there too, after the record itself', async () => {
    await begin();
    await hand('D1', 1, { submittedVia: 'national-portal', nationalCode: 'G22.1', steps: [stepOf(1)] });
    expect(bench.portal.calls.map(({ operation }) => operation)).toEqual([
      'sync-dossier',
      'sync-national-status',
      'sync-progress',
    ]);
  });

  it('keeps its steps back while only its status could be told', async () => {
    await begin();
    bench.portal.behave = ({ operation }) => (operation === 'sync-dossier' ? { kind: 'rejected' } : { kind: 'ok' });
    await hand('D1', 1, { submittedVia: 'national-portal', nationalCode: 'G22.1', steps: [stepOf(1)] });
    await bench.advance(60_000);
    expect(await bench.states('D1')).toEqual(['rejected', 'sync-national-status delivered', 'sync-progress pending']);
    expect(bench.portal.stepsTooEarly).toEqual([]);
  });

  it('waits while the portal is not configured, and goes when it is', async () => {
    bench = await createBench();
    gateway = await bench.start({ configured: false });
    await hand('D1', 1);
    await bench.advance(60_000);
    expect(await bench.states('D1')).toEqual(['pending']);
    expect(await bench.rows('select name from lane')).toEqual([]);
    gateway.kill();
    gateway = await bench.start({ configured: true });
    await bench.advance(1_000);
    expect(bench.portal.mark('D1')).toBe(1);
  });

  it('I1: with many others all reach the portal', async () => {
    await begin({ lane: { concurrency: 4 } });
    await Promise.all([
      ...Array.from({ length: 300 }, (_, n) => gateway.accept(put(`D${n}`, 1))),
      bench.advance(5_000),
    ]);
    expect(bench.portal.shown.size).toBe(300);
    expect(bench.portal.mostOpen).toBeLessThanOrEqual(4);
  });
});

describe('I3: a newer state', () => {
  it('takes the place of one that was not sent yet', async () => {
    bench = await createBench();
    gateway = await bench.start({ configured: false });
    for (const mark of [1, 2, 3]) await hand('D1', mark, { steps: [stepOf(mark)] });
    expect(await bench.states('D1')).toEqual([
      'superseded',
      'sync-progress pending',
      'superseded',
      'sync-progress pending',
      'pending',
      'sync-progress pending',
    ]);
    gateway.kill();
    gateway = await bench.start();
    // The newest alone shows all steps: none of them is lost with the states that nobody saw.
    await bench.advance(1_000);
    expect(marks()).toEqual([3]);
    expect(bench.portal.steps.get('D1')).toEqual(['step 1', 'step 2', 'step 3']);
    const [row] = await bench.rows(
      `select superseded_by = (select y.id from exchange y where y.seq = 3) as named from exchange where seq = 1`,
    );
    expect(row).toEqual({ named: 1 });
  });

  it('goes after the one that is under way, never beside it', async () => {
    await begin();
    bench.portal.behave = () => ({ kind: 'ok', delayMs: 400 });
    await hand('D1', 1);
    await bench.advance(100);
    await hand('D1', 2);
    await hand('D1', 3);
    await bench.advance(5_000);
    expect(marks()).toEqual([1, 3]);
    expect(await bench.states('D1')).toEqual(['delivered', 'superseded', 'delivered']);
  });

  it('ends what failed under way while it came', async () => {
    await begin();
    bench.portal.behave = ({ n }) => (n === 1 ? { kind: 'lost', acted: true, delayMs: 400 } : { kind: 'ok' });
    await hand('D1', 1);
    await bench.advance(100);
    await hand('D1', 2);
    await bench.advance(20_000);
    expect(await bench.states('D1')).toEqual(['superseded', 'delivered']);
    const [row] = await bench.rows(
      `select superseded_by = (select y.id from exchange y where y.seq = 2) as named from exchange where seq = 1`,
    );
    expect(row).toEqual({ named: 1 });
  });

  it('that comes after an unknown outcome waits for the quiet time, and is looked at afterwards', async () => {
    await begin();
    bench.portal.behave = ({ n }) => (n === 1 ? { kind: 'late', lateMs: 4_900 } : { kind: 'ok' });
    await hand('D1', 1);
    await bench.advance(1_000);
    await hand('D1', 2);
    await bench.advance(3_000);
    expect(marks()).toEqual([1]);
    await bench.advance(3_000);
    expect(marks()).toEqual([1, 2]);
    expect(bench.portal.sends('D1')[1]?.at).toBeGreaterThanOrEqual((bench.portal.calls[0]?.at ?? 0) + 5_000);
    expect(bench.portal.lookups.length).toBe(1);
    expect(bench.portal.mark('D1')).toBe(2);
  });

  it('does not overtake the time that they asked for', async () => {
    await begin();
    bench.portal.behave = ({ n }) =>
      n === 1 ? { kind: 'not-sent', reason: 'unavailable', retryAfterMs: 30_000 } : { kind: 'ok' };
    await hand('D1', 1);
    await bench.advance(1_000);
    await hand('D1', 2);
    await bench.advance(28_000);
    expect(marks()).toEqual([1]);
    await bench.advance(3_000);
    expect(marks()).toEqual([1, 2]);
  });

  it('wakes nothing else of its stream before its time', async () => {
    await begin({ policy: { scheduleMs: [4_000_000] } });
    bench.portal.behave = ({ operation }) =>
      operation === 'sync-progress' ? { kind: 'not-sent', reason: 'dns' } : { kind: 'ok' };
    await hand('D1', 1, { steps: [stepOf(1)] });
    await bench.advance(1_000);
    await hand('D1', 2, { steps: [stepOf(1), stepOf(2)] });
    await bench.advance(10_000);
    expect(bench.portal.mark('D1')).toBe(2);
    expect(bench.portal.sends('D1', 'sync-progress').length).toBe(1);
  });
});

describe('after an unknown outcome', () => {
  it('the state is sent again after the quiet time and read back', async () => {
    await begin();
    bench.portal.behave = ({ n }) => (n === 1 ? { kind: 'lost', acted: false } : { kind: 'ok' });
    await hand('D1', 1);
    expect(await bench.states('D1')).toEqual(['uncertain']);
    await bench.advance(4_900);
    expect(marks()).toEqual([1]);
    await bench.advance(2_000);
    expect(marks()).toEqual([1, 1]);
    expect(bench.portal.lookups.length).toBe(1);
    expect(await bench.states('D1')).toEqual(['delivered']);
  });

  it('an older state that shows in the look is mended by sending again', async () => {
    await begin();
    bench.portal.behave = ({ n }) => (n === 1 ? { kind: 'lost', acted: false } : { kind: 'ok' });
    let looked = 0;
    bench.portal.look = () => (++looked === 1 ? completed('differs') : undefined);
    await hand('D1', 1);
    await bench.advance(30_000);
    expect(marks()).toEqual([1, 1, 1]);
    expect(looked).toBe(2);
    expect(await bench.states('D1')).toEqual(['delivered']);
  });

  it('so is a state that is absent', async () => {
    await begin();
    bench.portal.behave = ({ n }) => (n === 1 ? { kind: 'lost', acted: false } : { kind: 'ok' });
    let looked = 0;
    bench.portal.look = () => (++looked === 1 ? completed('absent') : undefined);
    await hand('D1', 1);
    await bench.advance(30_000);
    expect(marks().length).toBe(3);
  });

  it.each([
    ['cannot tell', completed('cannot-tell' as const)],
    ['answers in a way we do not know', drift('/result', 'array', 'text')],
    ['refuses to be asked', { kind: 'rejected', code: '9', message: 'no', fields: [] } as const],
  ])('a portal that %s is believed in what it answered', async (_, answer) => {
    await begin();
    bench.portal.behave = ({ n }) => (n === 1 ? { kind: 'lost', acted: false } : { kind: 'ok' });
    bench.portal.look = () => answer;
    await hand('D1', 1);
    await bench.advance(30_000);
    expect(marks().length).toBe(2);
    expect(await bench.states('D1')).toEqual(['delivered']);
  });

  it('a look that never comes about ends in belief, not in endless sending', async () => {
    await begin();
    bench.portal.behave = ({ n }) => (n === 1 ? { kind: 'lost', acted: false } : { kind: 'ok' });
    bench.portal.look = () => notSent('unavailable');
    await hand('D1', 1);
    await bench.advance(600_000);
    expect(await bench.states('D1')).toEqual(['delivered']);
    expect(marks().length).toBeLessThanOrEqual(6);
  });

  it('steps wait as well, and a repeated step is one row', async () => {
    await begin();
    let failed = false;
    bench.portal.behave = ({ operation }) => {
      if (operation !== 'sync-progress' || failed) return { kind: 'ok' };
      failed = true;
      return { kind: 'lost', acted: true };
    };
    await hand('D1', 1, { steps: [stepOf(1)] });
    await bench.advance(4_000);
    expect(bench.portal.sends('D1', 'sync-progress').length).toBe(1);
    await bench.advance(5_000);
    expect(bench.portal.sends('D1', 'sync-progress').length).toBe(2);
    expect(bench.portal.steps.get('D1')).toEqual(['step 1']);
  });
});

describe('giving up', () => {
  const never = { kind: 'not-sent', reason: 'unavailable' } as const;

  it('never ends the newest state: it goes on being tried', async () => {
    await begin({ policy: { giveUpAgeMs: 5_000 } });
    bench.portal.behave = () => never;
    await hand('D1', 1);
    await bench.advance(600_000);
    expect(await bench.states('D1')).toEqual(['retrying']);
    // Loud once, however long it lasts.
    expect(await bench.rows(`select ref from event where type = 'exchange.overdue'`)).toEqual([{ ref: 'D1' }]);
    bench.portal.behave = () => ({ kind: 'ok' });
    await bench.advance(10_000);
    expect(await bench.states('D1')).toEqual(['delivered']);
  });

  it('ends a step, holds the later ones back, and never stops a snapshot', async () => {
    await begin({ policy: { giveUpAgeMs: 5_000 } });
    bench.portal.behave = ({ operation }) => (operation === 'sync-progress' ? never : { kind: 'ok' });
    await hand('D1', 1, { steps: [stepOf(1)] });
    await hand('D1', 2, { steps: [stepOf(1), stepOf(2)] });
    await bench.advance(120_000);
    expect(await bench.states('D1')).toEqual(['delivered', 'sync-progress dead', 'delivered', 'sync-progress pending']);
    await hand('D1', 3, { steps: [stepOf(1), stepOf(2)] });
    expect(bench.portal.mark('D1')).toBe(3);
    expect(bench.portal.steps.get('D1')).toBeUndefined();
  });

  it('a step that stays uncertain ends dead too, because sending it twice is harmless', async () => {
    await begin({ policy: { giveUpAgeMs: 5_000 } });
    bench.portal.behave = ({ operation }) =>
      operation === 'sync-progress' ? { kind: 'lost', acted: false } : { kind: 'ok' };
    await hand('D1', 1, { steps: [stepOf(1)] });
    await bench.advance(120_000);
    expect(await bench.states('D1')).toEqual(['delivered', 'sync-progress dead']);
    await hand('D1', 2);
    expect(bench.portal.mark('D1')).toBe(2);
  });

  it('does not count the time in which the lane was closed', async () => {
    await begin({ policy: { giveUpAgeMs: 20_000, scheduleMs: [1_000] } });
    bench.portal.behave = ({ operation }) => (operation === 'sync-progress' ? never : { kind: 'ok' });
    await hand('D1', 1, { steps: [stepOf(1)] });
    await bench.engine.batch([pauseLanes('national-portal', 'operator', 'maintenance')]);
    await bench.advance(3_600_000);
    await bench.engine.batch([resumeLanes('national-portal')]);
    bench.portal.behave = () => ({ kind: 'ok' });
    await bench.advance(5_000);
    expect(await bench.states('D1')).toEqual(['delivered', 'sync-progress delivered']);
  });
});

describe('what cannot be sent', () => {
  it('ends when the person was erased, and nothing leaves', async () => {
    bench = await createBench();
    gateway = await bench.start({ configured: false });
    await hand('D1', 1, { steps: [stepOf(1)] });
    await bench.engine.batch([{ sql: 'update subject set salt = null', params: [] }]);
    gateway.kill();
    gateway = await bench.start();
    await bench.advance(10_000);
    expect(bench.portal.calls).toEqual([]);
    expect((await bench.states('D1'))[0]).toBe('rejected');
    expect(await hand('D1', 2)).toMatchObject({ kind: 'refused', reason: 'erased' });
  });

  it('does not hold up its neighbours when it cannot be put together', async () => {
    bench = await createBench();
    gateway = await bench.start({ configured: false });
    for (const code of ['D1', 'D2', 'D3']) await hand(code, 1, code === 'D2' ? { note: 'unreadable' } : {});
    gateway.kill();
    gateway = await bench.start();
    await bench.advance(10_000);
    expect([...bench.portal.shown.keys()].sort()).toEqual(['D1', 'D3']);
    expect(await bench.states('D2')).toEqual(['retrying']);
    expect(bench.notices.some(({ message }) => message.includes('could not be put together'))).toBe(true);
  });

  it('counts as unknown when the adapter breaks over it', async () => {
    await begin();
    bench.portal.behave = ({ n }) => (n === 1 ? { kind: 'throws' } : { kind: 'ok' });
    await hand('D1', 1);
    expect(await bench.states('D1')).toEqual(['uncertain']);
    await bench.advance(10_000);
    expect(await bench.states('D1')).toEqual(['delivered']);
  });

  it('drift is unknown, said aloud, and never guessed', async () => {
    await begin();
    bench.portal.behave = ({ n }) =>
      n === 1 ? { kind: 'each', outcome: () => drift('/error_code', 'number', 'object') } : { kind: 'ok' };
    await hand('D1', 1);
    expect(await bench.states('D1')).toEqual(['uncertain']);
    expect(bench.notices.some(({ message }) => message.includes('quarantined'))).toBe(true);
    await bench.advance(10_000);
    expect(await bench.states('D1')).toEqual(['delivered']);
  });
});

describe('inside one claim', () => {
  it('a blip is tried again at once, each try a call of its own', async () => {
    await begin({ policy: { inlineTries: 2 } });
    bench.portal.behave = ({ n }) => (n === 1 ? { kind: 'not-sent', reason: 'connection-refused' } : { kind: 'ok' });
    await hand('D1', 1);
    for (let n = 0; n < 200 && bench.portal.calls.length < 2; n++) await new Promise((done) => setTimeout(done, 5));
    await bench.idle();
    expect(await bench.rows('select n, outcome from attempt order by n')).toEqual([
      { n: 1, outcome: 'not-sent' },
      { n: 2, outcome: 'completed' },
    ]);
    expect(await bench.rows('select count(*) as n from call where ended_at is null')).toEqual([{ n: 0 }]);
    expect(await bench.states('D1')).toEqual(['delivered']);
  });

  it('what was answered is not', async () => {
    await begin({ policy: { inlineTries: 3 } });
    bench.portal.behave = () => ({ kind: 'each', outcome: () => unknown('server-error') });
    await hand('D1', 1);
    expect(bench.portal.calls.length).toBe(1);
  });
});
