import type { Reply } from '../kit/delivery.ts';
import { dong, hostedPage, noPage } from '../kit/hosted-page.ts';
import { isOver } from './acts.ts';
import type { Act } from './plan.ts';
import { type Payment, takenVnd } from './records.ts';

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
const lateButtons = buttons.filter(([act]) => act === 'pay-after-expiry');

const statusNames: Readonly<Record<Payment['status'], string>> = {
  open: 'Chờ thanh toán',
  pending: 'Đang xử lý',
  paid: 'Đã thanh toán',
  failed: 'Thất bại',
  cancelled: 'Đã hủy',
};

const TITLE = 'Thanh toán Internet Banking (mô phỏng)';

/** The page at redirectUrl as it stands now, with what may still be pressed. */
export function paymentPage(payment: Payment, now: number, note = '', status = 200): Reply {
  const over = isOver(payment, now);
  const name = payment.status === 'open' && over ? 'Đã hết hạn' : statusNames[payment.status];
  const rows = [
    ['Mã giao dịch', payment.reference],
    ['Nội dung', payment.purpose],
    ['Số tiền', dong(payment.amountVnd)],
    ['Đã thu', dong(takenVnd(payment))],
    ['Trạng thái', name],
  ] as const;
  return hostedPage({ title: TITLE, note, rows, buttons: over ? lateButtons : buttons }, status);
}

export const noPayment = (): Reply => noPage(TITLE);
