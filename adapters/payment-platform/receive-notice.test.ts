import { describe, expect, it } from 'vitest';
import type { InboundRequest } from '../adapter.ts';
import { textOf, utf8 } from '../kit/bytes.ts';
import { platformConfig } from './config.ts';
import { receiveNotice } from './receive-notice.ts';
import { noticeSeal } from './seals.ts';

const SECRET = 'demo-key';
const tell = receiveNotice(platformConfig.parse({ URL: 'http://platform.example', PARTNER: 'DEMO02', SECRET }));
if (tell.verifier.kind !== 'signature') throw new Error('it is signed');
const { verify } = tell.verifier;

const base = {
  LoaiBanTin: 'IPN',
  MaLoi: '00',
  MaDoiTac: 'DEMO02',
  MaThamChieu: 'LT123456789092',
  SoTien: '50000',
  MaTienTe: 'VND',
  MaGiaoDich: 'G22.99.3-250601000001',
  MaNganHang: 'PAYMENT',
  ThoiGianGD: '20250601083500',
  ThongTinGiaoDich: 'Thanh toán lệ phí',
};
type Changes = Readonly<Record<string, unknown>>;

const request = (body: string): InboundRequest => ({
  method: 'POST',
  headers: {},
  query: {},
  body: utf8(body),
  remoteAddress: '127.0.0.1',
});
/** Sealed after `changes`, altered by `afterwards`; the amount is a number, written as its text. */
async function notice(changes: Changes = {}, afterwards: Changes = {}): Promise<InboundRequest> {
  const texts = { ...base, ...changes };
  const { SoTien, ...rest } = { ...texts, MaXacThuc: await noticeSeal(texts, SECRET), ...afterwards };
  return request(`{"SoTien":${SoTien},${JSON.stringify(rest).slice(1)}`);
}
const parsed = async (changes: Changes) => tell.parse(await notice(changes));

const fact = {
  amount: { amount: 50_000, currency: 'VND' },
  transaction: 'G22.99.3-250601000001',
  at: '20250601083500',
};

describe('who tells it (I7)', () => {
  it('is believed under its seal, the amount as it was written', async () => {
    for (const SoTien of ['50000', '50000.0', '5e4']) expect(await verify(await notice({ SoTien }))).toBe(true);
    expect(await verify(await notice({ SoTien: '50000.0' }, { SoTien: '50000' }))).toBe(false);
  });

  it.each(Object.keys(base))('%s is covered', async (name) => {
    const value = name === 'SoTien' ? '50001' : 'khác';
    expect(await verify(await notice({}, { [name]: value }))).toBe(false);
  });

  it.each([{ MaXacThuc: undefined }, { MaXacThuc: '' }, { MaXacThuc: 5 }, { MaXacThuc: '0'.repeat(64) }])(
    'not with %j',
    async (changes) => expect(await verify(await notice({}, changes))).toBe(false),
  );

  it.each(['', '<xml/>', '[]', '{}', 'null', '5'])('not as %j', async (body) => {
    expect(await verify(request(body))).toBe(false);
  });

  it('no value of it holds the delimiter', async () => {
    expect(await verify(await notice({ MaGiaoDich: 'G1|PAYMENT', MaNganHang: '' }))).toBe(false);
    expect(await verify(await notice({ ThongTinGiaoDich: 'a|b' }))).toBe(false);
  });

  it.each(['QUERY', 'query', ' QUERY', 'INIT', 'GET_BILL', ''])(
    'an answer to us sent here as a notice is none: "%s", whose seal leaves out TrangThaiGD',
    async (LoaiBanTin) => expect(await verify(await notice({ LoaiBanTin }, { TrangThaiGD: '3' }))).toBe(false),
  );
});

