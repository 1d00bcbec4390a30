import { expect } from 'vitest';
import type { Walk } from '../../test/end-to-end/contract-client.ts';
import { smallDossier } from '../../test/kit/body.ts';
import { feeOf } from '../../test/kit/till.ts';

const CODE = 'H02.15.03-230101-0701';

export const walk: Walk = {
  'a payment that nobody paid has no e-receipt': async ({ call }) => {
    expect((await call('putDossier', { params: { code: CODE }, body: smallDossier(CODE, 1) })).status).toBe(202);
    const made = await call<{ id: string }>('openPayment', {
      headers: { 'idempotency-key': crypto.randomUUID() },
      body: feeOf(CODE, { method: 'vietqr', returnUrl: null }),
    });
    const params = { id: made.body.id };
    const seen = await call<{ code: string }>('getFeeReceipt', { params });
    expect([seen.status, seen.body.code]).toEqual([409, 'no-receipt']);
    const document = await call<{ code: string }>('getFeeReceiptDocument', { params, query: { reveal: 'kiem-tra' } });
    expect([document.status, document.body.code]).toEqual([409, 'no-receipt']);
  },
};
