import { onePagePdf } from './pdf.ts';

/** `replaced`: another receipt says what is left. */
export type ReceiptState = 'issued' | 'replaced' | 'cancelled';

export interface BookedReceipt {
  readonly key: string;
  readonly number: number;
  readonly totalVnd: number;
  readonly payer: string;
  /** Key of the receipt in whose place it stands; undefined for a first one. */
  readonly insteadOf: string | undefined;
  /** What was told of it, as far as a test compares it. */
  readonly told: Readonly<Record<string, string>>;
  state: ReceiptState;
  /** Its payment is confirmed: it cannot be cancelled. Of providers that know no such thing it is false. */
  confirmed: boolean;
  /** Calls that asked for it again. */
  duplicatesRefused: number;
}
export type NewReceipt = Pick<BookedReceipt, 'key' | 'totalVnd' | 'payer' | 'told' | 'confirmed'> & {
  readonly insteadOf?: string | undefined;
};

/** Every receipt of a simulated provider, by key: at most one ever stands under it. */
export class ReceiptBook {
  readonly #receipts = new Map<string, BookedReceipt>();

  get(key: string): BookedReceipt | undefined {
    return this.#receipts.get(key);
  }

  all(): BookedReceipt[] {
    return [...this.#receipts.values()];
  }

  /** Throws where the key is taken: whoever issues has looked before. */
  add(what: NewReceipt): BookedReceipt {
    if (this.#receipts.has(what.key)) throw new TypeError(`the key is taken: ${what.key}`);
    const made: BookedReceipt = {
      ...what,
      insteadOf: what.insteadOf,
      number: this.#receipts.size + 1,
      state: 'issued',
      duplicatesRefused: 0,
    };
    this.#receipts.set(what.key, made);
    return made;
  }

  totals() {
    const all = this.all();
    const of = (state: ReceiptState) => all.filter((each) => each.state === state);
    return {
      receipts: all.length,
      issued: of('issued').length,
      replaced: of('replaced').length,
      cancelled: of('cancelled').length,
      /** Of those that stand. */
      standingVnd: of('issued').reduce((sum, { totalVnd }) => sum + totalVnd, 0),
      duplicatesRefused: all.reduce((sum, each) => sum + each.duplicatesRefused, 0),
    };
  }

  clear(): void {
    this.#receipts.clear();
  }
}

/** In base64, as both providers hand it out. */
export const receiptPdf = ({ key, number, totalVnd, state }: BookedReceipt): string =>
  Buffer.from(
    onePagePdf([
      'BIEN LAI THU PHI, LE PHI (MO PHONG)',
      `Ma: ${key}`,
      `So: ${number}`,
      `So tien: ${totalVnd} VND`,
      `Trang thai: ${state}`,
    ]),
  ).toString('base64');
