import type { PaymentOrder } from '../../contracts/domain/payment.ts';

/** 2025-06-01 08:30 in Vietnam. */
export const ORDER_MADE_AT = Date.UTC(2025, 5, 1, 1, 30);

/** An order as a room makes it; people and accounts are invented. */
export function paymentOrder(reference: string, changes: Partial<PaymentOrder> = {}): PaymentOrder {
  return {
    reference,
    amountVnd: 50_000,
    description: `${reference} thanh toan le phi`,
    dossierCode: 'H02.15.03-250601-0001',
    procedure: { code: '1.001193', name: 'Thủ tục đăng ký khai sinh' },
    agency: { code: 'H02.15.03', name: 'UBND phường Mẫu' },
    items: [
      { kind: 'charge', code: 'LP01', name: 'Lệ phí hộ tịch', amountVnd: 20_000 },
      { kind: 'fee', code: 'P02', name: 'Phí bản sao', amountVnd: 30_000 },
    ],
    payer: { name: 'Nguyễn Văn Mẫu', identityNumber: null, phone: null, email: null, address: null },
    payerIp: '10.0.0.1',
    beneficiary: {
      bankBin: '970436',
      accountNumber: '0000000000',
      accountName: 'DON VI MAU',
      treasuryAccount: null,
      chapter: null,
      subItem: null,
    },
    returnUrl: 'http://127.0.0.1/return',
    cancelUrl: 'http://127.0.0.1/return',
    notifyUrl: 'http://127.0.0.1/notify',
    madeAt: ORDER_MADE_AT,
    payUntil: ORDER_MADE_AT + 1_800_000,
    ...changes,
  };
}
