import { describe, expect, it } from 'vitest';
import { fromVnd } from './decimal.ts';
import { readers } from './readers.ts';
import { openSource } from './sources.ts';
import { createUnderstander } from './understand.ts';

const row = (more: object = {}) => ({
  ...{ tranDate: '02/03/2026', cr_dr: 'C', tranAmt: 5_000, tranCCY: 'VND', narrative: 'a  b', seqNo: 7 },
  ...more,
});
async function read(value: unknown, account: string | null = null) {
  async function* file() {
    yield new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
  }
  const opened = await openSource(readers, { file: file(), source: undefined, account }, async () => undefined);
  if ('message' in opened) throw new Error(opened.message);
  const understander = createUnderstander({ expected: account });
  const lines = [];
  for await (const told of opened.told) lines.push(...understander.take(told));
  const { accounts, problems } = understander.end();
  return { opened, lines, accounts, problems: problems.map(({ row: at, column }) => [at, column]) };
}

describe('the statement of a treasury account', () => {
  it('rows with their account and sums (WIRE-2.md 3.3a)', async () => {
    const rows = [
      row(),
      row({ cr_dr: 'DR', tranAmt: '1,000', seqNo: '8' }),
      row({ tranDate: '20260303', tranAmt: -200, seqNo: null }),
    ];
    const file = { account: '7111.0-1', rows, limitBal: 0, actualBal: 90, collectAmt: 5_000, spendAmt: '1200' };
    const { opened, lines, accounts, problems } = await read(file);
    expect([opened.format, opened.source, opened.side, problems]).toEqual([
      ...['treasury-rows', 'treasury-statement', 'tax', []],
    ]);
    expect(
      lines.map((line) => [line.row, line.date, line.direction, line.amountVnd, line.documentNumber, line.reversal]),
    ).toEqual([
      [1, '2026-03-02', 'credit', 5_000, '7', false],
      [2, '2026-03-02', 'debit', 1_000, '8', false],
      [3, '2026-03-03', 'debit', 200, null, true],
    ]);
    expect(lines[0]?.narrative).toBe('a b');
    expect(accounts).toMatchObject([{ account: '711101', closing: fromVnd(90), lines: 3 }]);
  });

  it('rows alone, in two currencies, with the account that the sender names; a day without any', async () => {
    const { lines, accounts, problems } = await read([row(), row({ tranCCY: 'usd', tranAmt: 1.5 }), row()], '7111');
    expect([problems, lines.length]).toEqual([[], 3]);
    expect(accounts.map(({ currency, lines: count }) => [currency, count])).toEqual([
      ['VND', 2],
      ['USD', 1],
    ]);
    expect((await read({ account: '7111', rows: [], collectAmt: 0 })).problems).toEqual([]);
  });

  it.each([
    ['a sum that is another', { account: '1', rows: [row()], collectAmt: 4_000 }, [[1, 'credits']]],
    ['no day', { account: '1', rows: [row({ tranDate: '31/02/2026' })] }, [[1, 'tranDate']]],
    ['no way', { account: '1', rows: [row(), row({ cr_dr: 'X' })] }, [[2, 'cr_dr']]],
    ['no amount', { account: '1', rows: [row({ tranAmt: 'x' })] }, [[1, 'tranAmt']]],
    ['more than JSON can hold', { account: '1', rows: [row({ tranAmt: 2 ** 53 + 2 })] }, [[1, 'tranAmt']]],
    ['half a đồng', { account: '1', rows: [row({ tranAmt: 1.5 })] }, [[1, 'amount']]],
    ['no currency', { account: '1', rows: [row({ tranCCY: 'Đ' })] }, [[1, 'tranCCY']]],
    ['a row that is none', { account: '1', rows: [row(), 7] }, [[2, 'row']]],
    ['no account', [row()], [[1, 'account']]],
    ['no JSON', '{"rows":[{"tranDate":', [[1, null]]],
    ['no rows', { account: '1', tranDate: '' }, [[1, 'rows']]],
  ])('is refused: %s', async (_name, file, expected) => {
    expect((await read(file)).problems).toEqual(expected);
  });
});