describe('what it says', () => {
  it('00: paid, and how much (I4)', async () => {
    expect(await parsed({})).toMatchObject({
      type: 'payment-word',
      ref: 'LT123456789092',
      data: { reference: 'LT123456789092', facts: [{ kind: 'paid', ...fact }], open: null, code: '00' },
    });
  });

  it('01: failed; without a transaction and an amount there is none', async () => {
    expect(await parsed({ MaLoi: '01', MaGiaoDich: '', SoTien: 'null' })).toMatchObject({
      data: { facts: [{ kind: 'failed', amount: null, transaction: null }], open: null, code: '01' },
    });
  });

  it.each([
    ['116', 'pending'],
    ['104', 'not-created'],
    ['06', 'unlisted'],
    ['99', 'unlisted'],
    ['123', 'unlisted'],
    ['0', 'unlisted'],
  ])('%s: no fact, %s', async (MaLoi, open) => {
    expect(await parsed({ MaLoi })).toMatchObject({ data: { facts: [], open, code: MaLoi } });
  });

  it.each([
    { MaLoi: '00', TrangThaiGD: '3' },
    { MaLoi: '00', TrangThaiGD: 4 },
    { MaLoi: '01', TrangThaiGD: '1' },
  ])('against itself it is no fact: %j', async (changes) => {
    expect(await parsed(changes)).toMatchObject({ data: { facts: [], open: 'unlisted' } });
  });

  it.each([
    [{ MaDoiTac: 'DEMO03' }, '/MaDoiTac'],
    [{ MaThamChieu: 'Nguyễn Văn Mẫu' }, '/MaThamChieu'],
    [{ MaThamChieu: '' }, '/MaThamChieu'],
    [{ SoTien: '"nhiều"' }, '/SoTien'],
    [{ MaLoi: null }, '/MaLoi'],
  ])('%j: drift', async (changes, path) => {
    expect(await parsed(changes)).toMatchObject({ kind: 'drift', path });
  });

  it('the same again is a repetition; another transaction, amount, code is not', async () => {
    const keyOf = async (changes: Changes) => {
      const said = await parsed(changes);
      if (!('dedupeKey' in said)) throw new Error('understood');
      return said.dedupeKey;
    };
    const key = await keyOf({});
    expect(await keyOf({ SoTien: '50000.0', ThongTinGiaoDich: 'khác' })).toBe(key);
    for (const changes of [{ MaGiaoDich: 'G2' }, { SoTien: '50001' }, { MaLoi: '01' }, { MaThamChieu: 'LT1' }]) {
      expect(await keyOf(changes)).not.toBe(key);
    }
  });
});

it('I7: too deep it is theirs all the same, and drift, so that it is kept', async () => {
  const { body } = await notice();
  const deep = request(`${textOf(body).slice(0, -1)},"x":${'['.repeat(5_000)}${']'.repeat(5_000)}}`);
  expect(await verify(deep)).toBe(true);
  expect(await tell.parse(deep)).toMatchObject({ kind: 'drift' });
});

describe('what it is answered', () => {
  const read = (reply: { readonly body: Uint8Array }) => JSON.parse(textOf(reply.body)) as Record<string, unknown>;

  it.each(['stored', 'duplicate'] as const)('%s: its own code and seal, as known clients do', async (result) => {
    const sent = await notice({ MaLoi: '01' });
    const { MaXacThuc } = JSON.parse(textOf(sent.body)) as { readonly MaXacThuc: string };
    expect(read(tell.reply(result, sent))).toEqual({
      MaLoi: '01',
      MoTaLoi: 'Thành công',
      MaDoiTac: 'DEMO02',
      MaThamChieu: 'LT123456789092',
      ThoiGianGD: '20250601083500',
      MaXacThuc,
    });
    expect(read(tell.reply(result))).toMatchObject({ MaLoi: '00' });
  });

  it('refused and failed: 99, and nothing of what it said', async () => {
    for (const result of ['refused', 'failed'] as const) {
      expect(read(tell.reply(result, await notice()))).toEqual({ MaLoi: '99', MoTaLoi: expect.any(String) });
    }
    expect([tell.reply('refused').status, tell.reply('failed').status]).toEqual([401, 200]);
  });
});
