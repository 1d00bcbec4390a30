import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DossierSnapshot, dossierSnapshot } from '../../contracts/domain/dossier.ts';
import { dossierStatus } from '../../contracts/domain/status.ts';
import { statusCode, statusFromCode } from './codes.ts';
import { dossierRecord, progressRow } from './record.ts';
import { nationalStatus } from './sync-national-status.ts';
import record from './vectors/record.json' with { type: 'json' };
import snapshot from './vectors/snapshot.json' with { type: 'json' };

const example = dossierSnapshot.parse(snapshot);
const vnd = (amount: number) => ({ amount, currency: 'VND' as const });
const withChanges = (changes: Partial<DossierSnapshot>): DossierSnapshot =>
  dossierSnapshot.parse({ ...example, ...changes });

describe('the record of DongBoHoSoMC (WIRE.md 1.4)', () => {
  it('equals the golden vector, field for field', () => {
    expect(JSON.parse(JSON.stringify(dossierRecord(example)))).toEqual(record);
    expect(Object.keys(dossierRecord(example))).toEqual(Object.keys(record));
  });

  it('holds strings only, and every unused date is ""', () => {
    const bare = dossierSnapshot.parse({
      code: 'H02.15.03-221201-0002',
      updatedAt: '2022-12-01T09:15:00+07:00',
      procedure: { code: '1.001193' },
      agency: { code: 'H02.15.03' },
      channel: 'counter',
      status: 'registered',
      applicant: { kind: 'citizen', name: 'Nguyễn Văn Mẫu' },
      submittedAt: '2022-12-01T08:00:00+07:00',
    });
    const values = (value: unknown): unknown[] =>
      Array.isArray(value)
        ? value.flatMap(values)
        : typeof value === 'object' && value
          ? Object.values(value).flatMap(values)
          : [value];
    for (const each of [example, bare]) {
      expect(values(dossierRecord(each)).every((value) => typeof value === 'string')).toBe(true);
    }
    expect(dossierRecord(bare)).toMatchObject({
      NgayNopHoSo: '20221201080000',
      NgayTiepNhan: '',
      NgayHenTra: '',
      NgayTra: '',
      // Never empty there (WIRE.md A2.2).
      TrichYeuHoSo: '1.001193',
      DonViXuLy: 'H02.15.03',
      DinhDanhCHS: [],
      SoGiayToChuHoSo: '',
      DuocThanhToanTrucTuyen: '0',
      HoSoCoThanhPhanSoHoa: '0',
      TaiKhoanDuocXacThucVoiVNeID: '0',
    });
  });

  it('carries supplements, dates, results, digitisation flags and channels', () => {
    const full = withChanges({
      channel: 'postal',
      submittedVia: 'national-portal',
      status: 'result-returned',
      receiptNumber: 'BN-7',
      note: 'Ghi chú',
      finishedAt: '2022-12-02T10:00:00+07:00',
      closedAt: '2022-12-02T12:00:00+07:00',
      returnedAt: '2022-12-02T11:00:00+07:00',
      refusedAt: '2022-12-02T09:00:00+07:00',
      returnMethod: 'post',
      returnNote: 'Trả qua bưu điện',
      connectedDatabases: ['7'],
      attachments: [
        {
          id: 'a2',
          name: '',
          url: null,
          reuse: 'reused-changed',
          fromNationalStore: true,
          replacesResultCode: 'KQ.G15.000034',
          deleted: true,
          digitised: true,
        },
        { id: 'a3', name: 'b.pdf', reuse: 'reused' },
      ],
      otherDocuments: [
        { name: 'Bản sao', copies: 2, kind: 'certified-copy' },
        { name: 'Khác', copies: 0 },
      ],
      supplements: [
        {
          id: 's1',
          requestedBy: 'Trần Thị Thử',
          content: 'Bổ sung giấy tờ',
          requestedAt: '2022-12-01T10:00:00+07:00',
          receivedBy: 'Trần Thị Thử',
          receivedNote: 'Đã nhận',
          receivedAt: '2022-12-01T15:00:00+07:00',
          fulfilled: true,
          documents: [{ name: 'Giấy tờ', copies: 1, kind: 'copy' }],
          fees: [{ kind: 'fee', code: 'P01', name: 'Phí', amount: vnd(5000) }],
          previousDueAt: '2022-12-02T17:00:00+07:00',
          newDueAt: '2022-12-05T17:00:00+07:00',
        },
      ],
    });
    expect(dossierRecord(full)).toMatchObject({
      KenhThucHien: '3',
      NoiNopHoSo: '1',
      TrangThaiHoSo: '10',
      SoBienNhan: 'BN-7',
      GhiChu: 'Ghi chú',
      NgayKetThucXuLy: '20221202100000',
      NgayTra: '20221202110000',
      NgayTuChoi: '20221202090000',
      HinhThuc: '1',
      ThongTinTra: 'Trả qua bưu điện',
      DSKetNoiCSDL: [{ MaCSDL: '7' }],
      // The only digitised one is deleted.
      HoSoCoThanhPhanSoHoa: '0',
      TaiLieuNop: [
        {
          TepDinhKemId: 'a2',
          TenTepDinhKem: 'a2',
          IsDeleted: 'True',
          DuocSoHoa: '1',
          DuocTaiSuDung: '2',
          DuocLayTuKhoDMQG: '1',
          MaKetQuaThayThe: 'KQ.G15.000034',
          DuongDanTaiTepTin: '',
        },
        { TepDinhKemId: 'a3', IsDeleted: 'False', DuocTaiSuDung: '1', DuocSoHoa: '0' },
      ],
      DanhSachTepDinhKemKhac: [
        { TenGiayTo: 'Bản sao', SoLuong: '2', LoaiGiayTo: '3' },
        { TenGiayTo: 'Khác', SoLuong: '0', LoaiGiayTo: '' },
      ],
      DanhSachHoSoBoSung: [
        {
          HoSoBoSungId: 's1',
          NguoiYeuCauBoSung: 'Trần Thị Thử',
          NoiDungBoSung: 'Bổ sung giấy tờ',
          NgayBoSung: '20221201100000',
          NguoiTiepNhanBoSung: 'Trần Thị Thử',
          ThongTinTiepNhan: 'Đã nhận',
          NgayTiepNhanBoSung: '20221201150000',
          TrangThaiBoSung: '1',
          DanhSachGiayToBoSung: [{ TenGiayTo: 'Giấy tờ', SoLuong: '1', LoaiGiayTo: '2' }],
          DanhSachLePhiBoSung: [
            { TenPhiLePhi: 'Phí', MaPhiLePhi: 'P01', HinhThucThu: '1', Gia: '5000', LoaiPhiLePhi: '1' },
          ],
          NgayHenTraTruoc: '20221202170000',
          NgayHenTraMoi: '20221205170000',
        },
      ],
    });
    expect(dossierRecord(full)).not.toHaveProperty('MaDoiTuong');
  });

  it('gives the national account only for what was submitted online', () => {
    const applicant = { ...example.applicant, nationalAccountId: 'T-1' };
    expect(dossierRecord(withChanges({ applicant })).MaDoiTuong).toBe('T-1');
    expect(dossierRecord(withChanges({ applicant, channel: 'counter' }))).not.toHaveProperty('MaDoiTuong');
  });

  it('never dresses a passport or a tax code up as a citizen number', () => {
    const identities = (list: DossierSnapshot['applicant']['identities']) => {
      const { SoGiayToChuHoSo, DinhDanhCHS } = dossierRecord(
        withChanges({ applicant: { ...example.applicant, identities: list } }),
      );
      return { paper: SoGiayToChuHoSo, citizen: DinhDanhCHS };
    };
    expect(identities([{ type: 'passport', number: 'C0000000' }])).toEqual({ paper: 'C0000000', citizen: [] });
    expect(identities([{ type: 'tax-code', number: '0100000000' }])).toEqual({ paper: '0100000000', citizen: [] });
    expect(identities([{ type: 'old-citizen-id', number: '120000000' }])).toEqual({
      paper: '120000000',
      citizen: [{ LoaiDinhDanh: '2', SoDinhDanh: '120000000' }],
    });
    expect(
      identities([
        { type: 'citizen-id', number: '024000000000' },
        { type: 'passport', number: 'C0000000' },
      ]),
    ).toEqual({ paper: 'C0000000', citizen: [{ LoaiDinhDanh: '1', SoDinhDanh: '024000000000' }] });
    expect(identities(undefined)).toEqual({ paper: '', citizen: [] });
  });

  it('tells whether it was paid online: 0 no fee, 1 all of it, 3 otherwise', () => {
    const fee = (amount: number, paidBy?: 'online' | 'direct') => ({
      kind: 'fee' as const,
      code: 'P',
      name: 'Phí',
      amount: vnd(amount),
      paidBy,
    });
    const told = (fees: DossierSnapshot['fees'], paidOnline?: boolean) =>
      dossierRecord(withChanges({ fees }), paidOnline).DuocThanhToanTrucTuyen;
    expect(told([])).toBe('0');
    expect(told(undefined)).toBe('0');
    expect(told([fee(0)])).toBe('0');
    expect(told([fee(5, 'online')])).toBe('1');
    expect(told([fee(5, 'online'), fee(5, 'direct')])).toBe('3');
    expect(told([fee(5)])).toBe('3');
    expect(told([fee(5)], true)).toBe('1');
    expect(told([fee(5)], false)).toBe('3');
  });

  it('cuts at the published lengths, in characters, and nowhere else', () => {
    const long = '𠮷'.repeat(4000);
    const cutRecord = dossierRecord(
      withChanges({
        summary: long,
        attachments: [{ id: 'a', name: 'đ'.repeat(8000) }],
        results: [{ id: 'r', name: 'đ'.repeat(8000) }],
      }),
    );
    expect([...cutRecord.TrichYeuHoSo]).toHaveLength(1000);
    expect(cutRecord.TaiLieuNop[0]?.TenTepDinhKem).toHaveLength(4000);
    expect(cutRecord.DanhSachGiayToKetQua[0]?.TenGiayTo).toHaveLength(2000);
  });

  it('is the same for the same snapshot, whatever order and offset its times were written in', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_000_000_000 }),
        fc.constantFrom('Z', '+07:00', '-05:00'),
        (second, zone) => {
          const offset = zone === 'Z' ? 0 : zone === '+07:00' ? 7 : -5;
          const written = new Date((second + offset * 3600) * 1000).toISOString().replace('Z', zone);
          const plainText = new Date(second * 1000).toISOString();
          expect(dossierRecord({ ...example, receivedAt: written })).toEqual(
            dossierRecord({ ...example, receivedAt: plainText }),
          );
        },
      ),
    );
  });
});

