import type { Engine } from '../store/engine.ts';

/**
 * The same engine, telling of each commit that may have raised an event, whichever room made it: rooms write events
 * beside what they are about, and need to know of nobody who passes them on. It may tell of one that raised none.
 */
export function tellingOfEvents(engine: Engine, raised: () => void): Engine {
  return {
    ...engine,
    batch: async (statements) => {
      const rows = await engine.batch(statements);
      if (statements.some((statement) => statement.raises)) raised();
      return rows;
    },
  };
}
