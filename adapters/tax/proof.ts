import type { TaxProof } from '../../contracts/domain/tax.ts';
import { asUri } from '../../contracts/domain/web-address.ts';
import { fromNationalTime } from '../kit/national-time.ts';
import { dossierCode, misread, required, shortWords, wholeDong, words } from './reading.ts';
import type { WireProof } from './wire.ts';

/** `data` of a proof (WIRE.md 3.1); `at` is where it stands. */
export function proofIn(data: WireProof, at: string): TaxProof {
  const { ThongTinThanhToan: payment } = data;
  const inside = `${at}/ThongTinThanhToan`;
  const of = (name: keyof WireProof & string) => `${at}/${name}`;
  const url = words(data.UrlFileChungTu, of('UrlFileChungTu'), 4_000);
  return {
    dossierCode: dossierCode(data.MaHoSo, of('MaHoSo')),
    noticeNumber: required(shortWords(payment.MaThongBaoThue, `${inside}/MaThongBaoThue`), `${inside}/MaThongBaoThue`),
    amountVnd: paidVnd(payment.SoTien, `${inside}/SoTien`),
    paidAt: paidAt(payment.ThoiGianThanhToan, `${inside}/ThoiGianThanhToan`),
    status: required(
      shortWords(payment.TrangThaiThanhToan, `${inside}/TrangThaiThanhToan`),
      `${inside}/TrangThaiThanhToan`,
    ),
    content: words(payment.NoiDungThanhToan, `${inside}/NoiDungThanhToan`),
    // Somebody will open it: another scheme than that of a web page is nobody's document.
    documentUrl: (url !== null && asUri(url)) || null,
    payer: {
      name: words(data.HoTenNguoiNopTien, of('HoTenNguoiNopTien')),
      taxCode: shortWords(data.MaSoThue, of('MaSoThue')),
      identityNumber: shortWords(data.SoCMTNguoiNopTien, of('SoCMTNguoiNopTien')),
      address: addressIn(data, of),
    },
  };
}

/** In Vietnam's time, to the second: a day alone is no time of a payment. */
function paidAt(text: string, at: string): string {
  const time = /^\d{14}$/.test(text.trim()) ? fromNationalTime(text) : undefined;
  return time ?? misread(at, 'yyyyMMddHHmmss', 'another text');
}

const PARTS = ['DiaChiNguoiNopTien', 'XaNguoiNopTien', 'HuyenNguoiNopTien', 'TinhNguoiNopTien'] as const;

/** Of the words alone: some write codes of places in their stead. */
function addressIn(data: WireProof, of: (name: keyof WireProof & string) => string): string | null {
  const parts = PARTS.map((name) => words(data[name], of(name))).filter((part) => part !== null && !/^\d+$/.test(part));
  return parts.length === 0 ? null : parts.join(', ');
}

/** Nobody proves a payment of nothing. */
function paidVnd(text: WireProof['ThongTinThanhToan']['SoTien'], at: string): number {
  const amount = wholeDong(text, at);
  return amount > 0 ? amount : misread(at, 'more than nothing', 'nothing');
}