describe('a progress row (WIRE.md 1.5)', () => {
  it('equals the vector', () => {
    const [step] = example.steps ?? [];
    expect(step && progressRow(example.code, step)).toEqual({
      MaHoSo: 'H02.15.03-221201-0001',
      NguoiXuLy: 'Trần Thị Thử',
      ChucDanh: 'Công chức',
      ThoiDiemXuLy: '20221201083000',
      PhongBanXuLy: 'Bộ phận Một cửa',
      NoiDungXuLy: 'Tiếp nhận hồ sơ',
      TrangThai: '2',
      NgayBatDau: '20221201083000',
      NgayKetThucTheoQuyDinh: '20221201113000',
    });
  });

  it('has an actor always, of at most 50 characters, and "" for unused dates', () => {
    const at = '2022-12-01T08:30:00+07:00';
    expect(progressRow('x', { at, status: 'processing' })).toMatchObject({
      NguoiXuLy: 'Chuyên viên',
      NgayBatDau: '',
      NgayKetThucTheoQuyDinh: '',
    });
    expect(progressRow('x', { at, status: 'processing', actor: 'đ'.repeat(80) }).NguoiXuLy).toHaveLength(50);
  });
});

describe('the status of a dossier born on the portal (WIRE.md 1.7)', () => {
  it('tells what was done last, and nothing without a national code', () => {
    expect(nationalStatus(example)).toBeUndefined();
    expect(nationalStatus({ ...example, nationalCode: 'G22.99-221201-0001' })).toEqual({
      MaHoSo: 'G22.99-221201-0001',
      MaHoSoDonVi: 'H02.15.03-221201-0001',
      MaDoiTuong: '',
      NoiDung: 'Tiếp nhận hồ sơ',
      NgayXuLy: '20221201083000',
      TrangThai: '4',
      TaiLieuXuLy: [
        {
          TepDinhKemId: 'r1',
          TenTepDinhKem: 'Giấy khai sinh',
          IsDeleted: 'False',
          DuongDanTaiTepTin: 'https://example.vn/r1',
        },
      ],
    });
  });
});

it('every status has the code of its place in the national list, and back (WIRE.md 1.6)', () => {
  for (const [index, status] of dossierStatus.options.entries()) {
    expect(statusCode[status]).toBe(String(index + 1));
    expect(statusFromCode(statusCode[status])).toBe(status);
    expect(statusFromCode(index + 1)).toBe(status);
  }
  for (const code of ['0', '11', 'x', '']) expect(statusFromCode(code)).toBeUndefined();
});
