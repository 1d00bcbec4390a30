import { afterEach, describe, expect, it } from 'vitest';
import { type Bench, createBench, type Process, put, stepOf } from '../../../test/kit/delivery/bench.ts';
import { type Statement, StoreUnavailable, sql } from '../../store/engine.ts';
import { cancelErased } from '../erase.ts';
import { pauseLanes } from './lanes.ts';
import { createRecords } from './records.ts';

let bench: Bench;
let gateway: Process;
let subjectId = '';
const operations = () => bench.portal.calls.map(({ operation }) => operation);
const isClaim = (statements: readonly Statement[]) =>
  statements.some(({ sql: text }) => text.includes('update stream set owner = ?3, epoch'));
const isSettle = (statements: readonly Statement[]) =>
  statements.some(
    ({ sql: text }) =>
      text.includes('update attempt set ended_at = {at}, outcome = w.outcome') || text.includes('sent_at = case'),
  );

/** Hands these over to a process that sends nothing, so that the next finds all of them due at once. */
async function waiting(codes: readonly string[], steps: boolean): Promise<void> {
  const held = await bench.start({ configured: false });
  for (const code of codes) void held.accept(put(code, 1, steps ? { steps: [stepOf(1)] } : {}));
  await bench.idle();
  held.kill();
}

afterEach(async () => {
  await bench.close();
});

describe('tokens', () => {
  it('a state with a step goes where the burst is one call and the rate is high', async () => {
    bench = await createBench({ lane: { ratePerSecond: 50, burst: 1 } });
    gateway = await bench.start();
    await bench.advance(1_000);
    void gateway.accept(put('D1', 1, { steps: [stepOf(1)] }));
    await bench.advance(60_000);
    expect(bench.portal.mark('D1')).toBe(1);
    expect(await bench.states('D1')).toEqual(['delivered', 'sync-progress delivered']);
  });

  it('of many in one call with their steps, where the burst is as large as the call', async () => {
    bench = await createBench({ policy: { batchSize: 10 }, lane: { ratePerSecond: 100, burst: 10 } });
    await waiting(
      Array.from({ length: 10 }, (_, n) => `D${n}`),
      true,
    );
    await bench.engine.batch([
      sql(`update stream set due_at = {now} + 2000`),
      sql(`update exchange set due_at = {now} + 2000`),
    ]);
    gateway = await bench.start();
    await bench.advance(60_000);
    expect(bench.portal.shown.size).toBe(10);
  });

  it('what ends without a call costs none', async () => {
    bench = await createBench({ lane: { ratePerSecond: 0.001, burst: 10 } });
    await waiting(['D1'], false);
    await bench.engine.batch([sql(`update dossier_body set body = 'no such'`)]);
    gateway = await bench.start();
    await bench.idle();
    expect(operations()).toEqual([]);
    expect(await bench.states('D1')).not.toEqual(['pending']);
    const [lane] = await bench.rows<{ tokens: number }>(
      `select tokens from lane where name = 'national-portal/command'`,
    );
    expect(Math.round(lane?.tokens ?? 0)).toBe(10);
  });
});

describe('a step behind a state', () => {
  const begun = async () => {
    bench = await createBench();
    gateway = await bench.start();
    bench.portal.behave = ({ operation, keys }) =>
      keys.includes('D2')
        ? { kind: 'not-sent', reason: 'rate-limited', retryAfterMs: 60_000 }
        : { kind: 'ok', ...(operation === 'sync-dossier' && { delayMs: 900 }) };
    void gateway.accept(put('D1', 1, { steps: [stepOf(1)] }));
    await bench.advance(100);
    expect(operations()).toEqual(['sync-dossier']);
  };

  it('does not leave after the erasure of the person was committed', async () => {
    await begun();
    const [subject] = await bench.rows<{ id: string }>(`select subject as id from dossier where code = 'D1'`);
    await bench.engine.batch([
      sql(`update subject set salt = null, purged_at = 1`),
      ...cancelErased([subject?.id ?? ''], 'erasing', 'retention'),
    ]);
    await bench.advance(5_000);
    expect(operations()).toEqual(['sync-dossier']);
  });

  it('does not begin after the system was paused', async () => {
    await begun();
    await bench.engine.batch([pauseLanes('national-portal', 'an operator', 'stop')]);
    await bench.advance(5_000);
    expect(operations()).toEqual(['sync-dossier']);
  });

  it('does not begin while they asked for silence in answer to another call', async () => {
    await begun();
    void gateway.accept(put('D2', 1));
    await bench.advance(5_000);
    expect(bench.portal.calls.map(({ operation, keys }) => `${operation} ${keys}`)).toEqual([
      'sync-dossier D1',
      'sync-dossier D2',
    ]);
  });

  it('does not begin while the breaker is open', async () => {
    await begun();
    await bench.engine.batch([
      sql(`update lane set breaker = 'open', opened_at = 1, open_ms = 60000, open_until = {now} + 60000`),
    ]);
    await bench.advance(5_000);
    expect(operations()).toEqual(['sync-dossier']);
  });

  it('that hangs keeps no other dossier of the call from being settled', async () => {
    bench = await createBench({ policy: { batchSize: 10 } });
    await waiting(['D1', 'D2', 'D3'], true);
    bench.portal.behave = ({ operation, keys }) =>
      operation === 'sync-progress' && keys.includes('D3') ? { kind: 'hangs' } : { kind: 'ok' };
    gateway = await bench.start();
    await bench.advance(2_000);
    expect(await bench.states('D1')).toEqual(['delivered', 'sync-progress delivered']);
  });
});

