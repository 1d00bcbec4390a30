import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noticeSeal } from '../../adapters/payment-platform/seals.ts';
import { noticeText } from '../../mocks/vietcombank-ecom/envelope.ts';
import { feeOf, openTill, type Till } from '../kit/till.ts';
import { leftOf } from './bare.ts';

/** I6: whatever a system writes into any field of what it tells or answers, no person stands in a clear column for it. */

/** What somebody fills a field of a system with, and more of it than any field holds. */
const PLANTS = {
  'a name and a number': 'NGUYEN VAN MAU 0912345678',
  'a name with marks': 'Nguyễn Văn Mẫu',
  'an address': 'nguyen.van.mau@example.vn',
  'a number with marks': '+84 (912) 345-678, CCCD 024 000 000 123',
  'a long text': 'NGUYEN VAN MAU 0912345678 '.repeat(400),
} as const;
const LOOKED_FOR = ['nguyenvanmau', '0912345678', '912345678', '024000000123'];
/** What a channel is told in: every field once with every plant. */
const plantedIn = <Base extends object>(base: Base): readonly [string, string, Base][] =>
  Object.keys(base).flatMap((field) =>
    Object.entries(PLANTS).map(([what, text]): [string, string, Base] => [field, what, { ...base, [field]: text }]),
  );

const SECRET = 'khoa-bi-mat-thu-nghiem';
const NOTICE_SECRET = 'khoa-bao-co-thu-nghiem';
const ACCOUNT = '1012345678';
let till: Till;
let dossiers = 0;

beforeAll(async () => {
  till = await openTill({
    NATIONAL_PORTAL_URL: 'http://127.0.0.1:9/RestService/forward',
    ...{ NATIONAL_PORTAL_USERNAME: 'u', NATIONAL_PORTAL_PASSWORD: 'p', NATIONAL_PORTAL_UNIT: 'H02' },
    ...{ NATIONAL_PORTAL_DSTCODE: 'VN:GOV', NATIONAL_PORTAL_ALLOW: '127.0.0.1' },
  });
});
afterAll(() => till.close());

interface Payment {
  readonly id: string;
  readonly state: string;
  readonly reference: string;
  readonly surplus: unknown;
  readonly facts: readonly { readonly kind: string; readonly transaction: string | null }[];
}
const payer = { name: 'Nguyễn Văn Mẫu', phone: '0900000000', email: 'mau@example.vn', address: 'Bắc Giang' };
async function open(method: string): Promise<Payment> {
  const code = `H02.15.03-221201-${String(++dossiers).padStart(5, '0')}`;
  await till.dossier(code);
  const { status, body } = await till.call<Payment>('POST', '/v1/payments', feeOf(code, { method, payer }));
  expect(status).toBe(201);
  return body;
}
const see = async ({ id }: Payment): Promise<Payment> => (await till.call<Payment>('GET', `/v1/payments/${id}`)).body;
const post = async (path: string, body: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(`${till.url}/callbacks/${path}`, { method: 'POST', body, headers });
  await answer.arrayBuffer();
  expect([200, 400, 401, 503]).toContain(answer.status);
};
const JSON_TYPE = { 'content-type': 'application/json' };
/** All that came was acted on. */
const rest = () =>
  till.until(
    async () =>
      (await till.rows<{ n: number }>(`select count(*) as n from inbound where state = 'stored'`))[0]?.n === 0,
  );

/** Every clear text of every table that holds one of the plants, by where it stands. */
async function leaks(): Promise<readonly string[]> {
  const found = new Set<string>();
  const tables = await till.rows<{ name: string }>(`select name from sqlite_master where type = 'table'`);
  for (const { name } of tables)
    for (const row of await till.rows<Record<string, unknown>>(`select * from ${name}`))
      for (const [column, value] of Object.entries(row))
        if (
          typeof value === 'string' &&
          (leftOf(LOOKED_FOR, value).length > 0 || value.includes(PLANTS['a long text']))
        )
          found.add(`${name}.${column}: ${value.slice(0, 80)}`);
  return [...found];
}

