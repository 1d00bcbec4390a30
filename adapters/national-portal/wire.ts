import { z } from 'zod';
import { asGiven } from '../../contracts/domain/text.ts';
import { shortText } from '../kit/loose.ts';

/**
 * The portal's own JSON and nothing else (WIRE.md 1.2 to 1.9, A2). What we send is typed strictly: every value a
 * string, as all known clients do. What we read is tolerant: further fields are let through, and only what our own
 * understanding rests on is required.
 */

// ------------------------------------------------------------------------------------------------ envelopes (1.2)

const code = z.union([shortText, z.number()], { error: 'string or number' });

/** `mapi/login`. */
export const loginReply = z.looseObject({
  error_code: code.nullish(),
  message: z.string().nullish(),
  session: z.union([asGiven(8192), z.number()]).nullish(),
});

/** `mapi/g`, whatever the service. Some services of the same maker answer in `data` instead of `result` (A2.5). */
export const envelope = z.looseObject({
  error_code: code,
  message: z.string().nullish(),
  result: z.unknown().optional(),
  data: z.unknown().optional(),
});
export type Envelope = z.output<typeof envelope>;

/**
 * Names in one line of an answer that speaks of single items [assumed: no published client shows one], lower case and
 * without underscores, in the order in which they are believed.
 */
export const itemNames = {
  dossier: 'mahoso',
  code: ['errorcode', 'code', 'maloi', 'ma'],
  message: ['errormessage', 'message', 'mota', 'motaloi', 'ketqua'],
} as const;

// ------------------------------------------------------------------------------------------------- services (1.3)

export const service = {
  syncDossier: 'DongBoHoSoMC',
  syncProgress: 'CapNhatTienDoHoSoMC',
  syncNationalStatus: 'DongBoTrangThaiHoSo',
  lookupDossier: 'TraCuuHoSo',
  getProcedure: 'LayThuTuc',
  listProcedures: 'LayDanhSachTTHC',
  listUnitProcedures: 'LayDanhSachTTHCDonVi',
  listAgencies: 'LayDanhMucCoQuan',
  listFields: 'LayDanhMucLinhVuc',
} as const;

export type WireBoolean = 'True' | 'False';
export type WireFlag = '0' | '1';

// --------------------------------------------------------------------------------------------- DongBoHoSoMC (1.4)

export interface DossierRecord {
  readonly MaHoSo: string;
  readonly MaTTHC: string;
  readonly TenTTHC: string;
  readonly MaLinhVuc: string;
  readonly TenLinhVuc: string;
  readonly SoBienNhan: string;
  readonly KenhThucHien: '1' | '2' | '3';
  readonly ChuHoSo: string;
  readonly LoaiDoiTuong: '1' | '2' | '3' | '4';
  /** Only where KenhThucHien is "2". */
  readonly MaDoiTuong?: string;
  readonly SoGiayToChuHoSo: string;
  readonly DinhDanhCHS: readonly { readonly LoaiDinhDanh: '1' | '2'; readonly SoDinhDanh: string }[];
  readonly ThongTinKhac: string;
  readonly Email: string;
  readonly Fax: string;
  readonly SoDienThoai: string;
  readonly TrichYeuHoSo: string;
  readonly NgayNopHoSo: string;
  readonly NgayTiepNhan: string;
  readonly NgayHenTra: string;
  readonly NgayKetThucXuLy: string;
  readonly NgayTra: string;
  readonly NgayTuChoi: string;
  readonly TrangThaiHoSo: string;
  readonly ThongTinTra: string;
  readonly HinhThuc: WireFlag;
  readonly DonViXuLy: string;
  readonly GhiChu: string;
  readonly NoiNopHoSo: '1' | '2';
  readonly HoSoCoThanhPhanSoHoa: WireFlag;
  readonly TaiKhoanDuocXacThucVoiVNeID: WireFlag;
  readonly DuocThanhToanTrucTuyen: '0' | '1' | '3';
  readonly DSKetNoiCSDL: readonly { readonly MaCSDL: string }[];
  readonly TaiLieuNop: readonly SubmittedDocument[];
  readonly DanhSachLePhi: readonly FeeRow[];
  readonly DanhSachTepDinhKemKhac: readonly OtherDocumentRow[];
  readonly DanhSachHoSoBoSung: readonly SupplementRow[];
  readonly DanhSachGiayToKetQua: readonly ResultRow[];
}

