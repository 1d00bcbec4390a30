import { afterAll, beforeAll, expect, it } from 'vitest';
import { noticeRow, openTaxOffice, type TaxOffice } from '../../test/kit/tax-office.ts';

/** A month of pushes, in any order and some of them twice, totalled by itself and by the gateway. */

const DOSSIERS = 24;
let office: TaxOffice;
beforeAll(async () => {
  office = await openTaxOffice();
});
afterAll(() => office.close());

/** The same month at every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
}
type Push =
  | { readonly kind: 'notice'; readonly code: string; readonly number: string; readonly amounts: readonly number[] }
  | {
      readonly kind: 'proof';
      readonly code: string;
      readonly number: string;
      readonly amount: number;
      readonly at: string;
    };

const numberOf = (n: number, k: number): string => `LTB22${String(n).padStart(5, '0')}-TK000000${k}/TB-CCT`;
const KINDS = ['Lệ phí trước bạ', 'Thuế thu nhập cá nhân', 'Tiền sử dụng đất'];

it('a month of notices and proofs comes to the đồng to what a sum of its own says', async () => {
  const draw = numbers(16);
  const codes = Array.from({ length: DOSSIERS }, (_, n) => `H02.15.06-221201-${String(n + 1).padStart(4, '0')}`);
  for (const code of codes) await office.dossier(code);
  const pushes: Push[] = [];
  for (const [n, code] of codes.entries())
    for (let k = 0; k <= draw(3); k++) {
      const amounts = Array.from({ length: 1 + draw(3) }, () => 1_000 * (1 + draw(900)));
      pushes.push({ kind: 'notice', code, number: numberOf(n, k), amounts });
      // Told anew, with another amount.
      if (draw(4) === 0)
        pushes.push({ kind: 'notice', code, number: numberOf(n, k), amounts: [1_000 * draw(900) + 7] });
      const paid = amounts.reduce((sum, each) => sum + each, 0);
      if (draw(3) > 0)
        pushes.push({
          ...{ kind: 'proof', code, number: numberOf(n, k), amount: draw(5) === 0 ? paid + 500 : paid },
          at: `202212${String(10 + draw(18))}08${String(10 + draw(49))}00`,
        });
    }
  // Out of order, and every seventh twice.
  const order = pushes.flatMap((push, at) => (at % 7 === 0 ? [push, push] : [push]));
  for (let at = order.length - 1; at > 0; at--) {
    const other = draw(at + 1);
    [order[at], order[other]] = [order[other] as Push, order[at] as Push];
  }

  const due = new Map<string, readonly number[]>();
  const proofs = new Map<string, number>();
  const last = new Map<string, string>();
  for (const push of order) {
    const name = `${push.code} ${push.number}`;
    if (push.kind === 'notice') {
      const said = JSON.stringify([push.number, push.amounts]);
      const rows = push.amounts.map((amount, place) =>
        noticeRow({ SO_QUYET_DINH: push.number, TEN_TIEUMUC: KINDS[place] ?? '', SO_TIEN: String(amount) }),
      );
      // A repetition is one of the newest message of the dossier: only that is told as such.
      expect(await office.notice({ [push.code]: rows })).toBe(last.get(push.code) === said ? 1 : 0);
      last.set(push.code, said);
      due.set(name, push.amounts);
    } else {
      const said = JSON.stringify([push.number, push.amount, push.at]);
      const fields = { MaThongBaoThue: push.number, SoTien: String(push.amount), ThoiGianThanhToan: push.at };
      expect(await office.proof(push.code, fields)).toBe(last.get(push.code) === said ? 1 : 0);
      last.set(push.code, said);
      proofs.set(`${name} ${push.amount} ${push.at}`, push.amount);
    }
  }
  await office.until(async () => {
    const [left] = await office.rows<{ n: number }>(`select count(*) as n from inbound where state = 'stored'`);
    return Number(left?.n) === 0;
  });

  const total = { due: 0, remaining: 0, receipts: 0, payments: 0 };
  for (const code of codes) {
    const owed = await office.call<{
      items: { state: string; due: { amount: number }; remaining: { amount: number } }[];
    }>('GET', `/v1/tax/obligations?dossierCode=${code}`);
    for (const { state, due: amount, remaining } of owed.body.items.filter(({ state: is }) => is !== 'replaced')) {
      total.due += amount.amount;
      total.remaining += remaining.amount;
      expect(state === 'paid').toBe(remaining.amount === 0);
    }
    const receipts = await office.call<{ items: { amount: { amount: number } }[] }>(
      'GET',
      `/v1/tax/receipts?dossierCode=${code}`,
    );
    for (const { amount } of receipts.body.items) total.receipts += amount.amount;
    const payments = await office.call<{ items: { state: string; amount: { amount: number } }[] }>(
      'GET',
      `/v1/payments?dossierCode=${code}`,
    );
    for (const { state, amount } of payments.body.items) {
      expect(state).toBe('paid');
      total.payments += amount.amount;
    }
  }
  let [dues, remains] = [0, 0];
  for (const [name, amounts] of due) {
    const sum = amounts.reduce((one, other) => one + other, 0);
    const paid = [...proofs].filter(([key]) => key.startsWith(`${name} `)).reduce((one, [, amount]) => one + amount, 0);
    dues += sum;
    remains += Math.max(0, sum - paid);
  }
  const proven = [...proofs.values()].reduce((one, other) => one + other, 0);
  expect(total).toEqual({ due: dues, remaining: remains, receipts: proven, payments: proven });
});
