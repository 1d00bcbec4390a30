import { beforeEach, describe, expect, it } from 'vitest';
import { landDossier, landPaper } from '../../test/kit/land-dossier.ts';
import type { WireRequest } from '../adapter.ts';
import { textOf } from '../kit/bytes.ts';
import { json, type ScriptedSystem, scriptedSystem } from '../kit/testing.ts';
import { landConfig } from './config.ts';
import { landSystem } from './index.ts';

const vbdlis = { URL: 'https://datdai.example.vn/api/', KIND: 'vbdlis', SECURITY_CODE: 'ma-bao-mat' };
const ilis = {
  ...vbdlis,
  KIND: 'ilis',
  USERNAME: 'motcua',
  PASSWORD: 'mật khẩu:1',
  CLIENT_ID: 'c',
  CLIENT_SECRET: 'bí mật',
};
const TOKEN = 'ma-truy-cap-0001';

let answer: unknown;
let status: number;
let system: ScriptedSystem;
const isGrant = ({ url }: WireRequest) => url.endsWith('/token');
beforeEach(() => {
  answer = yes();
  status = 200;
  system = scriptedSystem((request) => (isGrant(request) ? json({ access_token: TOKEN }) : json(answer, status)));
});

const yes = (message = 'Thành công') => ({
  data: 1,
  status: { success: true, code: '200', type: '', time: '', message },
});
const no = (message = 'lý do', code: unknown = 'E01') => ({ data: 0, status: { success: false, code, message } });

const inputs = {
  'receive-dossier': landDossier(),
  'supplement-dossier': {
    receiptNumber: 'H02.15-250601-0001',
    dueAt: '2025-06-20T17:00:00+07:00',
    note: 'đã đủ',
    papers: [landPaper],
  },
  'dossier-returned': { receiptNumber: 'H02.15-250601-0001', returnedAt: '2025-06-20T09:00:00+07:00' },
  'wrong-result': { receiptNumber: 'H02.15-250601-0001', content: 'Sai họ tên', papers: [] },
} as const;
type Name = keyof typeof inputs;
const names = Object.keys(inputs) as Name[];

const send = async (name: Name, raw: object = vbdlis, input: object = inputs[name], oneOff = false) => {
  const command = landSystem.create(landConfig.parse(raw)).commands[name];
  if (command?.kind !== 'act') throw new TypeError('no act');
  return command.run(input as never, system.context({ oneOff }));
};
const told = (said: unknown, name: Name = 'receive-dossier') => {
  answer = said;
  return send(name);
};
const sent = () => {
  const request = system.requests.at(-1);
  return { ...request, said: JSON.parse(textOf(request?.body ?? new Uint8Array())) as unknown };
};

