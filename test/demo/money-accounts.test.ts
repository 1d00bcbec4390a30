import { expect, test } from 'vitest';
import type { Opened, PaymentSeen } from './asked.ts';
import type { Books, Door } from './cashiers.ts';
import { compareMoney, isMoneySound } from './money-accounts.ts';
import { moneyLines } from './money-report.ts';
import type { Story } from './stories.ts';

type Fact = readonly [transaction: string, amount: number | null];
const vnd = (amount: number) => ({ amount, currency: 'VND' as const });

/** One payment of 8,000 đồng, with these facts. */
function seen(reference: string, facts: readonly Fact[], more: Partial<PaymentSeen> = {}): PaymentSeen {
  return {
    ...{ reference, amount: vnd(8_000), state: 'paid', uncertainBecause: null, surplus: null, ...more },
    facts: facts.map(([transaction, amount], index) => ({
      ...{ id: String(index), kind: 'paid', transaction, amount: amount === null ? null : vnd(amount) },
    })),
  } as unknown as PaymentSeen;
}
const opened = (payment: PaymentSeen, door: Door = 'national', story: Story = 'pay', sent: string[] = []): Opened => ({
  ask: { dossier: `H-${payment.reference}`, door, story, turn: 0, account: '1' },
  payment,
  sent,
});
const books = (charges: readonly number[], more: Partial<Books> = {}): Books => ({
  taken: [{ reference: 'A', charges, asked: 1 }],
  credits: [],
  ...more,
});

test('I5: what they took and what the facts come to is the same đồng, a surplus too', () => {
  const a = seen(
    'A',
    [
      ['1', 8_000],
      ['2', 8_000],
    ],
    { surplus: vnd(8_000) },
  );
  const accounts = compareMoney([opened(a)], [a], books([8_000, 8_000]), []);
  expect(accounts).toMatchObject({ payments: 1, agreeing: 1, differing: [] });
  expect(accounts.byDoor.get('national')).toMatchObject({ takenVnd: 16_000, heldVnd: 16_000, surplusVnd: 8_000 });
  expect(isMoneySound(accounts)).toBe(true);
  expect(moneyLines(accounts).join('\n')).toMatch(/TỪNG ĐỒNG.* 16\.000 \/ 16\.000 ✓/);
});

test('a fact without an amount stands for what was asked until another tells it', () => {
  const a = seen('A', [
    ['1', null],
    ['1', 7_000],
  ]);
  expect(compareMoney([opened(a)], [a], books([7_000]), []).differing).toEqual([]);
});

test.each([
  ['money that the gateway does not know', [], [8_000], 1],
  ['money that nobody took', [['1', 8_000]], [], 1],
  ['another amount', [['1', 8_000]], [7_000], 1],
] as const)('I5: %s is a difference with its reason', (_name, facts, charges, count) => {
  const a = seen('A', facts);
  const accounts = compareMoney([opened(a)], [a], books(charges), []);
  expect(accounts.differing).toHaveLength(count);
  expect(isMoneySound(accounts)).toBe(false);
  expect(moneyLines(accounts).join('\n')).toMatch(/A: national, pay/);
});

test('I5: a payment that the gateway lost, or that nobody asked for, is a difference', () => {
  const a = seen('A', [['1', 8_000]]);
  expect(compareMoney([opened(a)], [], books([8_000]), []).differing).toHaveLength(1);
  expect(compareMoney([], [a], books([8_000]), []).differing).toHaveLength(2);
});

test('I2: a due that was asked to be opened twice spoils the verdict though the đồng agree', () => {
  const a = seen('A', [['1', 8_000]]);
  const twice = { taken: [{ reference: 'A', charges: [8_000], asked: 2 }], credits: [] };
  expect(isMoneySound(compareMoney([opened(a)], [a], twice, []))).toBe(false);
});

test('what a door cannot tell and what names no payment is shown as that, and nothing else is', () => {
  const a = seen('A', [['token', 8_000]]);
  const b = seen('B', [['FT1', 8_000]]);
  const c = seen('C', [], { state: 'awaiting-payment' });
  const credits = ['FT1', 'FT2'].map((bankReference) => ({ bankReference, amountVnd: 8_000 }));
  const all = [
    opened(a, 'vietcombank', 'twice'),
    opened(b, 'vietqr', 'pay', ['FT1']),
    opened(c, 'vietqr', 'unreadable', ['FT2']),
  ];
  const accounts = compareMoney(all, [a, b, c], books([8_000, 8_000], { credits }), []);
  expect(accounts.differing).toEqual([]);
  expect(accounts.byDoor.get('vietcombank')).toMatchObject({ takenVnd: 16_000, heldVnd: 8_000, untoldVnd: 8_000 });
  expect(accounts.byDoor.get('vietqr')).toMatchObject({ takenVnd: 16_000, heldVnd: 8_000, namelessVnd: 8_000 });
  const lost = [...all.slice(0, 2), opened(c, 'vietqr', 'pay', ['FT2'])];
  expect(compareMoney(lost, [a, b, c], books([8_000, 8_000], { credits }), []).differing).toHaveLength(1);
  expect(compareMoney(all.slice(0, 2), [a, b], books([8_000, 8_000], { credits }), []).differing).toHaveLength(1);
});

test('what the gateway refused to open spoils the verdict', () => {
  const accounts = compareMoney([], [], { taken: [], credits: [] }, ['H1 national: no']);
  expect(isMoneySound(accounts)).toBe(false);
  expect(moneyLines(accounts).join('\n')).toContain('(refused): H1 national: no');
});