describe('the payment platform', () => {
  const base = (reference: string) => ({
    ...{
      LoaiBanTin: 'KETQUA',
      MaLoi: '00',
      MaDoiTac: 'DEMO02',
      MaThamChieu: reference,
      SoTien: '8000',
      MaTienTe: 'VND',
    },
    ...{ MaGiaoDich: `GD-${reference}`, MaNganHang: 'VCB', ThoiGianGD: '20221201090000', ThongTinGiaoDich: 'Le phi' },
    ...{ TrangThaiGD: '', MoTaLoi: '' },
  });
  const tell = async (fields: ReturnType<typeof base>) =>
    post(
      'payment-platform/dpnhankqthanhtoanhs',
      JSON.stringify({ ...fields, MaXacThuc: await noticeSeal(fields, SECRET) }),
      JSON_TYPE,
    );

  it('its notice, every field', async () => {
    const { reference } = await open('national');
    for (const [, , fields] of plantedIn(base(reference))) await tell(fields);
    await rest();
    expect(await leaks()).toEqual([]);
  });

  it.each(Object.entries(PLANTS).filter(([, text]) => text.length < 255))(
    'I4: paid under %s in the place of its transaction, told three times, is paid once',
    async (_what, MaGiaoDich) => {
      const payment = await open('national');
      const strange = { ...base(payment.reference), MaGiaoDich, ThoiGianGD: MaGiaoDich };
      for (const MaNganHang of ['VCB', 'BIDV', 'VCB']) await tell({ ...strange, MaNganHang });
      await rest();
      await till.call('POST', `/v1/payments/${payment.id}/refresh`);
      const seen = await see(payment);
      expect(seen).toMatchObject({ state: 'paid', surplus: null });
      expect(seen.facts.filter(({ transaction }) => transaction?.startsWith('digest#'))).toHaveLength(1);
      // Another transaction of the same reference is other money.
      await tell({ ...strange, MaGiaoDich: `${MaGiaoDich} 2` });
      await rest();
      expect((await see(payment)).surplus).toMatchObject({ amount: 8_000 });
      expect(await leaks()).toEqual([]);
    },
  );

  it('its answer to a question, every field', async () => {
    const payment = await open('national');
    for (const [, , fields] of plantedIn({ ...base(payment.reference), LoaiBanTin: 'QUERY', TrangThaiGD: '1' })) {
      const body = { ...fields, MaXacThuc: await noticeSeal(fields, SECRET) };
      till.platform.addFault({ kind: 'off-schema', body, match: { service: 'QUERY' }, times: 1 });
      expect((await till.call('POST', `/v1/payments/${payment.id}/refresh`)).status).not.toBe(500);
    }
    expect(await leaks()).toEqual([]);
    expect((await see(payment)).facts.length).toBeGreaterThan(0);
  });

  it('its question after a bill', async () => {
    for (const [, , fields] of plantedIn({ MaHoSo: 'H02' }))
      await post('payment-platform/dptracuuthanhtoanhs', JSON.stringify(fields), JSON_TYPE);
    await post('payment-platform/dptracuuthanhtoanhs', JSON.stringify({ MaHoSo: '024000000123' }), JSON_TYPE);
    expect(await leaks()).toEqual([]);
  });
});

