import { dmy, printed, utf8 } from './printed.ts';
import type { AccountStatement } from './statement.ts';

/**
 * What the bank hands out as `.xls` and is an HTML table (WIRE.md A4.2): the account in row 3, column 1, counted from 0,
 * and dates `yyyy-MM-dd` in the lines. The other rows above the header are assumed.
 */
export function writeHtml({
  account,
  from,
  to,
  opening,
  closing,
  credits,
  debits,
  lines,
}: AccountStatement): Uint8Array {
  const { currency } = account;
  const money = (amount: number) => printed(amount, currency);
  const side = (shown: boolean, amount: number) => (shown ? money(amount) : '');
  const rows = [
    ['SAO KÊ TÀI KHOẢN / STATEMENT OF ACCOUNT'],
    ['Từ/From', dmy(from), 'Đến/To', dmy(to)],
    ['Tên tài khoản/Account name', account.owner],
    ['Số tài khoản/Account number', account.number],
    ['Loại tiền/Currency', currency],
    ['Số dư đầu kỳ/Opening balance', money(opening)],
    ['Số dư cuối kỳ/Closing balance', money(closing)],
    ['STT', 'Ngày/TNX Date', 'Số CT/Doc No', 'Số tiền ghi nợ/Debit', 'Số tiền ghi có/Credit', 'Số dư/Balance'].concat(
      'Nội dung chi tiết/Transactions in detail',
    ),
    ...lines.map(({ bookedOn, documentNumber, direction, amount, balance, narrative }, index) => [
      ...[String(index + 1), bookedOn, documentNumber, side(direction === 'debit', amount)],
      ...[side(direction === 'credit', amount), money(balance), narrative],
    ]),
    ['Tổng số/Total', '', '', money(debits), money(credits), '', ''],
  ];
  const table = rows.map((row) => `<tr>${row.map((text) => `<td>${escaped(text)}</td>`).join('')}</tr>`).join('\n');
  return utf8(
    `<html><head><meta charset="utf-8"></head>\n<body><table border="1">\n${table}\n</table></body></html>\n`,
  );
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
