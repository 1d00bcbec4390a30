import { afterEach, beforeEach, expect, it } from 'vitest';
import { newPaymentReference } from '../../contracts/domain/payment-reference.ts';
import { paidMonth } from '../../test/kit/paid-month.ts';
import { type Reconciling, reconciling } from '../../test/kit/reconciling.ts';
import { sql } from '../store/engine.ts';

const DAY = '2026-03-02';
const REFERENCES = [1, 2, 3].map((seed) => newPaymentReference((count) => new Uint8Array(count).fill(seed)));

let desk: Reconciling;
/** Land taxes as proofs of the portal leave them: each the payment of one notice. */
beforeEach(async () => {
  desk = await reconciling();
  const payments = REFERENCES.map((reference, n) => ({
    ...{ reference, dossierCode: `H02.15.03-260302-000${n + 1}`, amountVnd: 10_000 * (n + 1), account: '7111' },
    ...{ paidAt: Date.parse(`${DAY}T09:00:00+07:00`), channel: 'national' as const, payerName: 'NGUYEN VAN MAU' },
  }));
  await paidMonth(desk.engine, payments, Date.now());
  await desk.engine.batch([
    sql(`update payment set channel = 'land-tax'`),
    ...REFERENCES.map((reference, n) =>
      sql('update payment_item set code = ?1 where payment = ?2', `LTB261234${n}-TK0001/TB-CCT`, `pay_${reference}`),
    ),
  ]);
});
afterEach(() => desk.close());

const row = (seqNo: number, tranAmt: number, narrative: string) => ({
  ...{ tranDate: DAY, cr_dr: 'C', tranAmt, tranCCY: 'VND', narrative, seqNo },
});

it('holds the treasury’s lines against recorded land taxes, and sums them up by chapter and sub-item', async () => {
  const id = await desk.take(
    JSON.stringify({
      account: '3713',
      rows: [
        row(1, 10_000, '(NSNN!8000000000!1054321!01)(Nop LTB2612340-TK0001/TB-CCT/757/1006/10000)'),
        row(2, 20_000, '(NSNN!8000000001!1054321!01)(H02.15.03-260302-0002/757/2801/12000)(LPTB/757/1006/8000)'),
        row(3, 99_000, '(NSNN!8000000002!1054321!01)(Tien khac/757/1006/98000)'),
      ],
      collectAmt: 129_000,
    }),
  );
  const done = await desk.run(DAY);
  const matches = (await desk.call('GET', `/runs/${done.id}/matches`)).json.items;
  expect(matches.map(({ rule, payments }: { rule: string; payments: string[] }) => [rule, payments[0]]).sort()).toEqual(
    [
      ['decision-number', `pay_${REFERENCES[0]}`],
      ['dossier-code', `pay_${REFERENCES[1]}`],
    ],
  );
  expect(await desk.breaks(done.id)).toEqual(['recorded missing-theirs', 'tax unallocated']);
  const totals = Object.fromEntries(
    done.totals.map(({ side, count, amount }: { side: string; count: number; amount: number }) => [
      side,
      [count, amount],
    ]),
  );
  expect(totals).toMatchObject({ tax: [3, 60_000], treasury: [3, 129_000] });
  expect((await desk.call('GET', `/statements/${id}/budget`)).json).toEqual({
    items: [
      { agency: '1054321', chapter: '757', subItem: '1006', count: 2, amount: 18_000 },
      { agency: '1054321', chapter: '757', subItem: '2801', count: 1, amount: 12_000 },
    ],
    untold: { count: 1, amount: 99_000 },
  });
  const bank = [':20:SK1', ':25:0011', ':28C:1/1', ':60F:C260302VND0,', ':62F:C260302VND0,', '-'].join('\r\n');
  expect((await desk.call('GET', `/statements/${await desk.take(bank)}/budget`)).status).toBe(404);
});

it('without a treasury statement nothing is missing of land taxes; a next one brings the rest', async () => {
  expect(await desk.breaks((await desk.run(DAY)).id)).toEqual([]);
  const rows = REFERENCES.map((_, n) =>
    row(n, 10_000 * (n + 1), `(NSNN!1!2!3)(LTB261234${n} TK0001 TB CCT/757/1006/1)`),
  );
  await desk.take(JSON.stringify({ account: '3713', rows: rows.slice(0, 1) }));
  expect(await desk.breaks((await desk.run(DAY)).id)).toEqual(['recorded missing-theirs', 'recorded missing-theirs']);
  await desk.take(JSON.stringify({ account: '3713', rows }));
  const done = await desk.run(DAY);
  expect([await desk.breaks(done.id), done.matched]).toEqual([[], 3]);
});
