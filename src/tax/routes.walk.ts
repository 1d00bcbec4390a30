import { expect } from 'vitest';
import type { Walk } from '../../test/end-to-end/contract-client.ts';
import { smallDossier } from '../../test/kit/body.ts';

const CODE = 'H02.15.03-230103-0001';

export const walk: Walk = {
  'land taxes are looked at, and what cannot be sent or asked says why': async ({ call }) => {
    const body = smallDossier(CODE, 1);
    expect((await call('putDossier', { params: { code: CODE }, body })).status).toBe(202);
    const query = { dossierCode: CODE };
    expect((await call<{ items: unknown[] }>('listTaxObligations', { query })).body.items).toEqual([]);
    expect((await call<{ items: unknown[] }>('listTaxReceipts', { query })).body.items).toEqual([]);
    const none = { params: { id: 'txp_0' }, query: { reveal: 'kiem-tra' } };
    expect((await call('getTaxReceiptDocument', none)).status).toBe(404);
    const slip = {
      ...{ dossierCode: CODE, slipNumber: 'PC-1', approvedAt: '2023-01-03T09:00:00+07:00' },
      content: { landUser: { name: 'Nguyễn Văn Mẫu', identityNumber: '024000000000' } },
    };
    const headers = { 'idempotency-key': crypto.randomUUID() };
    const unsent = await call<{ code: string }>('sendTransferSlip', { headers, body: slip });
    expect([unsent.status, unsent.body.code]).toEqual([503, 'system-not-configured']);
    expect((await call('getTransferSlip', { params: { id: 'slip_0' } })).status).toBe(404);
    const again = { params: { id: 'slip_0' }, headers: { 'idempotency-key': crypto.randomUUID() } };
    expect((await call('askAgainAfterTransferSlip', again)).status).toBe(404);
    const asked = await call<{ code: string }>('askTax', { body: { taxCode: '8000000001', purpose: 'kiem-tra' } });
    expect([asked.status, asked.body.code]).toEqual([503, 'system-not-configured']);
  },
};
