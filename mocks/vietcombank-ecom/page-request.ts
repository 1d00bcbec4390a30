import type { Reply } from '../kit/delivery.ts';
import { sentBack } from '../kit/hosted-page.ts';
import { type OpenRequest, openRequest } from '../kit/open-request.ts';
import { noPayment, paymentPage } from './page.ts';
import { ACTS, type Act } from './plan.ts';
import type { Payment } from './records.ts';
import { wordsFor } from './soap-request.ts';
import type { EcomState } from './state.ts';

/** A browser at redirectUrl: `GET` shows, `POST` with a form's `act` does. To faults it is the service `page`. */
export function beginPage(state: EcomState, method: 'GET' | 'POST', token: string, body: string): OpenRequest {
  state.counters.requests += 1;
  const payment = state.ledger.byToken(token);
  return openRequest(state, {
    service: 'page',
    codes: payment === undefined ? [] : [payment.reference],
    barred: payment === undefined ? noPayment() : undefined,
    session: undefined,
    hold: () => state.openCalls.begin([]),
    perform: () => (payment === undefined ? noPayment() : shownOrDone(state, payment, method, body)),
    words: wordsFor(state, 'page', ''),
  });
}

function shownOrDone(state: EcomState, payment: Payment, method: 'GET' | 'POST', body: string): Reply {
  const shown = (note?: string, status?: number): Reply => paymentPage(payment, state.clock(), note, status);
  if (method === 'GET') return shown();
  const pressed = new URLSearchParams(body).get('act');
  const act = ACTS.find((each): each is Act => each === pressed);
  if (act === undefined) return shown('Thao tác không hợp lệ.', 400);
  try {
    const { returnTo } = state.act(payment, { act });
    return returnTo === undefined ? shown() : sentBack(returnTo);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return shown('Giao dịch đã kết thúc.', 409);
  }
}
