import { expect, test } from 'vitest';
import { initSeal, noticeSeal, querySeal } from './seals.ts';
import { initMessage, queryMessage } from './test-client.ts';

const reference = '000.00.01.H02-250601-0001-01';

test('golden vectors of WIRE.md 2.1 and 2.2', () => {
  const init = initMessage(reference, { Ip: '10.0.0.1', ThongTinGiaoDich: 'Thanh toan le phi' });
  expect(initSeal(init, 'demo-key')).toBe('77851e89f18bd92daea3582f3bab5a8eddfffc9f3fd1d145b5c530000bb1c093');
  expect(initSeal({ ...init, ThongTinBienLai: {} }, 'demo-key')).toBe(initSeal(init, 'demo-key'));
  const query = queryMessage('QUERY', reference, { ThoiGianGD: '20250601084500' });
  expect(querySeal(query, 'demo-key')).toBe('65fb7484404cfd7cabe0189fe196f1e29a11e5ba43c84e55a49212227cbdcfa1');
});

test('a notice is sealed over its own names, SoTien as JSON writes the number', () => {
  const notice = {
    LoaiBanTin: 'IPN',
    MaLoi: '00',
    MaDoiTac: 'DEMO02',
    MaThamChieu: 'LT000000000001',
    SoTien: 50_000,
    MaTienTe: 'VND',
    MaGiaoDich: 'G1',
    MaNganHang: 'PAYMENT',
    ThoiGianGD: '20250601083000',
    ThongTinGiaoDich: 'Thanh toan',
  };
  const sealed = noticeSeal(notice, 'demo-key');
  expect(sealed).toMatch(/^[0-9a-f]{64}$/);
  expect(noticeSeal({ ...notice, TrangThaiGD: '1' }, 'demo-key')).toBe(sealed);
  expect(noticeSeal({ ...notice, SoTien: 50_001 }, 'demo-key')).not.toBe(sealed);
});
