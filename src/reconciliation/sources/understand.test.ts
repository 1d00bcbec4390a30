import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromVnd } from './decimal.ts';
import type { LineTold, Told } from './source.ts';
import { createUnderstander } from './understand.ts';

const account = (opening: number | null, more: object = {}): Told => ({
  ...{ kind: 'account', row: 1, account: '0011000000001', currency: 'VND', from: null, to: null },
  opening: opening === null ? null : fromVnd(opening),
  ...more,
});
const line = (row: number, amount: number, balance: number | null = null): LineTold => ({
  ...{ kind: 'line', row, date: '2022-12-01', valueDate: null, time: null, documentNumber: null, narrative: 'x' },
  direction: amount < 0 ? 'debit' : 'credit',
  amount: fromVnd(Math.abs(amount)),
  balance: balance === null ? null : fromVnd(balance),
  ...{ reversal: false, fee: null, status: null },
});
const closing = (amount: number | null, more: object = {}): Told => ({
  ...{ kind: 'closing', row: 99, closing: amount === null ? null : fromVnd(amount) },
  ...{ credits: null, debits: null, lines: null, ...more },
});
function understood(told: readonly Told[], expected: string | null = null) {
  const understander = createUnderstander({ expected });
  const lines = told.flatMap((each) => understander.take([each]));
  return { ...understander.end(), lines };
}
const wrong = (told: readonly Told[], expected: string | null = null) =>
  understood(told, expected).problems.map(({ row, column }) => `${row} ${column}`);

describe('what a statement file comes to', () => {
  it('sums and balances of an account, the days of its entries', () => {
    const { lines, accounts, problems } = understood([
      ...[account(1_000), line(3, 500, 1_500), line(4, -200, 1_300), closing(1_300)],
    ]);
    expect(problems).toEqual([]);
    expect(lines.map(({ number, row, amountVnd, direction }) => [number, row, amountVnd, direction])).toEqual([
      [1, 3, 500, 'credit'],
      [2, 4, 200, 'debit'],
    ]);
    expect(accounts).toEqual([
      {
        ...{ account: '0011000000001', currency: 'VND', from: '2022-12-01', to: '2022-12-01', lines: 2 },
        ...{ opening: fromVnd(1_000), closing: fromVnd(1_300), credits: fromVnd(500), debits: fromVnd(200) },
      },
    ]);
  });

  it('I5: any entry of any file that is lost, doubled or changed is found by its balances', () => {
    const moves = fc.array(
      fc.integer({ min: -50, max: 50 }).filter((n) => n !== 0),
      { minLength: 2, maxLength: 12 },
    );
    const file = (list: readonly number[], newestFirst: boolean) => {
      let balance = 1_000;
      const rows = list.map((move, n) => {
        balance += move;
        return line(n + 2, move, balance);
      });
      return { rows: newestFirst ? rows.toReversed() : rows, end: balance };
    };
    fc.assert(
      fc.property(
        moves,
        fc.boolean(),
        fc.nat(),
        fc.constantFrom('lost', 'doubled', 'changed', 'none'),
        (list, newest, at, how) => {
          const { rows, end } = file(list, newest);
          const place = at % rows.length;
          const hit = rows[place] as LineTold;
          const broken =
            how === 'lost'
              ? rows.toSpliced(place, 1)
              : how === 'doubled'
                ? rows.toSpliced(place, 0, hit)
                : how === 'changed'
                  ? rows.with(place, { ...hit, amount: hit.amount + fromVnd(7) })
                  : rows;
          expect(wrong([account(1_000), ...broken, closing(end)]).length > 0).toBe(how !== 'none');
          // Without opening and closing the balances beside the lines still tell what happened between two of them.
          if (how !== 'none' && place > 0 && place < rows.length - 1)
            expect(wrong([account(null), ...broken]).length).toBeGreaterThan(0);
        },
      ),
    );
  });

  it('names the row where a balance does not follow', () => {
    expect(
      wrong([account(1_000), line(3, 500, 1_500), line(4, 200, 1_600), line(5, 100, 1_700), closing(1_700)]),
    ).toEqual(['99 closing balance', '4 balance']);
  });

  it.each<[string, readonly Told[], string | null, string[]]>([
    ['no account at all', [], null, ['1 null']],
    ['an entry before any account', [line(2, 5)], null, ['2 null']],
    ['nobody names the account', [account(0, { account: null }), closing(0)], null, ['1 account']],
    ['another account than was named', [account(0), closing(0)], '0011000000002', ['1 account']],
    ['totals of the file', [account(0), line(2, 5), closing(5, { credits: fromVnd(6) })], null, ['99 credits']],
    ['a count of the file', [account(0), line(2, 5), closing(5, { lines: 2 })], null, ['99 null']],
    ['half a đồng', [account(0), { ...line(2, 5), amount: 550_000n }, closing(null)], null, ['2 amount']],
    ['a period the wrong way round', [account(0, { from: '2022-12-02', to: '2022-12-01' })], null, ['1 from']],
  ])('refuses: %s', (_what, told, expected, problems) => {
    expect(wrong(told, expected)).toEqual(problems);
  });

  it('the account may be named by whoever sends the file', () => {
    expect(understood([account(0, { account: null }), closing(0)], '0011000000009').accounts[0]?.account).toBe(
      '0011000000009',
    );
  });

  it('keeps amounts of other currencies as decimals', () => {
    const { lines, problems } = understood([
      account(0, { currency: 'USD' }),
      { ...line(2, 0), amount: 1_250_000n },
      closing(null),
    ]);
    expect(problems).toEqual([]);
    expect(lines[0]).toMatchObject({ amountVnd: null, amount: '12.50', currency: 'USD' });
  });

  it('tells a hundred problems and no more', () => {
    const rows = Array.from({ length: 500 }, (_, n) => line(n + 2, 5, 0));
    expect(wrong([account(7), ...rows, ...rows.map(() => closing(0))]).length).toBe(100);
  });
});
