import { describe, expect, it } from 'vitest';
import { paymentOrder } from '../../test/kit/payment-order.ts';
import type { WireFault } from '../adapter.ts';
import { inText, type TextReply, textOf, utf8 } from '../kit/bytes.ts';
import { json, scriptedSystem } from '../kit/testing.ts';
import { platformConfig } from './config.ts';
import { openPayment } from './open-payment.ts';
import { noticeSeal } from './seals.ts';

const SECRET = 'demo-key';
const config = platformConfig.parse({ URL: 'http://platform.example/pay', PARTNER: 'DEMO02', SECRET });
const act = openPayment(config);
const order = paymentOrder('LT123456789092');
const reference = order.reference;
const handle = '20250601083000';

const lost = { kind: 'completed', result: { url: null, handle } };
const exists = json({ MaLoi: '116', MoTaLoi: 'Mã tham chiếu đã tồn tại', MaThamChieu: reference });

const aboutIt = {
  LoaiBanTin: 'QUERY',
  MaLoi: '00',
  MaDoiTac: 'DEMO02',
  MaThamChieu: reference,
  SoTien: '50000',
  MaTienTe: 'VND',
  MaGiaoDich: '',
  MaNganHang: 'PAYMENT',
  ThoiGianGD: handle,
  ThongTinGiaoDich: 'le phi',
};
async function found(changes: Partial<typeof aboutIt & { TrangThaiGD: unknown }> = {}): Promise<TextReply> {
  const texts = { ...aboutIt, ...changes };
  return json({ TrangThaiGD: '3', ...texts, MaXacThuc: await noticeSeal(texts, SECRET) });
}

function answering(...replies: readonly (TextReply | WireFault)[]) {
  return scriptedSystem((_, n) => replies[n - 1] ?? { cause: 'reset', mayHaveArrived: true });
}
const run = (...replies: readonly (TextReply | WireFault)[]) => {
  const system = answering(...replies);
  return { system, outcome: act.run(order, system.context({ oneOff: true })) };
};
const confirm = (reply: TextReply | WireFault) => {
  if (act.recovery.kind !== 'confirm') throw new Error('it is confirmed');
  return act.recovery.confirm(order, answering(reply).context());
};

