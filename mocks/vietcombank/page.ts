import type { Reply } from '../kit/delivery.ts';
import { dong, hostedPage, noPage } from '../kit/hosted-page.ts';
import { allows, isExpired } from './acts.ts';
import { type Order, refundedVnd, takenVnd } from './orders.ts';
import type { Act } from './plan.ts';
import { statusNames } from './statuses.ts';

const TITLE = 'Cổng thanh toán Vietcombank (mô phỏng)';

/** What a person can press; the rest comes by the control API alone. */
const buttons: readonly (readonly [Act, string])[] = [
  ['pay', 'Thanh toán'],
  ['cancel', 'Hủy giao dịch'],
  ['pay-twice', 'Thanh toán hai lần'],
  ['pay-wrong-amount', 'Thanh toán sai số tiền'],
  ['pay-after-expiry', 'Thanh toán sau khi hết hạn'],
  ['leave-under-review', 'Để giao dịch chờ xem xét'],
  ['fail', 'Giao dịch thất bại'],
  ['refund', 'Hoàn tiền'],
  ['refund-partly', 'Hoàn tiền một phần'],
  ['revert', 'Đảo giao dịch'],
];

export const isButton = (act: string | null): act is Act => buttons.some(([name]) => name === act);

/** The page at checkout_url as it stands now, with what may still be pressed. */
export function checkoutPage(order: Order, now: number, note = '', status = 200): Reply {
  const rows = [
    ['Mã đơn hàng', order.orderCode],
    ['Nội dung', order.form.order_description ?? ''],
    ['Số tiền', dong(order.amountVnd)],
    ['Đã thu', dong(takenVnd(order))],
    ['Đã hoàn', dong(refundedVnd(order))],
    ['Trạng thái', isExpired(order, now) ? 'Đã hết hạn' : statusNames[order.status]],
  ] as const;
  const offered = buttons.filter(([act]) => allows(order, act, now));
  return hostedPage({ title: TITLE, note, rows, buttons: offered }, status);
}

export const noOrder = (): Reply => noPage(TITLE);
