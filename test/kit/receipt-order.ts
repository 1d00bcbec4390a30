import type { ReceiptIssued, ReceiptToIssue } from '../../contracts/domain/receipt.ts';
import { ORDER_MADE_AT } from './payment-order.ts';

/** A receipt as a room asks for it; people and accounts are invented. */
export function receiptOrder(key: string, changes: Partial<ReceiptToIssue> = {}): ReceiptToIssue {
  return {
    key,
    dossierCode: 'H02.15.03-250601-0001',
    procedureCode: '1.001193',
    payer: {
      name: 'Nguyễn Văn Mẫu',
      taxCode: null,
      identityNumber: null,
      address: 'Thôn Mẫu, xã Mẫu',
      phone: null,
      email: null,
    },
    lines: [
      { code: 'LP01', name: 'Lệ phí hộ tịch', kind: 'charge', amountVnd: 20_000 },
      { code: 'P02', name: 'Phí bản sao', kind: 'fee', amountVnd: 30_000 },
    ],
    totalVnd: 50_000,
    paidAt: ORDER_MADE_AT,
    method: 'online',
    decisionNumber: null,
    ...changes,
  };
}

/** What is left of it after the charge was given back. */
export const remainingOrder = (key: string): ReceiptToIssue =>
  receiptOrder(key, {
    lines: [{ code: 'P02', name: 'Phí bản sao', kind: 'fee', amountVnd: 30_000 }],
    totalVnd: 30_000,
  });

export const receiptDocument = { number: 'QD-01', at: ORDER_MADE_AT + 86_400_000 } as const;

export const issuedReceipt = (key: string, form: string, series: string, number = '1'): ReceiptIssued => ({
  key,
  number,
  form,
  series,
  lookupCode: null,
  taxAuthorityCode: null,
});
