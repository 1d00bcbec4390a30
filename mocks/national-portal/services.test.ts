import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RunningPortal, startPortal } from './server.ts';
import { PortalCaller, progress, record } from './test-client.ts';

let portal: RunningPortal;
let caller: PortalCaller;

beforeEach(async () => {
  portal = await startPortal();
  caller = new PortalCaller(portal);
  await caller.login();
});
afterEach(() => portal.close());

describe('login and session', () => {
  test('dstcode is met in the query or in a header, where the settings want it', async () => {
    const login = { username: 'portal-user', password: 'portal-password' };
    expect((await caller.post('/mapi/login', login, { dstcodeIn: 'header' })).json?.error_code).toBe(0);
    expect((await caller.post('/mapi/login', login, { dstcode: 'VN:GOV:OTHER' })).status).toBe(400);
    portal.state.configure({ dstcodeIn: 'header' });
    expect((await caller.post('/mapi/login', login, { dstcodeIn: 'query' })).status).toBe(400);
    expect((await caller.post('/mapi/login', login, { dstcodeIn: 'header' })).status).toBe(200);
  });

  test('a wrong password is refused, and too many lock the account for a time', async () => {
    let now = 1_000_000;
    await portal.close();
    portal = await startPortal({ clock: () => now, settings: { lockAfter: 2, lockMs: 5_000 } });
    caller = new PortalCaller(portal);
    expect((await caller.login('wrong')).json).toMatchObject({ error_code: -1 });
    await caller.login('wrong');
    expect((await caller.login()).json?.message).toContain('khóa');
    now += 5_000;
    expect((await caller.login()).json?.error_code).toBe(0);
  });

  test.each([
    ['code-minus-1', 200, -1],
    ['code-2', 200, '2'],
    ['http-401', 401, undefined],
    ['http-200-text', 200, undefined],
  ] as const)('an expired session is said as %s', async (expiredAs, status, code) => {
    portal.state.configure({ expiredAs });
    portal.state.expireSessions();
    const answer = await caller.sync([record('A-1')]);
    expect([answer.status, answer.json?.error_code]).toEqual([status, code]);
    expect(portal.state.dossiers.size).toBe(0);
    await caller.login();
    expect((await caller.sync([record('A-1')])).json?.error_code).toBe(0);
  });

  test('a session ends after its calls or its time', async () => {
    portal.state.configure({ sessionMaxCalls: 1 });
    expect((await caller.call('LayDanhMucLinhVuc')).json?.error_code).toBe(0);
    expect((await caller.call('LayDanhMucLinhVuc')).json?.error_code).toBe(-1);
    portal.state.configure({ sessionMaxCalls: null, sessionTtlMs: 0 });
    await caller.login();
    expect((await caller.call('LayDanhMucLinhVuc')).json?.error_code).toBe(-1);
  });

  test('another madonvi and an unknown service are refused', async () => {
    expect((await caller.call('LayDanhMucLinhVuc', { madonvi: 'H99' })).json?.message).toContain('Mã đơn vị');
    expect((await caller.call('KhongCo')).json?.error_code).toBe(-1);
  });
});

