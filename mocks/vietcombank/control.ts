import { type ControlHandlers, commonControls, parsedBody } from '../kit/control.ts';
import { bankControls } from './bank-control.ts';
import { inventedNotice, noticeOf } from './notices.ts';
import { type Order, refundedVnd, takenVnd } from './orders.ts';
import { ACTS, type ActOrder, type NoticePlan } from './plan.ts';
import type { Form } from './seals.ts';
import type { GatewayState } from './state.ts';
import { totalsOf } from './totals.ts';

interface ActBody extends ActOrder {
  readonly orderCode: string;
  /** False answers without waiting for the notices. */
  readonly wait?: boolean;
}
interface NoticesBody extends NoticePlan {
  /** Whose state is told again; without them, and without `invented`, those that were kept back are let go. */
  readonly orderCodes?: readonly string[];
  /** A notice that nothing stands behind. */
  readonly invented?: { readonly url: string; readonly fields: Form };
}

/** The levers under `/_control/`: those of every simulated system, those of the gateway's money and the bank's. */
export function gatewayControls(state: GatewayState): ControlHandlers {
  const { notices, orders, credits } = state;
  const shown = (order: Order) => ({
    ...order,
    takenVnd: takenVnd(order),
    refundedVnd: refundedVnd(order),
    page: state.pageUrl(order),
  });
  const found = (orderCode: string): Order => {
    const order = orders.get(orderCode);
    if (order === undefined) throw new TypeError(`no such order: ${orderCode}`);
    return order;
  };
  const toTell = ({ orderCodes = [], invented }: NoticesBody, plan: NoticePlan) => [
    ...orderCodes.map((code) => noticeOf(state, found(code), plan)),
    ...(invented === undefined ? [] : [inventedNotice(invented.url, invented.fields)]),
  ];
  return {
    ...commonControls(state, () => ({
      totals: totalsOf(orders.all()),
      held: notices.held.length,
      telling: notices.telling,
      heldCredits: credits.held.length,
      tellingCredits: credits.telling,
    })),
    ...bankControls(state),
    'GET ledger': () => ({ totals: totalsOf(orders.all()), orders: orders.all().map(shown) }),
    'GET orders': ({ path }) => {
      const order = orders.get(path[1] ?? '');
      return order && shown(order);
    },
    'POST acts': async (request) => {
      const { orderCode, wait, ...what } = parsedBody<ActBody>(request);
      if (!ACTS.includes(what.act)) throw new TypeError(`no such act: ${what.act}`);
      const { order, returnTo, told } = state.act(found(orderCode), what);
      const heard = wait === false ? undefined : await told;
      return { order: shown(order), returnTo, notices: heard };
    },
    'POST notices': async (request) => {
      const body = parsedBody<NoticesBody>(request);
      const { orderCodes, invented, ...plan } = body;
      const release = orderCodes === undefined && invented === undefined;
      return { notices: await (release ? notices.release(plan) : notices.tell(toTell(body, plan), plan)) };
    },
    'GET notices': () => ({ counts: notices.counts, notices: notices.told }),
  };
}
