import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeMonth } from '../../../../mocks/statements/month.ts';
import { statementsOf } from '../../../../mocks/statements/statement.ts';
import { writeCamt053 } from '../../../../mocks/statements/write-camt053.ts';
import { commandsHere } from '../../../../test/kit/command-here.ts';
import { HOUSE_KEY, house } from '../../../../test/kit/house.ts';
import { paidMonth } from '../../../../test/kit/paid-month.ts';
import { type Listening, listen } from '../server.ts';
import type { BreakView, MatchView } from './actions/show-reconciliation.ts';
import type { StatementView } from './actions/take-statement.ts';
import { type Run, waitForRun } from './actions/wait-for-run.ts';
import { type GatewayClient, GatewayUnreachable } from './client.ts';

const month = makeMonth({ seed: 5, payments: 400, units: 2, faults: 0.1 });
const folder = mkdtempSync(join(tmpdir(), 'lienthong-reconcile-'));
const file = (name: string, bytes: string | Uint8Array): string => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};

/** An account of đồng with one entry; `closing` decides whether it adds up. */
const swift = (account: string, closing: string, amount = 8_000, narrative = 'Nguyễn Văn Mẫu nop phi'): string =>
  [
    ...[':20:SK1', `:25:${account}`, ':28C:1/1', ':60F:C221201VND1000,'],
    ...[`:61:2212011201C${amount},NTRFNONREF//5217.101`, `:86:${narrative}`, `:62F:C221201VND${closing},`, '-'],
  ].join('\r\n');

