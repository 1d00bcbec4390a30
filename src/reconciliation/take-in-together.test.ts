import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeMonth } from '../../mocks/statements/month.ts';
import { statementsOf } from '../../mocks/statements/statement.ts';
import { writeCamt053 } from '../../mocks/statements/write-camt053.ts';
import { writeMt940 } from '../../mocks/statements/write-mt940.ts';
import { type Ground, ground } from '../../test/kit/room.ts';
import { sql } from '../store/engine.ts';
import { readers } from './sources/readers.ts';
import { openSource } from './sources/sources.ts';
import { createTakeIn } from './take-in.ts';

let on: Ground;
beforeEach(async () => {
  on = await ground();
});
afterEach(() => on.engine.close());

it('two processes that take two files of the same entries at once count each entry once', async () => {
  const month = makeMonth({ seed: 8, payments: 60, units: 1, faults: 0 });
  const [one] = statementsOf(month.ledger, { from: month.from, to: month.to });
  if (one === undefined) throw new Error('no account');
  const process = () => createTakeIn(on, (given) => openSource(readers, given, async () => undefined));
  const take = (bytes: Uint8Array) =>
    process()({
      ...{ source: undefined, account: null, preview: false, actor: 'an' },
      file: (async function* () {
        yield bytes;
      })(),
    });
  const taken = await Promise.all([take(writeMt940([one])), take(writeCamt053([one]))]);
  expect(taken.map(({ kind }) => kind)).toEqual(['taken', 'taken']);
  const fresh = taken.map((each) => (each.kind === 'taken' ? Number(each.fresh) : Number.NaN));
  expect(fresh.sort((a, b) => a - b)).toEqual([0, one.lines.length]);
  const [counted] = await on.engine.all<{ n: number }>(
    sql('select count(*) as n from statement_line l where l.repeats = 0'),
  );
  expect(Number(counted?.n)).toBe(one.lines.length);
});
