import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSqlite, sqliteText } from '../../store/engine/sqlite.ts';
import { migrate } from '../../store/migrations/migrate.ts';
import { beginAct } from '../acts/begin-statements.ts';
import { untold } from '../sending/tell-rooms.ts';
import {
  askSoon,
  claimWatches,
  closeWatch,
  moveWatches,
  nextWatch,
  openWatches,
  releaseWatches,
  stampWatches,
  type WatchRow,
} from './watch-statements.ts';

/** A hundred thousand watches of which a few are due, and as many acts that ended long ago. */
const engine = openSqlite({ file: ':memory:', steadyMs: () => 2_000_000 });
beforeAll(async () => {
  await migrate(engine);
  engine.database.exec(`
    with recursive n(i) as (select 1 union all select i + 1 from n where i < 100000)
    insert into watch (id, system, query, ref, exchange, schedule, opened_at, due_at, ends_at, written_by)
      select 'bureau/results:' || i, 'bureau', 'results', i, 'x' || i, '[60000]', 1, 1000000 + i * 100, 900000000, 'load' from n;
    with recursive n(i) as (select 1 union all select i + 1 from n where i < 100000)
    insert into exchange (id, system, stream, seq, operation, kind, state, told, accepted_at, accepted_by)
      select 'x' || i, 'bureau', 'bureau:' || i, 1, 'submit', 'act', 'delivered', 1, 1, 'p' from n;`);
});
afterAll(() => engine.close());

const only = { table: 'stream', column: 'id', row: 'bureau:1' };
const name = { system: 'bureau', query: 'results', ref: '5' };
const claim = (token: string) =>
  claimWatches({ system: 'bureau', query: 'results', owner: 'p', leaseMs: 1_000, limit: 12, token });

it('takes the longest due, each once, and nothing that is not due', async () => {
  const first = (await engine.batch(claim('t1'))).at(-1) as unknown as WatchRow[];
  expect(first.map(({ ref }) => ref)).toEqual(Array.from({ length: 12 }, (_, i) => String(i + 1)));
  const second = (await engine.batch(claim('t2'))).at(-1) as unknown as WatchRow[];
  expect(second.map(({ ref }) => ref)).toEqual(Array.from({ length: 12 }, (_, i) => String(i + 13)));
  expect(await engine.all(nextWatch('bureau', 'results'))).toMatchObject([{ due_at: 1_000_000 + 25 * 100 }]);
});

it('I1: whoever does not hold a watch moves it no more: a late answer of a process that lost it is nothing', async () => {
  const [held] = (await engine.batch(claim('t3'))).at(-1) as unknown as WatchRow[];
  const id = held?.id ?? '';
  const move = {
    id,
    to: 'closed',
    inMs: 0,
    outcome: 'completed',
    heard: true,
    warns: false,
    prolongedMs: null,
  } as const;
  await engine.batch([stampWatches([id], 'another', 't4'), ...moveWatches([move], 't4')]);
  const rows = engine.database.prepare('select owner, written_by from watch where id = ?').all(id);
  expect(rows.map((row) => ({ ...row }))).toEqual([{ owner: 'p', written_by: 't3' }]);
});

it('no statement of watches or of acts reads a table from end to end', () => {
  const key = { bind: () => nextWatch('a', 'b'), unbind: () => nextWatch('a', 'b') } as never;
  const statements = [
    ...claim('t'),
    nextWatch('bureau', 'results'),
    askSoon(name, 1, only, 't'),
    closeWatch(name, only, 't'),
    stampWatches(['1'], 'p', 't'),
    ...moveWatches(
      [{ id: '1', to: 'closed', inMs: 0, outcome: 'completed', heard: true, warns: false, prolongedMs: null }],
      't',
    ),
    ...openWatches([{ ...name, exchange: null, scheduleMs: [1], forMs: 1, only }], 't'),
    untold(''),
    ...beginAct({
      ...{ lane: 'bureau/interactive', system: 'bureau', operation: 'open', reference: 'r', resource: 'r' },
      ...{ exchange: 'x', call: 'c', subject: { id: 's', salt: 's', epoch: 1, kind: 'k' }, payload: 'p', hash: 'h' },
      ...{ actor: 'a', owner: 'o', leaseMs: 1, judgedBy: undefined, key, statements: [], token: 't' },
    }),
  ];
  for (const { sql: text, params } of statements) {
    const plan = engine.database.prepare(`explain query plan ${sqliteText(text)}`).all(...params) as {
      detail: string;
    }[];
    const scans = plan
      .map(({ detail }) => detail)
      .filter((detail) => /^SCAN (?!v\b|due\b|json_each|CONSTANT ROW)/.test(detail));
    expect(scans, text).toEqual([]);
  }
});

it('what a process before this one held is free again', async () => {
  await engine.batch([releaseWatches('q')]);
  expect(await engine.all(nextWatch('bureau', 'results'))).toMatchObject([{ due_at: 1_000_100 }]);
});
