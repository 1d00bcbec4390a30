import { declaredBy } from '../../src/runtime/declared.ts';
import { rooms } from '../../src/runtime/rooms.ts';
import type { Tables } from '../../src/store/tables.ts';
import { practiceTables } from '../practice/room/tables.ts';

const tables: Tables = { ...declaredBy(rooms).tables, ...practiceTables };

type Clock = 'wall' | 'steady';
const FRAGMENT: Readonly<Record<Clock, string>> = { wall: '{at}', steady: '{now}' };
const OTHER: Readonly<Record<Clock, Clock>> = { wall: 'steady', steady: 'wall' };

function clockOf(table: string, column: string): Clock | undefined {
  const columns = tables[table];
  if (columns?.wall?.includes(column)) return 'wall';
  return columns?.steady?.includes(column) ? 'steady' : undefined;
}

/**
 * What a source says of time that its tables do not: a column written from, or held against, the other clock; or a
 * process's time without a name. It reads texts, not programs: a statement
 * put together of pieces is seen as far as a piece goes.
 */
export function clockBreaches(source: string): readonly string[] {
  const text = withConstants(source.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '$1'));
  return [...new Set([...written(text), ...compared(text), ...unnamed(text)])];
}

/** Pieces of SQL that the same file gives a name. */
function withConstants(source: string): string {
  let text = source;
  for (const [, name = '', , value = ''] of source.matchAll(/\bconst (\w+) = ([`'"])((?:(?!\2)[^\\])*)\2;/g))
    text = text.replaceAll(`\${${name}}`, () => value);
  return text;
}

function* written(text: string): Generator<string> {
  for (const match of text.matchAll(/\binsert into (\w+) \(([^)]*)\)?/g)) {
    const [whole, table = '', list = ''] = match;
    const columns = list.split(/[,\s$]+/).filter((each) => /^\w+$/.test(each));
    const rest = text.slice(match.index + whole.length);
    const begins = /\b(?:values\s*\(|select\s)/.exec(rest);
    const next = /\binsert into /.exec(rest);
    if (begins === null || (next !== null && next.index < begins.index)) continue;
    const values = parts(rest.slice(begins.index + begins[0].length), /^(?:from|where|on conflict|returning)\b/);
    for (const [index, column] of columns.entries()) yield* wrong(table, column, values[index] ?? '');
    const conflict = /\bon conflict [^;]*?\bdo update set /.exec(rest);
    if (conflict !== null && (next === null || conflict.index < next.index))
      yield* assigned(table, rest.slice(conflict.index + conflict[0].length));
  }
  for (const match of text.matchAll(/\bupdate (\w+) set /g))
    yield* assigned(match[1] ?? '', text.slice(match.index + match[0].length));
}

function* assigned(table: string, text: string): Generator<string> {
  for (const part of parts(text, /^(?:from|where|returning)\b/)) {
    const [, column = '', value = ''] = /^\s*(\w+)\s*=([\s\S]*)$/.exec(part) ?? [];
    yield* wrong(table, column, value);
  }
}

function* wrong(table: string, column: string, value: string): Generator<string> {
  const clock = clockOf(table, column);
  // What a duration is measured against inside a value is of the clock of that column, which `compared` judges.
  if (clock !== undefined && value.includes(FRAGMENT[OTHER[clock]]))
    yield `${table}.${column} is of the ${clock} clock: it is written from ${FRAGMENT[clock]}`;
}

/** Columns beside a clock, by tables that the statement names; a name that two of them count differently is left out. */
function* compared(text: string): Generator<string> {
  const beside =
    /\b(\w+)\s*(?:<=|>=|<|>|=|-)\s*\{(at|now|atHorizon)\}|\{(at|now|atHorizon)\}\s*(?:<=|>=|<|>|-)\s*(?:\w+\.)?(\w+)/g;
  for (const match of text.matchAll(beside)) {
    const column = match[1] ?? match[4] ?? '';
    const used: Clock = (match[2] ?? match[3]) === 'now' ? 'steady' : 'wall';
    const owners = Object.keys(tables).filter((table) => clockOf(table, column) !== undefined);
    const around = statementAround(text, match.index);
    const named = owners.filter((table) => new RegExp(`\\b(?:from|join|update|into) ${table}\\b`).test(around));
    const kinds = new Set((named.length > 0 ? named : owners).map((table) => clockOf(table, column)));
    if (kinds.size === 1 && !kinds.has(used))
      yield `${column} is of the ${OTHER[used]} clock: it is held against ${FRAGMENT[OTHER[used]]}`;
  }
  for (const [, fragment, name] of text.matchAll(/\{(at|now)\} as (at|now)\b/g))
    if (fragment !== name) yield `{${fragment}} is answered under the name of the other clock`;
}

/** From where the statement begins to where the next one does. */
function statementAround(text: string, at: number): string {
  const next = text.indexOf('sql(', at);
  return text.slice(Math.max(0, text.lastIndexOf('sql(', at)), next < 0 ? undefined : next);
}

function* unnamed(text: string): Generator<string> {
  if (/\b(?:platform|context|ctx)\.now\b/.test(text)) yield 'a time is wall() or steady(): there is no now()';
}

/** Parts of a list at its commas, up to what ends it: a closing bracket, the end of the quotes, or one of `ends`. */
function parts(text: string, ends: RegExp): string[] {
  const found: string[] = [];
  let depth = 0;
  let from = 0;
  let at = 0;
  for (; at < text.length; at++) {
    const char = text[at] ?? '';
    if ('({['.includes(char)) depth += 1;
    else if (')}]'.includes(char)) depth -= 1;
    if (depth < 0 || (depth === 0 && (char === '`' || char === ';'))) break;
    if (depth > 0) continue;
    if (char === ',') {
      found.push(text.slice(from, at));
      from = at + 1;
    } else if (/\s/.test(text[at - 1] ?? ' ') && ends.test(text.slice(at, at + 20))) break;
  }
  found.push(text.slice(from, at));
  return found;
}
