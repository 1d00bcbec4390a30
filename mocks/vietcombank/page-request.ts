import type { Reply } from '../kit/delivery.ts';
import { sentBack } from '../kit/hosted-page.ts';
import { type OpenRequest, openRequest } from '../kit/open-request.ts';
import { wordsFor } from './function-request.ts';
import type { Order } from './orders.ts';
import { checkoutPage, isButton, noOrder } from './page.ts';
import type { GatewayState } from './state.ts';
import { STATUS } from './statuses.ts';

/** A browser at checkout_url: `GET` shows, `POST` with a form's `act` does. To faults it is the service `page`. */
export function beginPageRequest(
  state: GatewayState,
  method: 'GET' | 'POST',
  token: string,
  body: string,
): OpenRequest {
  state.counters.requests += 1;
  const order = state.orders.byToken(token);
  return openRequest(state, {
    service: 'page',
    codes: order === undefined ? [] : [order.orderCode],
    barred: order === undefined ? noOrder() : undefined,
    session: undefined,
    hold: () => state.openCalls.begin([]),
    perform: () => {
      if (order === undefined) return noOrder();
      return method === 'GET' ? opened(state, order) : pressed(state, order, body);
    },
    words: wordsFor(state),
  });
}

/** Whoever opens the page of a new order is paying. */
function opened(state: GatewayState, order: Order): Reply {
  if (order.status === STATUS.new) order.status = STATUS.paying;
  return checkoutPage(order, state.clock());
}

function pressed(state: GatewayState, order: Order, body: string): Reply {
  const act = new URLSearchParams(body).get('act');
  if (!isButton(act)) return checkoutPage(order, state.clock(), 'Thao tác không hợp lệ.', 400);
  try {
    return sentBack(state.act(order, { act }).returnTo);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return checkoutPage(order, state.clock(), 'Trạng thái giao dịch không cho phép thao tác này.', 409);
  }
}
