import { describe, expect, it } from 'vitest';
import type { InboundRequest, Tell } from '../adapter.ts';
import { textOf, utf8 } from '../kit/bytes.ts';
import { landCallbacks } from './callbacks.ts';
import { landConfig } from './config.ts';
import { landSystem } from './index.ts';

const CODE = 'ma-bao-mat';
const NUMBER = 'H02.15-250601-0001';
const raw = { URL: 'https://datdai.example.vn', KIND: 'vbdlis', SECURITY_CODE: CODE, TIME_ZONE: 'UTC' };
const create = (changes: object = {}) => landSystem.create(landConfig.parse({ ...raw, ...changes }));
const paths = create().callbacks.map(({ path }) => path);

function callback(path: string, changes: object = {}): Tell {
  const found = create(changes).callbacks.find((each) => each.path === path);
  if (found?.kind !== 'tell') throw new TypeError(`no tell ${path}`);
  return found;
}
const request = (body: unknown, query: Record<string, string> = {}): InboundRequest => ({
  method: 'POST',
  headers: {},
  query,
  body: utf8(typeof body === 'string' ? body : JSON.stringify(body)),
  remoteAddress: '127.0.0.1',
});
const parse = (path: string, said: object, changes: object = {}) =>
  callback(path, changes).parse(request({ SoBienNhan: NUMBER, ...said }));
const data = async (path: string, said: object) => {
  const parsed = await parse(path, said);
  return 'data' in parsed ? parsed.data : parsed;
};

describe('who may tell', () => {
  const isTheirs = async (asked: InboundRequest, changes: object = {}) => {
    const { verifier } = callback('KetThuc', changes);
    return verifier.kind === 'shared-key' && (await verifier.verify(asked));
  };

  it('whoever shows the code, in the query or the body', async () => {
    expect(await isTheirs(request({}, { securityCode: CODE }))).toBe(true);
    expect(await isTheirs(request({}, { SecurityCode: CODE }))).toBe(true);
    expect(await isTheirs(request({ securityCode: CODE }))).toBe(true);
  });

  it.each([
    request({}),
    request({}, { securityCode: '' }),
    request({}, { securityCode: `${CODE} ` }),
    request({}, { code: CODE }),
    request({ securityCode: null }),
    request({ securityCode: [CODE] }),
    request({ data: { securityCode: CODE } }),
    request([{ securityCode: CODE }]),
    request('{"securityCode":"ma-bao-mat"'),
    request('null'),
    request({ securityCode: CODE }, { securityCode: 'sai' }),
  ])('nobody else: %#', async (asked) => {
    expect(await isTheirs(asked)).toBe(false);
  });

  it('without a code the addresses that are named, and no other', () => {
    const without = (ALLOW?: string) => callback('KetThuc', { SECURITY_CODE: undefined, ALLOW }).verifier;
    expect(without('10.0.0.0/8')).toEqual({ kind: 'peer', allow: ['10.0.0.0/8'] });
    expect(without()).toEqual({ kind: 'peer', allow: [] });
  });

  it('a code that is changed while it runs counts at once; one that is taken away leaves nobody', async () => {
    const config = landConfig.parse(raw);
    const { verifier } = landSystem.create(config).callbacks[0] as Tell;
    const passes = async (code: string) =>
      verifier.kind === 'shared-key' && (await verifier.verify(request({}, { securityCode: code })));
    config.securityCode = 'mot-ma-khac';
    expect(await passes(CODE)).toBe(false);
    expect(await passes('mot-ma-khac')).toBe(true);
    config.securityCode = '';
    expect(await passes('')).toBe(false);
  });
});

