import { expect } from 'vitest';
import { HOUSE_KEY, house } from './house.ts';

const BASE = '/v1/reconciliation';

export type Reconciling = Awaited<ReturnType<typeof reconciling>>;

/** A house with a person of finance, who takes files and runs days. */
export async function reconciling() {
  const built = await house();
  await built.start();
  async function call(method: string, path: string, body?: string, key = finance) {
    const answer = await built.app.fetch(
      new Request(`http://house${path}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(method === 'POST' ? { 'idempotency-key': crypto.randomUUID() } : {}),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body }),
      }),
      { remoteAddress: '127.0.0.1' },
    );
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.endsWith('json') === true;
    return { status: answer.status, headers: answer.headers, text, json: isJson ? JSON.parse(text) : null };
  }
  const principal = { name: 'finance', role: 'finance', kind: 'person' };
  let finance = HOUSE_KEY;
  finance = (await call('POST', '/v1/admin/keys', JSON.stringify({ principal }), HOUSE_KEY)).json.key;
  return {
    engine: built.engine,
    /** Of reconciliation: its path behind `/v1/reconciliation`. */
    call: (method: string, path: string, body?: string) => call(method, `${BASE}${path}`, body),
    /** The id of the file, taken in whole. */
    async take(file: string): Promise<string> {
      const taken = await call('POST', `${BASE}/statements`, file);
      expect([taken.status, taken.json.problems]).toEqual([201, []]);
      return taken.json.id;
    },
    /** The run of a day, once it has ended. */
    async run(date: string) {
      const { json } = await call('POST', `${BASE}/runs`, JSON.stringify({ date }));
      for (;;) {
        const now = (await call('GET', `${BASE}/runs/${json.id}`)).json;
        if (now.state !== 'running') return now;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    /** `side kind` of the breaks of a run that nobody has settled. */
    async breaks(run: string): Promise<string[]> {
      const { json } = await call('GET', `${BASE}/runs/${run}/breaks?state=open`);
      return json.items.map(({ kind, side }: { kind: string; side: string }) => `${side} ${kind}`).sort();
    },
    async close(): Promise<void> {
      await built.stop(1_000);
      await built.engine.close();
    },
  };
}
