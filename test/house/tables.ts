import type { RoomDefinition } from '../../src/room.ts';
import { grounds } from '../../src/runtime/grounds.ts';
import { openSqlite } from '../../src/store/engine/sqlite.ts';
import { sql } from '../../src/store/engine.ts';
import { migrate } from '../../src/store/migrations/migrate.ts';
import type { Table } from '../../src/store/tables.ts';

/** Files whose statements write a table that somebody else names, and which those are. */
const NAMED_ELSEWHERE: Readonly<Record<string, string>> = {
  'src/delivery/acts/begin-statements.ts': 'the row that an act is judged by, named by its room',
  'src/registers/statements.ts': 'the table of the register, one of its own room',
};
/** The schema itself is made, and rows are carried over, where no room is at work. */
const OF_THE_SCHEMA = /^src\/store\/migrations\//;

/** As SQL may write it: with a conflict clause, a schema, quotes, an alias. */
const NAME = String.raw`(?:main\.|temp\.)?["\[]?(\$\{[^}]*\}|\w+)`;
const WRITES = new RegExp(
  String.raw`\b(?:(?:insert(?:\s+or\s+\w+)?|replace)\s+into|delete\s+from)\s+${NAME}|\bupdate(?:\s+or\s+\w+)?\s+${NAME}["\]]?(?:\s+(?:as\s+)?(?!set\b)\w+)?\s+set\b`,
  'gi',
);
/** The name is put behind it piece by piece, where nobody can read it. */
const PIECEMEAL = /\b(?:insert(?:\s+or\s+\w+)?\s+into|delete\s+from|replace\s+into|update)\s*['"`]\s*\+/gi;

/** Rooms and ground by the folder whose statements may write their tables. */
interface Owner {
  readonly folder: string;
  readonly name: string;
  readonly tables: Readonly<Record<string, Table>>;
}

export async function tableBreaches(
  /** Text by path of every file that is no test. */
  sources: ReadonlyMap<string, string>,
  rooms: readonly { readonly folder: string; readonly room: RoomDefinition }[],
): Promise<string[]> {
  const owners: Owner[] = [
    ...grounds.map(({ name, tables }) => ({ folder: `src/${name}/`, name, tables })),
    ...rooms.map(({ folder, room }) => ({ folder, name: room.name, tables: room.tables ?? {} })),
  ];
  const columns = await columnsOf(rooms.flatMap(({ room }) => [...(room.migrations ?? [])]));
  return [...writersOf(sources, owners), ...undeclaredIn(columns, owners), ...unboundIn(owners)];
}

/** A table that is written by a room that does not own it. */
function writersOf(sources: ReadonlyMap<string, string>, owners: readonly Owner[]): string[] {
  const breaches: string[] = [];
  for (const [file, source] of sources) {
    if (OF_THE_SCHEMA.test(file)) continue;
    for (const [piece] of source.matchAll(PIECEMEAL))
      breaches.push(`${file}: a statement says which table it writes by its name, not by ${piece.trim()} …`);
    for (const [, inserted, updated] of source.matchAll(WRITES)) {
      // Of an insert that says what to do on conflict.
      if (updated === 'set') continue;
      const table = inserted ?? updated ?? '';
      if (table.startsWith('$')) {
        if (NAMED_ELSEWHERE[file] === undefined)
          breaches.push(`${file}: a statement says which table it writes by its name, not by ${table}`);
        continue;
      }
      const owner = owners.find(({ tables }) => tables[table] !== undefined);
      if (owner === undefined) breaches.push(`${file}: it writes ${table}, and no room declares that table as its own`);
      else if (!file.startsWith(owner.folder) && !mayAlso(owner.tables[table], file))
        breaches.push(`${file}: it writes ${table}, which belongs to ${owner.name}`);
    }
  }
  return breaches;
}

const mayAlso = (table: Table | undefined, file: string): boolean =>
  (table?.alsoWrittenBy ?? []).some((name) => file.startsWith(`src/${name}/`));

/** A column that is neither sealed nor declared, and a declaration of what is not there. */
function undeclaredIn(columns: ReadonlyMap<string, readonly string[]>, owners: readonly Owner[]): string[] {
  const breaches: string[] = [];
  for (const [table, there] of columns) {
    const owner = owners.find(({ tables }) => tables[table] !== undefined);
    if (owner === undefined) {
      breaches.push(`the table ${table}: no room declares it as its own`);
      continue;
    }
    const declared = declaredColumns(owner.tables[table] ?? {});
    for (const column of there)
      if (!declared.includes(column))
        breaches.push(
          `${table}.${column}: ${owner.name} does not say ${OF_TIME.test(column) ? 'by which clock it is' : 'whether it is sealed, or why it names no person'}`,
        );
    for (const column of declared)
      if (!there.includes(column)) breaches.push(`${table}.${column}: ${owner.name} declares it, and it is not there`);
    for (const column of declared.filter((each, index) => declared.indexOf(each) !== index))
      breaches.push(`${table}.${column}: ${owner.name} declares it twice`);
  }
  for (const { name, tables } of owners)
    for (const table of Object.keys(tables))
      if (!columns.has(table)) breaches.push(`the table ${table}: ${name} declares it, and no migration makes it`);
  return breaches;
}

/** A sealed column whose declaration does not say which row its content was sealed for, by what it reads of it. */
function unboundIn(owners: readonly Owner[]): string[] {
  return owners.flatMap(({ name, tables }) =>
    Object.entries(tables).flatMap(([table, { sealed = {} }]) =>
      Object.entries(sealed).flatMap(([column, { row, under }]) => {
        const asked = new Set<string>();
        const get = (n: number) => (_: object, each: string | symbol) => {
          asked.add(String(each));
          return String(n);
        };
        const rowOf = (n: number) => row(new Proxy<Parameters<typeof row>[0]>({ id: '' }, { get: get(n) }));
        const told = under.slice(0, under.search(/\sfrom\s/));
        if (rowOf(1) === rowOf(2))
          return [`${table}.${column}: what ${name} seals in it is bound to no row: two rows have one name`];
        return [...asked]
          .filter((each) => !new RegExp(`[ .]${each}(?:,|$)`).test(told))
          .map((each) => `${table}.${column}: ${name} names its row by ${each}, which \`under\` does not answer`);
      }),
    ),
  );
}

const declaredColumns = ({ sealed, blind, clear, words, secret, numbers, wall, steady }: Table): readonly string[] => [
  ...Object.keys(sealed ?? {}),
  ...(blind ?? []),
  ...(clear ?? []),
  ...(words ?? []),
  ...(secret ?? []),
  ...(numbers ?? []),
  ...(wall ?? []),
  ...(steady ?? []),
];

/** A column of time, by its name; `at` by itself is one too. */
const OF_TIME = /^(?:at|until|\w+_at|\w+_until|\w+_before|\w+_after)$/;

async function columnsOf(more: Parameters<typeof migrate>[2]): Promise<ReadonlyMap<string, readonly string[]>> {
  const engine = openSqlite({ file: ':memory:' });
  try {
    await migrate(engine, () => {}, more);
    const rows = await engine.all<{ table: string; column: string }>(
      sql(
        `select m.name as "table", c.name as "column" from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table'`,
      ),
    );
    return new Map(
      [...Map.groupBy(rows, ({ table }) => table)].map(([table, own]) => [table, own.map(({ column }) => column)]),
    );
  } finally {
    await engine.close();
  }
}
