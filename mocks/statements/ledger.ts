import { type Random, seededRandom, seedOf } from '../kit/random.ts';
import { Booker } from './booker.ts';
import { type Entry, type HeldAccount, inOrder, type Ledger, type PaidPayment } from './entry.ts';
import { drawClass } from './narrative.ts';
import { noiseOf } from './noise.ts';

export interface LedgerOptions {
  readonly seed: number;
  /** Minutes after midnight from which a booking is of the next day; 1,440 (none) unless told. */
  readonly cutOffMinutes?: number;
  /** Of a thousand bookings, those with a number that another one of the day has; 0.75 as published. */
  readonly collisions?: number;
  /** Bookings that have nothing to do with us, to each of ours. */
  readonly noise?: number;
  /** Accounts beside those of the payments, such as one in another currency. */
  readonly further?: readonly HeldAccount[];
}

/** An invented account in another currency. */
export const dollarAccount: HeldAccount = {
  ...{ number: '0011370000001', currency: 'USD', owner: 'So Mau', opening: 1_250_000 },
};

/** What the bank booked, when it did everything right: each payment once, on its account and its day. */
export function makeLedger(payments: readonly PaidPayment[], options: LedgerOptions): Ledger {
  const { seed, noise = 0.08, further = [dollarAccount], cutOffMinutes = 1_440, collisions = 0.75 } = options;
  const random = seededRandom(seedOf(seed, 1));
  const booker = new Booker({ seed: seedOf(seed, 2), cutOffMinutes, collisions });
  const accounts = [...accountsOf(payments, random), ...further];
  const byNumber = new Map(accounts.map((account) => [account.number, account]));
  const entries: Entry[] = payments.map((payment) => {
    const account = byNumber.get(payment.account);
    if (account === undefined) throw new RangeError('a payment is on no account');
    return booker.book({ ...bookingOf(payment, random), account });
  });
  const days = [...new Set(entries.map(({ bookedOn }) => bookedOn))].sort();
  entries.push(...noiseOf({ accounts, days, random, booker, count: Math.round(payments.length * noise) }));
  return { accounts, entries: inOrder(entries) };
}

function accountsOf(payments: readonly PaidPayment[], random: Random): HeldAccount[] {
  return [...new Set(payments.map(({ account }) => account))].sort().map((number, index) => ({
    number,
    currency: 'VND',
    owner: `Don vi mau ${index + 1}`,
    opening: random.int(2_000_000, 9_000_000) * 1_000,
  }));
}

function bookingOf(payment: PaidPayment, random: Random) {
  // The platform writes the purpose itself and always names the payment.
  const place = payment.channel === 'national' ? 0 : random.next();
  const names = place < 0.8 ? ('reference' as const) : place < 0.9 ? ('both' as const) : ('dossier' as const);
  const purpose = purposeOf(payment, names, random);
  return {
    kind: 'payment' as const,
    at: payment.paidAt,
    direction: 'credit' as const,
    amount: payment.amountVnd,
    purpose: purpose.text,
    spelt: purpose.spelt,
    payerName: payment.payerName,
    narrativeClass: drawClass(random),
    channel: payment.channel,
    payments: [payment.reference],
    names,
  };
}

const purposes: Readonly<Record<'reference' | 'both' | 'dossier', readonly string[]>> = {
  reference: ['{r}', '{r}', 'Thanh toan {r}', '{r} nop le phi', 'Nop phi ho so {r}', 'Le phi {r} cam on', '{r}-le phi'],
  both: ['{d} {r}', '{r} ho so {d}', 'Nop le phi ho so {d} ma {r}'],
  dossier: ['{d}', 'Le phi ho so {d}', 'nop tien ho so {d} bo phan mot cua'],
};

function purposeOf({ reference, dossierCode, channel }: PaidPayment, names: keyof typeof purposes, random: Random) {
  const written = random.pick(purposes[names]).replace('{d}', dossierCode);
  const style = channel === 'national' ? 1 : random.next();
  const styled = (text: string) => (style < 0.3 ? text.toUpperCase() : style < 0.45 ? text.toLowerCase() : text);
  // The mark of the place is no word, so that its case is not changed with the words.
  const text = written.split('{r}').map(styled).join(styled(reference));
  return { text, spelt: names === 'dossier' ? null : styled(reference) };
}
