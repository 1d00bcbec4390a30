import { dmy, printed, sheetOf, workbookOf } from './printed.ts';
import type { AccountStatement } from './statement.ts';

/** The bilingual workbook of firms: a section for each account, one below the other (WIRE.md 6.3, A4.2). */
export function writeCashup(statements: readonly AccountStatement[]): Uint8Array {
  return workbookOf('VCBACCOUNTDETAILBASEXLS', sheetOf(statements.flatMap(sectionOf)));
}

type Row = (string | number | null)[];

function sectionOf(statement: AccountStatement): Row[] {
  const { account, from, to, opening, closing, credits, debits, lines } = statement;
  const { currency } = account;
  const money = (amount: number) => printed(amount, currency);
  const side = (shown: boolean, amount: number) => (shown ? money(amount) : '');
  return [
    ['SAO KÊ TÀI KHOẢN\nSTATEMENT OF ACCOUNT'],
    ['Số tài khoản/Account number', null, account.number],
    ['Tên tài khoản/Account name', null, account.owner],
    ['Loại tiền/Currency', null, currency],
    ['Từ/From - Đến/To', null, `${dmy(from)} - ${dmy(to)}`],
    ['Số dư đầu kỳ/Opening balance', null, `${money(opening)} ${currency}`],
    ['Số dư cuối kỳ/Closing balance', null, `${money(closing)} ${currency}`],
    [],
    [
      ...['STT', 'Ngày/TNX Date\nSố CT/Doc No', 'Số tiền ghi nợ/Debit', 'Số tiền ghi có/Credit', 'Số dư/Balance'],
      'Nội dung chi tiết/Transactions in detail',
    ],
    ...lines.map(
      ({ bookedOn, documentNumber, direction, amount, balance, narrative }, index): Row => [
        ...[index + 1, `${dmy(bookedOn)}${' '.repeat(21)}${documentNumber}`],
        ...[side(direction === 'debit', amount), side(direction === 'credit', amount), money(balance), narrative],
      ],
    ),
    ['Tổng số/Total', null, money(debits), money(credits), null, null],
    [],
    [],
  ];
}