describe('what they tell', () => {
  it('all of it is a tell by POST, under their own names', () => {
    expect(paths).toEqual([
      'LuanChuyen',
      'ChoBoSung',
      'DaBoSung',
      'KetQuaThue',
      'KetThuc',
      'ThueChuyenTraHoSoDoSai',
      'CungCapSoBienNhan',
      'ThongBaoNhapSaiThuTuc',
      'YeuCauCapNhatHoSo',
    ]);
    for (const path of paths) expect(callback(path)).toMatchObject({ methods: ['POST'], kind: 'tell' });
  });

  it('a step', async () => {
    const said = {
      MaCanBoChuyen: 'CB01',
      MaCanBoNhan: 'CB02',
      MaTrangThai: 4,
      LaTrangThaiChuyenLai: 'true',
      NoiDungXuLy: 'Chuyển thẩm định',
      NgayChuyen: '2025-06-02T01:00:00',
      HanXuLy: '05/06/2025 10:00:00',
      DanhSachTapTin: [
        { TenGiayTo: 'Tờ trình', KieuFile: 'pdf', LinkFile: 'https://example.vn/1', SoBanSao: '2', SoBanChinh: 0 },
      ],
    };
    expect(await parse('LuanChuyen', said)).toEqual({
      dedupeKey: expect.stringMatching(/^[0-9a-f]{64}$/),
      type: 'land-step',
      ref: NUMBER,
      data: {
        receiptNumber: NUMBER,
        at: '2025-06-02T08:00:00+07:00',
        officer: 'CB01',
        to: 'CB02',
        note: 'Chuyển thẩm định',
        theirStatus: '4',
        status: 'processing',
        sentBack: true,
        dueAt: '2025-06-05T17:00:00+07:00',
        files: [{ name: 'Tờ trình', type: 'pdf', url: 'https://example.vn/1', base64: null, originals: 0, copies: 2 }],
      },
    });
  });

  it.each([
    ['4', 'processing'],
    [5, 'supplementing'],
    ['5', 'supplementing'],
    ['9', 'completed'],
    ['10', 'result-returned'],
    ['1', 'processing'],
    ['toString', 'processing'],
    [null, 'processing'],
  ])('MaTrangThai %j is %s', async (MaTrangThai, status) => {
    expect(await data('LuanChuyen', { MaTrangThai })).toMatchObject({ status });
  });

  it('a supplement, asked for and received', async () => {
    expect(
      await data('ChoBoSung', {
        NgayChoBoSung: 1_748_826_000,
        LaTamDung: 1,
        GhiChu: 'thiếu',
        TapTin: 'https://example.vn/2',
      }),
    ).toEqual({
      receiptNumber: NUMBER,
      at: '2025-06-02T08:00:00+07:00',
      officer: null,
      note: 'thiếu',
      paused: true,
      files: [{ name: null, type: null, url: 'https://example.vn/2', base64: null, originals: null, copies: null }],
    });
    expect(await data('ChoBoSung', { TapTin: { name: 'a.pdf', data: 'JVBERi0=' } })).toMatchObject({
      at: null,
      paused: null,
      files: [{ name: 'a.pdf', base64: 'JVBERi0=' }],
    });
    expect(await data('DaBoSung', { NgayNhanBoSung: '2025-06-03', NgayHenTraMoi: '2025-06-10T10:00:00' })).toEqual({
      receiptNumber: NUMBER,
      at: '2025-06-04T06:59:59+07:00',
      officer: null,
      note: null,
      dueAt: '2025-06-10T17:00:00+07:00',
    });
  });

  it.each([
    { HoTenChu: 'NGUYEN VAN A', DuongDanThongBaoThue: 'https://example.vn/3' },
    { HoVaChu: 'NGUYEN VAN A', DuongDanTBT: 'https://example.vn/3' },
  ])('tax notices, by the names of either client: %j', async (names) => {
    const notice = { LoaiThue: 'Lệ phí trước bạ', SoThongBaoThue: 'LTB1', ...names };
    expect(await data('KetQuaThue', { NguoiXuLy: 'TRAN THI B', DanhSachThongBaoThue: [notice, {}] })).toMatchObject({
      officer: 'TRAN THI B',
      notices: [
        {
          owner: 'NGUYEN VAN A',
          kind: 'registration-fee',
          name: 'Lệ phí trước bạ',
          number: 'LTB1',
          url: 'https://example.vn/3',
        },
        { owner: null, kind: 'other', name: null, number: null, url: null },
      ],
    });
  });

  it.each([
    [0, 'result'],
    ['0', 'result'],
    [1, 'returned-or-withdrawn'],
    ['2', 'returned-or-withdrawn'],
  ])('TrangThaiKetThuc %j is %s', async (TrangThaiKetThuc, ending) => {
    expect(await data('KetThuc', { TrangThaiKetThuc })).toMatchObject({
      ending,
      theirEnding: String(TrangThaiKetThuc),
    });
  });

  it.each([
    ['ThueChuyenTraHoSoDoSai', 'land-returned-as-wrong'],
    ['CungCapSoBienNhan', 'land-receipt-number'],
    ['ThongBaoNhapSaiThuTuc', 'land-wrong-procedure'],
    ['YeuCauCapNhatHoSo', 'land-update-asked'],
  ])('%s keeps all of it but the code', async (path, type) => {
    const said = { LyDo: 'sai', NguoiXuLy: 'TRAN THI B', MaHoSoMotCua: 'MC-1', Khac: { x: 1 } };
    expect(await parse(path, { ...said, securityCode: CODE })).toMatchObject({
      type,
      ref: NUMBER,
      data: { note: 'sai', officer: 'TRAN THI B', dossierCode: 'MC-1', content: { SoBienNhan: NUMBER, ...said } },
    });
    expect(JSON.stringify(await parse(path, { securityCode: CODE, SECURITYCODE: CODE }))).not.toContain(CODE);
  });

  it.each(paths)('%s names its dossier by a code, and nothing of a person stands in the clear', async (path) => {
    const said = { TrangThaiKetThuc: 0, NguoiXuLy: 'TRAN THI B', GhiChu: 'TRAN THI B' };
    const parsed = await parse(path, said);
    const { data: _sealed, ...clear } = parsed as { data?: unknown };
    expect(JSON.stringify(clear)).not.toContain('TRAN');
    for (const SoBienNhan of ['', ' ', '024000000000', 'TRAN THI B', 'x'.repeat(101), null, {}, ['a'], '\u0000'])
      expect(await parse(path, { ...said, SoBienNhan })).toMatchObject({ kind: 'drift', path: '/SoBienNhan' });
  });

  it.each([
    ['LuanChuyen', 'NgayChuyen'],
    ['LuanChuyen', 'HanXuLy'],
    ['ChoBoSung', 'NgayChoBoSung'],
    ['DaBoSung', 'NgayNhanBoSung'],
    ['DaBoSung', 'NgayHenTraMoi'],
    ['KetQuaThue', 'NgayCoKetQuaThue'],
    ['KetThuc', 'NgayKetThuc'],
  ])('%s: what is no time in %s is drift that says where', async (path, name) => {
    for (const value of ['hôm qua', '31/02/2025', '2025-06-02T25:00:00', true, {}, 'x'.repeat(1_000)])
      expect(await parse(path, { TrangThaiKetThuc: 0, [name]: value })).toMatchObject({
        kind: 'drift',
        path: `/${name}`,
      });
  });

  it('a time is of the declared zone', async () => {
    const said = { NgayChuyen: '2025-06-02T08:00:00' };
    expect(await parse('LuanChuyen', said, { TIME_ZONE: 'Asia/Ho_Chi_Minh' })).toMatchObject({
      data: { at: '2025-06-02T08:00:00+07:00' },
    });
    expect(await parse('LuanChuyen', said)).toMatchObject({ data: { at: '2025-06-02T15:00:00+07:00' } });
  });

  it('a message has one key, however it is written and proved', async () => {
    const keyOf = async (said: object) => {
      const parsed = await parse('LuanChuyen', said);
      return 'dedupeKey' in parsed ? parsed.dedupeKey : parsed;
    };
    const key = await keyOf({ MaTrangThai: '4', NgayChuyen: '2025-06-02T01:00:00' });
    expect(await keyOf({ NgayChuyen: '02/06/2025 01:00:00', MaTrangThai: 4, securityCode: CODE })).toBe(key);
    expect(await keyOf({ NgayChuyen: '2025-06-02T01:00:01', MaTrangThai: 4 })).not.toBe(key);
  });
});

