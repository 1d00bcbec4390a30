import type { Reply } from '../kit/delivery.ts';
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

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (value: string): string => value.replace(/[&<>"]/g, (sign) => escapes[sign] ?? sign);
const dong = (amountVnd: number): string => `${amountVnd.toLocaleString('vi-VN')} đồng`;

/** No script, no asset of another host. The form's answer leads to the partner, hence no `form-action`. */
const headers = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  'cache-control': 'no-store',
} as const;

const document = (content: string): string => `<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Nền tảng thanh toán (mô phỏng)</title>
<style>
body { font: 16px/1.5 sans-serif; max-width: 36rem; margin: 2rem auto; padding: 0 1rem; }
dt { color: #555; } dd { margin: 0 0 .5rem; font-weight: bold; }
button { display: block; width: 100%; margin: .5rem 0; padding: .6rem; font: inherit; }
</style>
</head>
<body>
<h1>Nền tảng thanh toán (mô phỏng)</h1>
${content}
</body>
</html>
`;

const html = (content: string, status = 200): Reply => ({
  status,
  contentType: 'text/html;charset=UTF-8',
  body: document(content),
  headers,
});

/** The page at UrlThanhToan as it stands now, with what may still be pressed. */
export function paymentPage(transaction: Transaction, now: number, note = '', status = 200): Reply {
  const over = isOver(transaction, now);
  const name = transaction.status === 'open' && over ? 'Đã hết hạn' : statusNames[transaction.status];
  const offered = over ? buttons.filter(([act]) => lateButtons.has(act)) : buttons;
  const rows = [
    ['Mã tham chiếu', transaction.reference],
    ['Nội dung', transaction.purpose],
    ['Số tiền', dong(transaction.amountVnd)],
    ['Đã thu', dong(takenVnd(transaction))],
    ['Trạng thái', name],
  ] as const;
  return html(
    `${note === '' ? '' : `<p role="alert">${escaped(note)}</p>\n`}<dl>
${rows.map(([term, value]) => `<dt>${term}</dt><dd>${escaped(value)}</dd>`).join('\n')}
</dl>
<form method="post">
${offered.map(([act, label]) => `<button name="act" value="${act}">${label}</button>`).join('\n')}
</form>`,
    status,
  );
}

export const noPage = (): Reply => html('<p>Không tìm thấy giao dịch.</p>', 404);

export const sentBack = (url: string): Reply => ({
  status: 303,
  contentType: 'text/plain;charset=UTF-8',
  body: '',
  headers: { location: url, 'cache-control': 'no-store' },
});
