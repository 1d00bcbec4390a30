import { describe, expect, it } from 'vitest';
import { statementMap } from '../../../contracts/domain/statement-map.ts';
import { declaredColumns } from './declared-columns.ts';
import { createUnderstander } from './understand.ts';

async function* pieces(text: string, size = 7) {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}
async function read(map: object, text: string, account: string | null = '0011000000001') {
  const understander = createUnderstander({ expected: account });
  const lines = [];
  for await (const told of declaredColumns(statementMap.parse(map)).read(pieces(text), { account }))
    lines.push(...understander.take(told));
  const { problems, accounts } = understander.end();
  return { lines, accounts, problems: problems.map(({ row, column, message }) => `${row} ${column} ${message}`) };
}
const columns = {
  date: 'Ngày',
  documentNumber: 'Số CT',
  credit: 'Ghi có',
  debit: 'Ghi nợ',
  balance: 'Số dư',
  narrative: 'Nội dung',
};
const HEAD = 'Ngày;Số CT;Ghi nợ;Ghi có;Số dư;Nội dung\n';

describe('a file whose columns were declared', () => {
  it('quotes, marks of thousands, blanks inside digits, a total that ends it', async () => {
    const text = `\uFEFF${HEAD}01/12/2022;5215 - 101;;8.000;1.008.000;"LT123456789092; nop phi\nhồ sơ ""A"""\n2/12/2022 08:30:15;;1 000;;1,007,000;PHI\n\nTổng cộng;;1.000;8.000;;\nrest;;;;;`;
    const { lines, problems, accounts } = await read({ delimiter: ';', columns }, text);
    expect(problems).toEqual([]);
    expect(lines).toMatchObject([
      { row: 2, number: 1, date: '2022-12-01', amountVnd: 8_000, direction: 'credit', documentNumber: '5215 - 101' },
      { row: 4, number: 2, date: '2022-12-02', time: '08:30:15', amountVnd: 1_000, direction: 'debit' },
    ]);
    expect(lines[0]?.narrative).toBe('LT123456789092; nop phi\nhồ sơ "A"');
    expect(accounts).toMatchObject([{ account: '0011000000001', lines: 2, from: '2022-12-01', to: '2022-12-02' }]);
  });

  it('one column of amounts, accounts in a column, no heads, columns by their places', async () => {
    const map = {
      ...{ delimiter: '|', headRow: 0, dateOrder: 'ymd', side: 'platform' },
      columns: { account: 1, date: 2, amount: 3, direction: 4, narrative: [5, 6], status: 7 },
    };
    const { lines, accounts } = await read(
      map,
      'A1|20221201|5000|C|x|y|00\nA1|20221202|-70|C|z||01\nA2|20221202|70|D|q||\n',
      null,
    );
    expect(accounts.map(({ account, lines: count }) => [account, count])).toEqual([
      ['A1', 2],
      ['A2', 1],
    ]);
    expect(lines).toMatchObject([
      { direction: 'credit', amountVnd: 5_000, narrative: 'x y', status: '00', reversal: false },
      { direction: 'debit', amountVnd: 70, reversal: true },
      { direction: 'debit', amountVnd: 70, reversal: false },
    ]);
  });

  it.each<[string, string, string[]]>([
    ['a head that is missing', 'Ngày;Ghi có\n', ['1 documentNumber', '1 debit', '1 balance', '1 narrative']],
    ['no such day', `${HEAD}31/11/2022;;;5;;x\n`, ['2 date']],
    ['letters for an amount', `${HEAD}01/12/2022;;;5O;;x\n`, ['2 credit']],
    ['both sides', `${HEAD}01/12/2022;;5;5;;x\n`, ['2 credit']],
    ['no side', `${HEAD}01/12/2022;;;;;x\n`, ['2 credit']],
    ['a balance that does not follow', `${HEAD}01/12/2022;;;5;10;x\n01/12/2022;;;5;16;x\n`, ['3 balance']],
    ['a quote that never ends', `${HEAD}01/12/2022;;;5;;"x\n`, ['2 null']],
    ['nothing at all', '', ['1 null']],
  ])('refuses: %s', async (_what, text, places) => {
    const { problems } = await read({ delimiter: ';', columns }, text).catch((error: { row: number }) => ({
      problems: [`${error.row} null`],
    }));
    expect(problems.map((each) => each.split(' ').slice(0, 2).join(' '))).toEqual(places);
  });

  it('a map that says nothing of days or amounts is refused', () => {
    expect(statementMap.safeParse({ columns: { date: 'x' } }).success).toBe(false);
    expect(statementMap.safeParse({ columns: { amount: 'x' } }).success).toBe(false);
    expect(statementMap.safeParse({ headRow: 0, columns: { date: 'x', amount: 2 } }).success).toBe(false);
  });
});
