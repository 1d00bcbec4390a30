import { type ControlHandlers, commonControls, parsedBody } from '../kit/control.ts';
import { ACTS, type ActOrder, type NoticePlan } from './plan.ts';
import { type Payment, takenVnd } from './records.ts';
import type { EcomState } from './state.ts';

interface ActBody extends ActOrder {
  readonly reference: string;
  /** False answers without waiting for the notices. */
  readonly wait?: boolean;
}
interface NoticesBody extends NoticePlan {
  /** Whose outcomes are told again; without it those that were kept back are let go. */
  readonly references?: readonly string[];
}
interface RefundBody {
  readonly reference: string;
  readonly status: 'done' | 'failed';
}

/** The levers of the bank under `/_control/`: those of every simulated system, and those of its money. */
export function ecomControls(state: EcomState): ControlHandlers {
  const { ledger } = state;
  const shown = (payment: Payment) => ({
    ...payment,
    takenVnd: takenVnd(payment),
    remainingVnd: ledger.remainingVnd(payment),
    refunds: ledger.refunds(payment.reference),
    page: state.pageUrl(payment),
  });
  const found = (reference: string): Payment => {
    const payment = ledger.get(reference);
    if (payment === undefined) throw new TypeError(`no such payment: ${reference}`);
    return payment;
  };
  return {
    ...commonControls(state, () => ({ totals: ledger.totals(), held: state.held.length, telling: state.telling })),
    /** What the bank gives its partner, and what the partner made itself: the keys of nobody. */
    'GET keys': () => {
      const { partner, aesSecret, partnerSecretKey, bankCertificate } = state.settings;
      return { PARTNER: partner, AES_KEY: aesSecret, SIGNING_KEY: partnerSecretKey, TRUSTED_CERTS: bankCertificate };
    },
    'GET ledger': () => ({
      totals: ledger.totals(),
      payments: ledger.payments().map(shown),
      refunds: ledger.refunds(),
    }),
    'GET payments': ({ path }) => {
      const payment = ledger.get(path[1] ?? '');
      return payment && shown(payment);
    },
    'POST acts': async (request) => {
      const { reference, wait, ...order } = parsedBody<ActBody>(request);
      if (!ACTS.includes(order.act)) throw new TypeError(`no such act: ${order.act}`);
      const { payment, returnTo, told } = state.act(found(reference), order);
      const notices = wait === false ? undefined : await told;
      return { payment: shown(payment), returnTo, notices };
    },
    'POST refunds': (request) => {
      const { reference, status } = parsedBody<RefundBody>(request);
      const refund = ledger.refund(reference);
      if (refund?.status !== 'pending') throw new TypeError(`no such open refund: ${reference}`);
      if (status !== 'done' && status !== 'failed') throw new TypeError(`no such end: ${status}`);
      refund.status = status;
      return { refund };
    },
    'POST notices': async (request) => {
      const { references, ...plan } = parsedBody<NoticesBody>(request);
      const tidings =
        references === undefined
          ? state.releaseHeld()
          : references.flatMap((reference) => state.tidingsOf(found(reference)));
      return { notices: await state.tell(tidings, plan) };
    },
    'GET notices': () => ({ notices: state.notices }),
  };
}
