import { callControl } from './control.ts';
import type { TillControls } from './till-processes.ts';

/** A way to pay, as the closing table has its columns. */
export const DOORS = ['national', 'vietcombank', 'vietcombank-ecom', 'vietqr'] as const;
export type Door = (typeof DOORS)[number];

/** What the other side says of one payment. */
export interface Taken {
  readonly reference: string;
  readonly charges: readonly number[];
  /** How often it was asked to be opened. */
  readonly asked: number;
}
/** A credit of an account, by the bank's reference. */
export interface Credit {
  readonly bankReference: string;
  readonly amountVnd: number;
}
export interface Books {
  readonly taken: readonly Taken[];
  readonly credits: readonly Credit[];
}
export interface Transfer {
  readonly accountNumber: string;
  readonly amountVnd: number;
  readonly purpose: string;
}

interface Entry {
  readonly reference?: string;
  readonly orderCode?: string;
  readonly charges: readonly { readonly amountVnd: number }[];
  readonly duplicatesRefused?: number;
  readonly duplicates?: number;
}
interface Row {
  readonly direction: 'in' | 'out';
  readonly referenceCode: string;
  readonly amountVnd: number;
}

/** The levers of the three simulators, each in the words of its own door. */
export class Cashiers {
  readonly #controls: TillControls;

  constructor(controls: TillControls) {
    this.#controls = controls;
  }

  /** A payer does this on the page; resolves when the notice has gone its way. */
  async act(door: Exclude<Door, 'vietqr'>, reference: string, act: string, notice: object): Promise<void> {
    if (door !== 'vietcombank') {
      const own = door === 'national' ? this.#controls.platform : this.#controls.ecom;
      await callControl(own, 'POST', 'acts', { reference, act, notice });
    } else {
      const theirs = act === 'leave-pending' ? 'leave-under-review' : act;
      await callControl(this.#controls.gateway, 'POST', 'acts', { orderCode: reference, act: theirs, notice });
    }
  }

  /** The answer to the next request to open a payment is lost, after it took effect. */
  async loseNextPage(door: Exclude<Door, 'vietqr'>): Promise<void> {
    const [control, service] = {
      national: [this.#controls.platform, 'INIT'] as const,
      vietcombank: [this.#controls.gateway, 'CreateOrder'] as const,
      'vietcombank-ecom': [this.#controls.ecom, 'verifyPayment'] as const,
    }[door];
    await callControl(control, 'POST', 'faults', { kind: 'lose-reply', match: { service }, times: 1 });
  }

  async transfer(transfer: Transfer & { readonly channels?: number }, notice: object): Promise<string> {
    const { rows } = await callControl<{ rows: Row[] }>(this.#controls.gateway, 'POST', 'transfers', {
      ...transfer,
      notice,
    });
    return rows[0]?.referenceCode ?? '';
  }

  /** A notice of a credit that never came, under a signature that is not the bank's. */
  async forgeCredit({ accountNumber, amountVnd, purpose }: Transfer): Promise<void> {
    await callControl(this.#controls.gateway, 'POST', 'credits', {
      invented: {
        ...{ id: 1, gateway: 'Vietcombank', transactionDate: '2022-12-01 09:00:00', accountNumber },
        ...{ subAccount: null, code: null, content: purpose, description: purpose, transferType: 'in' },
        ...{ transferAmount: amountVnd, accumulated: amountVnd, referenceCode: 'FT00000000' },
      },
      forged: true,
    });
  }

  /** A credit whose notice was lost is announced later. */
  async announce(bankReference: string): Promise<void> {
    await callControl(this.#controls.gateway, 'POST', 'credits', { referenceCodes: [bankReference] });
  }

  /** What was kept back goes, shuffled and twice each. */
  async release(): Promise<void> {
    const plan = { reorder: true, repeat: 2, concurrency: 4 };
    const { platform, gateway, ecom } = this.#controls;
    await Promise.all([
      ...[platform, gateway, ecom].map((control) => callControl(control, 'POST', 'notices', plan)),
      callControl(gateway, 'POST', 'credits', plan),
    ]);
  }

  async books(): Promise<Books> {
    const { platform, gateway, ecom } = this.#controls;
    const [national, orders, payments, { accounts }] = await Promise.all([
      callControl<{ transactions: Entry[] }>(platform, 'GET', 'ledger'),
      callControl<{ orders: Entry[] }>(gateway, 'GET', 'ledger'),
      callControl<{ payments: Entry[] }>(ecom, 'GET', 'ledger'),
      callControl<{ accounts: { rows: Row[] }[] }>(gateway, 'GET', 'accounts'),
    ]);
    return {
      taken: [...national.transactions, ...orders.orders, ...payments.payments].map((entry) => ({
        reference: entry.reference ?? entry.orderCode ?? '',
        charges: entry.charges.map(({ amountVnd }) => amountVnd),
        asked: 1 + (entry.duplicatesRefused ?? entry.duplicates ?? 0),
      })),
      credits: accounts.flatMap(({ rows }) =>
        rows
          .filter(({ direction }) => direction === 'in')
          .map(({ referenceCode, amountVnd }) => ({ bankReference: referenceCode, amountVnd })),
      ),
    };
  }
}
