import type { z } from 'zod';
import { civilDate } from '../../contracts/domain/time.ts';
import { journalLines } from '../chronicle/journal-line.ts';
import type { Vault } from '../crypto/vault.ts';
import { newId, type Platform } from '../platform.ts';
import { type Engine, sql } from '../store/engine.ts';
import { commandTexts } from '../store/limits.ts';
import { type LineError, readCsv } from './csv.ts';
import { overlaps } from './overlap.ts';

/** A row of a register as the file and the table have it. Dates are civil days, the last one included. */
export interface RegisterRow {
  readonly code: string;
  readonly valid_from: string;
  readonly valid_to: string | null;
}

/** What one register is made of. Table and column names are the program's own. */
export interface RegisterDefinition<Row extends RegisterRow> {
  readonly name: 'unit' | 'procedure';
  readonly table: 'unit' | 'procedure_entry';
  readonly columns: readonly (keyof Row & string)[];
  /** Parses the cells of one line; an empty cell is null. */
  readonly row: z.ZodType<Row>;
  /** Lays out a file of another shape as a file of ours. Answers undefined where it is ours already, or nobody's. */
  readonly adapt?: (
    columns: readonly string[],
    cells: Readonly<Record<string, string>>,
    given: ImportDefaults,
  ) => Readonly<Record<string, string | undefined>> | undefined;
}

export interface ImportDefaults {
  readonly validFrom: string | undefined;
  readonly province: string | undefined;
}
export interface ImportCommand extends ImportDefaults {
  readonly csv: string;
  readonly dryRun: boolean;
  readonly actor: string;
}
export type ImportAnswer =
  | {
      readonly kind: 'imported';
      readonly lines: number;
      readonly added: number;
      readonly changed: number;
      readonly unchanged: number;
    }
  | { readonly kind: 'refused'; readonly errors: readonly LineError[] };

export interface Register<Row extends RegisterRow> {
  /** All of the file or nothing of it. Repeating it changes nothing. */
  import(command: ImportCommand): Promise<ImportAnswer>;
  /** What the code meant on that day (`YYYY-MM-DD`). */
  at(code: string, date: string): Promise<Row | undefined>;
  /** In order of code and time; one more than `limit` where a page follows. */
  list(filter: {
    readonly at: string | undefined;
    readonly code: string | undefined;
    readonly after: { readonly code: string; readonly validFrom: string } | undefined;
    readonly limit: number;
  }): Promise<Row[]>;
}

export interface RegisterParts {
  readonly engine: Engine;
  readonly platform: Platform;
  readonly vault: Pick<Vault, 'digest'>;
}

const ERRORS_AT_MOST = 100;
const ROUNDS = 5;

