import { type Random, seededRandom } from '../kit/random.ts';
import {
  dayAfter,
  type Entry,
  type EntryKind,
  type HeldAccount,
  localText,
  type NarrativeClass,
  type PaidBy,
} from './entry.ts';
import { creditNarrative, debitNarrative, documentPrefixes } from './narrative.ts';

export interface BookerOptions {
  readonly seed: number;
  /** Minutes after midnight from which a booking is of the next day; 1,440 for none. Days off are days like others. */
  readonly cutOffMinutes?: number;
  /** How many of a thousand take a document number that stands already on that day. */
  readonly collisions?: number;
  /** Begins the ids of what it books. */
  readonly series?: string;
}

export interface Booking {
  readonly kind: EntryKind;
  readonly account: HeldAccount;
  readonly at: number;
  readonly direction: Entry['direction'];
  readonly amount: number;
  readonly purpose: string;
  readonly payerName?: string;
  readonly narrativeClass?: NarrativeClass;
  readonly channel?: PaidBy;
  readonly payments?: readonly string[];
  readonly names?: Entry['names'];
  readonly spelt?: string | null;
  /** Where the bank's own words and numbers are to stand. */
  readonly prefix?: string;
  readonly sequence?: string;
  readonly narrative?: string;
}

/** The bank's hand: it numbers what it books and writes its words around the payer's. */
export class Booker {
  readonly #random: Random;
  readonly #cutOff: number;
  readonly #collisions: number;
  readonly #series: string;
  readonly #taken = new Map<string, string[]>();
  #count = 0;

  constructor({ seed, cutOffMinutes = 1_440, collisions = 0.75, series = 'e' }: BookerOptions) {
    this.#random = seededRandom(seed);
    this.#cutOff = cutOffMinutes;
    this.#collisions = collisions;
    this.#series = series;
  }

  /** The day of the books. */
  dayOf(at: number): string {
    const local = localText(at);
    const minutes = Number(local.slice(11, 13)) * 60 + Number(local.slice(14, 16));
    return minutes < this.#cutOff ? local.slice(0, 10) : dayAfter(local.slice(0, 10));
  }

  book(booking: Booking): Entry {
    const { account, at, direction, purpose, narrativeClass = 2, payerName = 'NGUYEN VAN MAU' } = booking;
    const random = this.#random;
    const bookedOn = this.dayOf(at);
    const prefix = booking.prefix ?? random.pick(documentPrefixes[direction === 'debit' ? 1 : narrativeClass]);
    const sequence = booking.sequence ?? this.#sequence(`${bookedOn} ${account.number} ${prefix}`);
    const said = { random, at, sequence, purpose, payerName, account: account.number, owner: account.owner };
    this.#count += 1;
    return {
      id: `${this.#series}-${String(this.#count).padStart(6, '0')}`,
      kind: booking.kind,
      account: account.number,
      currency: account.currency,
      bookedOn,
      at,
      documentNumber: `${prefix}.${sequence}`,
      direction,
      amount: booking.amount,
      purpose,
      narrative:
        booking.narrative ?? (direction === 'debit' ? debitNarrative(said) : creditNarrative(narrativeClass, said)),
      narrativeClass: booking.narrative === undefined && direction === 'credit' ? narrativeClass : null,
      channel: booking.channel ?? null,
      payerName,
      payments: booking.payments ?? [],
      names: booking.names ?? 'nothing',
      spelt: booking.spelt ?? null,
    };
  }

  /** One to five digits, given once a day but for the collisions that real books have. */
  #sequence(place: string): string {
    const taken = this.#taken.get(place) ?? [];
    this.#taken.set(place, taken);
    if (taken.length > 0 && this.#random.chance(this.#collisions / 1_000)) return this.#random.pick(taken);
    let sequence = String(this.#random.int(1, 99_999));
    while (taken.includes(sequence)) sequence = String(this.#random.int(1, 99_999));
    taken.push(sequence);
    return sequence;
  }
}
