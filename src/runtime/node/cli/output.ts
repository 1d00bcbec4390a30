import { composed } from '../../../../contracts/domain/text.ts';

/** What a person reads goes to standard output; what went wrong, to standard error. */
export const say = (text = ''): void => void process.stdout.write(`${text}\n`);
export const complain = (text: string): void => void process.stderr.write(`${text}\n`);
export const sayJson = (value: unknown): void => say(JSON.stringify(value, undefined, 2));

/** As it is written in Vietnam: 2.800. */
export const number = (value: number): string => value.toLocaleString('vi-VN');

/** Columns a text takes on a terminal: combining marks take none. */
export const widthOf = (text: string): number => [...composed(text).replaceAll(/\p{M}/gu, '')].length;
export const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)));
export const padStart = (text: string, width: number): string => ' '.repeat(Math.max(0, width - widthOf(text))) + text;

/** Rows under their heads in columns as wide as they need. Says that there is nothing when there is nothing. */
export function table(heads: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  if (rows.length === 0) return 'Không có gì (nothing).';
  const texts = rows.map((row) => row.map((cell) => (cell === null ? '–' : String(cell))));
  const widths = heads.map((head, column) =>
    Math.max(widthOf(head), ...texts.map((row) => widthOf(row[column] ?? ''))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => padEnd(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(heads), line(widths.map((width) => '─'.repeat(width))), ...texts.map(line)].join('\n');
}
