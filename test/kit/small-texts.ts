import type { Engine, Statement, StoreLimits } from '../../src/store/engine.ts';

/** An engine whose texts may be short only, and what it saw. */
export interface SmallTexts {
  readonly engine: Engine;
  /** UTF-8 bytes of the longest parameter so far. */
  readonly longest: () => number;
  /** How many batches had a statement that begins with these words. */
  readonly batchesWith: (words: string) => number;
}

/** The same store where a text takes `textBytes` at most, as on D1 but less: whoever hands over a longer one fails. */
export function smallTexts(store: Engine, textBytes: number): SmallTexts {
  const limits: StoreLimits = { ...store.limits, textBytes };
  const batches: string[][] = [];
  let longest = 0;
  const look = (statement: Statement): Statement => {
    for (const param of statement.params) {
      const bytes = typeof param === 'string' ? Buffer.byteLength(param) : 0;
      longest = Math.max(longest, bytes);
      if (bytes > textBytes) throw new Error(`a parameter of ${bytes} bytes: ${statement.sql.slice(0, 80)}`);
    }
    return statement;
  };
  return {
    engine: {
      ...store,
      limits,
      all: async (statement) => store.all(look(statement)),
      scan: async (statement) => store.scan(look(statement)),
      batch: async (statements) => {
        batches.push(statements.map(({ sql }) => sql));
        return store.batch(statements.map(look));
      },
    },
    longest: () => longest,
    batchesWith: (words) => batches.filter((batch) => batch.some((sql) => sql.startsWith(words))).length,
  };
}
