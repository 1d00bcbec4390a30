import { describe, expect, it } from 'vitest';
import { paymentOrder } from '../../test/kit/payment-order.ts';
import type { WireFault } from '../adapter.ts';
import { type TextReply, textOf, utf8 } from '../kit/bytes.ts';
import { json, scriptedSystem } from '../kit/testing.ts';
import { vietcombankConfig } from './config.ts';
import { openPayment } from './open-payment.ts';

const config = vietcombankConfig.parse({ URL: 'https://gateway.example', SITE_CODE: '101', PASSCODE: 'demo-pass' });
const act = openPayment(config);
const order = paymentOrder('LT123456789092');
const url = 'https://gateway.example/pages/1';
const handle = '101-abc';

const coded = (result_code: string, result_data: unknown = null, status = 200): TextReply =>
  json({ result_code, result_message: 'Lời của họ', result_data }, status);
const found = (changes: object = {}): TextReply =>
  coded('0000', {
    token_code: handle,
    order_code: order.reference,
    amount: 50_000,
    currency: 'VND',
    status: 1,
    ...changes,
  });
const lost = { url: null, handle };

function answering(...replies: readonly (TextReply | WireFault)[]) {
  return scriptedSystem((_, n) => replies[n - 1] ?? { cause: 'reset', mayHaveArrived: true });
}
const run = (...replies: readonly (TextReply | WireFault)[]) => {
  const system = answering(...replies);
  return { system, outcome: act.run(order, system.context({ oneOff: true })) };
};
const confirm = (reply: TextReply | WireFault) => {
  if (act.recovery.kind !== 'confirm') throw new Error('it is confirmed');
  return act.recovery.confirm(order, answering(reply).context());
};

describe('what CreateOrder is answered', () => {
  it('0000: the page, and the token', async () => {
    const { outcome } = run(coded('0000', { checkout_url: url, token_code: handle }));
    expect(await outcome).toEqual({ kind: 'completed', result: { url, handle } });
  });

  it.each([
    ['0002', []],
    ['0003', []],
    ['0004', []],
    ['0006', ['/description']],
    ['0007', ['/amountVnd']],
    ['0008', []],
    ['0009', ['/payer/name']],
    ['0010', ['/payer/email']],
    ['0011', ['/payer/phone']],
    ['0012', ['/payer/address']],
    ['0013', ['/returnUrl']],
    ['0014', ['/cancelUrl']],
    ['0015', ['/notifyUrl']],
    ['0016', ['/payUntil']],
    ['0017', []],
    ['0020', []],
    ['0101', []],
  ])('%s: refused, of %j', async (code, fields) => {
    const { system, outcome } = run(coded(code));
    expect(await outcome).toEqual({ kind: 'rejected', code, message: 'Lời của họ', fields });
    expect(system.requests).toHaveLength(1);
  });

  it.each(['0001', '0018', '0019', '0102', '00', '0', '', 'OK', 'constructor'])(
    '%j: they may have made it',
    async (code) => {
      const { system, outcome } = run(coded(code, { checkout_url: url, token_code: handle }));
      expect(await outcome).toEqual({ kind: 'unknown', reason: 'server-error' });
      expect(system.requests).toHaveLength(1);
      expect(system.kept).toHaveLength(1);
    },
  );

  it.each([
    ['no page', { token_code: handle }, '/result_data/checkout_url'],
    [
      'a page that runs something',
      { checkout_url: 'javascript:alert(1)', token_code: handle },
      '/result_data/checkout_url',
    ],
    ['no token', { checkout_url: url, token_code: '' }, '/result_data/token_code'],
    ['no data', null, '/result_data'],
  ])('%s: drift', async (_, data, path) => {
    expect(await run(coded('0000', data)).outcome).toMatchObject({ kind: 'drift', path });
  });

  it('success beside words of a failure is believed in neither', async () => {
    const answer = {
      result_code: '0000',
      result_message: 'Tạo đơn THẤT BẠI',
      result_data: { checkout_url: url, token_code: handle },
    };
    expect(await run(json(answer)).outcome).toEqual({ kind: 'unknown', reason: 'unreadable' });
  });

  it('tells nobody the passcode, whatever they say back', async () => {
    const { system, outcome } = run(json({ result_code: '0017', result_message: 'a|b|demo-pass', result_data: null }));
    expect(JSON.stringify([await outcome, system.kept])).not.toContain('demo-pass');
    const second = run(json({ result_code: '0005', result_message: 'a|b|demo-pass' }), coded('0005'));
    expect(JSON.stringify([await second.outcome, second.system.kept])).not.toContain('demo-pass');
  });
});