export interface SubmittedDocument {
  readonly TepDinhKemId: string;
  readonly TenTepDinhKem: string;
  readonly IsDeleted: WireBoolean;
  readonly MaThanhPhanHoSo: string;
  readonly DuongDanTaiTepTin: string;
  readonly DuocSoHoa: WireFlag;
  readonly DuocTaiSuDung: '0' | '1' | '2';
  readonly DuocLayTuKhoDMQG: WireFlag;
  readonly MaKetQuaThayThe: string;
}

export interface FeeRow {
  readonly TenPhiLePhi: string;
  readonly MaPhiLePhi: string;
  readonly HinhThucThu: string;
  readonly Gia: string;
  /** "1" phí, "2" lệ phí (2.1). */
  readonly LoaiPhiLePhi: '1' | '2';
}

export interface OtherDocumentRow {
  readonly TenGiayTo: string;
  readonly SoLuong: string;
  readonly LoaiGiayTo: string;
}

export interface SupplementRow {
  readonly HoSoBoSungId: string;
  readonly NguoiYeuCauBoSung: string;
  readonly NoiDungBoSung: string;
  readonly NgayBoSung: string;
  readonly NguoiTiepNhanBoSung: string;
  readonly ThongTinTiepNhan: string;
  readonly NgayTiepNhanBoSung: string;
  readonly TrangThaiBoSung: WireFlag;
  readonly DanhSachGiayToBoSung: readonly OtherDocumentRow[];
  readonly DanhSachLePhiBoSung: readonly FeeRow[];
  readonly NgayHenTraTruoc: string;
  readonly NgayHenTraMoi: string;
}

export interface ResultRow {
  readonly TenGiayTo: string;
  readonly MaThanhPhanHoSo: string;
  readonly GiayToId: string;
  readonly DuongDanTepTinKetQua: string;
  readonly MaGiayToKetQua: string;
}

/** Published lengths, in characters. */
export const longest = { summary: 1000, attachmentName: 4000, resultName: 2000, progressActor: 50 } as const;

// -------------------------------------------------------------------------------------- CapNhatTienDoHoSoMC (1.5)

export interface ProgressRow {
  readonly MaHoSo: string;
  readonly NguoiXuLy: string;
  readonly ChucDanh: string;
  readonly ThoiDiemXuLy: string;
  readonly PhongBanXuLy: string;
  readonly NoiDungXuLy: string;
  readonly TrangThai: string;
  readonly NgayBatDau: string;
  readonly NgayKetThucTheoQuyDinh: string;
}

/** The most rows one call carries (A2.3). */
export const PROGRESS_ROWS = 10;

// -------------------------------------------------------------------------------------- DongBoTrangThaiHoSo (1.7)

export interface NationalStatus {
  readonly MaHoSo: string;
  readonly MaHoSoDonVi: string;
  readonly MaDoiTuong: string;
  readonly NoiDung: string;
  readonly NgayXuLy: string;
  readonly TrangThai: string;
  readonly TaiLieuXuLy: readonly {
    readonly TepDinhKemId: string;
    readonly TenTepDinhKem: string;
    readonly IsDeleted: WireBoolean;
    readonly DuongDanTaiTepTin: string;
  }[];
}

// ------------------------------------------------------------------------------------------ TraCuuHoSo (1.3, A2.5)

/** One record of `TraCuuHoSo` [assumed beyond its existence: MaHoSo and a status; the sister API says MaTrangThai]. */
export const lookupRecord = z.looseObject({
  MaHoSo: shortText.nullish(),
  TrangThaiHoSo: code.nullish(),
  MaTrangThai: code.nullish(),
});

// ---------------------------------------------------------------------------------------------- nhanhsdvcqg (1.9)

export const pushedDossier = z.looseObject({
  service: shortText.nullish(),
  isUpdating: z.union([shortText, z.boolean()]).nullish(),
  isSync: z.union([shortText, z.boolean()]).nullish(),
  data: z.unknown().optional(),
});
