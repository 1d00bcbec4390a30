import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Miniflare } from 'miniflare';
import { afterAll } from 'vitest';
import { D1_LIMITS } from '../../../src/store/engine/d1.ts';
import { type MovedClocks, presentOf } from '../../../src/store/engine/dialect.ts';
import { type Engine, type Row, type Statement, StoreUnavailable } from '../../../src/store/engine.ts';
import type { D1Answer, D1Request } from './d1-worker.ts';

/** So many databases does one workerd have ready; each exists once it is used. */
const READY = 60;
/** Runs inside workerd as it stands, its types taken away. */
const MODULES = ['test/kit/store/d1-worker.ts', 'src/store/engine/d1.ts', 'src/store/engine/dialect.ts']
  .concat(['src/store/engine/sqlite-dialect.ts', 'src/store/engine.ts', 'src/store/limits.ts'])
  .map((path) => ({
    type: 'ESModule' as const,
    path,
    contents: stripTypeScriptTypes(readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8')),
  }));

let running: { readonly workerd: Miniflare; readonly url: URL } | undefined;
let used = 0;
afterAll(async () => {
  await running?.workerd.dispose();
  running = undefined;
});

async function workerd(): Promise<URL> {
  if (used === READY) {
    await running?.workerd.dispose();
    running = undefined;
  }
  if (running === undefined) {
    used = 0;
    const started = new Miniflare({
      modules: MODULES,
      modulesRoot: '.',
      host: '127.0.0.1',
      compatibilityDate: '2026-07-01',
      d1Databases: Object.fromEntries(Array.from({ length: READY }, (_, n) => [`DB${n}`, `store-${n}`])),
    });
    running = { workerd: started, url: await started.ready };
  }
  return running.url;
}

/** A new database of D1; the engine itself runs in workerd, and this is its far end. */
export async function newD1(clocks: MovedClocks): Promise<Engine> {
  const url = await workerd();
  const database = `DB${used++}`;
  let closed = false;
  async function ask(act: D1Request['act'], statements: readonly Statement[]): Promise<Row[][]> {
    if (closed) throw new StoreUnavailable('the store is closed');
    const request: D1Request = { database, present: presentOf(clocks), act, statements };
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(request) });
    const answer = (await response.json()) as D1Answer;
    if ('rows' in answer) return answer.rows;
    throw answer.unavailable ? new StoreUnavailable(answer.message) : new Error(answer.message);
  }
  return {
    kind: 'd1',
    sole: false,
    serial: true,
    limits: D1_LIMITS,
    all: async <R extends object>(statement: Statement) => ((await ask('all', [statement]))[0] ?? []) as R[],
    scan: async <R extends object>(statement: Statement) => ((await ask('scan', [statement]))[0] ?? []) as R[],
    batch: (statements) => ask('batch', statements),
    turn: (run) => void setImmediate(run),
    close: async () => {
      closed = true;
    },
  };
}