describe('what INIT is answered', () => {
  const url = 'https://platform.example/pages/1';

  it('00: the page, and the time by which it is asked for', async () => {
    const { system, outcome } = run(json({ MaLoi: '00', MoTaLoi: 'Thành công', UrlThanhToan: url }));
    expect(await outcome).toEqual({ kind: 'completed', result: { url, handle } });
    const [sent] = system.requests;
    expect(sent).toMatchObject({ method: 'POST', url: 'http://platform.example/pay' });
    expect(JSON.parse(textOf(sent?.body ?? utf8('')))).toMatchObject({ LoaiBanTin: 'INIT', SoTien: '50000' });
  });

  it('the same inside the envelope of a province, as a text or as an object', async () => {
    const answer = { MaLoi: '00', UrlThanhToan: url, MaThamChieu: reference };
    for (const message of [answer, JSON.stringify(answer)]) {
      const { outcome } = run(json({ error_code: '0', message }));
      expect(await outcome).toMatchObject({ kind: 'completed', result: { url } });
    }
    expect(await run(json({ error_code: '1', message: JSON.stringify(answer) })).outcome).toEqual({
      kind: 'unknown',
      reason: 'server-error',
    });
  });

  it('MaXacThuc has no known formula: it decides nothing', async () => {
    const { outcome } = run(json({ MaLoi: '00', UrlThanhToan: url, MaXacThuc: 'x' }));
    expect(await outcome).toMatchObject({ kind: 'completed' });
  });

  it.each(['01', '02', '051', '052', '053', '054', '056', '057', '058', '061', '07', '09', '118', '123', '128', '142'])(
    '%s: refused',
    async (MaLoi) => {
      const { system, outcome } = run(json({ MaLoi, MoTaLoi: 'Không được', MaThamChieu: reference }));
      expect(await outcome).toEqual({ kind: 'rejected', code: MaLoi, message: 'Không được', fields: [] });
      expect(system.requests).toHaveLength(1);
    },
  );

  it.each(['06', '96', '99', '071', '104', '120', '0', '', 'OK'])('%j: they may have opened it', async (MaLoi) => {
    const { system, outcome } = run(json({ MaLoi, MoTaLoi: 'Lỗi', MaThamChieu: reference }));
    expect(await outcome).toEqual({ kind: 'unknown', reason: 'server-error' });
    expect(system.kept).toHaveLength(1);
  });

  it.each([
    ['no page', { MaLoi: '00' }, 'drift', '/UrlThanhToan'],
    ['a page that runs something', { MaLoi: '00', UrlThanhToan: 'javascript:alert(1)' }, 'drift', '/UrlThanhToan'],
    ['another reference', { MaLoi: '00', UrlThanhToan: url, MaThamChieu: 'LT1' }, 'drift', '/MaThamChieu'],
    ['a refusal of another', { MaLoi: '118', MaThamChieu: 'LT1' }, 'drift', '/MaThamChieu'],
    ['no code', { UrlThanhToan: url }, 'drift', '/MaLoi'],
  ])('%s: drift', async (_, answer, kind, path) => {
    expect(await run(json(answer)).outcome).toMatchObject({ kind, path });
  });

  it('success beside words of a failure is believed in neither', async () => {
    const { outcome } = run(json({ MaLoi: '00', MoTaLoi: 'Giao dịch THẤT BẠI', UrlThanhToan: url }));
    expect(await outcome).toEqual({ kind: 'unknown', reason: 'unreadable' });
  });

  it('116: the old one is asked for in the same call; its page is lost', async () => {
    const { system, outcome } = run(exists, await found());
    expect(await outcome).toEqual(lost);
    const asked = system.requests.map(({ body }) => JSON.parse(textOf(body ?? utf8(''))) as Record<string, string>);
    expect(asked.map(({ LoaiBanTin }) => LoaiBanTin)).toEqual(['INIT', 'QUERY']);
    expect(asked[1]).toMatchObject({ MaThamChieu: reference, ThoiGianGD: handle });
  });

  it.each([
    ['is not known after all', json({ MaLoi: '104', MaThamChieu: reference })],
    ['cannot be asked for', { cause: 'refused', mayHaveArrived: false } as const],
    ['is refused', json({ MaLoi: '07', MaThamChieu: reference })],
  ])('116, and the old one %s: in doubt', async (_, second) => {
    expect(await run(exists, second).outcome).toEqual({ kind: 'unknown', reason: 'unreadable' });
  });
});

describe('asked whether it was opened', () => {
  it.each(['1', '2', '3', '4', 1, 3, 4, ''])('TrangThaiGD %j: it was', async (TrangThaiGD) => {
    expect(await confirm(await found({ TrangThaiGD }))).toEqual({
      kind: 'completed',
      result: { kind: 'applied', result: { url: null, handle } },
    });
  });

  it('01: it was, and failed', async () => {
    expect(await confirm(await found({ MaLoi: '01', TrangThaiGD: '4' }))).toMatchObject({
      result: { kind: 'applied' },
    });
  });

  it('104: it was not', async () => {
    const answer = await confirm(json({ MaLoi: '104', MaThamChieu: reference }));
    expect(answer).toEqual({ kind: 'completed', result: { kind: 'not-applied' } });
  });

  it.each([
    ['06', { kind: 'unknown' }],
    ['96', { kind: 'unknown' }],
    ['99', { kind: 'unknown' }],
    ['07', { kind: 'rejected' }],
    ['118', { kind: 'completed', result: { kind: 'cannot-tell' } }],
    ['777', { kind: 'completed', result: { kind: 'cannot-tell' } }],
  ])('%s: neither', async (MaLoi, expected) => {
    expect(await confirm(json({ MaLoi, MoTaLoi: 'Lỗi', MaThamChieu: reference }))).toMatchObject(expected);
  });

  it.each([
    ['104 under a 404', json({ MaLoi: '104', MaThamChieu: reference }, 404)],
    ['104 of another reference', json({ MaLoi: '104', MaThamChieu: 'LT1' })],
    ['104 under a wrong seal', json({ MaLoi: '104', MaThamChieu: reference, MaXacThuc: '0'.repeat(64) })],
    ['an empty body', { ...inText({ status: 200, headers: {}, body: utf8('') }) }],
  ])('%s: no answer', async (_, reply) => {
    expect((await confirm(reply)).kind).not.toBe('completed');
  });

  it('a fact of another reference is none of it', async () => {
    expect(await confirm(await found({ MaThamChieu: 'LT1' }))).toMatchObject({ kind: 'drift', path: '/MaThamChieu' });
  });
});
