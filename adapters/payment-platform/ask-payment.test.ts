import { describe, expect, it } from 'vitest';
import { json, scriptedSystem } from '../kit/testing.ts';
import { askPayment } from './ask-payment.ts';
import { platformConfig } from './config.ts';
import { noticeSeal } from './seals.ts';

const SECRET = 'demo-key';
const config = platformConfig.parse({ URL: 'http://platform.example/pay', PARTNER: 'DEMO02', SECRET });
const question = { reference: 'LT123456789092', handle: null, madeAt: 0 };

const base = {
  LoaiBanTin: 'QUERY',
  MaLoi: '00',
  MaDoiTac: 'DEMO02',
  MaThamChieu: 'LT123456789092',
  SoTien: '50000',
  MaTienTe: 'VND',
  MaGiaoDich: 'G22.99.3-250601000001',
  MaNganHang: 'PAYMENT',
  ThoiGianGD: '20250601083000',
  ThongTinGiaoDich: 'le phi',
};
type Changes = Partial<typeof base> & Readonly<Record<string, unknown>>;

/** As the platform writes it: the amount a number, the status as told. */
async function written(changes: Changes): Promise<object> {
  const texts = { ...base, ...changes };
  return { ...texts, SoTien: Number(texts.SoTien), MaXacThuc: await noticeSeal(texts, SECRET) };
}
async function ask(answer: object, status = 200) {
  const system = scriptedSystem(() => json(answer, status));
  const outcome = await askPayment(config).run(question, system.context());
  return { outcome, kept: system.kept };
}
const word = async (changes: Changes) => (await ask(await written(changes))).outcome;

const fact = {
  amount: { amount: 50_000, currency: 'VND' },
  transaction: 'G22.99.3-250601000001',
  at: '20250601083000',
};
const said = (result: object) => ({ kind: 'completed', result: { reference: 'LT123456789092', ...result } });

describe('a word of QUERY', () => {
  it.each(['1', 1])('00 and TrangThaiGD %j: paid, and how much (I4)', async (TrangThaiGD) => {
    expect(await word({ TrangThaiGD })).toEqual(said({ facts: [{ kind: 'paid', ...fact }], open: null, code: '00/1' }));
  });

  it('another amount, currency or reference is told as it is: who hears it compares (I4)', async () => {
    const outcome = await word({ TrangThaiGD: '1', SoTien: '49000.5', MaTienTe: 'USD', MaThamChieu: 'LT1' });
    const facts = [{ kind: 'paid', ...fact, amount: { amount: 49_000.5, currency: 'USD' } }];
    expect(outcome).toMatchObject({ result: { reference: 'LT1', facts } });
  });

  it.each(['3', 3])('TrangThaiGD %j: pending, no fact', async (TrangThaiGD) => {
    expect(await word({ TrangThaiGD })).toEqual(said({ facts: [], open: 'pending', code: '00/3' }));
  });

  it.each([
    [{ TrangThaiGD: '4' }, '00/4'],
    [{ TrangThaiGD: 4, MoTaLoi: 'Giao dịch không thành công' }, '00/4'],
    [{ MaLoi: '01' }, '01'],
    [{ MaLoi: '01', TrangThaiGD: '4' }, '01/4'],
  ])('%j: failed', async (changes, code) => {
    expect(await word(changes)).toEqual(said({ facts: [{ kind: 'failed', ...fact }], open: null, code }));
  });

  it.each([
    [{ TrangThaiGD: '2' }, '00/2'],
    [{ TrangThaiGD: '01' }, '00/01'],
    [{}, '00'],
    [{ MaLoi: '01', TrangThaiGD: '1' }, '01/1'],
    [{ MaLoi: '01', TrangThaiGD: '3' }, '01/3'],
  ])('%j: in no list, or against itself', async (changes, code) => {
    expect(await word(changes)).toEqual(said({ facts: [], open: 'unlisted', code }));
  });

  it.each([
    ['104', 'not-created'],
    ['116', 'pending'],
    ['118', 'unlisted'],
    ['06', 'unlisted'],
    ['96', 'unlisted'],
    ['99', 'unlisted'],
    ['123', 'unlisted'],
    ['777', 'unlisted'],
  ])('a bare %s: %s', async (MaLoi, open) => {
    const { outcome } = await ask({ MaLoi, MoTaLoi: 'Lỗi', MaThamChieu: 'LT123456789092' });
    expect(outcome).toEqual(said({ facts: [], open, code: MaLoi }));
    // Some do not name the reference: it is the one that was asked for.
    expect((await ask({ MaLoi })).outcome).toEqual(said({ facts: [], open, code: MaLoi }));
  });

  it.each(['02', '07', '09'])('%s speaks of the question, under another status too', async (MaLoi) => {
    for (const status of [200, 400, 500]) {
      expect((await ask({ MaLoi, MoTaLoi: 'Sai' }, status)).outcome).toMatchObject({ kind: 'rejected', code: MaLoi });
    }
  });

  it('a yes under a failing status is none', async () => {
    const { outcome } = await ask(await written({ TrangThaiGD: '1' }), 500);
    expect(outcome).toEqual({ kind: 'unknown', reason: 'server-error' });
  });

  it('paid beside words of a failure is believed in neither', async () => {
    const outcome = await word({ TrangThaiGD: '1', MoTaLoi: 'Giao dịch không thành công' });
    expect(outcome).toEqual({ kind: 'unknown', reason: 'unreadable' });
  });
});

describe('its seal (I4, I7)', () => {
  it.each(['1', '3', '4'])('without one TrangThaiGD %s decides nothing, and a person is told', async (TrangThaiGD) => {
    for (const MaXacThuc of [undefined, '', null]) {
      const { outcome, kept } = await ask({ ...(await written({ TrangThaiGD })), MaXacThuc });
      expect(outcome).toMatchObject({ kind: 'drift', path: '/MaXacThuc', got: 'missing' });
      expect(kept).toHaveLength(1);
    }
  });

  it.each([
    { SoTien: 49_999 },
    { MaThamChieu: 'LT1' },
    { MaLoi: '01' },
    { MaTienTe: 'USD' },
    { MaGiaoDich: 'G2' },
    { MaXacThuc: '0'.repeat(64) },
    { ThongTinGiaoDich: 'a|b' },
  ])('changed to %j it is another', async (changes) => {
    const { outcome } = await ask({ ...(await written({ TrangThaiGD: '1' })), ...changes });
    expect(outcome).toMatchObject({ kind: 'drift', path: '/MaXacThuc', got: 'another' });
  });

  it('covers the amount as it was written', async () => {
    const texts = { ...base, SoTien: '50000.00' };
    const seal = await noticeSeal(texts, SECRET);
    const rest = JSON.stringify({ ...texts, SoTien: undefined, TrangThaiGD: '1', MaXacThuc: seal }).slice(1);
    const system = (amount: string, wrapped: boolean) =>
      scriptedSystem(() => {
        const body = `{"SoTien":${amount},${rest}`;
        return { status: 200, headers: {}, body: wrapped ? `{"error_code":0,"message":${body}}` : body };
      });
    for (const wrapped of [false, true]) {
      const good = await askPayment(config).run(question, system('50000.00', wrapped).context());
      expect(good).toMatchObject({ result: { facts: [{ kind: 'paid', amount: { amount: 50_000 } }] } });
      const bad = await askPayment(config).run(question, system('50000', wrapped).context());
      expect(bad).toMatchObject({ kind: 'drift' });
    }
  });
});
