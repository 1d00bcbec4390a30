import type { Drift } from '../adapter.ts';
import { drift } from '../adapter.ts';
import { kindOf } from '../kit/json.ts';
import { plain } from '../kit/text.ts';
import type { Answered } from './portal.ts';

/** One object of a catalogue answer, read by name whatever the case: the portal shouts its keys, its sisters do not. */
export interface Row {
  /** The text, or a number as text; "" when absent. */
  text(key: string): string;
  rows(key: string): readonly Row[];
}

/** The objects of `result` (or `data`), one object counting as a list of one. */
export function rowsOf(answer: Answered): readonly Row[] | Drift {
  const key = answer.envelope.result === undefined && answer.envelope.data !== undefined ? 'data' : 'result';
  const found = answer.envelope[key];
  if (found === null) return [];
  const list = Array.isArray(found) ? found : [found];
  const rows: Row[] = [];
  for (const [index, each] of list.entries()) {
    if (!isObject(each)) return drift(Array.isArray(found) ? `/${key}/${index}` : `/${key}`, 'object', kindOf(each));
    rows.push(rowOf(each));
  }
  return rows;
}

/** Drift of the first row that lacks its key; undefined when all have it. */
export function missingKey(rows: readonly Row[], key: string): Drift | undefined {
  const index = rows.findIndex((row) => row.text(key) === '');
  return index < 0 ? undefined : drift(`/result/${index}/${key}`, 'string', 'missing');
}

function rowOf(value: Record<string, unknown>): Row {
  const byName = new Map(Object.entries(value).map(([key, item]) => [key.toUpperCase(), item]));
  return {
    text(key) {
      const item = byName.get(key.toUpperCase());
      return typeof item === 'string' ? plain(item) : typeof item === 'number' ? String(item) : '';
    },
    rows(key) {
      const item = byName.get(key.toUpperCase());
      const list = Array.isArray(item) ? item : isObject(item) ? [item] : [];
      return list.filter(isObject).map(rowOf);
    },
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
