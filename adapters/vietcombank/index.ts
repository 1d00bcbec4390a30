import type { Adapter, AdapterDefinition } from '../adapter.ts';
import { pageLanes } from '../kit/page-policy.ts';
import { askPayment } from './ask-payment.ts';
import { type VietcombankConfig, vietcombankConfig } from './config.ts';
import { receiveCreditNotice } from './credit-notice.ts';
import { listOrders } from './list-orders.ts';
import { receiveNotify } from './notify.ts';
import { openPayment } from './open-payment.ts';
import { probe } from './probe.ts';

const title = { vi: 'Cổng thanh toán Vietcombank', en: 'Vietcombank payment gateway' };

/** The payment gateway that serves Vietcombank, and credit notices of accounts there (WIRE.md 6.2, 6.3; WIRE-2 6.3). */
export const vietcombank: AdapterDefinition<VietcombankConfig> = {
  system: 'vietcombank',
  title,
  envPrefix: 'VIETCOMBANK',
  config: vietcombankConfig,
  secrets: ['PASSCODE', 'NOTICE_SECRET'],
  create: createVietcombank,
};

function createVietcombank(config: VietcombankConfig): Adapter {
  return {
    system: 'vietcombank',
    title,
    assumed: [
      '0005 of CreateOrder: the order_code is taken, where the order is found; else it is refused',
      '0005 of CheckOrderByOrderCode and 0018 of CheckOrder: no such order',
      '0101: no order was made',
      'Which buyer_ fields may be empty: what a payer did not tell is the office’s own (OFFICE_*), else empty, and 0010 to 0012 refuse it',
      'object_code and object_name: the dossier and its agency',
      'The amount of a refunded or reversed order: the whole of it; of one refunded in part none is told',
      'Answers of the gateway bear no checksum: they are believed because they were asked for over its own connection',
      'The answer to notify: result_code 0000; what is not taken is answered 503, to come again',
      'Credit notices: signed by HMAC-SHA256 of the raw body in X-Signature, in đồng, the reference the same in every channel',
    ],
    queries: { 'ask-payment': askPayment(config), 'list-orders': listOrders(config) },
    commands: { 'open-payment': openPayment(config) },
    callbacks: [receiveNotify, receiveCreditNotice(config)],
    lanes: pageLanes,
    probe: (context) => probe(config, context),
  };
}