describe('places', () => {
  it('a store that fails between two tries of a step does not cost the lane its place for ever', async () => {
    bench = await createBench({ policy: { batchSize: 2, inlineTries: 2 }, lane: { concurrency: 1 } });
    await waiting(['D1', 'D2'], true);
    bench.portal.behave = ({ operation, keys }) =>
      operation === 'sync-dossier'
        ? { kind: 'ok' }
        : keys.includes('D1')
          ? { kind: 'not-sent', reason: 'connection-refused' }
          : { kind: 'hangs' };
    let failed = 0;
    bench.breakStore(new StoreUnavailable('disk full'), (statements) => {
      const endsTry = statements.length === 2 && statements[0]?.sql.startsWith('update attempt set ended_at') === true;
      if (endsTry) failed += 1;
      return endsTry && failed === 1;
    });
    gateway = await bench.start();
    await bench.advance(5_000);
    expect(failed).toBe(1);
    bench.portal.behave = () => ({ kind: 'ok' });
    await bench.advance(300_000);
    void gateway.accept(put('D3', 1));
    await bench.advance(300_000);
    expect(bench.portal.mark('D3')).toBe(1);
  });

  it('a probe whose stream was written meanwhile does not keep the breaker open for another time', async () => {
    bench = await createBench();
    gateway = await bench.start();
    await bench.engine.batch([
      sql(
        `update lane set breaker = 'open', opened_at = 1, open_ms = 60000, open_until = {now} + 1000 where name = 'national-portal/command'`,
      ),
    ]);
    void gateway.accept(put('D1', 1));
    await bench.idle();
    let claims = 0;
    bench.breakStore(new Error('never'), (statements) => {
      if (isClaim(statements) && ++claims === 1)
        void bench.engine.batch([sql(`update stream set written_by = 'another' where key = 'D1'`)]);
      return false;
    });
    await bench.advance(5_000);
    expect(claims).toBeGreaterThan(0);
    expect(operations()).toEqual(['sync-dossier']);
  });

  it('what was claimed goes, whatever becomes of the settlement of what ends without a call', async () => {
    bench = await createBench();
    await waiting(['D1', 'D2'], false);
    await bench.engine.batch([
      sql(`update dossier_body set body = 'no such' where subject = (select subject from dossier where code = 'D1')`),
    ]);
    let failed = 0;
    bench.breakStore(new Error('a fault'), (statements) => isSettle(statements) && ++failed === 1);
    gateway = await bench.start();
    await bench.advance(120_000);
    expect(failed).toBeGreaterThan(0);
    expect(bench.portal.mark('D2')).toBe(1);
    // It never left, and is no unknown with its quiet time and its question.
    expect(await bench.rows(`select code from attempt where outcome = 'unknown'`)).toEqual([]);
  });

  it('stop gives back what it claimed before it answers', async () => {
    bench = await createBench();
    await waiting(['D1'], false);
    let stopping: Promise<void> | undefined;
    let stopped = false;
    const process = await bench.start({ configured: false });
    process.kill();
    bench.breakStore(new Error('never'), (statements) => {
      if (isClaim(statements) && !stopped) {
        stopped = true;
        stopping = gateway.dispatcher.stop(1_000).then(() => gateway.kill());
      }
      return false;
    });
    const starting = bench.start();
    void starting.then((given) => {
      gateway = given;
    });
    // `start` answers when it is idle: the claim waits for the dossier's time.
    await bench.engine.batch([
      sql(`update stream set due_at = {now} + 1000`),
      sql(`update exchange set due_at = {now} + 1000`),
    ]);
    await starting;
    await bench.advance(10_000);
    await stopping;
    await bench.idle();
    expect(stopped).toBe(true);
    expect(await bench.rows('select key from stream where owner is not null')).toEqual([]);
  });

  /** D7 is claimed while the call of six ends, whose steps take the places before it. */
  async function queued(): Promise<{ began: number; drained: Promise<boolean>; over: () => boolean }> {
    bench = await createBench({ policy: { batchSize: 6 }, lane: { concurrency: 2 } });
    await waiting(['D1', 'D2', 'D3', 'D4', 'D5', 'D6'], true);
    await waiting(['D7'], false);
    await bench.engine.batch([
      sql(`update exchange set due_at = {now} + 50 where stream in (select id from stream where key = 'D7')`),
      sql(`update stream set due_at = {now} + 50 where key = 'D7'`),
    ]);
    bench.portal.behave = ({ operation, keys }) => ({
      kind: 'ok',
      delayMs: operation === 'sync-dossier' && !keys.includes('D7') ? 100 : 900,
    });
    gateway = await bench.start({ background: false });
    let claims = 0;
    bench.breakStore(new Error('never'), (statements) => {
      if (isClaim(statements) && ++claims === 2) bench.clock.step(bench.clock.now + 1_000);
      return false;
    });
    const began = bench.clock.now;
    let over = false;
    const drained = gateway.dispatcher.drain(began + 3_000).finally(() => {
      over = true;
    });
    return { began, drained, over: () => over };
  }

  it('a call that waited for its place is not begun where no request fits any more', async () => {
    const { began, drained, over } = await queued();
    for (await bench.idle(); !over(); await bench.idle()) bench.clock.step(began + 60_000);
    expect(await drained).toBe(false);
    for (const call of bench.portal.calls) expect(call.at - began, call.operation).toBeLessThanOrEqual(2_000);
  });

  it('a call that waited for its place is not begun after the stop', async () => {
    const { began, drained } = await queued();
    await bench.idle();
    while (bench.clock.now < began + 500) {
      bench.clock.step(began + 60_000);
      await bench.idle();
    }
    const before = bench.portal.calls.length;
    const stopping = gateway.dispatcher.stop(10_000);
    for (let n = 0; n < 2_000 && bench.clock.now < began + 10_000; n++) {
      bench.clock.step(began + 60_000);
      await bench.idle();
    }
    await Promise.all([drained, stopping]);
    expect(bench.portal.calls.slice(before).map(({ operation, keys }) => `${operation} ${keys}`)).toEqual([]);
  });

  it('a refused state spends the token of its own call only', async () => {
    bench = await createBench({ lane: { ratePerSecond: 0.001, burst: 10 } });
    bench.portal.behave = () => ({ kind: 'rejected' });
    gateway = await bench.start();
    void gateway.accept(put('D1', 1, { steps: [stepOf(1)] }));
    await bench.advance(100);
    const [lane] = await bench.rows<{ tokens: number }>(
      `select tokens from lane where name = 'national-portal/command'`,
    );
    expect(operations()).toEqual(['sync-dossier']);
    expect(Math.round(lane?.tokens ?? 0)).toBe(9);
  });
});

