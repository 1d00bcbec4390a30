/** What tiepnhan and TiepNhanHoSo tell of one dossier. */
export const dossier = (number: string) => ({
  SoBienNhan: number,
  MaHoSoMotCua: number,
  LaQuyTrinhCapTinh: true,
  NgayTiepNhan: '2025-06-01T08:00:00+07:00',
  NgayHenTra: '2025-06-15T17:00:00+07:00',
  ThongTinNguoiNopDon: { HoTen: 'NGUYEN VAN A' },
  ThongTinQuyTrinh: { MaQuyTrinh: 'QT01' },
  ThongTinThuaDat: [],
  DanhSachGiayToDinhKem: [{ TenGiayTo: 'Đơn', SoBanChinh: 1, SoBanSao: 0, TapTin: null }],
});
