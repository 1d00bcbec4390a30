import { dmy, printed, sheetOf, utf8, workbookOf } from './printed.ts';
import type { AccountStatement } from './statement.ts';

/** The simple template (WIRE.md A4.2): it names no account, no currency and no balance. */
export function writeSimple(statement: AccountStatement, as: 'xlsx' | 'csv'): Uint8Array {
  const rows = rowsOf(statement);
  if (as === 'xlsx') return workbookOf('Vietcombank_Account_Statement', sheetOf(rows));
  return utf8(`\uFEFF${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`);
}

function rowsOf({ account, credits, debits, lines }: AccountStatement): string[][] {
  const money = (amount: number) => printed(amount, account.currency);
  const side = (shown: boolean, amount: number) => (shown ? money(amount) : '');
  return [
    ['Ngày giao dịch', 'Số tham chiếu', 'Số tiền ghi nợ', 'Số tiền ghi có', 'Mô tả'],
    ...lines.map(({ bookedOn, documentNumber, direction, amount, narrative }) => [
      ...[dmy(bookedOn), documentNumber, side(direction === 'debit', amount), side(direction === 'credit', amount)],
      narrative,
    ]),
    ['', 'Tổng', money(debits), money(credits), ''],
  ];
}

const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
