import { expect, it } from 'vitest';
import { checksum } from './seals.ts';

/** The order of the vector of WIRE.md 6.2. */
const order = {
  merchant_site_code: '101',
  order_code: '000.00.01.H02-250601-0001',
  order_description: 'Le phi ho so',
  amount: '50000',
  currency: 'VND',
  buyer_fullname: 'Nguyen Van A',
  buyer_email: 'a@example.vn',
  buyer_mobile: '0900000000',
  buyer_address: 'Bac Giang',
  return_url: 'https://x.example/r',
  cancel_url: 'https://x.example/c',
  notify_url: 'https://x.example/n',
  language: 'vi',
};

it('seals an order as the vector of WIRE.md 6.2, in the listed order whatever ours is', async () => {
  const vector = '07f2f087b299178563d51f132eff8377';
  expect(await checksum('CreateOrder', order, 'demo-pass')).toBe(vector);
  const reversed = Object.fromEntries(Object.entries(order).reverse()) as typeof order;
  expect(await checksum('CreateOrder', reversed, 'demo-pass')).toBe(vector);
});

it.each(Object.keys(order))('covers %s of an order', async (field) => {
  expect(await checksum('CreateOrder', { ...order, [field]: 'x' }, 'demo-pass')).not.toBe(
    await checksum('CreateOrder', order, 'demo-pass'),
  );
});

/** Made with another program. */
it('seals questions by MD5 and the list by SHA-256, an empty value in its place', async () => {
  const merchant_site_code = '101';
  expect(await checksum('CheckOrder', { merchant_site_code, token_code: 'T-1' }, 'demo-pass')).toBe(
    'ee79918fd4bc095a87e64acf9d1b5249',
  );
  const asked = { merchant_site_code, order_code: 'LT123456789092' };
  expect(await checksum('CheckOrderByOrderCode', asked, 'demo-pass')).toBe('289d2fe03f4bd43a7f762361d9bcc990');
  const list = {
    merchant_site_code,
    order_code: '',
    token_code: '',
    time_created_from: '01-06-2025',
    time_created_to: '30-06-2025',
    payment_method_code: '',
    status: '3',
    page: '2',
  };
  expect(await checksum('GetListOrder', list, 'demo-pass')).toBe(
    '1b93bb8a594a88f00280a7f6396982dc71742d0858bf8cb644298ebaceda21be',
  );
});
