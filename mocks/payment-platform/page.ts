import type { Reply } from '../kit/delivery.ts';
import { dong, hostedPage, noPage } from '../kit/hosted-page.ts';
import { isOver } from './acts.ts';
import { type Transaction, takenVnd } from './ledger.ts';
import type { Act } from './plan.ts';

/** What a person can press; `expire` comes by the control API alone. */
const buttons: readonly (readonly [Act, string])[] = [
  ['pay', 'Thanh toán'],
  ['cancel', 'Hủy giao dịch'],
  ['pay-twice', 'Thanh toán hai lần'],
  ['pay-wrong-amount', 'Thanh toán sai số tiền'],
  ['pay-after-expiry', 'Thanh toán sau khi hết hạn'],
  ['leave-pending', 'Để giao dịch chờ xử lý'],
  ['fail', 'Giao dịch thất bại'],
];
const lateButtons: ReadonlySet<Act> = new Set<Act>(['pay-after-expiry']);

const statusNames: Readonly<Record<Transaction['status'], string>> = {
  open: 'Chờ thanh toán',
  pending: 'Đang xử lý',
  paid: 'Đã thanh toán',
  failed: 'Thất bại',
  cancelled: 'Đã hủy',
};

const TITLE = 'Nền tảng thanh toán (mô phỏng)';

/** The page at UrlThanhToan as it stands now, with what may still be pressed. */
export function paymentPage(transaction: Transaction, now: number, note = '', status = 200): Reply {
  const over = isOver(transaction, now);
  const name = transaction.status === 'open' && over ? 'Đã hết hạn' : statusNames[transaction.status];
  const rows = [
    ['Mã tham chiếu', transaction.reference],
    ['Nội dung', transaction.purpose],
    ['Số tiền', dong(transaction.amountVnd)],
    ['Đã thu', dong(takenVnd(transaction))],
    ['Trạng thái', name],
  ] as const;
  const offered = over ? buttons.filter(([act]) => lateButtons.has(act)) : buttons;
  return hostedPage({ title: TITLE, note, rows, buttons: offered }, status);
}

export const noTransaction = (): Reply => noPage(TITLE);
