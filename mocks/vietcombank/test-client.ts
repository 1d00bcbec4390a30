import { type Partner, startPartner } from '../kit/partner.ts';
import { controlCall, type PlainAnswer, plainCall } from '../kit/plain-call.ts';
import type { CreditNotice } from './credit-notices.ts';
import { checksum, type Form, formIn, isSealed } from './seals.ts';
import type { RunningVietcombank } from './server.ts';

export type Data = Readonly<Record<string, unknown>>;

/** A CreateOrder before its checksum. */
export const orderForm = (orderCode: string, changes: Form = {}): Form => ({
  function: 'CreateOrder',
  merchant_site_code: '101',
  order_code: orderCode,
  order_description: 'Le phi ho so',
  amount: '50000',
  currency: 'VND',
  buyer_fullname: 'Nguyễn Văn Mẫu',
  buyer_email: 'mau@example.vn',
  buyer_mobile: '0900000000',
  buyer_address: 'Bac Ninh',
  return_url: 'https://example.vn/ve',
  cancel_url: 'https://example.vn/huy',
  notify_url: 'http://127.0.0.1:1/thong-bao',
  language: 'vi',
  ...changes,
});

export const sealedForm = (form: Form): Form => {
  const name = form.function ?? '';
  return isSealed(name) ? { checksum: checksum(name, form, 'demo-pass'), ...form } : form;
};

export interface Answered extends PlainAnswer {
  readonly json: { readonly result_code: string; readonly result_message: string; readonly result_data: Data };
}

/** A merchant of the gateway, for its own tests. */
export class Merchant {
  readonly #gateway: RunningVietcombank;
  /** Where the notices of its orders go. */
  readonly #notifyUrl: string;

  constructor(gateway: RunningVietcombank, notifyUrl = 'http://127.0.0.1:1/thong-bao') {
    this.#gateway = gateway;
    this.#notifyUrl = notifyUrl;
  }

  create(orderCode: string, changes: Form = {}, timeoutMs?: number): Promise<Answered> {
    return this.post(sealedForm(orderForm(orderCode, { notify_url: this.#notifyUrl, ...changes })), timeoutMs);
  }

  /** CheckOrderByOrderCode. */
  check(orderCode: string, timeoutMs?: number): Promise<Answered> {
    return this.ask('CheckOrderByOrderCode', { order_code: orderCode }, timeoutMs);
  }

  ask(name: string, fields: Form, timeoutMs?: number): Promise<Answered> {
    return this.post(sealedForm({ function: name, merchant_site_code: '101', ...fields }), timeoutMs);
  }

  post(form: Form, timeoutMs?: number, version = 'version_1_0'): Promise<Answered> {
    const url = `${this.#gateway.url}/api/web/checkout/${version}/`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return plainCall(url, 'POST', headers, String(new URLSearchParams(form)), timeoutMs) as Promise<Answered>;
  }

  async page(orderCode: string, changes: Form = {}): Promise<string> {
    return String((await this.create(orderCode, changes)).json.result_data.checkout_url);
  }

  /** Presses a button on a page. */
  press(page: string, act: string): Promise<PlainAnswer> {
    return plainCall(page, 'POST', { 'content-type': 'application/x-www-form-urlencoded' }, `act=${act}`);
  }

  control<Body>(method: string, path: string, body?: unknown): Promise<Body> {
    return controlCall(this.#gateway.controlUrl, method, path, body);
  }
}

/** The province's side of the gateway's notices. */
export const startListener = (): Promise<Partner<Form>> => startPartner(formIn, () => 'OK');

export interface HeardCredit {
  readonly notice: CreditNotice;
  readonly body: string;
  readonly signature: string | undefined;
}

/** The province's side of the bank's notices. */
export const startCreditListener = (): Promise<Partner<HeardCredit>> =>
  startPartner(
    (body, headers) => {
      const signature = headers['x-signature'];
      const notice = JSON.parse(body) as CreditNotice;
      return { notice, body, signature: typeof signature === 'string' ? signature : undefined };
    },
    () => ({ success: true }),
  );
