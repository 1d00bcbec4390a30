import { read } from '@e965/xlsx';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dayAfter } from '../../mocks/statements/entry.ts';
import { makeMonth } from '../../mocks/statements/month.ts';
import { statementsOf } from '../../mocks/statements/statement.ts';
import { writeCamt053 } from '../../mocks/statements/write-camt053.ts';
import { HOUSE_KEY, house } from '../../test/kit/house.ts';
import { checkJournal } from '../../test/kit/journal-check.ts';
import { entriesByOrdinal, type SeenDay, scoreMonth } from '../../test/kit/month-score.ts';
import { paidMonth } from '../../test/kit/paid-month.ts';
import { sql } from '../store/engine.ts';

const BASE = '/v1/reconciliation';
const month = makeMonth({ seed: 11, payments: 900, units: 3, faults: 0.06 });

let built: Awaited<ReturnType<typeof house>>;
let finance: string;
const errors: string[] = [];
beforeEach(async () => {
  errors.length = 0;
  built = await house({ onError: (sentence, fields) => errors.push(`${sentence} ${JSON.stringify(fields)}`) });
  await built.start();
  await paidMonth(built.engine, month.payments, Date.now());
  const made = await send('POST', '/v1/admin/keys', HOUSE_KEY, {
    principal: { name: 'finance', role: 'finance', kind: 'person' },
  });
  finance = made.json.key;
});
afterEach(async () => {
  await built.stop(1_000);
  expect(errors).toEqual([]);
  await checkJournal(built.engine, { held: true });
  await built.engine.close();
});