let built: Awaited<ReturnType<typeof house>>;
let server: Listening;
let key: string;
beforeAll(async () => {
  built = await house();
  await built.start();
  await paidMonth(built.engine, month.payments, Date.now());
  server = await listen(built.app, { port: 0 });
  const made = await fetch(`${server.url}/v1/admin/keys`, {
    method: 'POST',
    headers: {
      ...{ authorization: `Bearer ${HOUSE_KEY}`, 'content-type': 'application/json' },
      'idempotency-key': crypto.randomUUID(),
    },
    body: JSON.stringify({ principal: { name: 'finance', role: 'finance', kind: 'person' } }),
  });
  ({ key } = (await made.json()) as { key: string });
  vi.stubEnv('LIENTHONG_KEY', key);
  vi.stubEnv('PUBLIC_URL', server.url);
});
afterAll(async () => {
  await server.close(0);
  await built.stop(1_000);
  await built.engine.close();
  rmSync(folder, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

const here = commandsHere();
const reconcile = (...args: readonly string[]) => here(['reconcile', ...args]);
async function json<Answer>(...args: readonly string[]): Promise<Answer> {
  const ended = await reconcile(...args, '--json');
  return JSON.parse(ended.out) as Answer;
}

describe('statements are taken', () => {
  it('each by itself: what is refused says its row, what is there already is no failure', async () => {
    const good = file('good.txt', swift('0011009000001', '9000'));
    const preview = await reconcile('take', good, '--preview');
    expect(preview.out).toMatch(/mt940 · bank-statement · xem trước/);
    expect((await reconcile('statements')).out).toContain('nothing');

    const wrong = file('wrong.txt', swift('0011009000002', '9001'));
    const some = await reconcile('take', wrong, join(folder, 'missing.txt'), good);
    expect(some.status).toBe(1);
    expect(some.out).toMatch(/wrong\.txt: KHÔNG NẠP ĐƯỢC[^\n]*\n {2}dòng \(row\) 7.*balance|closing/);
    expect(some.out).toMatch(/missing\.txt: KHÔNG NẠP ĐƯỢC.*ENOENT/);
    expect(some.out).toMatch(/good\.txt: mt940 · bank-statement · stm_\w+ · mới \(new\) 1 \/ 1/);
    expect(some.out).toMatch(/0011009000001 +2022-12-01 +2022-12-01 +1 +1\.000 +8\.000 +0 +9\.000/);
    expect(some.out + some.errors).not.toContain('Nguyễn Văn Mẫu');

    const again = await reconcile('take', good);
    expect(again.out).toMatch(/đã nạp trước đây \(taken already\): stm_/);
    expect(again.status).toBe(0);
  });

  it('with its bytes counted while they go', async () => {
    const camt = file('camt.xml', writeCamt053(statementsOf(month.ledger, { from: month.from, to: month.to })));
    const taken = await reconcile('take', camt, '--json');
    expect(taken.status).toBe(0);
    expect(taken.errors).toMatch(/camt\.xml: [\d.]+ \/ [\d.]+ byte/);
    const [{ taken: view } = { taken: undefined }] = JSON.parse(taken.out) as { taken?: StatementView }[];
    expect(view).toMatchObject({ format: 'camt.053', lines: view?.newLines });
    expect(await json<StatementView[]>('statements')).toHaveLength(2);
  });

  it('refused while its bytes still come, it is refused and not the gateway lost', async () => {
    const nothing = file('nothing.bin', new Uint8Array(24 * 1024 * 1024).fill(0x78));
    const { status, out: said } = await reconcile('take', nothing);
    expect(said).toMatch(/nothing\.bin: KHÔNG NẠP ĐƯỢC[^\n]*\n {2}dòng \(row\) 1: is written in no layout/);
    expect(status).toBe(1);
  });

  it('by whoever may, and nothing is tried with a key that may not', async () => {
    vi.stubEnv('LIENTHONG_KEY', 'a-key-that-nobody-made-0000000000');
    const { status, errors: said, out: kept } = await reconcile('take', join(folder, 'good.txt'), '--json');
    vi.stubEnv('LIENTHONG_KEY', key);
    expect(said).toContain('401');
    expect([status, kept.trim()]).toEqual([1, '[]']);
  });
});

describe('orders are fetched', () => {
  const ask = async (answer: Response) => {
    const bodies: unknown[] = [];
    const other = await listen(
      {
        fetch: async (request: Request) => {
          bodies.push([request.method, new URL(request.url).pathname, await request.json()]);
          return answer;
        },
      },
      { port: 0 },
    );
    const ended = await reconcile('fetch', '--date', '2022-12-01', '--url', other.url);
    await other.close(0);
    expect(bodies).toEqual([
      ['POST', '/v1/reconciliation/statements/fetch', { source: 'vietcombank-orders', date: '2022-12-01' }],
    ]);
    return ended;
  };

  it('told like a file: taken now or before is 0, refused is 1 with its row', async () => {
    const account = { account: 'vietcombank-gateway', lines: 3, from: '2022-12-01', to: '2022-12-01' };
    const money = { opening: null, closing: null, credits: { amount: 24_000, currency: 'VND' }, debits: null };
    const view = {
      ...{ id: 'stm_1', source: 'vietcombank-orders', format: 'gateway-orders', lines: 3, newLines: 2 },
      accounts: [{ ...account, ...money }],
    };
    const taken = await ask(Response.json(view, { status: 201 }));
    expect(taken.out).toMatch(/vietcombank-orders 2022-12-01: gateway-orders · .*stm_1 · mới \(new\) 2 \/ 3/);
    expect(taken.status).toBe(0);
    const before = await ask(Response.json({ code: 'already-taken', statement: 'stm_1' }, { status: 409 }));
    expect([before.status, before.out]).toEqual([0, expect.stringMatching(/taken already\): stm_1/)]);
    const problems = [{ line: 4, column: 'total', message: 'is not the number of orders: 3 are listed' }];
    const refused = await ask(Response.json({ code: 'unreadable-statement', problems }, { status: 422 }));
    expect([refused.status, refused.out]).toEqual([1, expect.stringMatching(/dòng \(row\) 4 · cột \(column\) total/)]);
  });

  it('of a gateway that has no address of the bank, it says so', async () => {
    const unset = await reconcile('fetch', '--date', '2022-12-01');
    expect([unset.status, unset.errors]).toEqual([1, expect.stringContaining('503')]);
    expect((await reconcile('fetch')).status).toBe(2);
  });
});

describe('a day is reconciled', () => {
  let day: Run;
  it('waited for, shown with the sums of every side, and an open break is exit status 1', async () => {
    const done = await reconcile('run', month.to);
    expect(done.out).toMatch(/Ngân hàng \(ghi có\) \(bank\) +\d/);
    expect(done.out).toMatch(
      /khớp \(matched\) [\d.]+ · trong ngưỡng \(tolerated\) \d+ · .* chênh lệch \(breaks\) [1-9]/,
    );
    expect(done.errors).toMatch(/lienthong reconcile breaks run_\w+ --state open/);
    expect(done.status).toBe(1);
    const runs = await json<Run[]>('runs');
    expect(runs).toHaveLength(1);
    day = runs[0] ?? expect.fail('no run');
    expect((await json<Run>('show', day.id)).digest).toBe(day.digest);
    expect((await reconcile('show', day.id)).out).toContain(`${day.id} · Tiền (money) · ${month.to} · Xong (done)`);
    for (const [act, state] of [
      ['stop', 'done'],
      ['resume', 'done'],
    ] as const) {
      const refused = await reconcile(act, day.id);
      expect(refused.errors).toContain(`the run is ${state}`);
      expect(refused.status).toBe(1);
    }
  });

  it('with nothing open, exit status 0', async () => {
    expect((await reconcile('run', '2021-01-01')).status).toBe(0);
    const wrong = await reconcile('run', '2022-13-01');
    expect([wrong.status, wrong.errors]).toEqual([1, expect.stringContaining('400')]);
  });

  it('its breaks and matches are listed, whole and by what they are', async () => {
    const breaks = await json<BreakView[]>('breaks', day.id);
    expect(breaks.filter(({ state }) => state === 'open' || state === 'assigned')).toHaveLength(day.breaks);
    const { kind } = breaks[0] ?? expect.fail('no break');
    const some = await json<BreakView[]>('breaks', day.id, '--state', 'open', '--kind', kind);
    expect(some).toEqual(breaks.filter((each) => each.kind === kind && each.state === 'open'));
    expect((await reconcile('breaks', day.id, '--kind', 'no-such-kind')).status).toBe(2);
    const matches = await json<MatchView[]>('matches', day.id);
    const exact = await json<MatchView[]>('matches', day.id, '--rule', 'exact-reference');
    expect(exact).toEqual(matches.filter(({ rule }) => rule === 'exact-reference'));
    expect(exact.length).toBeGreaterThan(0);
    expect((await reconcile('matches', day.id)).out).toContain('Đúng mã thanh toán (exact-reference)');
    expect((await reconcile('breaks', 'run_none')).errors).toContain('404');
  });

  it('a break is assigned, explained, accepted with the candidate that is chosen, and written off once', async () => {
    const breaks = await json<BreakView[]>('breaks', day.id, '--state', 'open');
    const [first, second] = breaks.filter(({ candidates }) => candidates.length === 0);
    const why = ['--reason', 'đã đối chiếu chứng từ'];
    expect((await reconcile('explain', first?.id ?? '')).errors).toContain('--reason');
    expect((await reconcile('assign', first?.id ?? '', ...why)).errors).toContain('--assignee');
    const assigned = await json<BreakView>('assign', first?.id ?? '', ...why, '--assignee', 'Tổ quầy');
    expect(assigned).toMatchObject({ state: 'assigned', assignee: 'Tổ quầy', said: 'đã đối chiếu chứng từ' });
    expect((await reconcile('explain', first?.id ?? '', ...why)).out).toContain('assigned → explained');
    expect((await reconcile('write-off', second?.id ?? '', ...why)).out).toContain('open → written-off');
    const settled = await reconcile('correct', second?.id ?? '', ...why);
    expect([settled.status, settled.errors]).toEqual([1, expect.stringContaining('the break is settled')]);

    // One transfer for two payments that no line has had.
    const [one, other] = breaks.filter(({ kind }) => kind === 'missing-theirs');
    const paid = [one, other].map((each) =>
      month.payments.find(({ reference }) => `pay_${reference}` === each?.payment),
    );
    const references = paid.map((each) => each?.reference);
    const sum = (one?.ours.amount ?? 0) + (other?.ours.amount ?? 0);
    const both = file('both.txt', swift(paid[0]?.account ?? '', `${sum + 1_000}`, sum, references.join(' ')));
    expect((await reconcile('take', both)).status).toBe(0);
    const again = JSON.parse((await reconcile('run', month.to, '--json')).out) as Run;
    const found = await json<BreakView[]>('breaks', again.id, '--state', 'open', '--kind', 'amount');
    const several = found.find(({ candidates }) => candidates.length > 1);
    const unsaid = await reconcile('accept', several?.id ?? '', ...why);
    expect([unsaid.status, unsaid.errors]).toEqual([2, expect.stringMatching(/--payment pay_\w+/)]);
    const choice = ['--payment', several?.candidates[0]?.payment ?? ''];
    expect((await reconcile('accept', several?.id ?? '', ...why, ...choice, '--line', 'stm_x:1')).status).toBe(2);
    expect((await reconcile('accept', several?.id ?? '', ...why, '--line', 'stm_x')).status).toBe(2);
    expect((await reconcile('accept', several?.id ?? '', ...why, ...choice)).out).toContain('open → accepted');
  });
});

describe('waiting for a run', () => {
  const silent = { show: () => {}, note: () => {}, end: () => {} };
  const answering = (...answers: readonly (string | Error)[]): GatewayClient => {
    let at = 0;
    const json = async () => {
      const answer = answers[Math.min(at++, answers.length - 1)] ?? '';
      if (answer instanceof Error) throw answer;
      return { status: 200, body: { id: 'run_1', state: answer } as never, etag: null };
    };
    return { json } as unknown as GatewayClient;
  };

  it('goes on over a gateway that is started anew', async () => {
    const away = new GatewayUnreachable('http://127.0.0.1:9', new Error('ECONNREFUSED'));
    const { signal } = new AbortController();
    const done = await waitForRun(answering('running', away, away, 'running', 'done'), 'run_1', {
      ...{ signal, progress: silent, everyMs: 1 },
    });
    expect(done?.state).toBe('done');
  });

  it('ends by Ctrl-C, which leaves the run alone and says how to look at it', async () => {
    const calls: string[] = [];
    const lasting = await listen(
      {
        fetch: (request: Request) => {
          calls.push(`${request.method} ${new URL(request.url).pathname}`);
          return Response.json({ id: 'run_1', state: 'running' });
        },
      },
      { port: 0 },
    );
    const before = new Set(process.listeners('SIGINT'));
    const ended = reconcile('run', '2022-12-01', '--url', lasting.url);
    const interrupt = await vi.waitFor(() => {
      expect(calls.length).toBeGreaterThan(1);
      return process.listeners('SIGINT').find((each) => !before.has(each)) ?? expect.fail('nobody listens');
    });
    interrupt('SIGINT');
    const { status, errors: said } = await ended;
    await lasting.close(0);
    expect(said).toMatch(/lienthong reconcile show run_1 · .*lienthong reconcile stop run_1/);
    expect(status).toBe(1);
    expect(new Set(calls)).toEqual(new Set(['POST /v1/reconciliation/runs', 'GET /v1/reconciliation/runs/run_1']));
    expect(process.listeners('SIGINT')).toHaveLength(before.size);
  });
});
