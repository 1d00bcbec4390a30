import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commands, type Engine, type Row, type Statement, sql } from './engine.ts';
import { migrate } from './migrations/migrate.ts';

const put = (key: string, value: string): Statement => sql('insert into meta (key, value) values (?1, ?2)', key, value);
const keys = async (engine: Engine): Promise<string[]> =>
  (await engine.all<{ key: string }>(sql('select key from meta order by key'))).map((row) => row.key);
const plain = (rows: readonly object[]): object[] => rows.map((row) => ({ ...row }));

/**
 * What every engine must do, so that one set of SQL means the same on each (I10). `open` gives a new, empty store;
 * the suite closes it.
 */
export function storeSuite(name: string, open: () => Promise<Engine>): void {
  describe(`${name}: store`, () => {
    let engine: Engine;
    beforeEach(async () => {
      engine = await open();
      await migrate(engine);
    });
    afterEach(() => engine.close());

    it('I1: a batch is whole or not at all, its statements in order, with the rows of each', async () => {
      const results = await engine.batch([
        put('a', '1'),
        sql("update meta set value = value || '2' where key = 'a'"),
        sql("select value from meta where key = 'a'"),
      ]);
      expect(results.map(plain)).toEqual([[], [], [{ value: '12' }]]);
      await expect(engine.batch([put('b', '1'), put('a', 'again')])).rejects.toThrow();
      expect(await keys(engine)).toEqual(['a']);
      await expect(engine.batch([put('c', '1'), sql('select missing from nowhere')])).rejects.toThrow();
      expect(await keys(engine)).toEqual(['a']);
    });

    it('I1: of batches handed over together, one that fails is undone alone', async () => {
      await engine.batch([put('taken', '')]);
      const ends = await Promise.allSettled([
        engine.batch([put('one', '')]),
        engine.batch([put('two', ''), put('taken', '')]),
        engine.batch([put('three', '')]),
        engine.batch([sql('select missing from nowhere')]),
        engine.batch([put('four', '')]),
      ]);
      expect(ends.map((end) => end.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled']);
      expect(await keys(engine)).toEqual(['four', 'one', 'taken', 'three']);
    });

    it('batches handed over together each take effect once, and one sees what was answered before it', async () => {
      await engine.batch([put('log', '')]);
      const add = (what: string) =>
        engine.batch([sql("update meta set value = value || ?1 || ' ' where key = 'log'", what)]);
      const log = async () =>
        (await engine.all<{ value: string }>(sql("select value from meta where key = 'log'")))[0]?.value;
      await Promise.all(Array.from({ length: 40 }, (_, index) => add(String(index))));
      const words = (await log())?.trim().split(' ').map(Number);
      expect(words?.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, index) => index));
      await add('last');
      expect(await log()).toMatch(/ last $/);
    });

    it('takes null, whole numbers up to 2^53, text of any script, and parameters used twice', async () => {
      const text = `Hồ sơ số 1 — “mẫu” 🙂 \\ ' " {now} {at} ?1 ${'ữ'.repeat(5000)}`;
      const safe = Number.MAX_SAFE_INTEGER;
      await engine.batch([
        sql(
          'insert into event (id, type, system, ref, data, at, position) values (?1, ?2, ?3, ?1, ?2, ?4, ?5)',
          'e',
          text,
          null,
          -safe,
          safe,
        ),
      ]);
      const rows = await engine.all<Row>(sql('select system, ref, data, at, position from event where id = ?1', 'e'));
      expect(plain(rows)).toEqual([{ system: null, ref: 'e', data: text, at: -safe, position: safe }]);
    });

    it('takes commands as one object of objects, in the order given', async () => {
      const items = Array.from({ length: 12 }, (_, index) => ({
        key: `k${index}`,
        n: index,
        text: index % 2 ? 'ặ' : null,
      }));
      await engine.batch([
        sql(
          `insert into event (id, type, ref, data, at) select v.value->>'key', 'type', 'ref', coalesce(v.value->>'text', 'none'), cast(v.value->>'n' as bigint) from json_each(?1) v`,
          commands(items),
        ),
      ]);
      const rows = await engine.all<Row>(sql("select id, data, at from event where ref = 'ref' order by at"));
      expect(plain(rows)).toEqual(items.map(({ key, n, text }) => ({ id: key, data: text ?? 'none', at: n })));
      const named = await engine.all<Row>(
        sql("select v.key as name, v.value->>'p' as p from json_each(?1) v", JSON.stringify({ one: { p: 'x' } })),
      );
      expect(plain(named)).toEqual([{ name: 'one', p: 'x' }]);
    });

    it('a guard stamped by the first statement keeps the later ones from acting', async () => {
      const statement = (token: string, value: number): Statement[] => [
        sql(
          `insert into event (id, type, ref, data, at) values ('row', ?1, 'r', '', ?2)
           on conflict (id) do update set type = excluded.type, at = excluded.at where event.at < excluded.at`,
          token,
          value,
        ),
        sql(
          `insert into meta (key, value) select 'done-' || ?1, '' from event e where e.id = 'row' and e.type = ?1`,
          token,
        ),
      ];
      await engine.batch(statement('first', 5));
      await engine.batch(statement('older', 3));
      await engine.batch(statement('newer', 9));
      expect(await keys(engine)).toEqual(['done-first', 'done-newer']);
    });

    it('both clocks are in milliseconds since 1970, steady time does not go back; locks and horizon are understood', async () => {
      const before = Date.now();
      let last = 0;
      for (let index = 0; index < 50; index++) {
        const [[row] = []] = await engine.batch([sql('select {at} as at, {now} as now, {atHorizon} as horizon')]);
        for (const time of [row?.at, row?.now, row?.horizon]) expect(Number.isSafeInteger(time)).toBe(true);
        expect(Math.abs(Number(row?.at) - before)).toBeLessThan(60_000);
        expect(Number(row?.now)).toBeGreaterThanOrEqual(last);
        last = Number(row?.now);
      }
      expect(Math.abs(last - before)).toBeLessThan(60_000);
      await engine.batch([
        { ...sql('select s.id from stream s where s.id = ?1 order by s.id {lockRows}', 'x'), locksOnly: true },
        sql('select s.id from stream s order by s.id limit 1 {skipLocked}'),
      ]);
    });

    it('reads of either kind see every batch that was answered', async () => {
      for (let index = 0; index < 20; index++) {
        await engine.batch([put(`k${index}`, '')]);
        const count = sql('select count(*) as n from meta');
        const [near, far] = await Promise.all([engine.all(count), engine.scan(count)]);
        expect(plain([...near, ...far])).toEqual([{ n: index + 1 }, { n: index + 1 }]);
      }
      await expect(engine.all(sql('select missing from nowhere'))).rejects.toThrow('nowhere');
      await expect(engine.scan(sql('select missing from nowhere'))).rejects.toThrow('nowhere');
      expect(await engine.scan(sql('select key from meta where key = ?1', 'k7'))).toHaveLength(1);
    });

    it('what a turn gathers runs once each, and soon', async () => {
      const ran: number[] = [];
      await Promise.all([1, 2, 3].map((n) => new Promise<void>((done) => engine.turn(() => done(void ran.push(n))))));
      expect(ran).toEqual([1, 2, 3]);
    });

    it('migrations may be run again, and a store of a newer program is refused', async () => {
      await engine.batch([put('kept', '')]);
      const log: string[] = [];
      await migrate(engine, (message) => log.push(message));
      expect(log).toEqual([]);
      expect(await keys(engine)).toEqual(['kept']);
      const newer = (version: string): Statement =>
        sql(
          "insert into migration (number, name, oldest_program, applied_at) values (9000, 'later', ?1, {at})",
          version,
        );
      await engine.batch([newer('0.0.1')]);
      await migrate(engine);
      await engine.batch([sql('delete from migration where number = 9000'), newer('99.0.0')]);
      await expect(migrate(engine)).rejects.toThrow('99.0.0');
    });

    it('once closed, refuses instead of crashing', async () => {
      const other = await open();
      await other.close();
      await expect(other.batch([put('x', '')])).rejects.toThrow('closed');
    });
  });
}
