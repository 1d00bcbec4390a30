import { statementMap } from '../../../contracts/domain/statement-map.ts';
import { fromBase64, fromUtf8 } from '../../crypto/bytes.ts';
import { type Decimal, decimal } from './decimal.ts';
import { createByColumns } from './declared-columns.ts';
import { type TextRecord, textRecords } from './records.ts';
import { type FileHead, problemAt, type StatementReader, type Told } from './source.ts';
import { wholeFile } from './text-lines.ts';

export const COLUMNS = 22;
/** Rows, total, checksum (WIRE-2.md 2.6). */
const SUMMARY_COLUMNS = 3;
/** Bytes of a file that travels inside JSON: it cannot be read piece by piece. */
const LONGEST_JSON_BYTES = 64 * 1024 * 1024;

/** What it is a statement of: the platform keeps no account of ours. */
export const PLATFORM_ACCOUNT = 'payment-platform';

/** That a row has 22 columns and what they are about is confirmed; their order is assumed (WIRE-2.md 2.6). */
export const platformMap = statementMap.parse({
  ...{ delimiter: '|', headRow: 0, dateOrder: 'ymd', side: 'platform', debitWords: ['CHI', 'HOAN'] },
  columns: {
    ...{ direction: 5, reference: 8, documentNumber: 9, time: 12, date: 13, amount: 14, fee: 15, currency: 16 },
    ...{ narrative: [11, 21], status: 22 },
  },
});

/**
 * The national payment platform's reconciliation file: rows, then a line of how many and how much. A day without
 * transactions is that line alone. The algorithm of the checksum is unknown: it decides nothing.
 */
export const platformPipe: StatementReader = {
  format: 'platform-pipe',
  recognises: (head) => pipeIn(contentOf(head)),
  read: async function* read(file) {
    const { text, inner } = await unwrapped(file);
    if (inner === undefined) {
      yield [problemAt(1, text, 'is no Base64 of a text in `content`')];
      return;
    }
    const by = createByColumns(platformMap, PLATFORM_ACCOUNT);
    let rows = 0;
    let total: Decimal = 0n;
    let summary: TextRecord | undefined;
    for await (const records of textRecords(inner, '|')) {
      const told: Told[] = [];
      for (const record of records) {
        const count = record.cells.length;
        if (summary !== undefined) told.push(problemAt(record.row, null, 'stands behind the line that ends the file'));
        else if (count === SUMMARY_COLUMNS || count === SUMMARY_COLUMNS + 1) summary = record;
        else if (count !== COLUMNS && count !== COLUMNS + 1)
          told.push(
            problemAt(
              record.row,
              null,
              `has ${count} columns: ${COLUMNS} make a row, ${SUMMARY_COLUMNS} the last line`,
            ),
          );
        else {
          const echo = record.cells.slice(0, COLUMNS).join('|');
          rows += 1;
          for (const each of by.take(record))
            if (each.kind === 'line') {
              // As it is printed: what takes an earlier row back is negative.
              total += each.reversal ? -each.amount : each.amount;
              told.push({ ...each, echo });
            } else told.push(each);
        }
      }
      yield told;
    }
    yield by.end();
    yield summary === undefined
      ? [problemAt(rows + 1, null, 'is missing: the line of how many rows and how much ends every file')]
      : agreed(summary, rows, total);
  },
};

function agreed({ row, cells }: TextRecord, rows: number, total: Decimal): readonly Told[] {
  const [count = '', sum = ''] = cells.map((cell) => cell.trim());
  const told = sum.startsWith('-') ? negated(decimal(sum.slice(1))) : decimal(sum);
  return [
    ...(Number(count) === rows && /^\d+$/.test(count) ? [] : [problemAt(row, 'rows', 'is not the number of rows')]),
    ...(told === total ? [] : [problemAt(row, 'total', 'is not the sum of the rows')]),
  ];
}

const negated = (amount: Decimal | undefined): Decimal | undefined => (amount === undefined ? undefined : -amount);

const pipeIn = (text: string): boolean => {
  const first =
    text
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/)
      .find((line) => line.trim() !== '') ?? '';
  const columns = first.split('|').length;
  return (
    columns === COLUMNS ||
    columns === COLUMNS + 1 ||
    (columns <= SUMMARY_COLUMNS + 1 && /^\d+\|-?\d+(?:\.0+)?\|/.test(first))
  );
};

/** The head of what is inside, where it travels in JSON. */
function contentOf({ text }: FileHead): string {
  if (!/^\uFEFF?\s*\{/.test(text)) return text;
  const [, base64 = ''] = /"content"\s*:\s*"([A-Za-z0-9+/=\\]*)/.exec(text) ?? [];
  const plain = base64.replaceAll('\\', '');
  try {
    return new TextDecoder().decode(fromBase64(plain.slice(0, plain.length - (plain.length % 4))));
  } catch {
    return '';
  }
}

/** The pipe text itself; `inner` undefined where JSON holds none, `text` then being the member that is wrong. */
async function unwrapped(
  file: AsyncIterable<Uint8Array>,
): Promise<{ readonly text: string; readonly inner: AsyncIterable<Uint8Array> | undefined }> {
  const iterator = file[Symbol.asyncIterator]();
  const first = await iterator.next();
  const rest: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => {
      let given = first.done === true;
      return {
        next: async () => {
          if (given) return iterator.next();
          given = true;
          return { done: false, value: first.value as Uint8Array };
        },
      };
    },
  };
  const begin = first.done ? '' : new TextDecoder().decode((first.value as Uint8Array).subarray(0, 64));
  if (!/^\uFEFF?\s*\{/.test(begin)) return { text: '', inner: rest };
  const bytes = await wholeFile(rest, LONGEST_JSON_BYTES);
  try {
    const { content } = JSON.parse(fromUtf8(bytes ?? new Uint8Array())) as { readonly content?: unknown };
    const inner = typeof content === 'string' ? fromBase64(content) : undefined;
    return { text: 'content', inner: inner && once(inner) };
  } catch {
    return { text: 'content', inner: undefined };
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