export function createRegister<Row extends RegisterRow>(
  parts: RegisterParts,
  definition: RegisterDefinition<Row>,
): Register<Row> {
  const { engine, platform, vault } = parts;
  const { table, columns } = definition;
  const names = columns.join(', ');
  const guard = `register:${definition.name}`;

  function parse(command: ImportCommand): { rows: { line: number; row: Row }[] } | { errors: readonly LineError[] } {
    // Codes and names in one spelling, as the contract brings them to it.
    const csv = readCsv(command.csv.normalize());
    if ('errors' in csv) return csv;
    const errors: LineError[] = [];
    const rows: { line: number; row: Row }[] = [];
    for (const { line, cells } of csv.rows) {
      if (errors.length >= ERRORS_AT_MOST) break;
      const laidOut = definition.adapt?.(csv.columns, cells, command) ?? cells;
      const filled: Record<string, string | null> = Object.fromEntries(
        columns.map((name) => [name, laidOut[name] || null]),
      );
      filled.valid_from ??= command.validFrom ?? null;
      if (columns.some((name) => name === 'province')) filled.province ??= command.province ?? null;
      const parsed = definition.row.safeParse(filled);
      if (parsed.success) rows.push({ line, row: parsed.data });
      else
        for (const issue of parsed.error.issues) {
          const column = String(issue.path[0] ?? '');
          errors.push({ line, column, message: filled[column] === null ? 'is required' : wordsFor(issue.message) });
        }
    }
    if (csv.rows.length === 0) errors.push({ line: 1, column: null, message: 'the file has no rows' });
    return errors.length > 0 ? { errors } : { rows };
  }

  async function attempt(
    command: ImportCommand,
    given: readonly { line: number; row: Row }[],
  ): Promise<ImportAnswer | undefined> {
    const codes = commandTexts(
      [...new Set(given.map(({ row }) => row.code))].map((code) => ({ code })),
      engine.limits,
    );
    const [known] = await engine.all<{ value: string }>(sql('select value from meta where key = ?1', guard));
    const held: Row[] = [];
    for (const some of codes)
      held.push(
        ...(await engine.all<Row>(
          sql(
            `select ${columns.map((name) => `t.${name}`).join(', ')} from ${table} t
              where t.code in (select v.value->>'code' from json_each(?1) v)`,
            some,
          ),
        )),
      );
    const keyOf = (row: Row) => JSON.stringify([row.code, row.valid_from]);
    const heldByKey = new Map(held.map((row) => [keyOf(row), row]));
    const fresh = new Set(given.map(({ row }) => keyOf(row)));
    const errors = overlaps([
      ...given,
      ...held.filter((row) => !fresh.has(keyOf(row))).map((row) => ({ line: undefined, row })),
    ]);
    if (errors.length > 0) return { kind: 'refused', errors: errors.slice(0, ERRORS_AT_MOST) };
    const same = (row: Row) => {
      const before = heldByKey.get(keyOf(row));
      return before === undefined ? undefined : columns.every((name) => before[name] === row[name]);
    };
    const answer: ImportAnswer = {
      kind: 'imported',
      lines: given.length,
      added: given.filter(({ row }) => same(row) === undefined).length,
      changed: given.filter(({ row }) => same(row) === false).length,
      unchanged: given.filter(({ row }) => same(row) === true).length,
    };
    if (command.dryRun || answer.unchanged === answer.lines) return answer;
    return (await write(command, given, known?.value ?? '')) ? answer : undefined;
  }

  /** False, changing nothing, where somebody else imported since `expected` was read. */
  async function write(
    command: ImportCommand,
    given: readonly { line: number; row: Row }[],
    expected: string,
  ): Promise<boolean> {
    const token = newId(platform, 't');
    const [hash = ''] = await vault.digest([command.csv]);
    const results = await engine.batch([
      sql(
        `insert into meta (key, value) values (?1, ?2) on conflict (key) do update set value = excluded.value where meta.value = ?3`,
        guard,
        token,
        expected,
      ),
      ...commandTexts(
        given.map(({ row }) => row),
        engine.limits,
      ).map((rows) =>
        sql(
          `insert into ${table} (${names})
           select ${columns.map((name) => `v.value->>'${name}'`).join(', ')} from json_each(?1) v join meta m on m.key = ?2 and m.value = ?3 where true
           on conflict (code, valid_from) do update set ${columns
             .filter((name) => name !== 'code' && name !== 'valid_from')
             .map((name) => `${name} = excluded.${name}`)
             .join(', ')}`,
          rows,
          guard,
          token,
        ),
      ),
      journalLines(
        {
          id: `m.key || ':' || m.value`,
          ref: 'm.key',
          to: `'imported: ' || ?3 || ' lines'`,
          actor: '?4',
          hash: '?5',
          source: 'from meta m where m.key = ?1 and m.value = ?2',
        },
        guard,
        token,
        String(given.length),
        command.actor,
        hash,
      ),
      sql('select value from meta where key = ?1', guard),
    ]);
    return results.at(-1)?.[0]?.value === token;
  }

  return {
    async import(command) {
      const parsed = parse(command);
      if ('errors' in parsed) return { kind: 'refused', errors: parsed.errors };
      for (let round = 0; round < ROUNDS; round++) {
        const answer = await attempt(command, parsed.rows);
        if (answer !== undefined) return answer;
      }
      throw new Error(`the register ${definition.name} was changed by others too often during an import`);
    },
    async at(code, date) {
      const [row] = await engine.all<Row>(
        sql(
          `select ${names} from ${table} where code = ?1 and valid_from <= ?2 and (valid_to is null or valid_to >= ?2)`,
          code,
          date,
        ),
      );
      return row;
    },
    list: ({ at, code, after, limit }) =>
      engine.scan<Row>(
        sql(
          `select ${names} from ${table}
            where (code > ?1 or (code = ?1 and valid_from > ?2)) and (cast(?3 as text) is null or code = ?3)
              and (cast(?4 as text) is null or (valid_from <= ?4 and (valid_to is null or valid_to >= ?4)))
            order by code, valid_from limit cast(?5 as bigint)`,
          after?.code ?? '',
          after?.validFrom ?? '',
          code ?? null,
          at ?? null,
          limit + 1,
        ),
      ),
  };
}

/** Columns that every register has. */
export const validityColumns = { valid_from: civilDate, valid_to: civilDate.nullable() };

/** A validity cannot end before it begins. */
export const endsAfterItBegins = {
  check: (row: RegisterRow): boolean => row.valid_to === null || row.valid_to >= row.valid_from,
  params: { path: ['valid_to'], error: 'must not lie before valid_from' },
};

const wordsFor = (message: string): string => message.replace(/^Invalid (input|option): /, '');