describe('DongBoHoSoMC', () => {
  test('new, then "đã tồn tại", then update; codes are numbers, texts or padded', async () => {
    expect((await caller.sync([record('A-1')])).json).toEqual({ error_code: 0, message: 'Đồng bộ hồ sơ thành công' });
    const again = await caller.sync([record('A-1')]);
    expect(again.json?.error_code).toBe(3);
    expect(again.json?.message).toContain('đã tồn tại');
    portal.state.configure({ codes: 'string', existsCode: '-3' });
    expect((await caller.sync([record('A-1')])).json?.error_code).toBe('-3');
    portal.state.configure({ codes: 'padded' });
    expect((await caller.sync([record('A-1', { TrangThaiHoSo: '4' })], 'True')).json?.error_code).toBe('00');
    expect(portal.state.dossier('A-1')).toMatchObject({ status: '4', creates: 1, updates: 1 });
    expect(portal.state.dossier('A-1')?.history.map(({ status }) => status)).toEqual(['2', '4']);
  });

  test('an update of what is not held is refused', async () => {
    const answer = await caller.sync([record('A-1')], 'True');
    expect(answer.json).toMatchObject({ error_code: -1 });
    expect(answer.json?.message).toContain('không thành công');
    expect(portal.state.dossiers.size).toBe(0);
  });

  test.each([
    ['a number', { TrangThaiHoSo: 4 }],
    ['null', { NgayTra: null }],
    ['an ISO time', { NgayHenTra: '2022-12-02T17:00:00+07:00' }],
    ['a day that is none', { NgayHenTra: '20220230170000' }],
    ['an unknown status', { TrangThaiHoSo: '11' }],
    ['an overlong summary', { TrichYeuHoSo: 'x'.repeat(1001) }],
    ['an empty summary', { TrichYeuHoSo: '' }],
    ['a boolean flag', { TaiLieuNop: [{ TenTepDinhKem: 'a.pdf', IsDeleted: false }] }],
    ['the made-up identity number', { DinhDanhCHS: [{ LoaiDinhDanh: '2', SoDinhDanh: '000000001' }] }],
    ['a twelve-digit number called old', { DinhDanhCHS: [{ LoaiDinhDanh: '2', SoDinhDanh: '024000000000' }] }],
  ])('%s is a violation that refuses the record', async (_, changes) => {
    expect((await caller.sync([record('A-1', changes)])).json?.error_code).toBe(-1);
    expect(portal.state.dossiers.size).toBe(0);
    expect(portal.state.violations).toHaveLength(1);
    expect(portal.state.violations[0]).toMatchObject({ service: 'DongBoHoSoMC', code: 'A-1', note: false });
  });

  test('an unknown field is noted and let pass; recording alone lets all pass', async () => {
    await caller.sync([record('A-1', { Khac: 'x' })]);
    portal.state.configure({ strict: 'record' });
    await caller.sync([record('A-2', { NgayTra: '2022' })]);
    expect(portal.state.dossiers.size).toBe(2);
    expect(portal.state.violations.map(({ field, note }) => [field, note])).toEqual([
      ['Khac', true],
      ['NgayTra', false],
    ]);
  });

  test('a bad item refuses itself and is named; or its whole batch; or is not named', async () => {
    const batch = (n: number) => [record(`A-${n}`), record(`B-${n}`, { NgayTra: 'x' }), record(`C-${n}`)];
    expect((await caller.sync(batch(1))).json?.message).toContain('Hồ sơ B-1');
    expect([...portal.state.dossiers.all()].map(({ code }) => code)).toEqual(['A-1', 'C-1']);
    portal.state.configure({ badItem: 'batch', namesItem: 'none' });
    expect((await caller.sync(batch(2))).json?.message).not.toContain('B-2');
    expect(portal.state.dossiers.size).toBe(2);
    portal.state.configure({ badItem: 'item', namesItem: 'result' });
    expect((await caller.sync(batch(3))).json?.result).toMatchObject([
      { MaHoSo: 'A-3', error_code: '0' },
      { MaHoSo: 'B-3', error_code: '-1' },
      { MaHoSo: 'C-3', error_code: '0' },
    ]);
  });

  test('texts may come decomposed, and a refusal may carry the code of success', async () => {
    portal.state.configure({ textForm: 'NFD', refusalCode: '0' });
    const answer = await caller.sync([record('A-1')], 'True');
    expect(answer.json?.error_code).toBe(0);
    expect(answer.json?.message).not.toContain('không thành công');
    expect(answer.json?.message?.normalize('NFC')).toContain('không thành công');
  });
});

