import { journalLines } from '../chronicle/journal-line.ts';
import { type Statement, sql } from '../store/engine.ts';
import type { RegisterDefinition, RegisterRow } from './definition.ts';

/** SQL of one register. What writes selects on the stamp: the register's row in `meta`, which carries the batch's token. */
export interface RegisterStatements {
  /** The token of the batch that wrote last. */
  readonly known: Statement;
  /** Rows of the codes in `codes`, a text of commands. */
  held(codes: string): Statement;
  /** Stamps whatever was written before. */
  stamp(token: string): Statement;
  /** Stamps only where nobody wrote since `expected` was read. */
  stampOver(token: string, expected: string): Statement;
  put(rows: string, token: string): Statement;
  remove(code: string, token: string): Statement;
  lineOfFile(line: Line): Statement;
  /** A line of each code in `codes`. */
  linesOfCodes(codes: string, line: Line): Statement;
  /** All rows of a code. */
  of(code: string): Statement;
  /** Rows of a code that are valid on that day. */
  validOn(code: string, day: string): Statement;
  list(filter: {
    readonly at: string | undefined;
    readonly code: string | undefined;
    readonly after: readonly string[] | undefined;
    readonly limit: number;
  }): Statement;
}
/** What a line of the journal says, but for whose it is. */
interface Line {
  readonly token: string;
  readonly to: string;
  readonly actor: string;
  readonly hash: string;
}

const VALID_ON = (day: string): string => `valid_from <= ${day} and (valid_to is null or valid_to >= ${day})`;
const STAMPED = 'join meta m on m.key = ?2 and m.value = ?3';

export function statementsOf<Row extends RegisterRow>(definition: RegisterDefinition<Row>): RegisterStatements {
  const { table, columns, numbers = [] } = definition;
  const guard = `register:${definition.name}`;
  const place: readonly string[] = [...definition.key, 'valid_from'];
  const names = columns.join(', ');
  const order = place.join(', ');
  const values = columns.map((name) => {
    const value = `v.value->>'${name}'`;
    return numbers.includes(name) ? `cast(${value} as bigint)` : value;
  });
  const changes = columns.filter((name) => !place.includes(name)).map((name) => `${name} = excluded.${name}`);
  const stamping = `insert into meta (key, value) values (?1, ?2) on conflict (key) do update set value = excluded.value`;

  return {
    known: sql('select value from meta where key = ?1', guard),
    held: (codes) =>
      sql(
        `select ${columns.map((name) => `t.${name}`).join(', ')} from ${table} t
          where t.code in (select v.value->>'code' from json_each(?1) v)`,
        codes,
      ),
    stamp: (token) => sql(stamping, guard, token),
    stampOver: (token, expected) => sql(`${stamping} where meta.value = ?3`, guard, token, expected),
    put: (rows, token) =>
      sql(
        `insert into ${table} (${names}) select ${values.join(', ')} from json_each(?1) v ${STAMPED} where true
         on conflict (${order}) do update set ${changes.join(', ')}`,
        rows,
        guard,
        token,
      ),
    remove: (code, token) =>
      sql(
        `delete from ${table} where code = ?1 and exists (select 1 from meta m where m.key = ?2 and m.value = ?3)`,
        code,
        guard,
        token,
      ),
    lineOfFile: ({ token, to, actor, hash }) =>
      journalLines(
        {
          id: `m.key || ':' || m.value`,
          ref: 'm.key',
          to: '?3',
          actor: '?4',
          hash: '?5',
          source: 'from meta m where m.key = ?1 and m.value = ?2',
        },
        guard,
        token,
        to,
        actor,
        hash,
      ),
    linesOfCodes: (codes, { token, to, actor, hash }) =>
      journalLines(
        {
          id: `m.key || ':' || (v.value->>'code') || ':' || m.value`,
          ref: `m.key || ':' || (v.value->>'code')`,
          to: '?4',
          actor: '?5',
          hash: '?6',
          source: `from json_each(?1) v ${STAMPED}`,
        },
        codes,
        guard,
        token,
        to,
        actor,
        hash,
      ),
    of: (code) => sql(`select ${names} from ${table} where code = ?1 order by ${order}`, code),
    validOn: (code, day) =>
      sql(`select ${names} from ${table} where code = ?1 and ${VALID_ON('?2')} order by ${order}`, code, day),
    list: ({ at, code, after, limit }) =>
      sql(
        `select ${names} from ${table}
          where (${order}) > (${place.map((_, index) => `?${index + 4}`).join(', ')})
            and (cast(?1 as text) is null or code = ?1) and (cast(?2 as text) is null or (${VALID_ON('?2')}))
          order by ${order} limit cast(?3 as bigint)`,
        code ?? null,
        at ?? null,
        limit + 1,
        ...(after ?? place.map(() => '')),
      ),
  };
}
