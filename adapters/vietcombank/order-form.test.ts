import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PaymentOrder } from '../../contracts/domain/payment.ts';
import { paymentOrder } from '../../test/kit/payment-order.ts';
import { textOf, utf8 } from '../kit/bytes.ts';
import { json, scriptedSystem } from '../kit/testing.ts';
import { vietcombankConfig } from './config.ts';
import { openPayment } from './open-payment.ts';

const raw = { URL: 'https://gateway.example/', SITE_CODE: '101', PASSCODE: 'demo-pass' };
const order = paymentOrder('LT123456789092');

/** What goes out for an order, and what comes of it. */
async function sent(changes: Partial<PaymentOrder>, settings: object = {}) {
  const system = scriptedSystem(() => json({ result_code: '0001' }));
  const act = openPayment(vietcombankConfig.parse({ ...raw, ...settings }));
  const outcome = await act.run({ ...order, ...changes }, system.context({ oneOff: true }));
  const [request] = system.requests;
  const form = new URLSearchParams(textOf(request?.body ?? utf8('')));
  return { request, form: Object.fromEntries(form), outcome };
}

it('maps an order field for field', async () => {
  const text = readFileSync(new URL('vectors/create-order.json', import.meta.url), 'utf8');
  const { ours, theirs } = JSON.parse(text) as { readonly ours: PaymentOrder; readonly theirs: object };
  const { form, request } = await sent(ours);
  expect(form).toStrictEqual(theirs);
  expect(request).toMatchObject({
    method: 'POST',
    url: 'https://gateway.example/api/web/checkout/version_1_0/',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
  });
});

it('makes nothing up for what a payer did not tell: it is empty', async () => {
  const { form } = await sent({});
  expect(form).toMatchObject({
    buyer_fullname: 'Nguyễn Văn Mẫu',
    buyer_email: '',
    buyer_mobile: '',
    buyer_address: '',
  });
});

it('says the office’s own where it is configured, and never in place of what a payer told', async () => {
  const office = { OFFICE_EMAIL: 'motcua@example.vn', OFFICE_MOBILE: '02043000000', OFFICE_ADDRESS: 'Bắc Ninh' };
  const { form } = await sent({}, office);
  const own = { buyer_email: 'motcua@example.vn', buyer_mobile: '02043000000', buyer_address: 'Bắc Ninh' };
  expect(form).toMatchObject(own);
  const payer = { ...order.payer, email: 'mau@example.vn', phone: '0900000000', address: 'Phường Mẫu' };
  expect((await sent({ payer }, office)).form).toMatchObject({
    buyer_email: 'mau@example.vn',
    buyer_mobile: '0900000000',
    buyer_address: 'Phường Mẫu',
  });
});

describe('the delimiter is refused before anything is sent', () => {
  it.each<[string, Partial<PaymentOrder>]>([
    ['/reference', { reference: 'LT12|3' }],
    ['/description', { description: 'le phi|50000' }],
    ['/payer/name', { payer: { ...order.payer, name: 'Mẫu|' } }],
    ['/payer/email', { payer: { ...order.payer, email: 'a|b@example.vn' } }],
    ['/payer/phone', { payer: { ...order.payer, phone: '0900|000000' } }],
    ['/payer/address', { payer: { ...order.payer, address: 'a|b' } }],
    ['/returnUrl', { returnUrl: 'https://x.example/r|' }],
    ['/cancelUrl', { cancelUrl: 'https://x.example/c|' }],
    ['/notifyUrl', { notifyUrl: 'https://x.example/n|' }],
  ])('%s', async (field, changes) => {
    const { outcome, request } = await sent(changes);
    expect(outcome).toMatchObject({ kind: 'rejected', code: 'unsayable', fields: [field] });
    expect(request).toBeUndefined();
  });

  it('but not of what no checksum covers', async () => {
    const { form } = await sent({ agency: { code: 'H02', name: 'A|B' } });
    expect(form.object_name).toBe('A|B');
  });
});

describe('the configuration', () => {
  it.each([
    { URL: 'ftp://gateway.example' },
    { SITE_CODE: '' },
    { SITE_CODE: '1|01' },
    { PASSCODE: '' },
    { NOTICE_SECRET: '' },
    { OFFICE_EMAIL: 'nobody' },
    { OFFICE_MOBILE: 'none' },
  ])('refuses %j', (changes) => {
    expect(vietcombankConfig.safeParse({ ...raw, ...changes }).success).toBe(false);
  });
});