describe('besides', () => {
  it('a drain sends a state with its step where the burst is one call', async () => {
    bench = await createBench({ lane: { ratePerSecond: 1, burst: 1 } });
    gateway = await bench.start({ background: false });
    void gateway.accept(put('D1', 1, { steps: [stepOf(1)] }));
    await bench.idle();
    for (let n = 0; n < 5; n++) {
      await bench.advance(60_000);
      const until = bench.clock.now + 10_000;
      let over = false;
      const drained = gateway.dispatcher.drain(until).finally(() => {
        over = true;
      });
      for (await bench.idle(); !over; await bench.idle()) bench.clock.step(until + 60_000);
      await drained;
    }
    expect(bench.portal.mark('D1')).toBe(1);
  });

  it('a step that fails after another of its call broke does not cost the lane its place for ever', async () => {
    bench = await createBench({ policy: { batchSize: 2, inlineTries: 2 }, lane: { concurrency: 1 } });
    await waiting(['D1', 'D2'], true);
    bench.portal.behave = ({ operation, keys }) =>
      operation === 'sync-dossier'
        ? { kind: 'ok' }
        : keys.includes('D1')
          ? { kind: 'not-sent', reason: 'connection-refused' }
          : { kind: 'not-sent', reason: 'unavailable', delayMs: 100 };
    let failed = 0;
    bench.breakStore(new StoreUnavailable('disk full'), (statements) => {
      const endsTry = statements.length === 2 && statements[0]?.sql.startsWith('update attempt set ended_at') === true;
      if (endsTry) failed += 1;
      return endsTry && failed === 1;
    });
    gateway = await bench.start();
    await bench.advance(5_000);
    expect(failed).toBe(1);
    bench.portal.behave = () => ({ kind: 'ok' });
    await bench.advance(300_000);
    void gateway.accept(put('D3', 1));
    await bench.advance(300_000);
    expect(bench.portal.mark('D3')).toBe(1);
  });

  it('what was given back with its state has nothing held against it: its first failure waits the first time', async () => {
    bench = await createBench({ policy: { scheduleMs: [200, 200, 3_600_000], giveUpAgeMs: 86_400_000 } });
    gateway = await bench.start();
    bench.portal.behave = ({ n, operation }) =>
      operation === 'sync-dossier' && n > 2 ? { kind: 'ok' } : { kind: 'not-sent', reason: 'unavailable' };
    void gateway.accept(put('D1', 1, { steps: [stepOf(1)] }));
    await bench.advance(5_000);
    expect(bench.portal.mark('D1')).toBe(1);
    expect(bench.portal.sends('D1', 'sync-progress').length).toBeGreaterThan(1);
  });

  it('the oldest has its share among streams that travel alone', async () => {
    bench = await createBench({ policy: { batchSize: 10 }, lane: { concurrency: 1 } });
    const fresh = Array.from({ length: 80 }, (_, n) => `A${String(n).padStart(2, '0')}`);
    await waiting(['Z'], false);
    await bench.advance(60_000);
    await waiting(fresh, false);
    await bench.engine.batch([sql(`update stream set doubt = 'look-after' where key <> 'Z'`)]);
    bench.portal.behave = () => ({ kind: 'ok', delayMs: 50 });
    gateway = await bench.start();
    await bench.advance(60_000);
    const place = bench.portal.calls.findIndex(({ keys }) => keys.includes('Z'));
    expect(bench.portal.calls.length).toBeGreaterThan(70);
    expect(place).toBeLessThan(40);
  });

  it('texts that are cut: states first, their streams kept', async () => {
    bench = await createBench({ policy: { batchSize: 5 }, textBytes: 6_000 });
    await waiting(['D1', 'D2', 'D3', 'D4', 'D5'], true);
    gateway = await bench.start();
    await bench.advance(60_000);
    for (let n = 1; n <= 5; n++) expect(await bench.states(`D${n}`)).toEqual(['delivered', 'sync-progress delivered']);
    expect(await bench.rows('select id from stream where owner is not null')).toEqual([]);
  });
});

