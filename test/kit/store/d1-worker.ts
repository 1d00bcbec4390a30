import { type D1Database, openD1 } from '../../../src/store/engine/d1.ts';
import type { MovedClocks, Present } from '../../../src/store/engine/dialect.ts';
import type { Row, Statement } from '../../../src/store/engine.ts';
import { StoreUnavailable } from '../../../src/store/engine.ts';

export interface D1Request {
  readonly database: string;
  /** What the test's clocks show. */
  readonly present: Present;
  readonly act: 'all' | 'scan' | 'batch';
  readonly statements: readonly Statement[];
}
export type D1Answer = { readonly rows: Row[][] } | { readonly message: string; readonly unavailable: boolean };

const movedTo = ({ at, now }: Present): MovedClocks =>
  at === undefined || now === undefined ? {} : { wallMs: () => at, steadyMs: () => now };

/** The product's engine in workerd, for tests that run outside. */
const worker = {
  async fetch(incoming: Request, databases: Record<string, D1Database>): Promise<Response> {
    const { database, present, act, statements } = (await incoming.json()) as D1Request;
    const engine = openD1(databases[database] as D1Database, (flush) => void setTimeout(flush, 0), movedTo(present));
    return Response.json(await answer());

    async function answer(): Promise<D1Answer> {
      try {
        if (act === 'batch') return { rows: await engine.batch(statements) };
        return { rows: await Promise.all(statements.map((statement) => engine[act]<Row>(statement))) };
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        return { message, unavailable: error instanceof StoreUnavailable };
      }
    }
  },
};

// biome-ignore lint/style/noDefaultExport: workerd asks for the default export of its main module
export { worker as default };
