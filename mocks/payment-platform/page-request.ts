import type { Reply } from '../kit/delivery.ts';
import { sentBack } from '../kit/hosted-page.ts';
import { type OpenRequest, openRequest } from '../kit/open-request.ts';
import type { Transaction } from './ledger.ts';
import { wordsFor } from './message-request.ts';
import { noTransaction, paymentPage } from './page.ts';
import { ACTS, type Act } from './plan.ts';
import type { PlatformState } from './state.ts';

/** A browser at UrlThanhToan: `GET` shows, `POST` with a form's `act` does. To faults it is the service `page`. */
export function beginPageRequest(
  state: PlatformState,
  method: 'GET' | 'POST',
  token: string,
  body: string,
): OpenRequest {
  state.counters.requests += 1;
  const transaction = state.ledger.byToken(token);
  return openRequest(state, {
    service: 'page',
    codes: transaction === undefined ? [] : [transaction.reference],
    barred: transaction === undefined ? noTransaction() : undefined,
    session: undefined,
    hold: () => state.openCalls.begin([]),
    perform: () => (transaction === undefined ? noTransaction() : answer(state, transaction, method, body)),
    words: wordsFor(state, {}),
  });
}

function answer(state: PlatformState, transaction: Transaction, method: 'GET' | 'POST', body: string): Reply {
  const shown = (note?: string, status?: number): Reply => paymentPage(transaction, state.clock(), note, status);
  if (method === 'GET') return shown();
  const pressed = new URLSearchParams(body).get('act');
  const act = ACTS.find((each): each is Act => each === pressed);
  if (act === undefined) return shown('Thao tác không hợp lệ.', 400);
  try {
    const { returnTo } = state.act(transaction, { act });
    return returnTo === undefined ? shown() : sentBack(returnTo);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return shown('Giao dịch đã kết thúc.', 409);
  }
}
