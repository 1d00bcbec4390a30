import { z } from 'zod';
import { readReturn } from '../../../adapters/payment-platform/read-return.ts';

import { errorFacts, type Log } from '../../observability/log.ts';
import { empty, type Route, route, text } from '../../routes/route.ts';
import type { Payments, ReturnedPayment } from '../payments.ts';

const tags = ['payments'] as const;
/** A browser waits no longer than this for the other side to be asked. */
const ASK_MS = 6_000;

/**
 * Where the payer's browser comes back to. What it brings is a mere hint: the channel is asked, and the payer is sent on
 * to the address that the province named, or shown a plain page.
 */
export function returnRoutes({ payments, log }: { readonly payments: Payments; readonly log: Log }): readonly Route[] {
  async function come(reference: string | undefined, signal: AbortSignal) {
    const found = reference === undefined ? undefined : await payments.returned(reference);
    if (found === undefined) return { status: 404, text: page(undefined), headers } as const;
    await payments
      .ask(found.id, AbortSignal.any([signal, AbortSignal.timeout(ASK_MS)]), 'browser-return', { hint: true })
      .catch((error: unknown) => {
        log.warn('a payment could not be asked about when its payer came back', { error: errorFacts(error) });
      });
    const now = (await payments.returned(found.reference)) ?? found;
    const to = now.state === 'cancelled' ? (now.cancelUrl ?? now.returnUrl) : now.returnUrl;
    if (to === null) return { status: 200, text: page(now), headers } as const;
    const address = new URL(to);
    address.searchParams.set('payment', now.id);
    address.searchParams.set('state', now.state);
    return { status: 303, headers: { ...headers, location: address.href } } as const;
  }

  const responses = {
    200: text('text/html; charset=utf-8', 'How it stands'),
    303: empty('On to the address that the province named, with `payment` and `state`'),
    404: text('text/html; charset=utf-8', 'No such payment'),
  } as const;

  return [
    route(
      {
        method: 'get',
        path: '/return/payment-platform',
        operationId: 'returnFromPaymentPlatform',
        scope: 'public',
        summary: 'Where the national platform sends the payer back to',
        description: 'Registered with the platform. What it brings proves nothing: the platform is asked.',
        tags,
        // Whatever else they add: the payer is not sent away for it.
        query: z.looseObject({
          data: z.string().max(100),
          responseCode: z.string().max(20).optional(),
          secureCode: z.string().max(200).optional(),
        }),
        responses,
      },
      ({ query, signal }) => come(readReturn({ data: query.data })?.reference, signal),
    ),
    route(
      {
        method: 'get',
        path: '/return/payment/{reference}',
        operationId: 'returnFromPayment',
        scope: 'public',
        summary: 'Where a bank sends the payer back to',
        description: 'What the browser brings is not read: the bank is asked.',
        tags,
        params: z.strictObject({ reference: z.string().max(100) }),
        responses,
      },
      ({ params: { reference }, signal }) => come(reference, signal),
    ),
  ];
}

const headers = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };

const WORDS: Readonly<Record<string, { readonly vi: string; readonly en: string }>> = {
  paid: { vi: 'Đã thanh toán thành công.', en: 'The payment was made.' },
  cancelled: { vi: 'Giao dịch đã hủy.', en: 'The payment was cancelled.' },
  failed: { vi: 'Giao dịch không thành công.', en: 'The payment was not made.' },
  expired: { vi: 'Giao dịch đã hết thời hạn.', en: 'The time to pay is over.' },
};
const OPEN = {
  vi: 'Đang chờ xác nhận thanh toán. Xin không thanh toán lại; kết quả sẽ được cập nhật trong hồ sơ.',
  en: 'It is being confirmed. Please do not pay again; the result will show with the dossier.',
};
const NONE = { vi: 'Không tìm thấy giao dịch này.', en: 'There is no such payment.' };

/** A plain page without anything from outside; it names no person. */
function page(payment: ReturnedPayment | undefined): string {
  const words = payment === undefined ? NONE : (WORDS[payment.state] ?? OPEN);
  const about =
    payment === undefined
      ? ''
      : `<dl><dt>Mã giao dịch <span lang="en">Reference</span></dt><dd>${payment.reference}</dd>
         <dt>Số tiền <span lang="en">Amount</span></dt><dd>${payment.amountVnd.toLocaleString('vi-VN')} đồng</dd></dl>`;
  return `<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Kết quả thanh toán</title>
<style>
  body { margin: 0; font: 18px/1.5 system-ui, sans-serif; color: #1c2733; background: #f3f5f7; }
  main { max-width: 32rem; margin: 12vh auto 0; padding: 2rem; background: #fff; border-radius: 12px; box-shadow: 0 1px 4px #0002; }
  h1 { font-size: 1.35rem; margin: 0 0 .25rem; } p[lang=en], span[lang=en] { color: #5b6875; font-size: .9rem; }
  p { margin: 0 0 1rem; } dl { display: grid; grid-template-columns: auto 1fr; gap: .4rem 1.25rem; margin: 1.5rem 0 0; padding-top: 1.25rem; border-top: 1px solid #dde3e8; }
  dt, dd { margin: 0; } dt { color: #5b6875; } dd { font-variant-numeric: tabular-nums; font-weight: 600; }
</style></head>
<body><main><h1>${words.vi}</h1><p lang="en">${words.en}</p>${about}</main></body></html>`;
}
