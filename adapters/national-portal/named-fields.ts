/** Where a field of the portal's record comes from in ours, for telling which field they refused. */
const POINTERS: Readonly<Record<string, string>> = {
  MaHoSo: '/code',
  MaTTHC: '/procedure/code',
  TenTTHC: '/procedure/name',
  MaLinhVuc: '/procedure/field/code',
  TenLinhVuc: '/procedure/field/name',
  SoBienNhan: '/receiptNumber',
  KenhThucHien: '/channel',
  ChuHoSo: '/applicant/name',
  LoaiDoiTuong: '/applicant/kind',
  MaDoiTuong: '/applicant/nationalAccountId',
  SoGiayToChuHoSo: '/applicant/identities',
  DinhDanhCHS: '/applicant/identities',
  ThongTinKhac: '/applicant/address',
  Email: '/applicant/email',
  Fax: '/applicant/fax',
  SoDienThoai: '/applicant/phone',
  TrichYeuHoSo: '/summary',
  NgayNopHoSo: '/submittedAt',
  NgayTiepNhan: '/receivedAt',
  NgayHenTra: '/dueAt',
  NgayKetThucXuLy: '/finishedAt',
  NgayTra: '/returnedAt',
  NgayTuChoi: '/refusedAt',
  TrangThaiHoSo: '/status',
  ThongTinTra: '/returnNote',
  HinhThuc: '/returnMethod',
  DonViXuLy: '/agency',
  GhiChu: '/note',
  NoiNopHoSo: '/submittedVia',
  HoSoCoThanhPhanSoHoa: '/attachments',
  TaiKhoanDuocXacThucVoiVNeID: '/applicant/identityVerified',
  DuocThanhToanTrucTuyen: '/fees',
  DSKetNoiCSDL: '/connectedDatabases',
  TaiLieuNop: '/attachments',
  DanhSachLePhi: '/fees',
  DanhSachTepDinhKemKhac: '/otherDocuments',
  DanhSachHoSoBoSung: '/supplements',
  DanhSachGiayToKetQua: '/results',
};

/** JSON pointers into the snapshot of the fields that a refusal names; empty when it names none but the code itself. */
export function fieldsNamed(message: string): string[] {
  const words = new Set(message.match(/[A-Za-z]+/g) ?? []);
  const named = Object.entries(POINTERS).filter(([field]) => field !== 'MaHoSo' && words.has(field));
  return [...new Set(named.map(([, pointer]) => pointer))];
}
