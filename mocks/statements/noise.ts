import type { Random } from '../kit/random.ts';
import type { Booker, Booking } from './booker.ts';
import { dayAfter, type Entry, type HeldAccount } from './entry.ts';
import { drawClass } from './narrative.ts';

export interface NoiseOptions {
  readonly accounts: readonly HeldAccount[];
  readonly days: readonly string[];
  readonly random: Random;
  readonly booker: Booker;
  /** Beside what comes once a month to every account. */
  readonly count: number;
}

const unrelated = [
  ...['Hoan tien thue nha thang truoc', 'LUONG THANG', 'tra no', 'ung ho quy khuyen hoc', 'Hoan ung cong tac phi'],
  ...['Tien dien nuoc', 'chuyen tien', 'NOP LAI TIEN THUA'],
];
const outgoing = [
  'Thanh toan tien van phong pham',
  'Chi luong hop dong',
  'Chuyen nop ngan sach',
  'Thanh toan tien dien',
];
const merchants = ['MAU STORE', 'THU NGHIEM LTD', 'SAMPLE CLOUD'];

/** What a bank books on the same accounts that names nothing of ours. */
export function noiseOf({ accounts, days, random, booker, count }: NoiseOptions): Entry[] {
  const first = days[0];
  const last = days.at(-1);
  if (first === undefined || last === undefined) return [];
  const bookings = accounts.flatMap((account) => monthly(account, first, last, random));
  const dongs = accounts.filter(({ currency }) => currency === 'VND');
  const foreigns = accounts.filter(({ currency }) => currency !== 'VND');
  for (let at = 0; at < count; at += 1) {
    const when = momentOf(random.pick(days), random);
    const foreign = foreigns.length > 0 && random.chance(0.05);
    bookings.push(
      foreign ? foreignMoney(random.pick(foreigns), when, random) : daily(random.pick(dongs), when, random),
    );
  }
  return bookings.map((booking) => booker.book(booking));
}

const momentOf = (day: string, random: Random): number =>
  Date.parse(`${day}T07:00:00+07:00`) + random.int(0, 10 * 3_600) * 1_000;

/** A fee for messages on the first day, interest on the last of a month. */
function monthly(account: HeldAccount, first: string, last: string, random: Random): Booking[] {
  const vnd = account.currency === 'VND';
  const sms: Booking = {
    ...{ kind: 'sms-fee', account, direction: 'debit', purpose: '', prefix: '9915' },
    at: Date.parse(`${first}T06:00:00+07:00`),
    amount: vnd ? 11_000 : 45,
    narrative: 'THU PHI SMS CHU DONG',
  };
  const interest: Booking = {
    ...{ kind: 'interest', account, direction: 'credit', purpose: '', prefix: '9701', sequence: account.number },
    at: Date.parse(`${last}T23:30:00+07:00`),
    amount: vnd ? random.int(1_000, 400_000) : random.int(1, 99),
    narrative: 'INTEREST PAYMENT',
  };
  return dayAfter(last).endsWith('-01') ? [sms, interest] : [sms];
}

function daily(account: HeldAccount, at: number, random: Random): Booking {
  const place = random.next();
  if (place < 0.4) {
    return {
      ...{ kind: 'fee', account, at, direction: 'debit', purpose: '', prefix: '9914' },
      amount: random.pick([1_100, 3_300, 5_500, 11_000]),
      narrative: random.pick(['THU PHI CHUYEN TIEN NGOAI VCB', 'THU PHI QLTK TO CHUC', 'PHI SAO KE']),
    };
  }
  if (place < 0.8) {
    return {
      ...{ kind: 'unrelated', account, at, direction: 'credit', narrativeClass: drawClass(random) },
      amount: random.int(10, 3_000) * 1_000,
      purpose: random.pick(unrelated),
      payerName: random.pick(['Trần Thị Thử', 'Nguyễn Văn Mẫu', 'Công ty Mẫu']),
    };
  }
  return {
    ...{ kind: 'outgoing', account, at, direction: 'debit', payerName: 'Don vi nhan mau' },
    ...(random.chance(0.25) ? { channel: 'national' as const } : {}),
    amount: random.int(100, 4_000) * 1_000,
    purpose: random.pick(outgoing),
  };
}

/** Card sales and transfers in another currency (WIRE.md A4.1). */
function foreignMoney(account: HeldAccount, at: number, random: Random): Booking {
  const amount = random.int(500, 30_000);
  const purpose = `DG:${random.pick(merchants)}`;
  const narrative = `UHHT${random.int(100_000, 999_999)} ${purpose}`;
  return { kind: 'foreign', account, at, direction: 'credit', amount, purpose, narrative, prefix: '5130' };
}
