import { type Random, seededRandom } from '../kit/random.ts';
import { dmy, printed, utf8 } from './printed.ts';
import type { AccountStatement, StatementLine } from './statement.ts';

/** Lines of text to a page. */
const PAGE_LINES = 60;

/**
 * What a reader of PDFs takes out of the bank's (WIRE-2.md 6.3): cell by cell, an empty one leaving nothing, so that
 * only the balance tells a debit from a credit; narratives broken after 38 to 42 characters even between two digits;
 * a foot on each page. Which cells stand on one line is assumed.
 */
export function writePdfText(statement: AccountStatement, seed = 1): Uint8Array {
  const { account, from, to, opening, closing, credits, debits, lines } = statement;
  const { currency } = account;
  const money = (amount: number) => printed(amount, currency, '.,');
  const random = seededRandom(seed);
  const head = [
    ...['SAO KÊ TÀI KHOẢN', 'STATEMENT OF ACCOUNT', `Số tài khoản/Account number: ${account.number}`],
    ...[`Loại tiền/Currency: ${currency}`, `Từ/From: ${dmy(from)} Đến/To: ${dmy(to)}`],
    `Số dư đầu kỳ/Opening balance: ${money(opening)}`,
  ];
  const foot = [
    `Tổng số/Total: ${money(debits)} ${money(credits)}`,
    `Số dư cuối kỳ/Closing balance: ${money(closing)}`,
  ];
  const blocks = [head, ...lines.map((line) => blockOf(line, money, random)), foot];
  const pages: string[][] = [];
  let page: string[] = [];
  for (const block of blocks) {
    if (page.length > 0 && page.length + block.length > PAGE_LINES) {
      pages.push(page);
      page = [...tableHead];
    }
    page.push(...block);
    if (block === head) page.push(...tableHead);
  }
  pages.push(page);
  return utf8(pages.map((shown, at) => [...shown, `Page ${at + 1} of ${pages.length}`, ''].join('\n')).join('\n'));
}

const tableHead = [
  'Ngày/TNX Date Số CT/Doc No',
  'Số tiền ghi nợ/Debit Số tiền ghi có/Credit Số dư/Balance',
  'Nội dung chi tiết/Transactions in detail',
];

function blockOf(line: StatementLine, money: (amount: number) => string, random: Random): string[] {
  const amounts = `${money(line.amount)} ${money(line.balance)}`;
  return [dmy(line.bookedOn), line.documentNumber, amounts, ...broken(line.narrative, random)];
}

function broken(narrative: string, random: Random): string[] {
  const pieces: string[] = [];
  let rest = narrative;
  while (rest.length > 42) {
    const width = random.int(38, 42);
    pieces.push(rest.slice(0, width));
    rest = rest.slice(width);
  }
  return [...pieces, rest];
}
