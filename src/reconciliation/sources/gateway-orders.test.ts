import { expect, it } from 'vitest';
import type { ListedOrder, OrderList, OrderStatus } from '../../../contracts/domain/payment.ts';
import { type TimeStyle, wireTime } from '../../../mocks/vietcombank/times.ts';
import { GATEWAY_ACCOUNT, gatewayOrders } from './gateway-orders.ts';
import { createUnderstander } from './understand.ts';

const order = (number: number, rest: Partial<ListedOrder> = {}): ListedOrder => ({
  ...{ reference: `LT00000000000${number}`, token: `T-${number}`, amountVnd: 40_000, status: 'paid' },
  ...{ createdAt: '30-11-2026 08:00:00', paidAt: '01-12-2026 08:05:09', refundedAt: null },
  ...rest,
});
const pages = (...all: readonly (readonly ListedOrder[])[]): readonly OrderList[] =>
  all.map((orders) => ({ total: all.flat().length, perPage: 2, orders }));
const problems = (given: readonly OrderList[]) => gatewayOrders(given).filter(({ kind }) => kind === 'problem');

it('is a line for each order that was paid, over all pages', () => {
  const told = gatewayOrders(
    pages(
      [order(1), order(2, { status: 'awaiting', paidAt: null })],
      [order(3, { status: 'refunded', refundedAt: '02-12-2026 00:00:00' })],
    ),
  );
  expect(told).toEqual([
    { kind: 'account', row: 1, account: GATEWAY_ACCOUNT, currency: 'VND', from: null, to: null, opening: null },
    {
      ...{ kind: 'line', row: 1, date: '2026-12-01', valueDate: null, time: '08:05:09', documentNumber: 'T-1' },
      ...{ direction: 'credit', amount: 4_000_000_000n, balance: null, narrative: 'LT000000000001' },
      ...{ reversal: false, fee: null, status: 'paid' },
    },
    expect.objectContaining({ kind: 'line', row: 3, documentNumber: 'T-3', direction: 'credit', status: 'paid' }),
    expect.objectContaining({ date: '2026-12-02', time: '00:00:00', documentNumber: 'T-3', direction: 'debit' }),
    { kind: 'closing', row: 3, closing: null, credits: null, debits: null, lines: null },
  ]);
  const understander = createUnderstander({ expected: null });
  expect(understander.take(told).map(({ amountVnd }) => amountVnd)).toEqual([40_000, 40_000, 40_000]);
  expect(understander.end()).toMatchObject({
    problems: [],
    accounts: [{ from: '2026-12-01', to: '2026-12-02', lines: 3, credits: 8_000_000_000n, debits: 4_000_000_000n }],
  });
});

it.each(['dmy', 'ymd', 'seconds'] as const satisfies readonly TimeStyle[])(
  'the day is that of Vietnam, written as %s',
  (style) => {
    const early = wireTime(Date.parse('2026-12-01T00:30:00+07:00'), style);
    expect(gatewayOrders(pages([order(1, { paidAt: early })]))[1]).toMatchObject({
      ...{ date: '2026-12-01', time: '00:30:00' },
    });
  },
);

it.each<[OrderStatus, string | null, number]>([
  ['awaiting', null, 0],
  ['cancelled', null, 0],
  ['unlisted', null, 0],
  ['failed', '01-12-2026 08:05:09', 1],
  ['unlisted', '01-12-2026 08:05:09', 1],
  ['refund-pending', '01-12-2026 08:05:09', 1],
  ['partly-refunded', '01-12-2026 08:05:09', 1],
  ['reversed', '01-12-2026 08:05:09', 2],
])('%s with the time %s: %i lines', (status, paidAt, lines) => {
  const told = gatewayOrders(pages([order(1, { status, paidAt })]));
  expect(told.filter(({ kind }) => kind === 'line').length).toBe(lines);
  expect(told.filter(({ kind }) => kind === 'problem')).toEqual([]);
});

it.each<OrderStatus>(['refund-pending', 'refunded', 'partly-refunded', 'reversed'])(
  'the money of an order that is %s is the line that it was when it was paid',
  (status) => {
    const [before, after] = (['paid', status] as const).map((each) =>
      gatewayOrders(pages([order(1, { status: each })])),
    );
    expect(after?.[1]).toEqual(before?.[1]);
  },
);

it.each<[string, Partial<ListedOrder>, string]>([
  ['no amount', { amountVnd: null }, 'amountVnd'],
  ['a part of a đồng', { amountVnd: 0.5 }, 'amountVnd'],
  ['a negative amount', { amountVnd: -1 }, 'amountVnd'],
  ['paid at no time', { paidAt: null }, 'paidAt'],
  ['partly refunded, paid at no time', { status: 'partly-refunded', paidAt: null }, 'paidAt'],
  ['a day that is none', { paidAt: '31-02-2026 08:00:00' }, 'paidAt'],
  ['an hour that is none', { paidAt: '01-12-2026 25:00:00' }, 'paidAt'],
  ['a time in another zone', { paidAt: '2026-11-30T18:00:00Z' }, 'paidAt'],
  ['something behind the time', { paidAt: '01-12-2026 08:00:00 PM' }, 'paidAt'],
  ['words', { paidAt: 'yesterday' }, 'paidAt'],
  ['given back at no time that can be read', { status: 'refunded', refundedAt: 'yesterday' }, 'refundedAt'],
])('%s is a problem of its order', (_name, rest, column) => {
  expect(problems(pages([order(1)], [order(2, rest)]))).toEqual([
    { kind: 'problem', row: 2, column, message: expect.any(String) },
  ]);
});

it('a list that changed while it was paged through is a problem; an empty one is not', () => {
  expect(problems(pages([order(1), order(2)], [order(2)]))).toMatchObject([{ row: 3, column: 'token' }]);
  expect(problems([{ total: 3, perPage: 2, orders: [order(1), order(2)] }])).toMatchObject([{ column: 'total' }]);
  expect(problems([])).toMatchObject([{ row: 1, column: null }]);
  expect(problems(pages([]))).toEqual([]);
});
