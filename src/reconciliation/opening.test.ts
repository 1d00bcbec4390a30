import { afterEach, beforeEach, expect, it } from 'vitest';
import { HOUSE_KEY, house } from '../../test/kit/house.ts';
import { checkJournal } from '../../test/kit/journal-check.ts';

const BASE = '/v1/reconciliation';
let built: Awaited<ReturnType<typeof house>>;
beforeEach(async () => {
  built = await house();
  await built.start();
});
afterEach(async () => {
  await built.stop(1_000);
  await checkJournal(built.engine, { held: true });
  await built.engine.close();
});

interface Listed {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly date: string;
  readonly amount: { readonly amount: number };
  readonly said: string | null;
  readonly age: { readonly workingDays: number };
}
async function call<Body>(method: string, path: string, body?: object, more: Readonly<Record<string, string>> = {}) {
  const answer = await built.app.fetch(
    new Request(`http://house${BASE}${path}`, {
      method,
      headers: {
        ...{ authorization: `Bearer ${HOUSE_KEY}`, 'content-type': 'application/json' },
        ...(method === 'POST' ? { 'idempotency-key': crypto.randomUUID() } : {}),
        ...more,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
    { remoteAddress: '127.0.0.1' },
  );
  return { status: answer.status, body: (await answer.json()) as Body };
}
async function openOn(date: string): Promise<Listed[]> {
  const { body: run } = await call<{ id: string }>('POST', '/runs', { date });
  for (;;) {
    const { body } = await call<{ state: string; breaks: number }>('GET', `/runs/${run.id}`);
    if (body.state !== 'running') {
      const { body: page } = await call<{ items: Listed[] }>('GET', `/runs/${run.id}/breaks?state=open`);
      expect([body.state, body.breaks]).toEqual(['done', page.items.length]);
      return page.items;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

it('what was open before stands on every day’s list until a person settles it, and is put there once', async () => {
  const old = { kind: 'missing-theirs', side: 'bank', date: '2022-06-01', ours: 8_000, reason: 'Chuyển từ sổ cũ' };
  const recent = { ...old, date: '2022-11-28', documentNumber: '5285 - 82284' };
  const items = [old, old, recent];
  expect((await call('POST', '/opening-breaks', { items })).body).toEqual({ opened: 3, known: 0 });
  expect((await call('POST', '/opening-breaks', { items: [...items, { ...old, ours: 9_000 }] })).body).toEqual({
    opened: 1,
    known: 3,
  });
  const first = await openOn('2022-12-01');
  expect(first.map(({ date, amount }) => [date, amount.amount]).sort()).toEqual([
    ['2022-06-01', 8_000],
    ['2022-06-01', 8_000],
    ['2022-06-01', 9_000],
    ['2022-11-28', 8_000],
  ]);
  const [one] = first.filter(({ date }) => date === '2022-11-28');
  expect(one).toMatchObject({ said: 'Chuyển từ sổ cũ', age: { workingDays: 3 } });
  const act = { act: 'write-off', reason: 'theo biên bản' };
  expect((await call('PATCH', `/breaks/${one?.id}`, act, { 'if-match': '"1"' })).status).toBe(200);
  expect((await openOn('2022-12-02')).map(({ date }) => date)).toEqual(['2022-06-01', '2022-06-01', '2022-06-01']);
});

it('refuses a list with what is no break, saying where', async () => {
  const wrong = { kind: 'stage', side: 'bank', date: '2022-06-01', reason: 'Chuyển từ sổ cũ' };
  const { status, body } = await call<{ errors: { pointer: string }[] }>('POST', '/opening-breaks', { items: [wrong] });
  expect([status, body.errors[0]?.pointer]).toEqual([400, '/items/0/kind']);
});
