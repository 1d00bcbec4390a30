import type {
  LandDossier,
  LandPaper,
  LandReturned,
  LandSupplement,
  LandWrongResult,
} from '../../contracts/domain/land-dossier.ts';
import { plain } from '../kit/text.ts';

/** What is sent (WIRE.md 3.4, WIRE-2 3.4b). Times go with their offset, so that no zone has to be guessed [assumed]. */

export const receiveMessage = (dossier: LandDossier) => ({
  LaQuyTrinhCapTinh: dossier.atProvince,
  TinhId: dossier.provinceId,
  HuyenId: dossier.districtId ?? '',
  XaId: dossier.communeId,
  SoBienNhan: dossier.receiptNumber,
  MaHoSoMotCua: dossier.dossierCode,
  NguoiTiepNhan: plain(dossier.receivedBy),
  NgayTiepNhan: dossier.receivedAt,
  NgayHenTra: dossier.dueAt,
  DiaChiTaiSan: plain(dossier.propertyAddress),
  ThongTinNguoiNopDon: {
    HoTen: plain(dossier.applicant.name),
    SoChungMinh: dossier.applicant.identityNumber ?? '',
    DiaChiChiTiet: plain(dossier.applicant.address),
    SoDienThoai: dossier.applicant.phone ?? '',
    Email: dossier.applicant.email ?? '',
  },
  ThongTinQuyTrinh: { MaQuyTrinh: dossier.workflow.code, TenQuyTrinh: plain(dossier.workflow.name) },
  ThongTinThuaDat: dossier.parcels.map((parcel) => ({
    SoThuTuThua: parcel.number,
    SoHieuBanDo: parcel.mapSheet,
    DienTich: parcel.areaM2,
    DiaChiChiTiet: plain(parcel.address),
  })),
  DanhSachGiayToDinhKem: dossier.papers.map(paperOf),
});

export const supplementMessage = ({ receiptNumber, dueAt, note, papers }: LandSupplement) => ({
  SoBienNhan: receiptNumber,
  NgayHenTraMoi: dueAt,
  GhiChu: plain(note),
  DanhSachGiayToBoSung: papers.map(paperOf),
});

export const returnedMessage = ({ receiptNumber, returnedAt }: LandReturned) => ({
  SoBienNhan: receiptNumber,
  NgayTra: returnedAt,
});

export const wrongResultMessage = ({ receiptNumber, content, papers }: LandWrongResult) => ({
  SoBienNhan: receiptNumber,
  NoiDung: plain(content),
  DanhSachGiayToDinhKem: papers.map(paperOf),
});

const paperOf = ({ name, originals, copies, file }: LandPaper) => ({
  TenGiayTo: plain(name),
  SoBanChinh: originals,
  SoBanSao: copies,
  TapTin: file === null ? null : { name: plain(file.name), data: file.base64 },
});
