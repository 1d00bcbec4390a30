import { expect } from 'vitest';
import type { Page, Walk } from '../../test/end-to-end/contract-client.ts';
import { smallDossier } from '../../test/kit/body.ts';
import { feeOf } from '../../test/kit/till.ts';

interface Payment {
  readonly id: string;
  readonly reference: string;
  readonly state: string;
}
const CODE = 'H02.15.03-230101-0001';
const once = () => ({ 'idempotency-key': crypto.randomUUID() });

export const walk: Walk = {
  'a transfer is asked for, shown, asked about and cancelled': async ({ call }) => {
    const body = smallDossier(CODE, 1);
    expect((await call('putDossier', { params: { code: CODE }, body })).status).toBe(202);
    const request = feeOf(CODE, { method: 'vietqr', returnUrl: null });
    const made = await call<Payment>('openPayment', { headers: once(), body: request });
    expect(made.status).toBe(201);
    const params = { id: made.body.id };
    const taken = await call<{ code: string }>('openPayment', { headers: once(), body: request });
    expect([taken.status, taken.body.code]).toEqual([409, 'due-taken']);
    expect((await call<Payment>('getPayment', { params })).body.state).toBe('awaiting-payment');
    expect((await call<Page<Payment>>('listPayments', { query: { dossierCode: CODE } })).body.items).toHaveLength(1);
    expect((await call('getPaymentCodeSvg', { params })).status).toBe(200);
    expect((await call('getPaymentCodePng', { params })).status).toBe(200);
    const receipt = await call<{ code: string }>('getPaymentReceipt', { params, query: { reveal: 'kiem-tra' } });
    expect([receipt.status, receipt.body.code]).toEqual([409, 'no-receipt']);
    expect((await call('refreshPayment', { params })).status).toBe(200);
    const refund = { amount: { amount: 8_000, currency: 'VND' }, reason: 'paid in error' };
    expect((await call('askRefund', { params, headers: once(), body: refund })).status).toBe(409);
    expect((await call<Page<object>>('listRefunds', { params })).body.items).toEqual([]);
    expect((await call('approveRefund', { params: { ...params, n: '1' } })).status).toBe(404);
    const fact = {
      kind: 'paid',
      amount: { amount: 8_000, currency: 'VND' },
      at: '2023-01-02T09:00:00+07:00',
      document: 'PT-1',
      reason: 'paid at the counter',
      replaces: [],
    };
    expect((await call('statePaymentFact', { params, headers: once(), body: fact })).status).toBe(403);
    expect((await call<Page<object>>('listStatedFacts', { params })).body.items).toEqual([]);
    expect((await call('approvePaymentFact', { params: { ...params, n: '1' } })).status).toBe(404);
    expect((await call('returnFromPayment', { params: { reference: made.body.reference } })).status).toBe(200);
    expect((await call('returnFromPaymentPlatform', { query: { data: 'LT000000000000' } })).status).toBe(404);
    expect((await call<Payment>('cancelPayment', { params })).body.state).toBe('cancelled');
  },
};