describe('0005: whether the order is there decides in the same call', () => {
  it('it is: opened earlier, its page lost', async () => {
    const { system, outcome } = run(coded('0005'), found());
    expect(await outcome).toEqual({ kind: 'completed', result: lost });
    const asked = system.requests.map(({ body }) => new URLSearchParams(textOf(body ?? utf8(''))));
    expect(asked.map((form) => form.get('function'))).toEqual(['CreateOrder', 'CheckOrderByOrderCode']);
    expect(asked[1]?.get('order_code')).toBe(order.reference);
  });

  it('or not lost, where they tell it', async () => {
    expect(await run(coded('0005'), found({ checkout_url: url })).outcome).toMatchObject({ result: { url, handle } });
    expect(await run(coded('0005'), found({ checkout_url: 'javascript:1' })).outcome).toMatchObject({ result: lost });
  });

  it('it is not: refused', async () => {
    expect(await run(coded('0005'), coded('0005')).outcome).toEqual({
      kind: 'rejected',
      code: '0005',
      message: 'Lời của họ',
      fields: ['/reference'],
    });
  });

  it.each([
    ['of another amount', { amount: 49_000 }, '/result_data/amount'],
    ['in another currency', { currency: 'USD' }, '/result_data/amount'],
    ['of another reference', { order_code: 'LT1' }, '/result_data/order_code'],
  ])('one %s is none of ours', async (_, changes, path) => {
    expect(await run(coded('0005'), found(changes)).outcome).toMatchObject({ kind: 'drift', path });
  });

  it.each([
    ['cannot be asked', { cause: 'refused', mayHaveArrived: false } as const],
    ['refuse the question', coded('0017')],
    ['do not say', coded('0001')],
  ])('they %s: in doubt', async (_, second) => {
    expect(await run(coded('0005'), second).outcome).toEqual({ kind: 'unknown', reason: 'unreadable' });
  });
});

describe('asked whether it was opened', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 11, 12, 15, 99, '1'])('status %j: it was', async (status) => {
    expect(await confirm(found({ status }))).toEqual({ kind: 'completed', result: { kind: 'applied', result: lost } });
  });

  it('0005: it was not', async () => {
    expect(await confirm(coded('0005'))).toEqual({ kind: 'completed', result: { kind: 'not-applied' } });
  });

  it.each([
    ['0001', { kind: 'unknown' }],
    ['0003', { kind: 'rejected' }],
    ['0017', { kind: 'rejected' }],
    ['0020', { kind: 'rejected' }],
    ['0018', { kind: 'completed', result: { kind: 'cannot-tell' } }],
    ['0777', { kind: 'completed', result: { kind: 'cannot-tell' } }],
  ])('%s: neither', async (code, expected) => {
    expect(await confirm(coded(code))).toMatchObject(expected);
  });

  it.each([
    ['0005 under a 404', coded('0005', null, 404)],
    ['an order of another reference', found({ order_code: 'LT1' })],
    ['success without an order', coded('0000')],
    ['an empty body', { status: 200, headers: {}, body: '' }],
  ])('%s: no answer', async (_, reply) => {
    expect((await confirm(reply)).kind).not.toBe('completed');
  });
});