describe('what is said', () => {
  it('of a dossier, field for field', async () => {
    expect(await send('receive-dossier')).toEqual({
      kind: 'completed',
      result: { receiptNumber: 'H02.15-250601-0001', before: false },
    });
    expect(sent().said).toEqual({
      LaQuyTrinhCapTinh: true,
      TinhId: '24',
      HuyenId: '',
      XaId: '07213',
      SoBienNhan: 'H02.15-250601-0001',
      MaHoSoMotCua: 'H02.15-250601-0001',
      NguoiTiepNhan: 'CB01',
      NgayTiepNhan: '2025-06-01T08:30:00+07:00',
      NgayHenTra: '2025-06-15T17:00:00+07:00',
      DiaChiTaiSan: 'Thôn Mẫu, xã Mẫu',
      ThongTinNguoiNopDon: {
        HoTen: 'NGUYEN VAN A',
        SoChungMinh: '024000000000',
        DiaChiChiTiet: 'Thôn Mẫu, xã Mẫu',
        SoDienThoai: '0900000000',
        Email: '',
      },
      ThongTinQuyTrinh: { MaQuyTrinh: 'QT01', TenQuyTrinh: 'Đăng ký biến động' },
      ThongTinThuaDat: [{ SoThuTuThua: '12', SoHieuBanDo: '3', DienTich: 120.5, DiaChiChiTiet: '' }],
      DanhSachGiayToDinhKem: [
        {
          TenGiayTo: 'Đơn đăng ký biến động',
          SoBanChinh: 1,
          SoBanSao: 0,
          TapTin: { name: 'don.pdf', data: 'JVBERi0xLjc=' },
        },
        { TenGiayTo: 'Bản chính giấy chứng nhận', SoBanChinh: 1, SoBanSao: 0, TapTin: null },
      ],
    });
  });

  it.each([
    [
      'supplement-dossier',
      {
        SoBienNhan: 'H02.15-250601-0001',
        NgayHenTraMoi: '2025-06-20T17:00:00+07:00',
        GhiChu: 'đã đủ',
        DanhSachGiayToBoSung: [
          { TenGiayTo: landPaper.name, SoBanChinh: 1, SoBanSao: 0, TapTin: { name: 'don.pdf', data: 'JVBERi0xLjc=' } },
        ],
      },
    ],
    ['dossier-returned', { SoBienNhan: 'H02.15-250601-0001', NgayTra: '2025-06-20T09:00:00+07:00' }],
    ['wrong-result', { SoBienNhan: 'H02.15-250601-0001', NoiDung: 'Sai họ tên', DanhSachGiayToDinhKem: [] }],
  ] as const)('of %s', async (name, expected) => {
    await send(name);
    expect(sent().said).toEqual(expected);
  });

  it.each([
    ['receive-dossier', 'tiepnhan', 'TiepNhanHoSo'],
    ['supplement-dossier', 'capnhattrangthaibosunghoso', 'BoSungHoSo'],
    ['dossier-returned', 'capnhattrangthaitraketquahoso', 'CapNhatTrangThaiHoSo'],
    ['wrong-result', 'phanhoihososaiketqua', 'phanhoihososaiketqua'],
  ] as const)('%s goes to %s without a token, and to %s with one; the body is the same', async (name, open, under) => {
    await send(name);
    const first = sent();
    expect(first).toMatchObject({ method: 'POST', url: `https://datdai.example.vn/api/${open}` });
    expect(first.headers).not.toHaveProperty('authorization');
    await send(name, ilis);
    expect(sent()).toMatchObject({
      url: `https://datdai.example.vn/api/${under}`,
      headers: { authorization: `Bearer ${TOKEN}` },
      said: first.said,
    });
  });

  it('the grant is asked for once, in a form', async () => {
    const { commands } = landSystem.create(landConfig.parse(ilis));
    for (const name of names) {
      const command = commands[name];
      if (command?.kind === 'act') await command.run(inputs[name] as never, system.context());
    }
    const grants = system.requests.filter(isGrant);
    expect(grants).toHaveLength(1);
    expect(Object.fromEntries(new URLSearchParams(textOf(grants[0]?.body ?? new Uint8Array())))).toEqual({
      username: 'motcua',
      password: 'mật khẩu:1',
      grant_type: 'password',
      client_id: 'c',
      client_secret: 'bí mật',
    });
  });

  it.each(['024000000000', '', 'NGUYEN VAN A', '../x'])(
    '%j is no receipt number, and nothing is sent',
    async (receiptNumber) => {
      for (const name of names)
        expect(await send(name, vbdlis, { ...inputs[name], receiptNumber })).toMatchObject({
          kind: 'rejected',
          fields: ['/receiptNumber'],
        });
      expect(system.requests).toEqual([]);
    },
  );
});

