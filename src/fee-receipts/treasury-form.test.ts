import { expect, it } from 'vitest';
import { paymentOrder } from '../../test/kit/payment-order.ts';
import { treasuryForm } from './treasury-form.ts';

it('says what stands of a payment, numbered, in digits and in words', () => {
  const order = {
    ...paymentOrder('LT000000000000'),
    items: [
      { kind: 'fee' as const, code: 'P1', name: 'Phí thẩm định', amountVnd: 20_000 },
      { kind: 'charge' as const, code: 'LP1', name: 'Lệ phí', amountVnd: 5_000 },
    ],
  };
  expect(treasuryForm(order, true, 25_000)).toMatchObject({
    lines: [
      { place: 1, content: 'Phí thẩm định', kind: 'fee', amountVnd: 20_000 },
      { place: 2, content: 'Lệ phí', kind: 'charge', amountVnd: 5_000 },
    ],
    ...{ totalVnd: 25_000, totalInWords: 'Hai mươi lăm nghìn đồng', paidBy: 'transfer' },
  });
  expect(treasuryForm(order, false, 20_000)).toMatchObject({
    lines: [{ place: 1, content: 'Phí thẩm định', amountVnd: 20_000 }],
    ...{ totalInWords: 'Hai mươi nghìn đồng', paidBy: 'online' },
  });
});
