import { newPaymentReference } from '../../contracts/domain/payment-reference.ts';
import { VIETNAM_OFFSET_MS } from '../../contracts/domain/time.ts';
import { type Random, seededRandom, seedOf } from '../kit/random.ts';
import { Wheel } from '../year/deck.ts';
import { dayAfter, type Ledger, type PaidBy, type PaidPayment } from './entry.ts';
import { plantFaults } from './faults.ts';
import { makeLedger } from './ledger.ts';
import type { Plant } from './plant.ts';

export interface MonthOptions {
  readonly seed: number;
  /** `YYYY-MM`. */
  readonly month?: string;
  readonly payments?: number;
  readonly units?: number;
  readonly faults?: number;
}

export interface Month {
  /** In the order in which they were paid. */
  readonly payments: readonly PaidPayment[];
  /** The bank's books without and with its mistakes. */
  readonly truth: Ledger;
  readonly ledger: Ledger;
  readonly plants: readonly Plant[];
  /** First and last day, `YYYY-MM-DD`. */
  readonly from: string;
  readonly to: string;
}

/** A month of invented payments on the accounts of units, and what the bank makes of it. */
export function makeMonth(options: MonthOptions): Month {
  const { seed, month = '2022-12', payments: count = 20_000, units = 12, faults = 0.01 } = options;
  const days = daysOf(month);
  const payments = paymentsOfMonth({ seed, month, payments: count, units });
  const truth = makeLedger(payments, { seed: seedOf(seed, 11) });
  const { ledger, plants } = plantFaults(truth, { seed: seedOf(seed, 12), share: faults });
  return { payments, truth, ledger, plants, from: days[0] ?? '', to: days.at(-1) ?? '' };
}

/** The payments alone, in the order in which they were paid. */
export function paymentsOfMonth(options: Required<Omit<MonthOptions, 'faults'>>): PaidPayment[] {
  const { seed, month, payments: count, units } = options;
  return makePayments({ random: seededRandom(seedOf(seed, 10)), days: daysOf(month), count, units });
}

function daysOf(month: string): string[] {
  const days: string[] = [];
  for (let day = `${month}-01`; day.startsWith(month); day = dayAfter(day)) days.push(day);
  return days;
}

/** Thousands of đồng with their weights, as fees are (`facts/procedures.csv`), and now and then a tax on land. */
const amounts = new Wheel(
  [
    ...([
      [5, 8],
      [8, 30],
      [10, 6],
      [15, 20],
      [20, 12],
      [30, 10],
      [50, 12],
      [75, 6],
      [100, 8],
    ] as const),
    ...([
      [150, 5],
      [200, 4],
      [250, 3],
      [300, 2],
      [500, 2],
    ] as const),
  ],
  ([, weight]) => weight,
);
const hours = new Wheel(
  [1, 0, 0, 0, 0, 1, 4, 22, 60, 80, 70, 38, 22, 36, 60, 62, 50, 28, 14, 16, 18, 14, 8, 3].map(
    (weight, hour) => [hour, weight] as const,
  ),
  ([, weight]) => weight,
);
const ways = new Wheel<readonly [PaidBy, number]>(
  [
    ['vietqr', 55],
    ['national', 25],
    ['vietcombank', 15],
    ['vietcombank-ecom', 5],
  ],
  ([, weight]) => weight,
);
const families = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Vũ', 'Đặng'];
const middles = ['Văn', 'Thị', 'Hữu', 'Ngọc', 'Đức'];
const given = ['Mẫu', 'Thử', 'Ví Dụ', 'Minh Họa', 'Giả Định'];

interface Drawing {
  readonly random: Random;
  readonly days: readonly string[];
  readonly count: number;
  readonly units: number;
}

function makePayments({ random, days, count, units }: Drawing): PaidPayment[] {
  const references = new Set<string>();
  const codes = new Map<string, number>();
  const payments: PaidPayment[] = [];
  const workingDays = days.filter(isWorkingDay);
  while (payments.length < count) {
    const unit = random.int(1, units);
    const drawn = random.pick(days);
    const day = !isWorkingDay(drawn) && random.chance(0.8) ? random.pick(workingDays) : drawn;
    const payerName = `${random.pick(families)} ${random.pick(middles)} ${random.pick(given)} ${payments.length + 1}`;
    const base = momentOf(day, random);
    // Some come with the papers of several and pay one after another.
    const several = random.chance(0.04) ? random.int(2, 3) : 1;
    for (let at = 0; at < several && payments.length < count; at += 1) {
      payments.push({
        reference: freshReference(references, random),
        dossierCode: nextCode(codes, unit, day),
        amountVnd: random.chance(0.015) ? random.int(500, 50_000) * 1_000 : amounts.spin(random)[0] * 1_000,
        paidAt: Math.min(base + at * 75_000, Date.parse(`${day}T23:59:59+07:00`)),
        channel: ways.spin(random)[0],
        account: `0011${String(unit).padStart(9, '0')}`,
        payerName,
      });
    }
  }
  return payments.sort((left, right) => left.paidAt - right.paidAt);
}

const isWorkingDay = (day: string): boolean => ![0, 6].includes(new Date(day).getUTCDay());

const momentOf = (day: string, random: Random): number =>
  Date.parse(`${day}T00:00:00Z`) - VIETNAM_OFFSET_MS + (hours.spin(random)[0] * 3_600 + random.int(0, 3_599)) * 1_000;

function freshReference(taken: Set<string>, random: Random): string {
  for (;;) {
    const reference = newPaymentReference((count) => Uint8Array.from({ length: count }, () => random.int(0, 255)));
    if (taken.has(reference)) continue;
    taken.add(reference);
    return reference;
  }
}

/** `H02.nn-yyMMdd-nnnn` (WIRE.md 7.1). */
function nextCode(codes: Map<string, number>, unit: number, day: string): string {
  const stem = `H02.${String(unit).padStart(2, '0')}-${day.slice(2).replaceAll('-', '')}`;
  const number = (codes.get(stem) ?? 0) + 1;
  codes.set(stem, number);
  return `${stem}-${String(number).padStart(4, '0')}`;
}
