import { expect, it } from 'vitest';
import { delimited } from '../kit/delimiter.ts';
import { isMessage, readMessage, type WireMessage } from './message.ts';
import { initSeal, noticeSeal, questionSeal, sealOf } from './seals.ts';
import { everyInit } from './wire.ts';

const reference = '000.00.01.H02-250601-0001-01';

function message(json: string): WireMessage {
  const read = readMessage(json);
  if (!isMessage(read)) throw new Error('no message');
  return read;
}

it('seals INIT as the vector of WIRE.md 2.1', async () => {
  const texts = {
    LoaiBanTin: 'INIT',
    PhienBan: '1.0.6',
    MaDoiTac: 'DEMO02',
    MaThamChieu: reference,
    SoTien: '50000',
    ...everyInit,
    ThongTinGiaoDich: 'Thanh toan le phi',
    ThoiGianGD: '20250601083000',
    Ip: '10.0.0.1',
  };
  const vector = '77851e89f18bd92daea3582f3bab5a8eddfffc9f3fd1d145b5c530000bb1c093';
  expect(await initSeal(texts, 'demo-key')).toBe(vector);
});

it('seals a question as the vector of WIRE.md 2.2', async () => {
  const texts = {
    LoaiBanTin: 'QUERY',
    PhienBan: '1.0.6',
    MaDoiTac: 'DEMO02',
    MaThamChieu: reference,
    ThoiGianGD: '20250601084500',
  };
  const vector = '65fb7484404cfd7cabe0189fe196f1e29a11e5ba43c84e55a49212227cbdcfa1';
  expect(await questionSeal(texts, 'demo-key')).toBe(vector);
});

/** Made apart from this code, over the amount as it is written in `notice`. */
const NOTICE_VECTOR = 'a5f7d6a30742c355d7e14df7af17765c407ca06d6e0c13a863692b90bdd21ec8';
const notice = (amount: string, seal = NOTICE_VECTOR, purpose = 'Thanh toán lệ phí') =>
  `{"LoaiBanTin":"IPN","MaLoi":"00","MaDoiTac":"DEMO02","MaThamChieu":"LT123456789092","SoTien":${amount},"MaTienTe":"VND",
  "MaGiaoDich":"G22.99.3-250601000001","MaNganHang":"PAYMENT","ThoiGianGD":"20250601083500",
  "ThongTinGiaoDich":"${purpose}","MaXacThuc":"${seal}"}`;

it('seals a notice over its amount as it was written', async () => {
  expect(await sealOf(message(notice('50000.0')), 'demo-key')).toBe('true');
  expect(await sealOf(message(notice('50000')), 'demo-key')).toBe('untrue');
  expect(await sealOf(message(notice('"50000.0"')), 'demo-key')).toBe('true');
  expect(await sealOf(message(notice('50000.0', NOTICE_VECTOR.toUpperCase())), 'demo-key')).toBe('true');
});

it('takes no other seal, none, and none under another secret (I7)', async () => {
  expect(await sealOf(message(notice('50000.0')), 'demo-kez')).toBe('untrue');
  expect(await sealOf(message(notice('50000.0')), '')).toBe('untrue');
  expect(await sealOf(message(notice('50000.0', '')), 'demo-key')).toBe('absent');
  expect(await sealOf(message(notice('50000.0', NOTICE_VECTOR.slice(1))), 'demo-key')).toBe('untrue');
  expect(await sealOf(message(notice('50000.0', NOTICE_VECTOR, 'Thanh toán phí')), 'demo-key')).toBe('untrue');
  expect(await sealOf(message(notice('{}')), 'demo-key')).toBe('untrue');
});

it('no value holds the delimiter: it could be moved into its neighbour', async () => {
  const texts = {
    LoaiBanTin: 'IPN',
    MaLoi: '00',
    MaDoiTac: 'DEMO02',
    MaThamChieu: 'LT123456789092',
    SoTien: '50000',
    MaTienTe: 'VND',
    MaGiaoDich: 'G1|PAYMENT',
    MaNganHang: '',
    ThoiGianGD: '20250601083500',
    ThongTinGiaoDich: '',
  };
  const sealed = { ...texts, MaXacThuc: await noticeSeal(texts, 'demo-key') };
  expect(await sealOf(message(JSON.stringify(sealed)), 'demo-key')).toBe('untrue');
  expect(delimited(texts)).toBe('MaGiaoDich');
  expect(delimited({ ...texts, MaGiaoDich: 'G1' })).toBeUndefined();
});