it('words without a time are a repetition within the hour in which they were heard, and news after it', async () => {
  let wall = Date.UTC(2025, 5, 2, 1);
  const tells = landCallbacks(landConfig.parse(raw), () => wall) as readonly Tell[];
  const keyOf = async (path: string) => {
    const body = { SoBienNhan: NUMBER, TrangThaiKetThuc: 0, LyDo: 'sai' };
    const parsed = await tells.find((each) => each.path === path)?.parse(request(body));
    return parsed !== undefined && 'dedupeKey' in parsed ? parsed.dedupeKey : undefined;
  };
  const [wrong, ended] = [await keyOf('ThueChuyenTraHoSoDoSai'), await keyOf('KetThuc')];
  expect(wrong).toMatch(/^[0-9a-f]{64}$/);
  wall += 3_599_999;
  expect(await keyOf('ThueChuyenTraHoSoDoSai')).toBe(wrong);
  wall += 1;
  expect(await keyOf('ThueChuyenTraHoSoDoSai')).not.toBe(wrong);
  expect(await keyOf('KetThuc')).toBe(ended);
});

it('is answered as they read it', () => {
  const { reply } = callback('KetThuc');
  const read = (result: Parameters<Tell['reply']>[0]) => {
    const { status, body } = reply(result);
    return [status, (JSON.parse(textOf(body)) as { Result: number }).Result];
  };
  expect(read('stored')).toEqual([200, 1]);
  expect(read('duplicate')).toEqual([200, 1]);
  expect(read('failed')).toEqual([200, 0]);
  expect(read('refused')).toEqual([401, 0]);
});