describe('Vietcombank', () => {
  it('its hint, every field, and what it answers then', async () => {
    const payment = await open('vietcombank');
    const told = { order_code: payment.reference, token_code: 'T1', status: '3', amount: '8000' };
    const order = { ...told, currency: 'VND', time_paid: '', time_refund: '' };
    for (const [, , fields] of plantedIn(told)) await post('vietcombank/notify', JSON.stringify(fields), JSON_TYPE);
    await post('vietcombank/notify', JSON.stringify({ ...told, order_code: '024000000123' }), JSON_TYPE);
    const ask = async (body: object) => {
      till.bank.addFault({ kind: 'off-schema', body, match: { service: 'CheckOrder' }, times: 1 });
      expect((await till.call('POST', `/v1/payments/${payment.id}/refresh`)).status).not.toBe(500);
    };
    for (const status of ['3', '7', '11', '15'])
      for (const [, , fields] of plantedIn({ ...order, status }))
        await ask({ result_code: '0000', result_message: '', result_data: fields });
    for (const [, , fields] of plantedIn({ result_code: '0000', result_message: '' }))
      await ask({ ...fields, result_data: order });
    await rest();
    expect(await leaks()).toEqual([]);
    expect((await see(payment)).facts.length).toBeGreaterThan(0);
  });

  const credit = (reference: string) => ({
    ...{ id: '1', gateway: 'Vietcombank', transactionDate: '2022-12-01 09:00:00', accountNumber: ACCOUNT },
    ...{ subAccount: '', code: '', content: reference, description: '', transferType: 'in', transferAmount: '8000' },
    ...{ referenceCode: `FT-${reference}` },
  });
  const tell = async (fields: object) => {
    const body = JSON.stringify(fields);
    const signature = createHmac('sha256', NOTICE_SECRET).update(body).digest('hex');
    await post('vietcombank/credit-notice', body, { ...JSON_TYPE, 'x-signature': signature });
  };

  it('its credit notice, every field', async () => {
    const { reference } = await open('vietqr');
    for (const [, , fields] of plantedIn(credit(reference))) await tell(fields);
    await rest();
    expect(await leaks()).toEqual([]);
  });

  it('I4: a transfer whose bank’s reference is no code pays, and once however often it is told', async () => {
    const payment = await open('vietqr');
    const strange = {
      ...credit(payment.reference),
      referenceCode: 'NGUYEN VAN MAU 0912345678',
      transactionDate: 'Mẫu',
    };
    for (const content of [payment.reference, `${payment.reference} Nguyễn Văn Mẫu`])
      await tell({ ...strange, content });
    await rest();
    expect(await see(payment)).toMatchObject({ state: 'paid', surplus: null, facts: [{ kind: 'paid' }] });
    expect(await leaks()).toEqual([]);
  });
});

it('the bank’s own service: its notice, every field', async () => {
  const { partner, aesSecret, bankSecretKey } = till.ecom.settings;
  const account = {
    ...{ method: 'vietcombank-ecom', bankBin: '970436', accountNumber: '0123456789', accountName: 'UBND phường' },
    ...{ treasuryAccount: null, chapter: null, subItem: null, validFrom: '2022-01-01', validTo: null },
  };
  expect((await till.call('PUT', '/v1/admin/beneficiaries/H02.15.03', { accounts: [account] })).status).toBe(200);
  const payment = await open('vietcombank');
  const { reference } = payment;
  const base = {
    ...{
      errCode: '00',
      errDesc: 'Thành công',
      VcbTranId: 'VCB1',
      PartnerId: partner,
      amount: '8000',
      trans_id: reference,
    },
  };
  for (const [, , fields] of plantedIn(base)) {
    const text = noticeText(reference, fields, aesSecret, bankSecretKey);
    await post('vietcombank-ecom/notify', text);
    await post('vietcombank-ecom/notify', noticeText(fields.trans_id, fields, aesSecret, bankSecretKey));
  }
  await rest();
  expect((await see(payment)).facts.length).toBeGreaterThan(0);
  expect(await leaks()).toEqual([]);
});

it('the portal: a dossier that it hands over, every field', async () => {
  const base = {
    ...{ MaHoSo: 'G22.99-221201-0001', MaTTHC: '1.001193', TenTTHC: 'Khai sinh', MaDonVi: 'H02', DonViXuLy: 'UBND' },
    ...{ ChuHoSo: 'X', MaDoiTuong: 'T-1', KenhThucHien: '2', TrangThaiHoSo: '1', NgayNopHoSo: '20221201080000' },
  };
  const numbers = ['024000000123', '0912345678'].map((MaHoSo) => ({ ...base, MaHoSo }));
  for (const data of [...plantedIn(base).map(([, , fields]) => fields), ...numbers])
    await post('national-portal/nhanhsdvcqg', JSON.stringify({ service: 'nhanhsdvcqg', data }), JSON_TYPE);
  await rest();
  expect(await till.rows('select national_code from national_dossier')).toEqual([
    { national_code: 'G22.99-221201-0001' },
  ]);
  expect(await leaks()).toEqual([]);
});