describe('a claim', () => {
  it('has no more commands in a statement than a store takes', async () => {
    bench = await createBench({ policy: { batchSize: 100 }, lane: { burst: 10_000, ratePerSecond: 10_000 } });
    await waiting(
      Array.from({ length: 256 }, (_, n) => `D${n}`),
      true,
    );
    let most = 0;
    bench.breakStore(new Error('never'), (statements) => {
      if (isClaim(statements))
        for (const { params } of statements)
          for (const param of params)
            if (typeof param === 'string' && param.startsWith('{"'))
              most = Math.max(most, Object.keys(JSON.parse(param)).length);
      return false;
    });
    gateway = await bench.start();
    await bench.advance(10_000);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(500);
  });
});

describe('one batch of settlements', () => {
  it.each([[false], [true]])(
    'a takeover of the step and the late settlement of its owner do not touch one stream in one statement (turned: %s)',
    async (turned) => {
      bench = await createBench();
      gateway = await bench.start();
      bench.portal.behave = () => ({ kind: 'hangs' });
      void gateway.accept(put('D1', 1, { steps: [stepOf(1)] }));
      await bench.advance(100);
      gateway.kill();
      const rows = await bench.rows<{
        id: string;
        kind: 'collapsing' | 'appended';
        stream: string;
        epoch: number;
        call: string;
      }>(
        `select x.id, x.kind, x.stream, s.epoch, a.call from exchange x join stream s on s.id = x.stream join attempt a on a.exchange = x.id where x.state = 'sending' order by x.seq`,
      );
      const [lead, step] = rows;
      if (lead === undefined || step === undefined) throw new Error('two are in hand');
      const records = createRecords(bench.engine, {
        owner: 'process-1',
        token: () => `t${Math.random()}`,
        roomFailed: () => undefined,
        after: (ms, run) => bench.clock.after(ms, run),
      });
      const item = (of: typeof lead, to: 'delivered' | 'uncertain', sentVersion: number | null) => ({
        ...{ to, cause: null, outcome: to === 'delivered' ? 'completed' : 'unknown', code: null, sentVersion },
        ...{
          dueInMs: 1_000,
          triedMs: 0,
          quietMs: 0,
          toldMs: 0,
          doubt: 'none' as const,
          suspect: false,
          stream: of.stream,
          epoch: of.epoch,
        },
        ...{
          exchange: of.id,
          kind: of.kind,
          version: 1,
          detail: null,
          parkedReason: null,
          waitsFor: null,
          parkedForMs: null,
          result: null,
        },
      });
      const none = { items: [], events: [], calls: [], watches: [], rooms: [] };
      const end = (of: typeof lead) => [{ id: of.call, outcome: 'completed', subject: null, raw: null }];
      // As the sweep begins a takeover, and as the owner settles both, handed over in one turn.
      const both = [
        { kept: { ...none, items: [item(step, 'uncertain', null)] }, last: { ...none, calls: end(step) } },
        {
          kept: { ...none, items: [item(lead, 'delivered', 1)] },
          last: { ...none, items: [item(step, 'delivered', null)], calls: [...end(lead), ...end(step)] },
        },
      ];
      await Promise.all((turned ? both.toReversed() : both).map((each) => records.settle(each)));
      expect((await bench.states('D1'))[0]).toBe('delivered');
      expect(await bench.rows('select sent_version from stream')).toEqual([{ sent_version: 1 }]);
    },
  );
});

