import { isExpired } from './acts.ts';
import type { Fields } from './envelope.ts';
import { amountIn, type Judged } from './judge.ts';
import type { Payment, Refund } from './records.ts';
import { amountOf } from './settings.ts';
import type { EcomState } from './state.ts';
import { type Code, textOf } from './texts.ts';

type Operation = (state: EcomState, call: Judged) => Fields;

/**
 * By their names. What stands in the inner JSON of a call is not published, except a refund's source: `amount`,
 * `currency`, `description`, `returnUrl` of a payment, `queryTranID` of a question, `trans_id` (the payment's own),
 * `VcbTranId`, `amount`, `source` of a refund are assumed.
 */
export const operations: Readonly<Record<string, Operation>> = { verifyPayment, query, refund };

/** errCode, errDesc, VcbTranId, as every answer has them. */
export function answer({ settings }: EcomState, code: string, number = '', more: Fields = {}, words?: string): Fields {
  const errCode = code === '00' ? settings.successAs : code;
  return { errCode, errDesc: words ?? textOf(code), VcbTranId: number, ...more };
}

function refused(state: EcomState, code: Code, number = ''): Fields {
  state.counters.refusals += 1;
  if (code === '15') state.counters.notFound += 1;
  return answer(state, code, number);
}

function verifyPayment(state: EcomState, { transaction, fields }: Judged): Fields {
  const { ledger, settings, counters, clock } = state;
  const amountVnd = amountIn(fields.amount);
  if (amountVnd === undefined) return refused(state, '12');
  if (amountVnd < settings.minimumVnd || amountVnd > settings.maximumVnd) return refused(state, '13');
  if (fields.currency !== 'VND') return refused(state, '27');
  const held = ledger.get(transaction);
  if (held !== undefined) return again(state, held, amountVnd);
  if (ledger.refund(transaction) !== undefined) return refused(state, '20');
  const made = ledger.add({
    reference: transaction,
    amountVnd,
    purpose: String(fields.description ?? ''),
    returnUrl: String(fields.returnUrl ?? ''),
    expiresAt: clock() + settings.pageTtlMs,
  });
  counters.payments += 1;
  if (settings.aheadOfVerify !== null) state.actAhead(made, settings.aheadOfVerify);
  return answer(state, '00', made.number, { redirectUrl: state.pageUrl(made) });
}

/** A reference is one payment: paid it is 25 (published); unpaid it is refused or shown again, as the setting says. */
function again(state: EcomState, held: Payment, amountVnd: number): Fields {
  held.duplicatesRefused += 1;
  state.counters.duplicatesRefused += 1;
  if (held.status === 'paid') return refused(state, '25', held.number);
  const same = state.settings.again === 'same-page' && held.amountVnd === amountVnd;
  return same ? answer(state, '00', held.number, { redirectUrl: state.pageUrl(held) }) : refused(state, '20');
}

/** TranStatus speaks in the codes of errCode [assumed]. */
function paymentStatus(payment: Payment, now: number): string {
  switch (payment.status) {
    case 'paid':
      return '00';
    case 'open':
      return isExpired(payment, now) ? '31' : '28';
    case 'pending':
      return '28';
    default:
      return payment.code;
  }
}
const refundStatus: Readonly<Record<Refund['status'], Code>> = { done: '00', pending: '28', failed: '8' };

/** Of a payment or a refund, by the TransactionID it was made with. `balance` is what is left of its money [assumed]. */
function query(state: EcomState, { fields }: Judged): Fields {
  const { ledger, settings, clock } = state;
  const asked = String(fields.queryTranID ?? '');
  const told = (status: string, number: string, balanceVnd: number, amountVnd: number): Fields =>
    answer(state, '00', ledger.nextNumber(), {
      balance: amountOf(settings, balanceVnd),
      TranStatus: status === '00' ? settings.successAs : status,
      queryTranID: asked,
      VCBTranID: number,
      ...(settings.queryAmount ? { amount: amountOf(settings, amountVnd) } : {}),
    });
  const payment = ledger.get(asked);
  if (payment !== undefined) {
    const { number = payment.number, amountVnd = payment.amountVnd } = payment.charges.at(-1) ?? {};
    return told(paymentStatus(payment, clock()), number, ledger.remainingVnd(payment), amountVnd);
  }
  const back = ledger.refund(asked);
  if (back === undefined) return refused(state, '15');
  return told(refundStatus[back.status], back.number, 0, back.amountVnd);
}

const SOURCES: ReadonlySet<unknown> = new Set(['IB', 'ECOM_CARD']);

/** Never more than was taken. A reference is one refund: again it is 7, as what was given back is. */
function refund(state: EcomState, { transaction, fields }: Judged): Fields {
  const { ledger, settings, counters } = state;
  const amountVnd = amountIn(fields.amount);
  if (amountVnd === undefined) return refused(state, '12');
  if (!SOURCES.has(fields.source)) return refused(state, '20');
  if (ledger.refund(transaction) !== undefined) {
    counters.duplicatesRefused += 1;
    return refused(state, '7');
  }
  const payment = ledger.get(String(fields.trans_id ?? ''));
  if (payment === undefined || ledger.get(transaction) !== undefined) return refused(state, '15');
  if (fields.VcbTranId !== payment.number) return refused(state, '15');
  const most = ledger.remainingVnd(payment);
  if (payment.status !== 'paid' || most === 0) return refused(state, '7');
  if (amountVnd > most) return refused(state, '13');
  const { reference: of } = payment;
  const status = settings.refundAs;
  const made = ledger.addRefund({ reference: transaction, of, amountVnd, source: String(fields.source), status });
  if (status === 'failed') return refused(state, '8', made.number);
  counters.refunds += 1;
  return answer(state, status === 'done' ? '00' : '28', made.number);
}
