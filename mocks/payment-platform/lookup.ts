import { callOut } from '../kit/calling-out.ts';
import { sumOf } from './judge.ts';
import type { Ledger } from './ledger.ts';
import { type Message, messageIn } from './seals.ts';
import type { PlatformSettings } from './settings.ts';

/** What the partner's `dptracuuthanhtoanhs` said of a dossier (WIRE.md 2.4). */
export interface BillLookup {
  readonly code: string;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** "1" a bill, "0" nothing to pay, "-1" an error. */
  readonly errorCode: string | undefined;
  readonly bill: Message | undefined;
  /** MaTraCuuTT: the reference by which the bill can be paid; undefined where there is none. */
  readonly reference: string | undefined;
  readonly amountVnd: number | undefined;
  readonly body: string;
}

/** What asking needs of the platform. */
interface Asker {
  readonly settings: PlatformSettings;
  readonly clock: () => number;
  readonly seed: number;
  readonly ledger: Ledger;
}

/** `amountVnd` stands in for an amount that the bill does not tell. */
export async function lookUpBill(platform: Asker, code: string, amountVnd?: number): Promise<BillLookup> {
  const { settings, ledger, clock, seed } = platform;
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ MaHoSo: code });
  const call = { url: settings.lookupUrl, method: 'POST', headers, body } as const;
  const [reply] = await callOut([call], { timeoutMs: settings.noticeTimeoutMs }, seed);
  const answer = messageIn(reply?.body ?? '');
  const errorCode = answer?.error_code === undefined ? undefined : String(answer.error_code);
  const bill = errorCode === '1' ? billIn(answer?.message) : undefined;
  const reference = typeof bill?.MaTraCuuTT === 'string' && bill.MaTraCuuTT !== '' ? bill.MaTraCuuTT : undefined;
  const amount = amountVnd ?? (bill === undefined ? undefined : amountOf(bill));
  if (reference !== undefined && amount !== undefined && ledger.get(reference) === undefined) {
    ledger.add({
      reference,
      bornOf: 'bill',
      amountVnd: amount,
      initTime: undefined,
      purpose: `Thanh toan ho so ${code}`,
      bank: 'PAYMENT',
      expiresAt: clock() + settings.pageTtlMs,
    });
  }
  return {
    code,
    status: reply?.status ?? 0,
    errorCode,
    bill,
    reference,
    amountVnd: amount,
    body: reply?.body ?? '',
  };
}

/** `message` is the bill itself, or the bill as a JSON text; both are met around this platform. */
function billIn(message: unknown): Message | undefined {
  if (typeof message === 'string') return messageIn(message);
  return typeof message === 'object' && message !== null ? (message as Message) : undefined;
}

/** The bill's field for its sum is not published; the names that neighbours use, then the sum of its items. */
function amountOf(bill: Message): number | undefined {
  const named = bill.SoTien ?? bill.TongTien ?? bill.TONGTIEN ?? bill.trans_amount;
  const receipt = (bill.ThongTinBienLai ?? bill) as Message;
  const items = receipt.PhiLePhi ?? receipt.DSKhoanNop;
  const amount = Number(named ?? (Array.isArray(items) ? sumOf(items) : Number.NaN));
  return Number.isSafeInteger(amount) && amount > 0 ? amount : undefined;
}
