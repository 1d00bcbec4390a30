import { type ControlHandlers, commonControls, parsedBody } from '../kit/control.ts';
import { type Transaction, takenVnd } from './ledger.ts';
import { ACTS, type ActOrder, type NoticePlan } from './plan.ts';
import type { PlatformState } from './state.ts';

interface ActBody extends ActOrder {
  readonly reference: string;
  /** False answers without waiting for the notices. */
  readonly wait?: boolean;
}
interface NoticesBody extends NoticePlan {
  /** Whose outcomes are told again; without it those that were kept back are let go. */
  readonly references?: readonly string[];
}

/** The levers of the platform under `/_control/`: those of every simulated system, and those of its money. */
export function platformControls(state: PlatformState): ControlHandlers {
  const shown = (transaction: Transaction) => ({
    ...transaction,
    takenVnd: takenVnd(transaction),
    page: state.pageUrl(transaction),
  });
  const found = (reference: string): Transaction => {
    const transaction = state.ledger.get(reference);
    if (transaction === undefined) throw new TypeError(`no such transaction: ${reference}`);
    return transaction;
  };
  return {
    ...commonControls(state, () => ({
      totals: state.ledger.totals(),
      held: state.held.length,
      telling: state.telling,
    })),
    'GET ledger': () => ({ totals: state.ledger.totals(), transactions: state.ledger.all().map(shown) }),
    'GET transactions': ({ path }) => {
      const transaction = state.ledger.get(path[1] ?? '');
      return transaction && shown(transaction);
    },
    'POST acts': async (request) => {
      const { reference, wait, ...order } = parsedBody<ActBody>(request);
      if (!ACTS.includes(order.act)) throw new TypeError(`no such act: ${order.act}`);
      const { transaction, returnTo, told } = state.act(found(reference), order);
      const notices = wait === false ? undefined : await told;
      return { transaction: shown(transaction), returnTo, notices };
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
    'POST lookups': async (request) => {
      const { code, amountVnd } = parsedBody<{ code: string; amountVnd?: number }>(request);
      return { lookup: await state.lookUp(code, amountVnd) };
    },
    'GET lookups': () => ({ lookups: state.lookups }),
  };
}
