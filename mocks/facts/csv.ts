import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';

/** The rows of a CSV beside this file, by column name. */
export function readFacts<Column extends string>(file: string): Record<Column, string>[] {
  return parse(readFileSync(new URL(file, import.meta.url)), { columns: true, skip_empty_lines: true });
}
