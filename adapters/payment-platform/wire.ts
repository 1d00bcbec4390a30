import { z } from 'zod';
import { asGiven } from '../../contracts/domain/text.ts';
import { amount, pageAddress, perhaps, perhapsWords, shortText, textual } from '../kit/loose.ts';

/** The platform's JSON: names and shapes, and what each seal covers (WIRE.md 2.1 to 2.4, A3; WIRE-2 2.1-2.3). */

export const VERSION = '1.0.6';
export const kind = { init: 'INIT', query: 'QUERY', bill: 'GET_BILL' } as const;

/** What is the same in every INIT (2.1). */
export const everyInit = {
  LoaiHinhThanhToan: 'PAY',
  MaKenhThanhToan: '1',
  MaThietBi: '1',
  NgonNgu: 'vi-VN',
  MaTienTe: 'VND',
  MaNganHang: 'PAYMENT',
} as const;

/** In this order; ThongTinBienLai is not covered (2.1). */
export const SEALED_INIT = [
  'LoaiBanTin',
  'PhienBan',
  'MaDoiTac',
  'MaThamChieu',
  'SoTien',
  'LoaiHinhThanhToan',
  'MaKenhThanhToan',
  'MaThietBi',
  'NgonNgu',
  'MaTienTe',
  'MaNganHang',
  'ThongTinGiaoDich',
  'ThoiGianGD',
  'Ip',
] as const;
/** QUERY and GET_BILL (2.2). */
export const SEALED_QUESTION = ['LoaiBanTin', 'PhienBan', 'MaDoiTac', 'MaThamChieu', 'ThoiGianGD'] as const;
/** The notice (2.3). No formula is published for QUERY's answer: the same names [assumed], so that TrangThaiGD is not covered. */
export const SEALED_NOTICE = [
  'LoaiBanTin',
  'MaLoi',
  'MaDoiTac',
  'MaThamChieu',
  'SoTien',
  'MaTienTe',
  'MaGiaoDich',
  'MaNganHang',
  'ThoiGianGD',
  'ThongTinGiaoDich',
] as const;

/** Around every answer. */
export const answered = z.object({ MaLoi: textual, MoTaLoi: perhapsWords, MaThamChieu: perhaps });
/** UrlThanhToan of an INIT that was taken: a browser is sent there, so that it leads to a page and to nothing else. */
export const opened = z.object({ UrlThanhToan: pageAddress });
/** QUERY's answer about a payment that exists. */
export const told = z.object({
  MaThamChieu: shortText.min(1),
  SoTien: amount,
  MaTienTe: perhaps,
  MaGiaoDich: perhaps,
  ThoiGianGD: perhaps,
  TrangThaiGD: perhaps,
});
/** The notice (2.3), POST. */
export const notice = told.extend({ LoaiBanTin: shortText, MaLoi: textual, MaDoiTac: shortText });
export type Told = z.output<typeof told>;

const link = asGiven(4000).optional();
/** A receipt's link, as far as GET_BILL answers with one (A3.1, A3.2). */
export const linked = z.object({
  URLBienLai: link,
  UrlBienLai: link,
  URLBIENLAI: link,
});

/** `dptracuuthanhtoanhs` asks (2.4), POST. */
export const lookup = z.object({ MaHoSo: shortText });

/** Of the browser's return (WIRE-2 1.9). */
export const RETURN_REFERENCE = 'data';
