import { type Compilable, DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { Statement } from './engine.ts';

/** Writes `?1…?n`, which every engine of ours takes. */
class NumberedCompiler extends SqliteQueryCompiler {
  protected override getCurrentParameterPlaceholder(): string {
    return `?${this.numParameters}`;
  }
}

/** Kysely as a typed compiler for queries built from filters. It cannot execute: our engines do. */
export function queryCompiler<Tables>(): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new NumberedCompiler(),
    },
  });
}

export function statementOf(query: Compilable): Statement {
  const { sql, parameters } = query.compile();
  return { sql, params: parameters as Statement['params'] };
}
