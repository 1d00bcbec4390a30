import { type ControlHandlers, commonControls, parsedBody } from './control.ts';
import { OpenCalls } from './open-calls.ts';
import { ReceiptBook, type ReceiptState } from './receipt-book.ts';
import { NO_SESSIONS } from './sessions.ts';
import { type CommonCounters, commonCounters, Simulation, type SimulationOptions } from './simulation.ts';

export interface ReceiptCounters extends CommonCounters {
  /** Receipts that came to stand, replacements included, and those that were cancelled. */
  issued: number;
  cancelled: number;
}
const freshCounters = (): ReceiptCounters => ({ ...commonCounters(), issued: 0, cancelled: 0 });

export interface ReceiptStateOptions<Settings> extends SimulationOptions {
  readonly settings?: Partial<Settings>;
}

/** A simulated provider of receipts: its book, and what it counts. */
export class ReceiptSimulation<Settings extends object> extends Simulation {
  override readonly settings: Settings;
  override readonly counters: ReceiptCounters = freshCounters();
  override readonly sessions = NO_SESSIONS;
  readonly book = new ReceiptBook();
  readonly openCalls: OpenCalls;

  constructor(defaults: Readonly<Settings>, options: ReceiptStateOptions<Settings> = {}) {
    super(options);
    this.settings = { ...defaults, ...options.settings };
    this.openCalls = new OpenCalls(this.counters, () => undefined);
  }

  override reset(): void {
    this.begin(freshCounters());
    this.openCalls.forgetOutstanding();
    this.book.clear();
  }
}

interface StateBody {
  readonly key: string;
  readonly state: ReceiptState;
}

/** Its levers under `/_control/`: those of every simulated system, what it holds, and a person who cancels at its own desk. */
export function receiptControls<Settings extends object>(state: ReceiptSimulation<Settings>): ControlHandlers {
  const { book } = state;
  return {
    ...commonControls(state, () => ({ totals: book.totals() })),
    'GET receipts': ({ path }) =>
      path[1] === undefined ? { totals: book.totals(), receipts: book.all() } : book.get(path[1]),
    'POST receipts': (request) => {
      const { key, state: wanted } = parsedBody<StateBody>(request);
      const receipt = book.get(key);
      if (receipt === undefined) throw new TypeError(`no such receipt: ${key}`);
      if (!['issued', 'replaced', 'cancelled'].includes(wanted)) throw new TypeError(`no such state: ${wanted}`);
      receipt.state = wanted;
      return receipt;
    },
  };
}
