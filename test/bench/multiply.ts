import { hash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { recount } from '../../src/delivery/counting.ts';
import { declaredBy } from '../../src/runtime/declared.ts';
import { rooms } from '../../src/runtime/rooms.ts';
import { withClocks } from '../../src/store/engine/clock-functions.ts';
import { sqliteText } from '../../src/store/engine/sqlite.ts';
import type { Table } from '../../src/store/tables.ts';

/** Each copy of the rows lies this much earlier than the one before it: longer than the real rows took to be made. */
const APART_MS = 3_600_000;
/** Longer texts are sealed, or lists of digests: they name nothing that moves. */
const TEXT_AT_MOST = 400;
/** Clocks count from 1970; smaller numbers in columns of time mean "none". */
const A_TIME = 1e12;

/**
 * Multiplies what a store grew by, in place: `times` altogether, the copies older than what is there. Which tables grow
 * with dossiers is seen by their length (a tenth of `dossiers` and more), and what a column holds by what its room
 * declares of it, so a new column or table is taken along. Ids and codes move to earlier times and days, by `days` a
 * copy; times go back, positions stay consecutive, counts are made anew, keyed hashes become others, sealed texts stay as they are. Answers the
 * rows of each table afterwards.
 */
export function multiply(
  file: string,
  { times, dossiers, days }: { readonly times: number; readonly dossiers: number; readonly days: number },
): ReadonlyMap<string, number> {
  const database = new DatabaseSync(file);
  const count = (table: string): number => Number(database.prepare(`select count(*) as n from "${table}"`).get()?.n);
  try {
    database.exec('pragma synchronous = off; pragma cache_size = -262144; pragma wal_autocheckpoint = 20000');
    database.function('moved', { deterministic: true }, (text, copy) => moved(text, Number(copy), days));
    database.function('rehashed', { deterministic: true }, (text, copy) => rehashed(text, Number(copy)));
    const declared = Object.entries(declaredBy(rooms).tables).filter(([table]) => count(table) >= dossiers / 10);
    const tables = declared.map(([name, table]) => ({ name, ...plan(database, name, table) }));
    database.exec('begin');
    for (const { name, shift } of tables) {
      if (shift > 0) database.exec(`update "${name}" set position = position + ${shift * (times - 1)}`);
      database.exec(`create temp table "base_${name}" as select * from main."${name}"`);
    }
    const journal = tables.find(({ name }) => name === 'journal')?.shift ?? 0;
    const before = journal * (times - 1);
    database.exec(`update seal set first = first + ${before}, last = last + ${before}`);
    database.exec('commit');
    for (let copy = times - 1; copy > 0; copy--) {
      database.exec('begin');
      for (const { name, columns, values } of tables) {
        const insert = database.prepare(
          `insert into main."${name}" (${columns}) select ${values} from temp."base_${name}"`,
        );
        // A table without times has no use for one of the two.
        insert.setAllowUnknownNamedParameters(true);
        insert.run({ copy, ago: copy * APART_MS });
      }
      database.exec('commit');
    }
    withClocks(database, {});
    for (const { sql } of recount()) database.exec(sqliteText(sql));
    database.exec('pragma wal_checkpoint(truncate)');
    return new Map(tables.map(({ name }) => [name, count(name)]));
  } finally {
    database.close();
  }
}

/** How a table's rows become a copy's; `shift` is its highest position, 0 where it has none. */
function plan(database: DatabaseSync, name: string, table: Table) {
  const columns = database.prepare(`select name, type from pragma_table_info(?)`).all(name) as {
    name: string;
    type: string;
  }[];
  const numbered = table.numbers?.includes('position') === true;
  const shift = numbered ? Number(database.prepare(`select max(position) as p from "${name}"`).get()?.p ?? 0) : 0;
  const inCopy = (column: { readonly name: string; readonly type: string }): string => {
    const own = `"${column.name}"`;
    if (table.sealed?.[column.name] !== undefined || table.secret?.includes(column.name)) return own;
    if (table.blind?.includes(column.name)) return `rehashed(${own}, :copy)`;
    if (table.wall?.includes(column.name) || table.steady?.includes(column.name))
      return `case when ${own} > ${A_TIME} then ${own} - :ago else ${own} end`;
    if (numbered && column.name === 'position') return `${own} - :copy * ${shift}`;
    return column.type.toLowerCase() === 'text' ? `moved(${own}, :copy)` : own;
  };
  return {
    shift,
    columns: columns.map((column) => `"${column.name}"`).join(', '),
    values: columns.map(inCopy).join(', '),
  };
}

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
/** An id (`newId`: ten digits of time among its 26), or a dossier code up to the end of its date. */
const NAMES = /\b([a-z]+_)([0-9a-hjkmnp-tv-z]{10})(?=[0-9a-hjkmnp-tv-z]{16})|(H02(?:\.\d\d)*-)(\d{6})(?=-\d)/g;

/** The text with the ids and codes that it names as they are in that copy. */
function moved(text: unknown, copy: number, days: number): string | null {
  if (typeof text !== 'string' || text.length > TEXT_AT_MOST) return text as string | null;
  return text.replaceAll(NAMES, (_, prefix?: string, time?: string, unit?: string, date?: string) => {
    if (prefix !== undefined && time !== undefined) return prefix + earlierTime(time, copy * APART_MS);
    return `${unit}${earlierDate(date ?? '', copy * days)}`;
  });
}

function earlierTime(time: string, ms: number): string {
  let value = 0;
  for (const digit of time) value = value * 32 + ALPHABET.indexOf(digit);
  value -= ms;
  let text = '';
  for (let digit = 0; digit < 10; digit++, value = Math.floor(value / 32)) text = ALPHABET.charAt(value % 32) + text;
  return text;
}

function earlierDate(date: string, days: number): string {
  const [year, month, day] = [0, 2, 4].map((at) => Number(date.slice(at, at + 2)));
  const then = new Date(Date.UTC(2000 + (year ?? 0), (month ?? 1) - 1, (day ?? 1) - days));
  return then.toISOString().slice(2, 10).replaceAll('-', '');
}

/** As random as the hash that it stands for, and as long. */
const rehashed = (text: unknown, copy: number): string | null =>
  typeof text === 'string'
    ? hash('sha256', `${copy} ${text}`, 'base64url').padEnd(text.length, '0').slice(0, text.length)
    : null;
