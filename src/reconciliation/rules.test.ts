import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newPaymentReference } from '../../contracts/domain/payment-reference.ts';
import { HOUSE_KEY, house } from '../../test/kit/house.ts';
import { checkJournal } from '../../test/kit/journal-check.ts';
import { paidMonth } from '../../test/kit/paid-month.ts';
import { sql } from '../store/engine.ts';

const BASE = '/v1/reconciliation';
const RULES = '/v1/admin/reconciliation-rules';
const ACCOUNT = '1012345678';
const [FRIDAY, MONDAY, TUESDAY] = ['2022-12-02', '2022-12-05', '2022-12-06'] as const;
const settlement = {
  ...{ kind: 'bundled-credit', channel: 'vietcombank', words: ['quyết toán QR'], fee: { perPaymentVnd: 1_000 } },
};

let built: Awaited<ReturnType<typeof house>>;
let finance: string;
beforeEach(async () => {
  built = await house();
  await built.start();
  finance = await person('finance');
});
afterEach(async () => {
  await built.stop(1_000);
  await checkJournal(built.engine, { held: true });
  await built.engine.close();
});

async function send(method: string, path: string, body?: object | string, key = finance) {
  const answer = await built.app.fetch(
    new Request(`http://house${path}`, {
      method,
      headers: {
        ...{
          authorization: `Bearer ${key}`,
          'content-type': typeof body === 'string' ? 'text/plain' : 'application/json',
        },
        ...(method === 'POST' ? { 'idempotency-key': crypto.randomUUID() } : {}),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    }),
    { remoteAddress: '127.0.0.1' },
  );
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json') === true;
  return { status: answer.status, text, json: isJson ? JSON.parse(text) : null };
}
const person = async (role: string): Promise<string> =>
  (await send('POST', '/v1/admin/keys', { principal: { name: role, role, kind: 'person' } }, HOUSE_KEY)).json.key;

async function run(date: string) {
  const asked = await send('POST', `${BASE}/runs`, { date });
  expect(asked.status).toBe(202);
  for (;;) {
    const { json } = await send('GET', `${BASE}/runs/${asked.json.id}`);
    if (json.state !== 'running') {
      const of = async (what: string) => (await send('GET', `${BASE}/runs/${json.id}/${what}`)).json.items;
      return { ...json, pairs: await of('matches'), open: await of('breaks?state=open') };
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('rules that are put', () => {
  const names = async () =>
    (await send('GET', RULES)).json.items.map((each: { name: string; builtIn: boolean }) =>
      each.builtIn ? each.name : `${each.name} put`,
    );

  it('stand beside the built-in ones, or in their place, until they are removed', async () => {
    expect(await names()).toEqual(['bank-fee', 'bank-interest', 'net-of-fee', 'amount-and-time']);
    const put = await send('PUT', `${RULES}/settlement`, { ...settlement, priority: 50 });
    expect([put.status, put.json]).toMatchObject([
      200,
      { name: 'settlement', builtIn: false, rule: { toleranceVnd: 0, windowDays: 1, side: 'bank', validFrom: null } },
    ]);
    const fee = { kind: 'own-line', direction: 'debit', words: ['phí'], priority: 60 };
    expect((await send('PUT', `${RULES}/bank-fee`, fee)).status).toBe(200);
    expect(await names()).toEqual([
      ...['bank-interest', 'settlement put', 'bank-fee put', 'net-of-fee', 'amount-and-time'],
    ]);
    expect((await send('DELETE', `${RULES}/bank-fee`)).status).toBe(204);
    expect((await send('DELETE', `${RULES}/bank-fee`)).status).toBe(404);
    expect(await names()).toEqual([
      ...['bank-fee', 'bank-interest', 'settlement put', 'net-of-fee', 'amount-and-time'],
    ]);
    const lines = await built.engine.all<{ ref: string; to_state: string }>(
      sql(`select ref, to_state from journal where ref like 'reconciliation-rule:%' order by position`),
    );
    expect(lines.map(({ ref, to_state }) => `${ref} ${to_state}`)).toEqual([
      ...['reconciliation-rule:settlement declared', 'reconciliation-rule:bank-fee declared'],
      'reconciliation-rule:bank-fee removed',
    ]);
  });

  it('what nobody can mean is refused, and who may not put one', async () => {
    const refused = async (name: string, body: object) => (await send('PUT', `${RULES}/${name}`, body)).status;
    expect(await refused('bank-fee', settlement)).toBe(400);
    for (const name of ['exact-reference', 'later-round', 'decision-number'])
      expect(await refused(name, settlement)).toBe(400);
    expect(await refused('x1', { ...settlement, words: [] })).toBe(400);
    expect(await refused('x1', { ...settlement, side: 'platform' })).toBe(400);
    expect(await refused('x1', { ...settlement, toleranceVnd: -1 })).toBe(400);
    expect(await refused('x1', { ...settlement, fee: { perMille: 1.0001 } })).toBe(400);
    expect(await refused('x1', { ...settlement, validFrom: MONDAY, validTo: FRIDAY })).toBe(400);
    expect((await send('PUT', `${RULES}/x1`, settlement, await person('operator'))).status).toBe(403);
    expect(await names()).toHaveLength(4);
  });
});

describe('a run', () => {
  const payments = [100_000, 50_000, 20_000].map((amountVnd, n) => ({
    ...{ reference: newPaymentReference((count) => new Uint8Array(count).fill(n + 1)), amountVnd },
    ...{ dossierCode: `H02.15.03-221202-000${n}`, paidAt: Date.parse(`${FRIDAY}T0${n + 2}:00:00Z`) },
    ...{ channel: 'vietcombank' as const, account: ACCOUNT, payerName: 'Nguyễn Văn Mẫu' },
  }));
  const statement = (day: string, credit: number, narrative: string) => {
    const short = day.slice(2).replaceAll('-', '');
    return [
      ...[`:20:SK${short}`, `:25:${ACCOUNT}`, ':28C:1/1', `:60F:C${short}VND1000,`],
      ...[`:61:${short}${short.slice(2)}C${credit},NTRFNONREF//5217.${short}`, `:86:${narrative}`],
      ...[`:62F:C${short}VND${credit + 1_000},`, '-'],
    ].join('\r\n');
  };

  it('uses the rules, says so in its inputs and its digest, and ties a bundle once for all days', async () => {
    await paidMonth(built.engine, payments, Date.now());
    // All but the first of Monday's bundle, less their fees: whatever counted that one alone as tied would take it.
    const [, ...others] = payments.toSorted((one, other) => (one.reference < other.reference ? -1 : 1));
    const part = others.reduce((sum, { amountVnd }) => sum + amountVnd - 1_000, 0);
    for (const file of [
      statement(MONDAY, 167_000, 'QUYET TOAN QR 02/12'),
      statement(TUESDAY, part, 'QUYET TOAN QR 05/12'),
    ])
      expect((await send('POST', `${BASE}/statements`, file)).status).toBe(201);
    const before = await run(MONDAY);
    expect([before.matched, before.tolerated, before.open.length]).toEqual([0, 0, 4]);

    await send('PUT', `${RULES}/settlement`, { ...settlement, windowDays: 2 });
    const after = await run(MONDAY);
    expect(after.pairs).toMatchObject([{ rule: 'settlement', status: 'tolerated', lines: [{ date: MONDAY }] }]);
    expect(after.pairs[0].payments).toHaveLength(3);
    expect([after.tolerated, after.open]).toEqual([1, []]);
    expect(after.inputs.slice(0, -1)).toEqual(before.inputs.slice(0, -1));
    expect([after.inputs.at(-1) === before.inputs.at(-1), after.digest === before.digest]).toEqual([false, false]);
    expect((await run(MONDAY)).digest).toBe(after.digest);
    // The line counts once in the report, however many payments it is for.
    const report = await send('GET', `${BASE}/days/${MONDAY}/report.csv`);
    expect(report.text.split('\n').filter((row) => row.startsWith('settlement'))).toEqual([
      expect.stringMatching(/(?<![0-9])167[.,]?000(?![0-9])/),
    ]);

    // What Monday's credit has, Tuesday's cannot have.
    const next = await run(TUESDAY);
    expect([next.pairs, next.open.map(({ kind }: { kind: string }) => kind)]).toEqual([[], ['unallocated']]);

    await send('DELETE', `${RULES}/settlement`);
    const again = await run(MONDAY);
    expect([again.digest, again.inputs, again.open.length]).toEqual([before.digest, before.inputs, 4]);
  });
});
