import { describe, expect, it } from 'vitest';
import type { OrderListQuestion } from '../../contracts/domain/payment.ts';
import { ORDER_MADE_AT } from '../../test/kit/payment-order.ts';
import { type TextReply, textOf, utf8 } from '../kit/bytes.ts';
import { json, scriptedSystem } from '../kit/testing.ts';
import { vietcombankConfig } from './config.ts';
import { listOrders } from './list-orders.ts';

const config = vietcombankConfig.parse({ URL: 'https://gateway.example', SITE_CODE: '101', PASSCODE: 'demo-pass' });
const DAY = 86_400_000;
const question: OrderListQuestion = { from: ORDER_MADE_AT, to: ORDER_MADE_AT + 29 * DAY, page: 2 };

const row = {
  order_code: 'LT123456789092',
  token_code: 'T1',
  order_description: 'le phi',
  amount: 50_000,
  buyer_fullname: 'Nguyễn Văn Mẫu',
  time_created: '01-06-2025 08:30:00',
  time_paid: '01-06-2025 08:35:00',
  time_refund: '',
  status: 3,
  payment_method_name: 'QR',
};
const page = (rows: readonly object[], changes: object = {}): TextReply =>
  json({ result_code: '0000', result_data: { total_record: 21, per_page: 20, page: 2, data: rows, ...changes } });

async function list(reply: TextReply, changes: Partial<OrderListQuestion> = {}) {
  const system = scriptedSystem(() => reply);
  const outcome = await listOrders(config).run({ ...question, ...changes }, system.context());
  const form = new URLSearchParams(textOf(system.requests[0]?.body ?? utf8('')));
  return { outcome, form: Object.fromEntries(form) };
}

it('asks for whole days in Vietnam, under the published checksum', async () => {
  const { form } = await list(page([]), { status: 'paid' });
  expect(form).toStrictEqual({
    function: 'GetListOrder',
    merchant_site_code: '101',
    order_code: '',
    token_code: '',
    time_created_from: '01-06-2025',
    time_created_to: '30-06-2025',
    payment_method_code: '',
    status: '3',
    page: '2',
    checksum: '1b93bb8a594a88f00280a7f6396982dc71742d0858bf8cb644298ebaceda21be',
  });
  const lateInTheEvening = Date.UTC(2025, 5, 1, 17, 0);
  expect((await list(page([]), { from: lateInTheEvening })).form.time_created_from).toBe('02-06-2025');
});

it('tells the page in our words, and nothing of buyers', async () => {
  expect((await list(page([row]))).outcome).toEqual({
    kind: 'completed',
    result: {
      total: 21,
      perPage: 20,
      orders: [
        {
          reference: 'LT123456789092',
          token: 'T1',
          amountVnd: 50_000,
          status: 'paid',
          createdAt: '01-06-2025 08:30:00',
          paidAt: '01-06-2025 08:35:00',
          refundedAt: null,
        },
      ],
    },
  });
});

it.each([
  [1, 'awaiting'],
  [2, 'pending'],
  [3, 'paid'],
  [4, 'cancelled'],
  [5, 'pending'],
  [6, 'refund-pending'],
  [7, 'refunded'],
  [8, 'pending'],
  [9, 'pending'],
  [10, 'pending'],
  [11, 'partly-refunded'],
  [12, 'failed'],
  [15, 'reversed'],
  [13, 'unlisted'],
])('status %j is %s', async (status, ours) => {
  expect((await list(page([{ ...row, status }]))).outcome).toMatchObject({ result: { orders: [{ status: ours }] } });
});

it.each([
  ['50000', 50_000],
  [50_000.5, null],
  ['', null],
  [null, null],
])('the amount %j is %j', async (amount, amountVnd) => {
  expect((await list(page([{ ...row, amount }]))).outcome).toMatchObject({ result: { orders: [{ amountVnd }] } });
});

it.each([
  ['awaiting', '1'],
  ['cancelled', '4'],
  ['refund-pending', '6'],
  ['refunded', '7'],
  ['partly-refunded', '11'],
  ['failed', '12'],
  ['reversed', '15'],
] as const)('asks for %s as %s', async (status, theirs) => {
  expect((await list(page([]), { status })).form.status).toBe(theirs);
});

describe('what is asked wrongly is not sent', () => {
  it.each([
    ['/page', { page: 0 }],
    ['/page', { page: 1.5 }],
    ['/status', { status: 'pending' as never }],
    ['/status', { status: 'unlisted' as never }],
  ])('%s', async (field, changes) => {
    const { outcome, form } = await list(page([]), changes);
    expect(outcome).toMatchObject({ kind: 'rejected', code: 'unsayable', fields: [field] });
    expect(form).toEqual({});
  });
});

it.each([
  ['/result_data/data/1/order_code', page([row, { ...row, order_code: '' }])],
  ['/result_data/data/0/status', page([{ ...row, status: null }])],
  ['/result_data/page', page([], { page: 1 })],
  ['/result_data/total_record', page([], { total_record: -1 })],
  ['/result_data/data', page([], { data: null })],
  ['/result_data', json({ result_code: '0000', result_data: null })],
])('a page that cannot be read whole is drift at %s', async (path, reply) => {
  expect((await list(reply)).outcome).toMatchObject({ kind: 'drift', path });
});

it('numbers may be written as digits', async () => {
  const { outcome } = await list(page([row], { total_record: '21', per_page: '20', page: '2' }));
  expect(outcome).toMatchObject({ result: { total: 21, perPage: 20 } });
});

it.each([
  ['0001', { kind: 'unknown', reason: 'server-error' }],
  ['0005', { kind: 'unknown', reason: 'server-error' }],
  ['0017', { kind: 'rejected', code: '0017' }],
  ['0020', { kind: 'rejected', code: '0020' }],
])('%s', async (result_code, expected) => {
  expect((await list(json({ result_code }))).outcome).toMatchObject(expected);
});
