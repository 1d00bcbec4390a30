import { describe, expect, it } from 'vitest';
import type { PaymentQuestion } from '../../contracts/domain/payment.ts';
import { ORDER_MADE_AT } from '../../test/kit/payment-order.ts';
import { type TextReply, textOf, utf8 } from '../kit/bytes.ts';
import { json, scriptedSystem } from '../kit/testing.ts';
import { askPayment } from './ask-payment.ts';
import { vietcombankConfig } from './config.ts';

const config = vietcombankConfig.parse({ URL: 'https://gateway.example', SITE_CODE: '101', PASSCODE: 'demo-pass' });
const token = '101-abc';
const reference = 'LT123456789092';
const question: PaymentQuestion = { reference, handle: token, madeAt: ORDER_MADE_AT };

const coded = (result_code: string, result_data: unknown = null): TextReply => json({ result_code, result_data });
const told = (status: unknown, changes: object = {}): TextReply =>
  coded('0000', {
    token_code: token,
    order_code: reference,
    amount: 50_000,
    currency: 'VND',
    status,
    time_paid: '01-06-2025 08:35:00',
    ...changes,
  });

async function ask(replies: readonly TextReply[], changes: Partial<PaymentQuestion> = {}) {
  const system = scriptedSystem((_, n) => replies[n - 1] ?? { cause: 'reset', mayHaveArrived: true });
  const outcome = await askPayment(config).run({ ...question, ...changes }, system.context());
  return { outcome, asked: system.requests.map(({ body }) => new URLSearchParams(textOf(body ?? utf8('')))) };
}
const word = async (reply: TextReply) => (await ask([reply])).outcome;

const sum = { amount: 50_000, currency: 'VND' };
const paid = { kind: 'paid', amount: sum, transaction: token, at: '01-06-2025 08:35:00' };
const other = (kind: string, amount: object | null = sum, named = kind) => ({
  kind,
  amount,
  transaction: `${token}:${named}`,
  at: null,
});

describe('what their status means', () => {
  it.each([
    [1, [], 'awaiting'],
    [2, [], 'pending'],
    [3, [paid], null],
    ['3', [paid], null],
    [4, [other('cancelled')], null],
    [5, [], 'pending'],
    [6, [paid], 'refund'],
    [7, [paid, other('refunded')], null],
    [8, [], 'pending'],
    [9, [], 'pending'],
    [10, [], 'pending'],
    [11, [paid, other('refunded', null, 'partly-refunded')], null],
    [12, [other('failed')], null],
    [15, [paid, other('reversed')], null],
    [0, [], 'unlisted'],
    [13, [], 'unlisted'],
    [14, [], 'unlisted'],
    ['', [], 'unlisted'],
    ['paid', [], 'unlisted'],
    ['constructor', [], 'unlisted'],
  ])('%j', async (status, facts, open) => {
    expect(await word(told(status))).toEqual({
      kind: 'completed',
      result: { reference, facts, open, code: `0000/${String(status)}` },
    });
  });

  it('a refund and a reversal have their time where they tell it', async () => {
    const told7 = told(7, { time_refund: '02-06-2025 09:00:00' });
    expect(await word(told7)).toMatchObject({ result: { facts: [paid, { at: '02-06-2025 09:00:00' }] } });
  });
});

describe('what is told is told as it is', () => {
  const facts = async (changes: object) => {
    const outcome = await word(told(3, changes));
    return outcome.kind === 'completed' ? outcome.result.facts : outcome;
  };

  it.each([
    [{ amount: '50000' }, { amount: 50_000, currency: 'VND' }],
    [{ amount: 49_000 }, { amount: 49_000, currency: 'VND' }],
    [
      { amount: 2, currency: 'USD', amount_vnd: 50_000 },
      { amount: 2, currency: 'USD' },
    ],
    [{ amount: 50_000.5 }, { amount: 50_000.5, currency: 'VND' }],
    [{ currency: undefined }, { amount: 50_000, currency: '' }],
    [{ amount: null }, null],
    [{ amount: '' }, null],
  ])('the amount %j', async (changes, amount) => {
    expect(await facts(changes)).toMatchObject([{ kind: 'paid', amount }]);
  });

  it('the time, where some merchants are not told one', async () => {
    expect(await facts({ time_paid: undefined })).toMatchObject([{ at: null }]);
    expect(await facts({ time_paid: 1_748_741_700 })).toMatchObject([{ at: '1748741700' }]);
  });

  it('another reference or token than was asked for', async () => {
    expect(await word(told(3, { order_code: 'LT1', token_code: 'T2' }))).toMatchObject({
      result: { reference: 'LT1', facts: [{ transaction: 'T2' }] },
    });
  });

  it.each([
    ['/result_data/order_code', { order_code: undefined }],
    ['/result_data/token_code', { token_code: '' }],
    ['/result_data/status', { status: undefined }],
    ['/result_data/amount', { amount: 'nhiều' }],
  ])('and is drift at %s where that cannot be read', async (path, changes) => {
    expect(await word(told(3, changes))).toMatchObject({ kind: 'drift', path });
  });
});

describe('what they are asked by', () => {
  it('the token, where we have it', async () => {
    const { asked } = await ask([told(3)]);
    expect(asked.map((form) => [form.get('function'), form.get('token_code')])).toEqual([['CheckOrder', token]]);
  });

  it('our reference without one', async () => {
    const { outcome, asked } = await ask([told(3)], { handle: null });
    expect(asked.map((form) => [form.get('function'), form.get('order_code')])).toEqual([
      ['CheckOrderByOrderCode', reference],
    ]);
    expect(outcome).toMatchObject({ result: { facts: [paid] } });
  });

  it('a token that they do not know says nothing alone: by our reference too', async () => {
    expect((await ask([coded('0018'), told(3)])).outcome).toMatchObject({ result: { facts: [paid] } });
    expect((await ask([coded('0018'), coded('0005')])).outcome).toMatchObject({
      result: { reference, facts: [], open: 'not-created', code: '0005' },
    });
    expect((await ask([coded('0018')])).outcome).toMatchObject({ kind: 'unknown' });
  });

  it.each([
    ['/handle', { handle: 'T|1' }],
    ['/reference', { handle: null, reference: 'LT|1' }],
  ])('a delimiter in %s is refused before anything is sent', async (field, changes) => {
    const { outcome, asked } = await ask([told(3)], changes);
    expect(outcome).toMatchObject({ kind: 'rejected', code: 'unsayable', fields: [field] });
    expect(asked).toEqual([]);
  });
});

describe('what their code means', () => {
  it('0005 to our reference: there is none', async () => {
    const { outcome } = await ask([coded('0005')], { handle: null });
    expect(outcome).toEqual({ kind: 'completed', result: { reference, facts: [], open: 'not-created', code: '0005' } });
  });

  it.each(['0001', '0101', '0005', '9999', ''])('%j to a token: nothing', async (code) => {
    const { outcome } = await ask([coded(code)]);
    expect(outcome).toMatchObject({ kind: 'completed', result: { reference, facts: [], open: 'unlisted', code } });
  });

  it.each(['0002', '0003', '0004', '0017', '0020'])('%s: they refuse the question', async (code) => {
    expect(await word(coded(code))).toMatchObject({ kind: 'rejected', code });
  });

  it('success beside words of a failure is believed in neither', async () => {
    const reply = told(3);
    const body = JSON.stringify({ ...(JSON.parse(reply.body) as object), result_message: 'Không thành công' });
    expect(await word({ ...reply, body })).toEqual({ kind: 'unknown', reason: 'unreadable' });
  });
});
