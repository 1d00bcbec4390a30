import { narrativeOf, oneLine } from './mt940-narrative.ts';
import { statementLine } from './mt940-values.ts';
import { problemAt, type Told } from './source.ts';

/** An entry while its texts come. */
export interface OpenEntry {
  readonly row: number;
  readonly lines: readonly string[];
  /** `:86:`, by lines; more than one is against the standard, and kept. */
  readonly texts: (readonly string[])[];
}

/** Texts that one entry may have: the standard knows one. */
const MOST_TEXTS = 16;

/** Takes a field `:86:`. It belongs to the entry before it, to none where it is that of the statement. */
export function withText(entry: OpenEntry | undefined, row: number, lines: readonly string[]): readonly Told[] {
  if (entry === undefined) return [];
  if (entry.texts.length >= MOST_TEXTS) return [problemAt(row, ':86:', 'is one of too many for one entry')];
  entry.texts.push(lines);
  return [];
}

export function entryTold({ row, lines, texts }: OpenEntry): Told {
  const line = statementLine(lines[0]?.trimEnd() ?? '');
  if (typeof line === 'string') return problemAt(row, ':61:', line);
  return {
    ...{ kind: 'line', row, time: null, balance: null, fee: null },
    ...line,
    narrative: oneLine([...lines.slice(1), ...texts.map(narrativeOf)]),
  };
}
