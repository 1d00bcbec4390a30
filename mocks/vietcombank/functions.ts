import type { Reply } from '../kit/delivery.ts';
import { answer, orderData } from './answers.ts';
import { listOrders } from './list.ts';
import type { Order } from './orders.ts';
import type { Form } from './seals.ts';
import type { GatewayState } from './state.ts';
import type { Code } from './texts.ts';
import { isoTime } from './times.ts';

type Run = (state: GatewayState, form: Form) => Reply;

/** By `function`, for requests that were judged sound. */
export const functions: Readonly<Record<string, Run>> = {
  CreateOrder: createOrder,
  CheckOrder: (state, { token_code }) => checked(state, state.orders.byToken(token_code ?? ''), '0018'),
  CheckOrderByOrderCode: (state, { order_code }) => checked(state, state.orders.get(order_code ?? ''), '0005'),
  GetListOrder: ({ settings, orders }, form) => answer(settings, '0000', listOrders(settings, orders.all(), form)),
  GetBanks: ({ settings }) => answer(settings, '0000', banks),
};

/** Made: the source names no bank. */
const banks = [
  { bank_code: 'VCB', bank_name: 'Ngân hàng Ngoại thương Việt Nam', payment_method_code: 'ATM-CARD' },
  { bank_code: 'VCB', bank_name: 'Ngân hàng Ngoại thương Việt Nam', payment_method_code: 'QR-CODE' },
];

function refused({ counters, settings }: GatewayState, code: Code): Reply {
  counters.refusals += 1;
  return answer(settings, code);
}

function createOrder(state: GatewayState, form: Form): Reply {
  const { settings, orders, counters, clock } = state;
  const held = orders.get(form.order_code ?? '');
  if (held !== undefined) {
    held.duplicates += 1;
    counters.duplicates += 1;
    return settings.duplicate === 'refused' ? refused(state, '0005') : created(state, held);
  }
  if (!settings.creating) return refused(state, '0101');
  const made = orders.add(form, isoTime(form.time_limit ?? '') ?? clock() + settings.orderTtlMs);
  counters.ordersCreated += 1;
  if (settings.aheadOfCreate !== null) state.actAhead(made, settings.aheadOfCreate);
  return created(state, made);
}

const created = (state: GatewayState, order: Order): Reply =>
  answer(state.settings, '0000', { checkout_url: state.pageUrl(order), token_code: order.tokenCode });

function checked(state: GatewayState, order: Order | undefined, missing: Code): Reply {
  if (order !== undefined) return answer(state.settings, '0000', orderData(state.settings, order));
  state.counters.notFound += 1;
  return refused(state, missing);
}
