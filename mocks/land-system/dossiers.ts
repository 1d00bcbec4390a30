export type Message = Readonly<Record<string, unknown>>;

/** Where a dossier stands; the two loops lead back to `processing`. */
export type LandState = 'processing' | 'supplementing' | 'tax-returned' | 'finished' | 'withdrawn' | 'returned';

export interface HeldLand {
  readonly receiptNumber: string;
  readonly dossierCode: string;
  readonly received: Message;
  readonly supplements: Message[];
  readonly wrongResults: Message[];
  returnedAt: string | undefined;
  state: LandState;
  /** Calls that told again what stands already. */
  repeats: number;
  /** Requests for it were open at the same time. */
  overlaps: number;
}

/** Every dossier, by receipt number: at most one stands under it. */
export class LandBook {
  readonly #dossiers = new Map<string, HeldLand>();

  get(receiptNumber: string): HeldLand | undefined {
    return this.#dossiers.get(receiptNumber);
  }

  all(): HeldLand[] {
    return [...this.#dossiers.values()];
  }

  /** Throws where the number is taken: whoever receives has looked before. */
  add(receiptNumber: string, dossierCode: string, received: Message): HeldLand {
    if (this.#dossiers.has(receiptNumber)) throw new TypeError(`the number is taken: ${receiptNumber}`);
    const held: HeldLand = {
      receiptNumber,
      dossierCode,
      received,
      supplements: [],
      wrongResults: [],
      returnedAt: undefined,
      state: 'processing',
      repeats: 0,
      overlaps: 0,
    };
    this.#dossiers.set(receiptNumber, held);
    return held;
  }

  clear(): void {
    this.#dossiers.clear();
  }
}
