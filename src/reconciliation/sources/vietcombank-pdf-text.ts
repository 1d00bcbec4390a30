import { folded } from '../../../contracts/domain/text.ts';
import { textCell } from './cells.ts';
import { dayIn } from './dates.ts';
import { type Labelled, labelledIn } from './labels-by-words.ts';
import { printedAmount, signed } from './printed-amount.ts';
import { movementsIn } from './printed-movement.ts';
import { type ProblemTold, problemAt, type StatementReader, type Told } from './source.ts';
import { NotText, type TextLine, textLines } from './text-lines.ts';

const PAGE = /^(?:page|trang) ?\d{1,6} ?(?:of|\/) ?\d{1,6}$/;
const HEAD =
  /^(?:stt|no\.?|ngay\b|tnx date|so ct\b|doc no|so tien ghi|debit\b|credit\b|so du\/|balance\b|noi dung chi tiet|transactions? in detail)/;
const TOTAL = /^(?:tong so|tong cong|total)\b/;
const TITLE = /^(?:sao ke tai khoan|statement of account)\b/;
const BEGINS = /^\s*(?:\d{1,6}\s+)?(\d{1,4}[/-]\d{1,2}[/-]\d{2,4}(?=\s+\d|\s*$).*)$/;
/** Characters of one entry: its narrative has some hundreds. */
const LONGEST_ENTRY = 4_000;

interface Held {
  readonly row: number;
  text: string;
}

/**
 * Text that was taken out of the bank's PDF (WIRE-2.md 6.3). Columns are lost in it, so the balance of each row tells the
 * direction and, where blanks broke a number, which digits belong together: a row that fits nothing, or two things, is a
 * problem, and nothing behind it is guessed.
 */
export const vietcombankPdfText: StatementReader = {
  format: 'vietcombank-pdf-text',
  recognises: ({ text }) => {
    const words = folded(text.slice(0, 8_192));
    return (
      /so du dau ky|opening balance/.test(words) &&
      /so ct\b|doc no/.test(words) &&
      /%pdf|<html|<table/.test(words) === false
    );
  },
  read: async function* (file) {
    const reading = new PdfText();
    try {
      for await (const lines of textLines(file)) {
        const told = lines.flatMap((line) => reading.take(line));
        if (told.length > 0) yield told;
      }
    } catch (error) {
      if (!(error instanceof NotText)) throw error;
      yield [problemAt(error.row, null, error.message)];
      return;
    }
    yield reading.end();
  },
};

class PdfText {
  private labels: Labelled = {};
  private began = false;
  private closedAt = 0;
  private held: Held | undefined;
  private balance: bigint | undefined;
  private lost = false;
  private row = 1;

  take({ row, text }: TextLine): readonly Told[] {
    this.row = row;
    const words = folded(text.slice(0, 200));
    if (words === '' || PAGE.test(words)) return [];
    if (BEGINS.test(text)) {
      const told = this.entry();
      this.held = { row, text: text.trim() };
      if (this.closedAt > 0) return [...told, problemAt(row, null, 'is an entry behind the end of its table')];
      return told;
    }
    const labels = labelledIn({ row, cells: [textCell(text)] });
    const labelled =
      Object.keys(labels).length > 0 &&
      /^(?:so |tong |total |opening|closing|account|loai tien|currency|tu\b|from)/.test(words);
    if (TITLE.test(words) && this.closedAt > 0) return [...this.end(), ...this.restart()];
    if (TOTAL.test(words) || (labelled && this.began)) {
      const told = this.entry();
      if (TOTAL.test(words) || labels.closing !== undefined) this.closedAt = row;
      this.labels = { ...labels, ...this.labels };
      return told;
    }
    if (this.held === undefined) {
      this.labels = { ...labels, ...this.labels };
      return [];
    }
    if (HEAD.test(words) || this.closedAt > 0) return [];
    this.held.text += ` ${text.trim()}`;
    if (this.held.text.length <= LONGEST_ENTRY) return [];
    const told = problemAt(this.held.row, null, 'is an entry that does not end');
    [this.held, this.lost] = [undefined, true];
    return [told];
  }

  end(): readonly Told[] {
    const told = [...this.entry(), ...this.begin()];
    const problems: ProblemTold[] = [];
    if (this.closedAt === 0)
      problems.push(problemAt(this.row, null, 'ends without its total or closing balance: the file was cut'));
    const closing = this.amount('closing', problems);
    const [credits, debits] = [this.amount('credits', problems), this.amount('debits', problems)];
    return [
      ...told,
      ...problems,
      { kind: 'closing', row: this.closedAt || this.row, closing, credits, debits, lines: null },
    ];
  }

  private restart(): readonly Told[] {
    [this.labels, this.began, this.closedAt, this.balance, this.lost] = [{}, false, 0, undefined, false];
    return [];
  }

  private get currency(): string {
    return this.labels.currency ?? 'VND';
  }

  private amount(name: 'opening' | 'closing' | 'debits' | 'credits', problems: ProblemTold[]): bigint | null {
    const value = this.labels[name];
    if (value === undefined) return null;
    const printed = printedAmount(textCell(value), this.currency, ',');
    if (!('wrong' in printed)) return signed(printed);
    problems.push(problemAt(this.row, name, printed.wrong));
    return null;
  }

  private begin(): readonly Told[] {
    if (this.began) return [];
    this.began = true;
    const problems: ProblemTold[] = [];
    const opening = this.amount('opening', problems);
    const { account = null, from = null, to = null } = this.labels;
    if (opening === null && problems.length === 0) problems.push(problemAt(this.row, null, 'has no opening balance'));
    this.lost = opening === null;
    this.balance = opening ?? undefined;
    const day = (value: string | null) => (value === 'impossible' ? null : value);
    if (from === 'impossible' || to === 'impossible')
      problems.push(problemAt(this.row, null, 'has a period that is none'));
    return [
      { kind: 'account', row: this.row, account, currency: this.currency, from: day(from), to: day(to), opening },
      ...problems,
    ];
  }

  /** The entry that was held, now that it is whole. */
  private entry(): readonly Told[] {
    const held = this.held;
    if (held === undefined) return [];
    this.held = undefined;
    const told = [...this.begin()];
    if (this.lost || this.balance === undefined) return told;
    const day = dayIn(BEGINS.exec(held.text)?.[1] ?? '');
    const found = movementsIn(
      day === undefined || day === 'impossible' ? held.text.replace(BEGINS, '$1').replace(/^\S+\s*/, '') : day.rest,
      this.balance,
      this.currency,
    );
    if (day === undefined || day === 'impossible') told.push(problemAt(held.row, 'Ngày/TNX Date', 'is no date'));
    if (typeof found === 'string') {
      this.lost = true;
      return [...told, problemAt(held.row, 'Số dư/Balance', found)];
    }
    this.balance = found.balance;
    if (day === undefined || day === 'impossible') return told;
    const { documentNumber, direction, amount, balance, reversal, narrative } = found;
    return [
      ...told,
      {
        ...{ kind: 'line', row: held.row, date: day.day, valueDate: null, time: day.time, documentNumber, direction },
        ...{ amount, balance, narrative, reversal, fee: null, status: null },
      },
    ];
  }
}
