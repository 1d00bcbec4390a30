import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PaymentOrder } from '../../contracts/domain/payment.ts';
import { ORDER_MADE_AT, paymentOrder } from '../../test/kit/payment-order.ts';
import { platformConfig } from './config.ts';
import { initMessage } from './init-message.ts';
import { questionMessage } from './question-message.ts';

const raw = { URL: 'http://platform.example/pay', PARTNER: 'DEMO02', SECRET: 'demo-key' };
const config = platformConfig.parse(raw);
const order = paymentOrder('LT123456789092');

it('maps an order field for field', async () => {
  const text = readFileSync(new URL('vectors/init.json', import.meta.url), 'utf8');
  const { ours, theirs } = JSON.parse(text) as { readonly ours: PaymentOrder; readonly theirs: object };
  expect(initMessage(config, ours)).toStrictEqual(theirs);
});

it('makes nothing up for what is not known of a payer', async () => {
  expect(initMessage(config, order)).toMatchObject({
    ThongTinBienLai: { HoTenNguoiNop: 'Nguyễn Văn Mẫu', SoCMNDNguoiNop: '', DiaChiNguoiNop: '', TaiKhoanThuNSNN: '' },
  });
});

it('says where the payer is, else what is configured, else nothing at all', async () => {
  const elsewhere = platformConfig.parse({ ...raw, IP: '10.9.9.9' });
  const nowhere = { ...order, payerIp: null };
  expect(initMessage(elsewhere, order)).toMatchObject({ Ip: '10.0.0.1' });
  expect(initMessage(elsewhere, nowhere)).toMatchObject({ Ip: '10.9.9.9' });
  expect(initMessage(config, nowhere)).toMatchObject({ kind: 'rejected', fields: ['/payerIp'] });
});

describe('the delimiter is refused before anything is sent', () => {
  it.each([
    ['/reference', { reference: 'LT12|3' }],
    ['/description', { description: 'le phi|50000' }],
    ['/payerIp', { payerIp: '10.0.0.1|' }],
  ])('%s', async (field, changes) => {
    expect(initMessage(config, { ...order, ...changes })).toMatchObject({ kind: 'rejected', fields: [field] });
  });

  it('of a question too', async () => {
    const question = { reference: 'LT123456789092', handle: '2025|', madeAt: 0 };
    expect(questionMessage(config, 'QUERY', question)).toMatchObject({ kind: 'rejected', fields: ['/handle'] });
    const other = { ...question, handle: null, reference: 'a|b' };
    expect(questionMessage(config, 'QUERY', other)).toMatchObject({ kind: 'rejected', fields: ['/reference'] });
  });
});

it('asks with the time that INIT carried, of 24 hours, as it was written or from when it was made', async () => {
  const afternoon = ORDER_MADE_AT + 6 * 3_600_000;
  const asked = { reference: 'LT123456789092', handle: '20250601023000', madeAt: afternoon };
  expect(questionMessage(config, 'QUERY', asked)).toMatchObject({
    LoaiBanTin: 'QUERY',
    ThoiGianGD: '20250601023000',
  });
  expect(questionMessage(config, 'GET_BILL', { ...asked, handle: null })).toMatchObject({
    LoaiBanTin: 'GET_BILL',
    ThoiGianGD: '20250601143000',
  });
});

describe('the configuration', () => {
  it.each([
    { PARTNER: '' },
    { PARTNER: 'A|B' },
    { PARTNER: 'x'.repeat(51) },
    { SECRET: '' },
    { IP: 'nowhere' },
    { URL: 'ftp://platform.example' },
  ])('refuses %j', (changes) => {
    expect(platformConfig.safeParse({ ...raw, ...changes }).success).toBe(false);
  });

  it('lets nobody look bills up unless they are named', () => {
    expect(config.allow).toEqual([]);
    expect(platformConfig.parse({ ...raw, ALLOW: '10.0.0.0/8, ::1' }).allow).toEqual(['10.0.0.0/8', '::1']);
  });
});