async function send(
  method: string,
  path: string,
  key: string,
  body?: object,
  more: Readonly<Record<string, string>> = {},
) {
  const isFile = body instanceof Uint8Array;
  const answer = await built.app.fetch(
    new Request(`http://house${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(method === 'POST' ? { 'idempotency-key': crypto.randomUUID() } : {}),
        ...(body === undefined || isFile ? {} : { 'content-type': 'application/json' }),
        ...more,
      },
      ...(body === undefined ? {} : { body: isFile ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
    }),
    { remoteAddress: '127.0.0.1' },
  );
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, json: text === '' ? null : JSON.parse(text) };
}

const get = async (path: string) => (await send('GET', `${BASE}${path}`, finance)).json;
/** Every item of a list, page by page. */
async function all(path: string) {
  const items = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: { items: object[]; nextCursor: string | null } = await get(
      `${path}?limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`,
    );
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into answers as it likes
  return items as any[];
}
async function take(bytes: Uint8Array) {
  const taken = await send('POST', `${BASE}/statements`, finance, bytes);
  expect([taken.status, taken.json.problems]).toEqual([201, []]);
  return taken.json;
}
async function run(date: string) {
  const asked = await send('POST', `${BASE}/runs`, finance, { date });
  expect(asked.status).toBe(202);
  for (;;) {
    const now = await get(`/runs/${asked.json.id}`);
    expect(now.state).toBeDefined();
    if (now.state !== 'running') return now;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
const days = (): string[] => {
  const list: string[] = [];
  for (let day = month.from; day <= month.to; day = dayAfter(day)) list.push(day);
  return list;
};

describe('a month, day by day', () => {
  it('I5: every đồng and every line is matched or on a break; totals agree with an independent sum', async () => {
    const statement = await take(writeCamt053(statementsOf(month.ledger, { from: month.from, to: month.to })));
    const seen: SeenDay[] = [];
    let doubled = 0;
    for (const day of days()) {
      const done = await run(day);
      expect(done.state).toBe('done');
      const booked = month.ledger.entries.filter(
        (entry) => entry.bookedOn === day && entry.currency === 'VND' && entry.direction === 'credit',
      );
      const paid = month.payments.filter(({ paidAt }) =>
        new Date(paidAt + 7 * 3_600_000).toISOString().startsWith(day),
      );
      const total = (side: string) =>
        done.totals.find((each: { side: string }) => each.side === side) ?? { count: 0, amount: 0 };
      expect([total('bank').count, total('bank').amount]).toEqual([
        booked.length,
        booked.reduce((sum, { amount }) => sum + amount, 0),
      ]);
      doubled += total('recorded').amount - paid.reduce((sum, { amountVnd }) => sum + amountVnd, 0);
      seen.push({ matches: await all(`/runs/${done.id}/matches`), breaks: await all(`/runs/${done.id}/breaks`) });
    }
    const score = scoreMonth(month, seen);
    expect(score).toMatchObject({ wrong: [], missed: [], broken: [], unseen: [] });
    expect([score.planted, score.innocent > 700]).toEqual([month.plants.length, true]);
    expect(statement.lines).toBe(entriesByOrdinal(month).size);
    // What a statement alone told of is recorded too: transfers that the bank credited twice.
    const isTransfer = (reference: string | undefined) =>
      month.payments.some((each) => each.reference === reference && each.channel === 'vietqr');
    const twice = month.plants.filter(({ kind, payments }) => kind === 'doubled' && isTransfer(payments[0]));
    const amounts = twice.map(({ payments }) => month.payments.find(({ reference }) => reference === payments[0]));
    expect(doubled).toBe(amounts.reduce((sum, each) => sum + (each?.amountVnd ?? 0), 0));
  });

  it('comes to the same again; a break keeps its life over runs', async () => {
    await take(writeCamt053(statementsOf(month.ledger, { from: month.from, to: month.to })));
    const first = await run(month.to);
    const second = await run(month.to);
    const third = await run(month.to);
    // The first one made facts of what the statement alone told of.
    expect([third.digest, third.matched, third.breaks]).toEqual([second.digest, second.matched, second.breaks]);
    expect(second.matched).toBe(first.matched);
    const [one] = (await all(`/runs/${third.id}/breaks`)).filter(({ state }) => state === 'open');
    const patch = (body: object, version: string | null) =>
      send('PATCH', `${BASE}/breaks/${one.id}`, finance, body, version === null ? {} : { 'if-match': version });
    expect((await patch({ act: 'explain', reason: 'Đã hỏi ngân hàng' }, null)).status).toBe(428);
    expect((await patch({ act: 'explain', reason: 'Đã hỏi ngân hàng' }, '"99"')).status).toBe(412);
    expect((await patch({ act: 'assign', reason: 'Hỏi ngân hàng' }, `"${one.version}"`)).status).toBe(400);
    const assigned = await patch({ act: 'assign', assignee: 'ke-toan-2', reason: 'Hỏi ngân hàng' }, `"${one.version}"`);
    expect(assigned.json).toMatchObject({
      state: 'assigned',
      assignee: 'ke-toan-2',
      said: 'Hỏi ngân hàng',
      version: one.version + 1,
    });
    const explained = await patch({ act: 'explain', reason: 'Đã hỏi ngân hàng' }, assigned.headers.get('etag'));
    expect(explained.json.state).toBe('explained');
    const fourth = await run(month.to);
    expect(fourth.breaks).toBe(third.breaks - 1);
    expect(await get(`/breaks/${one.id}`)).toMatchObject({
      state: 'explained',
      assignee: 'ke-toan-2',
      said: 'Đã hỏi ngân hàng',
    });
  });

  it('a day’s list stays its own whatever later days find, and it closes by a run that came to its end', async () => {
    await take(writeCamt053(statementsOf(month.ledger, { from: month.from, to: month.to })));
    const day = days().at(-3) ?? '';
    const first = await run(day);
    const listed = await all(`/runs/${first.id}/breaks`);
    expect(listed.length).toBeGreaterThan(5);
    const next = await run(dayAfter(day));
    expect((await all(`/runs/${next.id}/breaks`)).length).toBeGreaterThan(5);
    const ids = (items: { id: string }[]) => items.map(({ id }) => id);
    expect(ids(await all(`/runs/${first.id}/breaks`))).toEqual(ids(listed));
    const person = (
      await send('POST', '/v1/admin/keys', HOUSE_KEY, { principal: { name: 'an', role: 'finance', kind: 'person' } })
    ).json.key;
    const closing = () => send('POST', `${BASE}/days/${day}/close`, person);
    const second = await run(day);
    const set = (state: string) =>
      built.engine.batch([sql(`update reconciliation_run set state = ?2 where id = ?1`, second.id, state)]);
    // As it stands where somebody stopped it: what it had tied so far is not the day.
    await set('stopped');
    expect([(await closing()).status, (await closing()).json.detail]).toEqual([
      409,
      expect.stringContaining('run it again'),
    ]);
    await set('done');
    expect((await closing()).json).toMatchObject({ state: 'closed', run: second.id });
    const report = await built.app.fetch(
      new Request(`http://house${BASE}/days/${day}/report.csv`, { headers: { authorization: `Bearer ${finance}` } }),
      { remoteAddress: '127.0.0.1' },
    );
    const open = listed.filter(({ state }) => state === 'open' || state === 'assigned').length;
    expect(await report.text()).toMatch(new RegExp(`Chênh lệch còn mở[,;]${open}\\b`));
    expect((await send('POST', `${BASE}/periods/2199-01/lock`, person)).json.detail).toContain('not over');
  });

  it('what agrees by one rule is listed alone, each page full and each group whole', async () => {
    await take(writeCamt053(statementsOf(month.ledger, { from: month.from, to: month.to })));
    const { id } = await run(month.to);
    const whole = await all(`/runs/${id}/matches`);
    const byRule = Map.groupBy(whole, ({ rule }) => rule);
    expect(byRule.size).toBeGreaterThan(2);
    expect(whole.some(({ lines, payments }) => lines.length + payments.length > 2)).toBe(true);
    for (const [rule, wanted] of byRule) {
      const pages = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const more: string = cursor === '' ? '' : `&cursor=${cursor}`;
        const page = await get(`/runs/${id}/matches?limit=25&rule=${rule}${more}`);
        expect(page).toHaveProperty('nextCursor');
        pages.push(page.items);
        cursor = page.nextCursor;
      }
      expect(pages.flat()).toEqual(wanted);
      expect(pages).toHaveLength(Math.ceil(wanted.length / 25));
    }
    expect(await all(`/runs/${id}/matches`)).toEqual(whole);
    expect(await get(`/runs/${id}/matches?rule=no-such-rule`)).toEqual({ items: [], nextCursor: null });
  });

  it('what a person accepts is a pair that no later run takes apart', async () => {
    await take(writeCamt053(statementsOf(month.ledger, { from: month.from, to: month.to })));
    const done = await run(month.to);
    const proposed = (await all(`/runs/${done.id}/matches`)).find(
      ({ status, rule }) => status === 'proposed' && rule === 'misspelt-reference',
    );
    const breaks = await all(`/runs/${done.id}/breaks`);
    const of = breaks.find(({ line }) => line?.number === proposed.lines[0].number);
    const accepted = await send(
      'PATCH',
      `${BASE}/breaks/${of.id}`,
      finance,
      { act: 'accept', reason: 'Đúng người nộp', candidate: { payment: proposed.payments[0] } },
      { 'if-match': `"${of.version}"` },
    );
    expect([accepted.status, accepted.json.state]).toEqual([200, 'accepted']);
    const again = await run(month.to);
    const pair = (await all(`/runs/${again.id}/matches`)).find(({ payments }) =>
      payments.includes(proposed.payments[0]),
    );
    expect(pair).toMatchObject({ status: 'matched', lines: [{ number: proposed.lines[0].number }] });
    expect(
      (await all(`/runs/${again.id}/breaks`)).filter(
        ({ payment, state }) => payment === proposed.payments[0] && state === 'open',
      ),
    ).toEqual([]);
    expect([again.matched, again.proposed]).toEqual([done.matched + 1, done.proposed - 1]);
    expect((await built.engine.all(sql(`select ref from journal where ref = '${of.id}'`))).length).toBe(1);
  });

  it('a day is closed by one, approved by another, and then nothing changes it; a file that comes later asks for a new run', async () => {
    const [first, ...others] = statementsOf(month.ledger, { from: month.from, to: month.to });
    if (first === undefined) throw new Error('no account');
    await take(writeCamt053([first]));
    const act = (what: string, key: string, body?: object) =>
      send('POST', `${BASE}/days/${month.to}/${what}`, key, body);
    const person = async () =>
      (
        await send('POST', '/v1/admin/keys', HOUSE_KEY, {
          principal: { name: crypto.randomUUID(), role: 'finance', kind: 'person' },
        })
      ).json.key;
    const [chief, clerk] = [await person(), await person()];
    const report = async () => {
      const file = await built.app.fetch(
        new Request(`http://house${BASE}/days/${month.to}/report.csv`, {
          headers: { authorization: `Bearer ${finance}` },
        }),
        { remoteAddress: '127.0.0.1' },
      );
      return file.text();
    };
    expect((await act('close', clerk)).json.detail).toContain('no run');
    const before = await run(month.to);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await take(writeCamt053(others));
    expect((await act('close', clerk)).json.detail).toContain('run it again');
    const after = await run(month.to);
    // Two files, and the rules.
    expect([after.inputs.length, after.matched > before.matched]).toEqual([3, true]);
    const closed = await act('close', clerk);
    expect([closed.status, closed.json]).toMatchObject([200, { state: 'closed', run: after.id }]);
    const signed = await report();
    expect(signed).toContain('CHƯA DUYỆT');
    expect((await act('close', chief)).status).toBe(409);
    expect((await send('POST', `${BASE}/runs`, finance, { date: month.to })).status).toBe(409);
    expect((await act('approve', clerk)).json.code).toBe('second-person-required');
    const approved = await act('approve', chief);
    expect([approved.status, approved.json.state]).toEqual([200, 'approved']);
    const lines = await built.engine.all<{ to_state: string; payload_hash: string }>(
      sql(`select to_state, payload_hash from journal where ref = 'day:${month.to}' order by at`),
    );
    expect(lines.map((line) => [line.to_state, line.payload_hash])).toEqual([
      ['closed', closed.json.digest],
      ['approved', closed.json.digest],
    ]);
    expect(await built.engine.all(sql(`select ref from event where type = 'reconciliation.day-closed'`))).toHaveLength(
      1,
    );
    // What people do about breaks afterwards, and what is recorded later, is of other days.
    const [broken] = (await get(`/runs/${after.id}/breaks?state=open`)).items;
    const acted = await send(
      ...(['PATCH', `${BASE}/breaks/${broken.id}`, finance] as const),
      { act: 'write-off', reason: 'theo biên bản kiểm kê' },
      { 'if-match': `"${broken.version}"` },
    );
    expect(acted.status).toBe(200);
    const [one] = month.payments;
    if (one === undefined) throw new Error('no payment');
    const late = { ...one, reference: 'LT123456789092', paidAt: Date.parse(`${month.to}T05:00:00Z`) };
    await paidMonth(built.engine, [late], Date.now() + 60_000);
    const final = (text: string) => text.split('\n').filter((line) => !/Duyệt|CHƯA DUYỆT/.test(line));
    expect(final(await report())).toEqual(final(signed));
    const next = await run(dayAfter(month.to));
    expect(
      (await all(`/runs/${next.id}/breaks`)).filter(({ kind, payment }) => kind === 'late' && payment !== null),
    ).toEqual(expect.arrayContaining([expect.objectContaining({ payment: `pay_${late.reference}`, state: 'open' })]));
    expect((await act('reopen', chief, {})).status).toBe(400);
    const lock = () => send('POST', `${BASE}/periods/${month.to.slice(0, 7)}/lock`, chief);
    expect((await lock()).json.detail).toContain(month.from);
    const reopened = await act('reopen', chief, { reason: 'Ngân hàng gửi lại sao kê' });
    expect([reopened.status, reopened.json.state]).toEqual([200, 'open']);
    const again = await run(month.to);
    expect([again.state, again.digest === after.digest]).toEqual(['done', false]);
    expect((await act('close', clerk)).status).toBe(200);
    for (const ending of ['csv', 'xlsx']) {
      const file = await built.app.fetch(
        new Request(`http://house${BASE}/days/${month.to}/report.${ending}`, {
          headers: { authorization: `Bearer ${finance}` },
        }),
        { remoteAddress: '127.0.0.1' },
      );
      const bytes = new Uint8Array(await file.arrayBuffer());
      const text = ending === 'csv' ? new TextDecoder().decode(bytes) : read(bytes).SheetNames.join();
      expect([file.status, text.includes('I. Tổng hợp các bên'), text.includes('V. Chênh lệch')]).toEqual([
        200,
        true,
        true,
      ]);
    }
    expect((await send('GET', `${BASE}/days?from=${month.from}&to=${month.to}`, finance)).json.items).toMatchObject([
      { state: 'closed' },
    ]);
  });
});
