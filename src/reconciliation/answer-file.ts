import { sha256 } from '@noble/hashes/sha2.js';
import { toBase64, utf8 } from '../crypto/bytes.ts';
import { subjectKeys } from '../crypto/subject-keys.ts';
import type { RoomParts } from '../room.ts';
import { sql } from '../store/engine.ts';
import { ANSWERED_SOURCE, type AnswerRow, answerRows, resultOf } from './answer-rows.ts';
import { DAY_OPEN } from './run-rows.ts';
import { type Decimal, decimal, decimalText, fromVnd } from './sources/decimal.ts';
import { COLUMNS, platformMap } from './sources/platform-pipe.ts';
import { type LineTexts, textsOf } from './statement-texts.ts';

/** Rows that are answered at once. */
const PAGE = 2_000;

/** Columns, from 1, that the file’s name is made of: date, service, kind of transaction, channel. Assumed, as their order is (WIRE-2.md 2.6). */
const NAMED_BY = [2, 4, 5, 6] as const;
/** What says in JSON that the file answers one (type 2); the names are assumed. */
const ANSWERS = '2';

export interface AnswerFile {
  readonly name: string;
  /** Pieces of it as they are made. */
  readonly text: AsyncIterable<string>;
}

/**
 * The platform’s file, answered: every row in its order with one more column, its result, then how many rows, how much,
 * and a checksum (SHA-256 in hex over the rows joined by line feeds: assumed). Undefined where there is no such file.
 */
export function createAnswerFile(parts: Pick<RoomParts, 'engine' | 'vault'>) {
  const { engine } = parts;
  return async (statement: string): Promise<AnswerFile | 'under-way' | undefined> => {
    const [file] = await engine.all<{ subject: string }>(
      sql(
        `select s.subject from statement s where s.id = ?1 and s.state = 'taken' and s.source = ?2 and s.format = 'platform-pipe'`,
        ...[statement, ANSWERED_SOURCE],
      ),
    );
    if (file === undefined) return undefined;
    const ran = await lastRuns(engine, statement);
    if (ran.broken > 0) return 'under-way';
    const key = (await subjectKeys(engine, [file.subject])).get(file.subject);
    const pageAfter = async (after: number) => {
      const rows = await engine.scan<AnswerRow>(answerRows(statement, after, after + PAGE));
      const texts = await textsOf(parts, statement, key, after + 1, after + PAGE);
      return rows.map((row) => ({ row, text: rowText(row, texts.get(Number(row.number))) }));
    };
    const begin = await pageAfter(0);
    async function* pieces(): AsyncGenerator<string> {
      const digest = sha256.create();
      let count = 0;
      let total: Decimal = 0n;
      for (let page = begin; page.length > 0; page = await pageAfter(count)) {
        let piece = '';
        for (const { row, text } of page) {
          if (Number(row.number) <= count) continue;
          const line = `${text}|${resultOf(row)}`;
          digest.update(utf8(count === 0 ? line : `\n${line}`));
          count = Number(row.number);
          total += printed(row);
          piece += `${line}\n`;
        }
        yield piece;
      }
      // What a run changed meanwhile would stand beside what it had not: no checksum is given then.
      const now = await lastRuns(engine, statement);
      if (now.broken > 0 || now.last !== ran.last) throw new Error('a run began while the answer was written');
      const checksum = [...digest.digest()].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      yield `${count}|${decimalText(total, 'VND')}|${checksum}\n`;
    }
    return { name: nameOf(statement, begin[0]?.text), text: pieces() };
  };
}

/** Runs that are under way, or of an open day of the file or later that came to no end; and when the last one ended. */
async function lastRuns(
  engine: RoomParts['engine'],
  statement: string,
): Promise<{ readonly broken: number; readonly last: number }> {
  const [row] = await engine.all<{ broken: number; last: number | null }>(
    sql(
      `select (select max(d.ended_at) from reconciliation_run d where d.about = 'money' and d.state = 'done') as last,
              (select count(*) from reconciliation_run r where r.about = 'money' and (r.state = 'running' or (r.state in ('stopped', 'failed')
                 and ${DAY_OPEN('r.day')} and exists (select 1 from statement_account a where a.statement = ?1 and a.from_day <= r.day)
                 and not exists (select 1 from reconciliation_run d where d.about = 'money' and d.day = r.day and d.state = 'done' and d.ended_at > r.ended_at)))) as broken`,
      statement,
    ),
  );
  return { broken: Number(row?.broken ?? 0), last: Number(row?.last ?? 0) };
}

/** As the row prints it: what takes an earlier row back is negative. */
function printed({ amount, other_amount, reversal }: AnswerRow): Decimal {
  const size = amount === null ? (decimal(other_amount ?? '0') ?? 0n) : fromVnd(Number(amount));
  return Number(reversal) === 1 ? -size : size;
}

/** The row as it came; where its text was erased, or is none of an earlier program, what is kept of it in clear. */
function rowText(row: AnswerRow, texts: LineTexts | undefined): string {
  if (texts?.echo != null) return texts.echo;
  const cells = Array<string>(COLUMNS).fill('');
  const { reference, documentNumber, time, date, amount, fee, currency, status } = platformMap.columns;
  const put = (column: unknown, value: string | number | null): void => {
    if (typeof column === 'number' && value !== null) cells[column - 1] = String(value);
  };
  put(reference, row.reference);
  put(documentNumber, row.document);
  put(time, row.time);
  put(date, row.day.replaceAll('-', ''));
  put(amount, decimalText(printed(row), row.currency));
  put(fee, row.fee);
  put(currency, row.currency);
  put(status, row.status);
  return cells.join('|');
}

function nameOf(statement: string, first: string | undefined): string {
  const cells = first?.split('|') ?? [];
  const named = NAMED_BY.map((column) => (cells[column - 1] ?? '').trim());
  return named.every((each) => /^[A-Za-z0-9-]{1,40}$/.test(each)) ? `${named.join('_')}.txt` : `${statement}.txt`;
}

/** The file in JSON, as it came: its members are assumed but for `content` (Base64). */
export async function* answerJson({ name, text }: AnswerFile): AsyncGenerator<string> {
  yield `{"LoaiYeuCau":"${ANSWERS}","TenFile":${JSON.stringify(name)},"content":"`;
  let rest: Uint8Array = new Uint8Array();
  for await (const piece of text) {
    const bytes = utf8(piece);
    const whole = new Uint8Array(rest.length + bytes.length);
    whole.set(rest);
    whole.set(bytes, rest.length);
    // Three bytes are four letters: only the last piece may end in between.
    const end = whole.length - (whole.length % 3);
    rest = whole.subarray(end);
    if (end > 0) yield toBase64(whole.subarray(0, end));
  }
  yield `${toBase64(rest)}"}`;
}

export type AnswerFileOf = ReturnType<typeof createAnswerFile>;