describe('what holds', () => {
  it.each([
    [
      'erased',
      () => [
        sql(`update subject set salt = null, purged_at = 1`),
        ...cancelErased([subjectId], 'erasing', 'retention'),
      ],
    ],
    ['paused', () => [pauseLanes('national-portal', 'an operator', 'stop')]],
    ['written', () => [sql(`update stream set written_by = 'other'`), sql(`update stream set due_at = null`)]],
    ['doubted', () => [sql(`update stream set doubt = 'ask-first', due_at = null`)]],
  ] as const)('between look and claim %s: nothing leaves', async (_, change) => {
    bench = await createBench();
    await waiting(['D1'], true);
    const [subject] = await bench.rows<{ id: string }>(`select subject as id from dossier where code = 'D1'`);
    subjectId = subject?.id ?? '';
    let claims = 0;
    bench.breakStore(new Error('never'), (statements) => {
      return isClaim(statements) && ++claims === 1 ? bench.engine.batch(change()).then(() => false) : false;
    });
    gateway = await bench.start();
    await bench.advance(3_000);
    expect(claims).toBeGreaterThan(0);
    expect(operations()).toEqual([]);
    expect(await bench.rows('select id from stream where owner is not null')).toEqual([]);
  });

  it('three processes on one store, states and steps, a portal that fails now and then', {
    timeout: 120_000,
  }, async () => {
    bench = await createBench({
      policy: { batchSize: 3, quietMs: 500 },
      lane: { concurrency: 4, ratePerSecond: 200, burst: 50 },
    });
    const all = [await bench.start(), await bench.start(), await bench.start()];
    bench.portal.behave = ({ n }) =>
      n % 11 === 0
        ? { kind: 'lost', acted: n % 2 === 0, delayMs: 50 }
        : n % 7 === 0
          ? { kind: 'not-sent', reason: 'unavailable' }
          : { kind: 'ok', delayMs: (n % 5) * 20 };
    for (let mark = 1; mark <= 4; mark++) {
      for (let n = 0; n < 20; n++)
        void all[n % 3]?.accept(
          put(`D${n}`, mark, { steps: Array.from({ length: mark }, (_, each) => stepOf(each + 1)) }),
        );
      await bench.advance(150);
    }
    await bench.advance(60_000);
    bench.portal.behave = () => ({ kind: 'ok' });
    await bench.advance(120_000);
    expect(bench.portal.overlaps).toEqual([]);
    expect(bench.portal.regressions).toEqual([]);
    expect(bench.portal.stepsTooEarly).toEqual([]);
    expect(await bench.rows(`select id, state from exchange where state not in ('delivered', 'superseded')`)).toEqual(
      [],
    );
    expect(await bench.rows('select id from stream where owner is not null')).toEqual([]);
    expect(await bench.rows('select id from call where ended_at is null')).toEqual([]);
    expect(await bench.rows('select call from attempt where ended_at is null')).toEqual([]);
    expect(bench.notices.filter(({ message }) => message.includes('could not work on'))).toEqual([]);
    for (let n = 0; n < 20; n++) expect(bench.portal.mark(`D${n}`)).toBe(4);
  });
});
