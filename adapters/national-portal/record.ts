import type { Attachment, DossierSnapshot, Fee, Identity, Step } from '../../contracts/domain/dossier.ts';
import { nationalTime } from '../kit/national-time.ts';
import { cut, plain } from '../kit/text.ts';
import { channelCode, statusCode } from './codes.ts';
import {
  type DossierRecord,
  type FeeRow,
  longest,
  type OtherDocumentRow,
  type ProgressRow,
  type ResultRow,
  type SubmittedDocument,
  type SupplementRow,
  type WireFlag,
} from './wire.ts';

const applicantKind = { citizen: '1', enterprise: '2', 'state-agency': '3', organisation: '4' } as const;
const reuse = { none: '0', reused: '1', 'reused-changed': '2' } as const;
const feeKind = { fee: '1', charge: '2' } as const;
/** [assumed]: the list of kinds is not published. */
const documentKind = { original: '1', copy: '2', 'certified-copy': '3', electronic: '4' } as const;

const flag = (value: boolean | null | undefined): WireFlag => (value ? '1' : '0');

/**
 * A dossier as `DongBoHoSoMC` takes it (WIRE.md 1.4). The table in README.md is this function in words.
 * `paidOnline` is what the gateway's own payments know beside the fees of the snapshot.
 */
export function dossierRecord(dossier: DossierSnapshot, paidOnline?: boolean): DossierRecord {
  const { applicant, procedure, agency } = dossier;
  const attachments = dossier.attachments ?? [];
  const online = dossier.channel === 'online';
  return {
    MaHoSo: dossier.code,
    MaTTHC: procedure.code,
    TenTTHC: plain(procedure.name),
    MaLinhVuc: plain(procedure.field?.code),
    TenLinhVuc: plain(procedure.field?.name),
    SoBienNhan: plain(dossier.receiptNumber),
    KenhThucHien: channelCode[dossier.channel],
    ChuHoSo: plain(applicant.name),
    LoaiDoiTuong: applicantKind[applicant.kind],
    ...(online ? { MaDoiTuong: plain(applicant.nationalAccountId) } : {}),
    SoGiayToChuHoSo: paperNumber(applicant.identities ?? []),
    DinhDanhCHS: citizenNumbers(applicant.identities ?? []),
    ThongTinKhac: plain(applicant.address),
    Email: plain(applicant.email),
    Fax: plain(applicant.fax),
    SoDienThoai: plain(applicant.phone),
    TrichYeuHoSo: cut(firstSaid(dossier.summary, procedure.name, procedure.code), longest.summary),
    NgayNopHoSo: nationalTime(dossier.submittedAt ?? dossier.receivedAt),
    NgayTiepNhan: nationalTime(dossier.receivedAt),
    NgayHenTra: nationalTime(dossier.dueAt),
    NgayKetThucXuLy: nationalTime(dossier.finishedAt ?? dossier.closedAt),
    NgayTra: nationalTime(dossier.returnedAt),
    NgayTuChoi: nationalTime(dossier.refusedAt),
    TrangThaiHoSo: statusCode[dossier.status],
    ThongTinTra: plain(dossier.returnNote),
    HinhThuc: dossier.returnMethod === 'post' ? '1' : '0',
    DonViXuLy: firstSaid(agency.name, agency.code),
    GhiChu: plain(dossier.note),
    NoiNopHoSo: dossier.submittedVia === 'national-portal' ? '1' : '2',
    HoSoCoThanhPhanSoHoa: flag(attachments.some((each) => each.digitised === true && each.deleted !== true)),
    TaiKhoanDuocXacThucVoiVNeID: flag(applicant.identityVerified),
    DuocThanhToanTrucTuyen: onlinePayment(dossier, paidOnline),
    DSKetNoiCSDL: (dossier.connectedDatabases ?? []).map((code) => ({ MaCSDL: code })),
    TaiLieuNop: attachments.map(submittedDocument),
    DanhSachLePhi: feeRows(dossier.fees),
    DanhSachTepDinhKemKhac: otherDocumentRows(dossier.otherDocuments),
    DanhSachHoSoBoSung: (dossier.supplements ?? []).map(supplementRow),
    DanhSachGiayToKetQua: (dossier.results ?? []).map(resultRow),
  };
}

/** One row of `CapNhatTienDoHoSoMC` (WIRE.md 1.5). The actor is never empty there: a role stands in for a name. */
export function progressRow(code: string, step: Step): ProgressRow {
  return {
    MaHoSo: code,
    NguoiXuLy: cut(firstSaid(step.actor, 'Chuyên viên'), longest.progressActor),
    ChucDanh: plain(step.position),
    ThoiDiemXuLy: nationalTime(step.at),
    PhongBanXuLy: plain(step.unit),
    NoiDungXuLy: plain(step.note),
    TrangThai: statusCode[step.status],
    NgayBatDau: nationalTime(step.startedAt),
    NgayKetThucTheoQuyDinh: nationalTime(step.dueAt),
  };
}