describe('the other services', () => {
  test('progress: at most ten rows, of known dossiers, each once', async () => {
    expect((await caller.call('CapNhatTienDoHoSoMC', { data: [progress('A-1')] })).json?.error_code).toBe(-1);
    await caller.sync([record('A-1')]);
    const rows = [progress('A-1'), progress('A-1', { ThoiDiemXuLy: '20221201090000', TrangThai: '4' })];
    expect((await caller.call('CapNhatTienDoHoSoMC', { data: rows })).json?.error_code).toBe(0);
    await caller.call('CapNhatTienDoHoSoMC', { data: rows });
    expect(portal.state.counters).toMatchObject({ progressRows: 2, progressRepeats: 2, missing: 1 });
    const eleven = Array.from({ length: 11 }, (_, n) => progress('A-1', { ThoiDiemXuLy: `202212011000${10 + n}` }));
    expect((await caller.call('CapNhatTienDoHoSoMC', { data: eleven })).json?.error_code).toBe(-1);
    const longName = progress('A-1', { NguoiXuLy: 'x'.repeat(51) });
    expect((await caller.call('CapNhatTienDoHoSoMC', { data: [longName] })).json?.error_code).toBe(-1);
    expect(portal.state.counters.progressRows).toBe(2);
  });

  test('status of a portal-born dossier: only of one that was born there', async () => {
    const data = { MaHoSo: 'N-1', MaHoSoDonVi: 'A-1', NoiDung: 'Đã nhận', NgayXuLy: '20221201083000', TrangThai: '2' };
    expect((await caller.call('DongBoTrangThaiHoSo', { type: '2', data })).json?.error_code).toBe(-1);
    portal.state.national.add('N-1');
    expect((await caller.call('DongBoTrangThaiHoSo', { type: '2', data })).json?.error_code).toBe(0);
    expect(portal.state.nationalDossier('N-1')?.statuses).toMatchObject([{ status: '2', localCode: 'A-1' }]);
  });

  test('lookup: empty for an unknown dossier, its status for a known one', async () => {
    expect((await caller.call('TraCuuHoSo', { mahoso: 'A-1' })).json?.result).toEqual([]);
    await caller.sync([record('A-1')]);
    const { json } = await caller.call('TraCuuHoSo', { mahoso: 'A-1' });
    expect(json?.result).toMatchObject([{ MaHoSo: 'A-1', TrangThaiHoSo: '2', NgayTiepNhan: '01/12/2022 08:30:00' }]);
  });

  test('the catalogue: procedures, one procedure, fields, and the agencies of either time', async () => {
    const rows = async (service: string, fields = {}) =>
      (await caller.call(service, fields)).json?.result as Record<string, unknown>[];
    expect((await rows('LayDanhSachTTHC')).length).toBeGreaterThan(30);
    expect((await rows('LayDanhSachTTHCDonVi', { maDonVi: 'H02.15.03' })).length).toBeGreaterThan(10);
    expect(await rows('LayDanhSachTTHCDonVi', { maDonVi: 'H99' })).toEqual([]);
    expect(await rows('LayThuTuc', { maTTHC: '1.001193' })).toMatchObject([
      { MATTHC: '1.001193', CAPTHUCHIEN: [{ CAPTHUCHIEN: '3' }], KETQUATHUCHIEN: [{ MAKETQUA: 'KQ.G15.000031' }] },
    ]);
    expect(await rows('LayDanhMucLinhVuc')).toContainEqual({
      MALINHVUC: 'G15-TP01',
      TENLINHVUC: 'Hộ tịch',
      MANGANH: 'G15',
    });
    expect(await rows('LayDanhMucCoQuan')).toHaveLength(1 + 14 + 10 + 209);
    portal.state.configure({ agencies: 2026 });
    const merged = await rows('LayDanhMucCoQuan');
    expect(merged).toHaveLength(34 + 99);
    expect(merged.some(({ CAPDONVI }) => CAPDONVI === '2')).toBe(false);
  });
});
