/** Tables in Markdown on standard output, as they stand in `docs/performance.md`. */
export const say = (text: string): void => void process.stdout.write(`${text}\n`);
export const row = (...cells: readonly (string | number)[]): void => say(`| ${cells.join(' | ')} |`);

/** A title, a line of headings and the line under it; the first column is words where `words` says so. */
export function table(title: string, headings: readonly string[], { words = false } = {}): void {
  say(`\n### ${title}\n`);
  row(...headings);
  row(...headings.map((_, column) => (words && column === 0 ? '--' : '--:')));
}

export const round = (value: number, digits = 0): string =>
  value.toLocaleString('en', { maximumFractionDigits: digits });

/** The value below which this share (0 to 1) of them lies; 0 of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
