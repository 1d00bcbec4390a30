import { dmy, printed, sheetOf, workbookOf } from './printed.ts';
import type { AccountStatement } from './statement.ts';

/** Rows above the table's header and below its last line (WIRE.md A4.1). */
const HEADER_ROW = 13;
const FOOTER_ROWS = 15;

export interface WorkbookOptions {
  /** Some versions have a column of its own for the day of value. */
  readonly effectiveDate?: boolean;
}

/**
 * The workbook for individuals and small firms (WIRE.md A4.1): column A hidden, amounts as text, the empty side an
 * empty text, and the number of a row formatted as a date by mistake. What stands above the header is assumed.
 */
export function writeWorkbook(
  statement: AccountStatement,
  { effectiveDate = false }: WorkbookOptions = {},
): Uint8Array {
  const { account, from, to, opening, closing, credits, debits, lines } = statement;
  const { currency } = account;
  const money = (amount: number) => printed(amount, currency);
  const head: (string | number | null)[][] = Array.from({ length: HEADER_ROW - 1 }, () => []);
  head[1] = [null, 'SAO KÊ TÀI KHOẢN\nSTATEMENT OF ACCOUNT'];
  head[3] = [null, 'Chủ tài khoản / Account name', null, account.owner];
  head[4] = [null, 'Số tài khoản / Account number', null, account.number];
  head[5] = [null, 'Loại tiền / Currency', null, currency];
  head[6] = [null, 'Từ / From', null, dmy(from), null, 'Đến / To', dmy(to)];
  head[8] = [null, 'Số dư đầu kỳ / Opening balance', null, money(opening)];
  head[9] = [null, 'Số dư cuối kỳ / Closing balance', null, money(closing)];
  const effective = (cell: string): string[] => (effectiveDate ? [cell] : []);
  const header = [
    ...[null, 'STT\nNo.', 'Ngày\nTNX Date\nSố CT/ Doc No', ...effective('Ngày hiệu lực\nEffective date')],
    ...[
      'Số tiền ghi nợ\nDebit',
      'Số tiền ghi có\nCredit',
      'Số dư\nBalance',
      'Nội dung chi tiết\nTransactions in detail',
    ],
  ];
  const rows = lines.map(({ bookedOn, documentNumber, direction, amount, balance, narrative }, index) => [
    ...[null, index + 1, `${dmy(bookedOn)}\n${documentNumber.replace('.', ' - ')}`, ...effective(dmy(bookedOn))],
    ...[
      direction === 'debit' ? money(amount) : '',
      direction === 'credit' ? money(amount) : '',
      money(balance),
      narrative,
    ],
  ]);
  const foot: (string | number | null)[][] = Array.from({ length: FOOTER_ROWS }, () => []);
  foot[0] = [null, 'Tổng số\nTotal', null, ...effective(''), money(debits), money(credits)];
  foot[3] = [null, 'Đây là bản in tự động, không cần chữ ký'];
  foot[FOOTER_ROWS - 1] = [null, 'Trang 1/1'];
  const sheet = sheetOf([...head, header, ...rows, ...foot]);
  sheet['!cols'] = [{ hidden: true }, {}, { wch: 16 }];
  sheet['!merges'] = [merged(1, 1, 7), merged(HEADER_ROW + lines.length + 3, 1, 7)];
  for (let row = 0; row < lines.length; row += 1) {
    const cell = sheet[`B${HEADER_ROW + 1 + row}`];
    if (cell !== undefined) cell.z = 'dd/mm/yyyy';
  }
  return workbookOf('Vietcombank_Account_Statement', sheet);
}

const merged = (row: number, first: number, last: number) => ({ s: { r: row, c: first }, e: { r: row, c: last } });
