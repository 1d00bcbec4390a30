import type { Adapter, AdapterDefinition } from '../adapter.ts';
import { pageLanes } from '../kit/page-policy.ts';
import { askPayment } from './ask-payment.ts';
import { type PlatformConfig, platformConfig } from './config.ts';
import { fetchReceipt } from './fetch-receipt.ts';
import { lookupBill } from './lookup-bill.ts';
import { openPayment } from './open-payment.ts';
import { probe } from './probe.ts';
import { receiveNotice } from './receive-notice.ts';

const title = { vi: 'Nền tảng thanh toán trực tuyến quốc gia', en: 'National payment platform' };

/** The payment platform of the National Public Service Portal (WIRE.md 2.1 to 2.5, A3; WIRE-2 1.9, 2.1 to 2.3a). */
export const paymentPlatform: AdapterDefinition<PlatformConfig> = {
  system: 'payment-platform',
  title,
  envPrefix: 'PAYMENT_PLATFORM',
  config: platformConfig,
  secrets: ['SECRET'],
  create: createPaymentPlatform,
};

function createPaymentPlatform(config: PlatformConfig): Adapter {
  return {
    system: 'payment-platform',
    title,
    assumed: [
      'Codes other than 00, 01 and 99: the list of the tax department, which is of the same family',
      'MaXacThuc of the answer to QUERY: by the formula of the notice, TrangThaiGD not covered; none on a bare refusal',
      'MaXacThuc of the answer to INIT and secureCode of the return: no formula is known, so that neither is verified',
      'TrangThaiGD of a payment that nobody has begun: 3; what 2 means is not known and decides nothing',
      'ThongTinBienLai: which fields are mandatory, MaDVC as MaTTHC and ".01", amounts as texts, TaiKhoanThuNSNN',
      'dptracuuthanhtoanhs: SoTien, ThongTinBienLai and client_id of the bill; the bill as JSON in a text',
      'GET_BILL: a link instead of a receipt is fetched from the platform itself; less than 10,000 bytes is no receipt yet',
      'QUERY of a bill that was looked up, which had no INIT: with the time at which it was made',
    ],
    queries: { 'ask-payment': askPayment(config), 'fetch-receipt': fetchReceipt(config) },
    commands: { 'open-payment': openPayment(config) },
    callbacks: [receiveNotice(config), lookupBill(config)],
    lanes: pageLanes,
    probe: (context) => probe(config, context),
  };
}
