import type { Vault } from '../crypto/vault.ts';
import { newId, type Platform } from '../platform.ts';
import type { Engine, Statement } from '../store/engine.ts';
import { commandTexts } from '../store/limits.ts';
import type { LineError } from './csv.ts';
import { type ImportDefaults, placeOf, type RegisterDefinition, type RegisterRow } from './definition.ts';
import { overlaps, type Placed } from './overlap.ts';
import { parseFile, parseRow } from './parse.ts';
import { statementsOf } from './statements.ts';

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

export interface ReplaceCommand {
  readonly code: string;
  /** By column, without the code. */
  readonly entries: readonly Readonly<Record<string, string | number | null>>[];
  readonly actor: string;
}
/** Errors name the entry as a line, the first is 1. */
export type ReplaceAnswer<Row> =
  | { readonly kind: 'stands'; readonly rows: readonly Row[] }
  | { readonly kind: 'refused'; readonly errors: readonly LineError[] };

export interface Register<Row extends RegisterRow> {
  /** All of the file or nothing of it. Repeating it changes nothing. */
  import(command: ImportCommand): Promise<ImportAnswer>;
  /** These and no others stand for the code afterwards, whoever wrote before. Repeating it changes nothing. */
  replace(command: ReplaceCommand): Promise<ReplaceAnswer<Row>>;
  /** Everything that stands for a code, in every validity. */
  of(code: string): Promise<Row[]>;
  /** What the code meant on that day (`YYYY-MM-DD`); where its key has more than a code, the first in order. */
  at(code: string, date: string): Promise<Row | undefined>;
  /** In order of key and time, behind `after`; one more than `limit` where a page follows. */
  list(filter: {
    readonly at: string | undefined;
    readonly code: string | undefined;
    readonly after: readonly string[] | undefined;
    readonly limit: number;
  }): Promise<Row[]>;
  readonly definition: RegisterDefinition<Row>;
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
  const { columns, key } = definition;
  const statements = statementsOf(definition);
  const keyOf = (row: Row) => JSON.stringify(placeOf(definition, row));
  const isSame = (a: Row, b: Row) => columns.every((name) => a[name] === b[name]);
  const textsOf = (rows: readonly object[]) => commandTexts(rows, engine.limits);
  const codesOf = (rows: readonly Row[]) => [...new Set(rows.map(({ code }) => code))].map((code) => ({ code }));

  async function attempt(command: ImportCommand, given: readonly Placed<Row>[]): Promise<ImportAnswer | undefined> {
    const [known] = await engine.all<{ value: string }>(statements.known);
    const held: Row[] = [];
    for (const some of textsOf(codesOf(given.map(({ row }) => row))))
      held.push(...(await engine.all<Row>(statements.held(some))));
    const heldByKey = new Map(held.map((row) => [keyOf(row), row]));
    const fresh = new Set(given.map(({ row }) => keyOf(row)));
    const errors = overlaps(
      [...given, ...held.filter((row) => !fresh.has(keyOf(row))).map((row) => ({ line: undefined, row }))],
      key,
    );
    if (errors.length > 0) return { kind: 'refused', errors: errors.slice(0, ERRORS_AT_MOST) };
    const same = (row: Row) => {
      const before = heldByKey.get(keyOf(row));
      return before === undefined ? undefined : isSame(before, row);
    };
    const answer: ImportAnswer = {
      kind: 'imported',
      lines: given.length,
      added: given.filter(({ row }) => same(row) === undefined).length,
      changed: given.filter(({ row }) => same(row) === false).length,
      unchanged: given.filter(({ row }) => same(row) === true).length,
    };
    if (command.dryRun || answer.unchanged === answer.lines) return answer;
    const rows = given.map(({ row }) => row);
    const differing = rows.filter((row) => same(row) !== true);
    return (await write(command, rows, differing, known?.value ?? '')) ? answer : undefined;
  }

  /** False, changing nothing, where somebody else wrote since `expected` was read. */
  async function write(
    command: ImportCommand,
    rows: readonly Row[],
    differing: readonly Row[],
    expected: string,
  ): Promise<boolean> {
    const token = newId(platform, 't');
    const [hash = ''] = await vault.digest([command.csv]);
    const line = { token, to: `imported: ${rows.length} lines`, actor: command.actor, hash };
    const results = await engine.batch([
      statements.stampOver(token, expected),
      ...textsOf(rows).map((some) => statements.put(some, token)),
      statements.lineOfFile(line),
      ...(definition.linePerCode ? linesOf(differing, { ...line, to: 'imported' }) : []),
      statements.known,
    ]);
    return results.at(-1)?.[0]?.value === token;
  }

  const linesOf = (rows: readonly Row[], line: Parameters<typeof statements.linesOfCodes>[1]): Statement[] =>
    textsOf(codesOf(rows)).map((codes) => statements.linesOfCodes(codes, line));

  return {
    definition,
    async import(command) {
      const parsed = parseFile(definition, command, ERRORS_AT_MOST);
      if ('errors' in parsed) return { kind: 'refused', errors: parsed.errors };
      for (let round = 0; round < ROUNDS; round++) {
        const answer = await attempt(command, parsed.rows);
        if (answer !== undefined) return answer;
      }
      throw new Error(`the register ${definition.name} was changed by others too often during an import`);
    },
    async replace({ code, entries, actor }) {
      const parsed = entries.map((entry, index) => parseRow(definition, { ...entry, code }, index + 1));
      const given = parsed.flatMap((each) => ('row' in each ? [each] : []));
      const wrong = parsed.flatMap((each) => ('row' in each ? [] : each));
      const errors = wrong.length > 0 ? wrong : overlaps(given, key, 'entry');
      if (errors.length > 0) return { kind: 'refused', errors };
      const held = await engine.all<Row>(statements.of(code));
      const byKey = new Map(held.map((row) => [keyOf(row), row]));
      const rows = given.map(({ row }) => row);
      const stands = (row: Row) => {
        const before = byKey.get(keyOf(row));
        return before !== undefined && isSame(before, row);
      };
      if (held.length === rows.length && rows.every(stands)) return { kind: 'stands', rows: held };
      const token = newId(platform, 't');
      const [hash = ''] = await vault.digest([JSON.stringify(rows)]);
      const results = await engine.batch([
        statements.stamp(token),
        statements.remove(code, token),
        ...textsOf(rows).map((some) => statements.put(some, token)),
        ...textsOf([{ code }]).map((codes) =>
          statements.linesOfCodes(codes, { token, to: `replaced: ${rows.length} rows`, actor, hash }),
        ),
        statements.of(code),
      ]);
      return { kind: 'stands', rows: (results.at(-1) ?? []) as unknown as readonly Row[] };
    },
    of: (code) => engine.all<Row>(statements.of(code)),
    async at(code, date) {
      const [row] = await engine.all<Row>(statements.validOn(code, date));
      return row;
    },
    list: (filter) => engine.scan<Row>(statements.list(filter)),
  };
}