describe('what they answer', () => {
  const before = { kind: 'completed', result: { before: true } };

  it.each(names)('"đã tồn tại" is a yes to %s, however it stands there', async (name) => {
    for (const words of [
      'Hồ sơ đã tồn tại',
      'HỒ SƠ ĐÃ TỒN TẠI trong hệ thống',
      'Hồ sơ đã tồn tại'.normalize('NFD'),
      'Thất bại: đã tồn tại',
    ]) {
      for (const said of [no(words), yes(words), { data: null, status: { message: words } }])
        expect(await told(said, name)).toMatchObject(before);
    }
    for (const failing of [400, 409, 500]) {
      status = failing;
      expect(await told(no('đã tồn tại'), name)).toMatchObject(before);
    }
  });

  it.each([1, '1', true])('data %j is done', async (data) => {
    expect(await told({ ...yes(), data })).toMatchObject({ kind: 'completed', result: { before: false } });
    expect(await told({ data, status: {} })).toMatchObject({ kind: 'completed' });
  });

  it.each([
    no(),
    { ...no(), data: undefined },
    { ...no(), data: null },
    { data: 0, status: { success: true, code: 'E01', message: 'lý do' } },
    { data: '5', status: { success: 'False', code: 'E01', message: 'lý do' } },
  ])('%j is a refusal in their words', async (said) => {
    expect(await told(said)).toMatchObject({ kind: 'rejected', code: 'E01', message: 'lý do' });
    status = 422;
    expect(await told(said)).toMatchObject({ kind: 'rejected', code: 'E01' });
  });

  it('a code that may be somebody’s number stands in no clear column', async () => {
    expect(await told(no('lý do', '024000000000'))).toMatchObject({ kind: 'rejected', code: 'other' });
    expect(await told(no('lý do', null))).toMatchObject({ kind: 'rejected', code: '0' });
  });

  it.each([
    yes('Tiếp nhận không thành công'),
    yes('Thất bại'),
    { ...yes(), status: { success: false, code: '1', message: 'lỗi' } },
  ])('yes and no at once are believed in neither: %j', async (said) => {
    expect(await told(said)).toEqual({ kind: 'unknown', reason: 'unreadable' });
    expect(system.kept).toHaveLength(1);
  });

  it.each([
    { data: 2, status: { success: true } },
    { data: null, status: { success: true } },
    { status: { success: true, message: 'Thành công' } },
    { data: {}, status: {} },
    { data: 1 },
    { data: 1, status: 'OK' },
    { data: 1, status: { success: true, message: { x: 1 } } },
    [],
    null,
  ])('%j is drift, and kept', async (said) => {
    expect(await told(said)).toMatchObject({ kind: 'drift' });
    expect(system.kept).toHaveLength(1);
  });

  it('a bare yes under a failing status is none, and 401 and 403 speak of us', async () => {
    for (const failing of [400, 409, 500]) {
      status = failing;
      expect(await told(yes())).toMatchObject({ kind: failing === 500 ? 'unknown' : 'not-sent' });
    }
    for (const failing of [401, 403]) {
      status = failing;
      expect(await told(no())).toEqual({ kind: 'not-sent', reason: 'client-error' });
      expect(await told(no('đã tồn tại'))).toMatchObject({ kind: 'not-sent' });
    }
    status = 409;
    answer = yes();
    expect(await send('wrong-result', vbdlis, inputs['wrong-result'], true)).toMatchObject({ kind: 'unknown' });
  });

  it('what they repeat of a secret is kept by nobody', async () => {
    answer = no(`Bearer ${TOKEN} ma-bao-mat mật khẩu:1 ${encodeURIComponent('mật khẩu:1')} bí mật`);
    const outcome = await send('receive-dossier', ilis);
    const text = JSON.stringify([outcome, system.kept]);
    expect(outcome).toMatchObject({ kind: 'rejected' });
    for (const secret of [TOKEN, 'ma-bao-mat', 'khẩu:1', 'kh%E1%BA%A9u', 'bí mật']) expect(text).not.toContain(secret);
  });
});

describe('the grant', () => {
  const granted = (said: unknown, under = 200) => {
    system = scriptedSystem((request) => (isGrant(request) ? json(said, under) : json(yes())));
    return send('receive-dossier', ilis);
  };
  it.each([
    [{ error: 'invalid_grant' }, 400, 'login-refused'],
    [{ error: 'invalid_grant' }, 200, 'login-refused'],
    [{}, 401, 'login-refused'],
    [{}, 403, 'login-refused'],
    ['<html>', 400, 'client-error'],
    [{}, 200, 'unreadable'],
    [{ access_token: '' }, 200, 'unreadable'],
    [{ access_token: 7 }, 200, 'unreadable'],
    [{}, 500, 'server-error'],
  ] as const)('%j under %i is %s', async (said, under, reason) => {
    expect(await granted(said, under)).toMatchObject({ kind: 'not-sent', reason });
    expect(system.requests.every(isGrant)).toBe(true);
  });
});

describe('the configuration', () => {
  it.each([
    [vbdlis, 'URL', 'https://a:b@datdai.example.vn'],
    [vbdlis, 'KIND', undefined],
    [vbdlis, 'KIND', 'elis'],
    [vbdlis, 'TIME_ZONE', 'Hanoi'],
    [vbdlis, 'TIME_ZONE', ''],
    [vbdlis, 'SECURITY_CODE', ''],
    [ilis, 'USERNAME', undefined],
    [ilis, 'PASSWORD', ''],
    [ilis, 'CLIENT_ID', undefined],
    [ilis, 'CLIENT_SECRET', undefined],
  ])('%# is wrong with %s %j', (raw, name, value) => {
    const parsed = landConfig.safeParse({ ...raw, [name]: value });
    expect(parsed.success).toBe(false);
    expect(JSON.stringify(parsed.error?.issues)).toContain(name);
  });

  it('is right as it stands, in the time of its kind unless told otherwise', () => {
    expect(landConfig.parse(vbdlis)).toMatchObject({ kind: 'vbdlis', timeZone: 'UTC', allow: [] });
    expect(landConfig.parse(ilis)).toMatchObject({ kind: 'ilis', timeZone: 'Asia/Ho_Chi_Minh' });
    expect(landConfig.parse({ ...ilis, TIME_ZONE: 'UTC' })).toMatchObject({ kind: 'ilis', timeZone: 'UTC' });
  });
});
