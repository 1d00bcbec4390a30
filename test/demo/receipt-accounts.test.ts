import { expect, test } from 'vitest';
import type { PaymentSeen } from './asked.ts';
import { areReceiptsSound, type BookedReceipt, compareReceipts, type ReceiptSeen } from './receipt-accounts.ts';
import { receiptLines } from './receipt-report.ts';

const vnd = (amount: number) => ({ amount, currency: 'VND' as const });
/** Asked for 8,000 đồng, of which so much came. */
const paid = (cameVnd = 8_000): PaymentSeen =>
  ({
    ...{ reference: 'A', amount: vnd(8_000), state: 'paid' },
    facts: [{ id: '1', kind: 'paid', transaction: 'T1', amount: vnd(cameVnd) }],
  }) as unknown as PaymentSeen;
const booked = (more: Partial<BookedReceipt> = {}): BookedReceipt => ({
  ...{ key: 'BL-A', totalVnd: 8_000, state: 'issued', duplicatesRefused: 0, ...more },
});
const seen = (more: Partial<ReceiptSeen> = {}): ReceiptSeen => ({
  ...{ state: 'issued', key: 'BL-A', amount: vnd(8_000), document: 'kept', ...more },
});
const compared = (receipts: readonly BookedReceipt[] = [booked()], ours: ReceiptSeen = seen(), payment = paid()) =>
  compareReceipts([payment], new Map([['A', ours]]), { receipts, lostReplies: 1 });

test.each([
  ['what was paid', paid()],
  ['what was asked for, where too much came', paid(16_000)],
])('agrees when one receipt stands for %s', (_name, payment) => {
  const accounts = compared([booked()], seen(), payment);
  expect(accounts).toMatchObject({ payments: 1, agreeing: 1, standing: [1, 1], standingVnd: [8_000, 8_000] });
  expect(areReceiptsSound(accounts)).toBe(true);
  expect(receiptLines(accounts).join('\n')).toMatch(/KHỚP TỪNG BIÊN LAI.*1 \/ 1 ✓/);
});

test.each([
  ['no receipt', [], seen(), '(standing there): 0'],
  ['one that is gone', [booked({ state: 'cancelled' })], seen(), '(standing there): 0'],
  ['two', [booked(), booked()], seen(), '(standing there): 2'],
  ['another sum there', [booked({ totalVnd: 9_000 })], seen(), '(receipt) 9000'],
  ['another sum here', [booked()], seen({ amount: vnd(1) }), '(gateway) 1,'],
  ['one that is not known here', [booked()], seen({ state: 'issuing', key: null }), 'issuing, –'],
  ['one for nothing', [booked(), booked({ key: 'BL-B' })], seen(), 'paid for by nobody'],
])('%s is a difference with its reason', (_name, receipts, ours, why) => {
  const accounts = compared(receipts, ours);
  expect(accounts.differing).toEqual([{ reference: expect.any(String), why: expect.stringContaining(why) }]);
  expect(areReceiptsSound(accounts)).toBe(false);
  expect(receiptLines(accounts).join('\n')).toContain(why);
});

test.each([
  ['one that was asked for twice', compared([booked({ duplicatesRefused: 1 })])],
  ['one without its document', compared([booked()], seen({ document: 'due' }))],
])('%s spoils the verdict', (_name, accounts) => {
  expect(accounts.differing).toEqual([]);
  expect(areReceiptsSound(accounts)).toBe(false);
});
