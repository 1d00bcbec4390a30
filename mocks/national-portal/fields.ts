/** What the portal's records are made of (WIRE.md 1.4, 1.5, A2.2): every value a string, dates yyyyMMddHHmmss or "". */
export type FieldRule =
  | { readonly kind: 'text'; readonly max?: number; readonly required?: true; readonly nullable?: true }
  | { readonly kind: 'date'; readonly required?: true }
  | { readonly kind: 'number' }
  | { readonly kind: 'one-of'; readonly values: ReadonlySet<string>; readonly required?: true }
  | { readonly kind: 'rows'; readonly of: FieldRules }
  /** Rows whose fields are not published: only their values are judged, as strings. */
  | { readonly kind: 'any-rows' };

export type FieldRules = ReadonlyMap<string, FieldRule>;

const fields = (table: Record<string, FieldRule>): FieldRules => new Map(Object.entries(table));
const oneOf = (values: string): FieldRule => ({ kind: 'one-of', values: new Set(['', ...values.split(' ')]) });
const needed = (values: string): FieldRule => ({ kind: 'one-of', values: new Set(values.split(' ')), required: true });

const text: FieldRule = { kind: 'text' };
const required: FieldRule = { kind: 'text', required: true };
const date: FieldRule = { kind: 'date' };
const number: FieldRule = { kind: 'number' };
const flag = oneOf('0 1');

const identities = fields({ LoaiDinhDanh: needed('1 2'), SoDinhDanh: required });
const databases = fields({ MaCSDL: required });

const submitted = fields({
  TepDinhKemId: text,
  TenTepDinhKem: { kind: 'text', max: 4000, required: true },
  IsDeleted: oneOf('True False'),
  MaThanhPhanHoSo: text,
  DuongDanTaiTepTin: text,
  DuocSoHoa: flag,
  DuocTaiSuDung: oneOf('0 1 2'),
  DuocLayTuKhoDMQG: flag,
  MaKetQuaThayThe: text,
});

const charges = fields({
  TenPhiLePhi: required,
  MaPhiLePhi: required,
  HinhThucThu: required,
  Gia: number,
  LoaiPhiLePhi: required,
});
const papers = fields({ TenGiayTo: required, SoLuong: number, LoaiGiayTo: text });

const results = fields({
  TenGiayTo: { kind: 'text', max: 2000, required: true },
  MaThanhPhanHoSo: text,
  GiayToId: text,
  DuongDanTepTinKetQua: text,
  MaGiayToKetQua: text,
});

const supplements = fields({
  HoSoBoSungId: required,
  NguoiYeuCauBoSung: text,
  NoiDungBoSung: text,
  NgayBoSung: date,
  NguoiTiepNhanBoSung: text,
  ThongTinTiepNhan: text,
  NgayTiepNhanBoSung: date,
  TrangThaiBoSung: text,
  DanhSachGiayToBoSung: { kind: 'any-rows' },
  DanhSachLePhiBoSung: { kind: 'any-rows' },
  NgayHenTraTruoc: date,
  NgayHenTraMoi: date,
});

/** DongBoHoSoMC. What is mandatory is not published; required here is what clients make sure is never empty. */
export const dossierFields = fields({
  MaHoSo: required,
  MaTTHC: required,
  TenTTHC: text,
  MaLinhVuc: text,
  TenLinhVuc: text,
  SoBienNhan: text,
  KenhThucHien: needed('1 2 3'),
  ChuHoSo: required,
  LoaiDoiTuong: needed('1 2 3 4'),
  MaDoiTuong: { kind: 'text', nullable: true },
  SoGiayToChuHoSo: text,
  DinhDanhCHS: { kind: 'rows', of: identities },
  ThongTinKhac: text,
  Email: text,
  Fax: text,
  SoDienThoai: text,
  TrichYeuHoSo: { kind: 'text', max: 1000, required: true },
  NgayNopHoSo: date,
  NgayTiepNhan: date,
  NgayHenTra: date,
  NgayKetThucXuLy: date,
  NgayTra: date,
  NgayTuChoi: date,
  TrangThaiHoSo: needed('0 1 2 3 4 5 6 7 8 9 10'),
  ThongTinTra: text,
  HinhThuc: flag,
  DonViXuLy: text,
  GhiChu: text,
  NoiNopHoSo: oneOf('1 2'),
  HoSoCoThanhPhanSoHoa: flag,
  TaiKhoanDuocXacThucVoiVNeID: flag,
  DuocThanhToanTrucTuyen: oneOf('0 1 3'),
  DSKetNoiCSDL: { kind: 'rows', of: databases },
  TaiLieuNop: { kind: 'rows', of: submitted },
  DanhSachLePhi: { kind: 'rows', of: charges },
  DanhSachTepDinhKemKhac: { kind: 'rows', of: papers },
  DanhSachHoSoBoSung: { kind: 'rows', of: supplements },
  DanhSachGiayToKetQua: { kind: 'rows', of: results },
});

/** CapNhatTienDoHoSoMC. */
export const progressFields = fields({
  MaHoSo: required,
  NguoiXuLy: { kind: 'text', max: 50, required: true },
  ChucDanh: text,
  ThoiDiemXuLy: { kind: 'date', required: true },
  PhongBanXuLy: text,
  NoiDungXuLy: text,
  TrangThai: needed('0 1 2 3 4 5 6 7 8 9 10'),
  NgayBatDau: date,
  NgayKetThucTheoQuyDinh: date,
});

/** DongBoTrangThaiHoSo. */
export const statusFields = fields({
  MaHoSo: required,
  MaHoSoDonVi: text,
  MaDoiTuong: { kind: 'text', nullable: true },
  NoiDung: text,
  NgayXuLy: { kind: 'date', required: true },
  TrangThai: needed('0 1 2 3 4 5 6 7 8 9 10'),
  TaiLieuXuLy: { kind: 'any-rows' },
});