/** A citizen's numbers only: a passport or a tax code is never dressed up as one, and none is ever made up. */
function citizenNumbers(identities: readonly Identity[]): DossierRecord['DinhDanhCHS'] {
  return identities
    .filter((each) => each.type === 'citizen-id' || each.type === 'old-citizen-id')
    .map((each) => ({ LoaiDinhDanh: each.type === 'citizen-id' ? '1' : '2', SoDinhDanh: each.number }));
}

/** A passport or tax code where there is one, because it has no other place; else the citizen's number. */
function paperNumber(identities: readonly Identity[]): string {
  const other = identities.find((each) => each.type === 'passport' || each.type === 'tax-code');
  return (other ?? identities[0])?.number ?? '';
}

/** "0" no fee, "1" all of it paid online, "3" a fee that is not (WIRE.md A2.2). */
function onlinePayment(dossier: DossierSnapshot, paidOnline: boolean | undefined): '0' | '1' | '3' {
  const fees = [...(dossier.fees ?? []), ...(dossier.supplements ?? []).flatMap((each) => each.fees ?? [])].filter(
    (fee) => fee.amount.amount > 0,
  );
  if (paidOnline === true) return '1';
  if (fees.length === 0) return '0';
  return fees.every((fee) => fee.paidBy === 'online') ? '1' : '3';
}

function submittedDocument(attachment: Attachment): SubmittedDocument {
  return {
    TepDinhKemId: attachment.id,
    TenTepDinhKem: cut(firstSaid(attachment.name, attachment.id), longest.attachmentName),
    IsDeleted: attachment.deleted ? 'True' : 'False',
    MaThanhPhanHoSo: plain(attachment.componentCode),
    DuongDanTaiTepTin: plain(attachment.url),
    DuocSoHoa: flag(attachment.digitised),
    DuocTaiSuDung: reuse[attachment.reuse ?? 'none'],
    DuocLayTuKhoDMQG: flag(attachment.fromNationalStore),
    MaKetQuaThayThe: plain(attachment.replacesResultCode),
  };
}

/** A fee of nothing is no row, as in the known client, which never leaves a name or code empty and always says HinhThucThu "1". */
function feeRows(fees: readonly Fee[] | undefined): FeeRow[] {
  return (fees ?? [])
    .filter((fee) => fee.amount.amount > 0)
    .map((fee) => ({
      TenPhiLePhi: firstSaid(fee.name, fee.code, 'Phí, lệ phí'),
      MaPhiLePhi: firstSaid(fee.code, '1'),
      HinhThucThu: '1',
      Gia: String(fee.amount.amount),
      LoaiPhiLePhi: feeKind[fee.kind],
    }));
}

function otherDocumentRows(documents: DossierSnapshot['otherDocuments']): OtherDocumentRow[] {
  return (documents ?? []).map((each) => ({
    TenGiayTo: firstSaid(each.name, 'Giấy tờ kèm theo'),
    SoLuong: String(each.copies),
    LoaiGiayTo: each.kind ? documentKind[each.kind] : '',
  }));
}

function supplementRow(supplement: NonNullable<DossierSnapshot['supplements']>[number]): SupplementRow {
  return {
    HoSoBoSungId: supplement.id,
    NguoiYeuCauBoSung: plain(supplement.requestedBy),
    NoiDungBoSung: plain(supplement.content),
    NgayBoSung: nationalTime(supplement.requestedAt),
    NguoiTiepNhanBoSung: plain(supplement.receivedBy),
    ThongTinTiepNhan: plain(supplement.receivedNote),
    NgayTiepNhanBoSung: nationalTime(supplement.receivedAt),
    TrangThaiBoSung: flag(supplement.fulfilled),
    DanhSachGiayToBoSung: otherDocumentRows(supplement.documents),
    DanhSachLePhiBoSung: feeRows(supplement.fees),
    NgayHenTraTruoc: nationalTime(supplement.previousDueAt),
    NgayHenTraMoi: nationalTime(supplement.newDueAt),
  };
}

function resultRow(result: NonNullable<DossierSnapshot['results']>[number]): ResultRow {
  return {
    TenGiayTo: cut(firstSaid(result.name, result.id), longest.resultName),
    MaThanhPhanHoSo: plain(result.componentCode),
    GiayToId: result.id,
    DuongDanTepTinKetQua: plain(result.url),
    MaGiayToKetQua: plain(result.code),
  };
}

function firstSaid(...texts: readonly (string | null | undefined)[]): string {
  for (const text of texts) {
    const said = plain(text);
    if (said !== '') return said;
  }
  return '';
}
