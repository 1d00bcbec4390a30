import { z } from 'zod';
import { asGiven } from '../../contracts/domain/text.ts';
import { perhapsWords, textual } from '../kit/loose.ts';

/** What stands around a push (WIRE.md 3.1). */
export const push = z.object({ service: asGiven(100), data: z.looseObject({}) });

/** As much of any body as tells whose it is. */
export const keyed = z.object({ SecurityKey: asGiven(1_000) });

export const service = { notice: 'NhanThongBaoThueDat', proof: 'NhanChungTuThueDat' } as const;

export const noticeData = z.object({ FileThongBaoThue: z.string().min(1) });

export const proofData = z.object({
  MaHoSo: textual,
  MaSoThue: perhapsWords,
  HoTenNguoiNopTien: perhapsWords,
  SoCMTNguoiNopTien: perhapsWords,
  TinhNguoiNopTien: perhapsWords,
  HuyenNguoiNopTien: perhapsWords,
  XaNguoiNopTien: perhapsWords,
  DiaChiNguoiNopTien: perhapsWords,
  UrlFileChungTu: perhapsWords,
  ThongTinThanhToan: z.object({
    MaThongBaoThue: textual,
    ThoiGianThanhToan: textual,
    SoTien: textual,
    NoiDungThanhToan: perhapsWords,
    TrangThaiThanhToan: textual,
  }),
});
export type WireProof = z.output<typeof proofData>;

/** The SOAP around a question and its answer (WIRE.md 3.2). SOAPAction and the elements' form are assumed. */
export const soap = {
  request: 'http://gip.request.com/',
  response: 'http://gip.response.com/',
  operation: 'xuLyTruyVanMsg',
  question: 'in_msg',
  answer: 'return',
} as const;

interface QuestionType {
  /** Of the question; also its TRAN_CODE, which was seen of 00046 and is assumed of the others. */
  readonly type: string;
  /** Of the answer; null where it is not published. */
  readonly answer: string | null;
  readonly name: string;
}

/** Questions by what they are about (WIRE.md 3.2, WIRE-2 3.2a); NAME is assumed. */
export const questions = {
  taxpayer: { type: '00003', answer: null, name: 'Truy vấn thông tin người nộp thuế' },
  dues: { type: '00046', answer: '00047', name: 'Truy vấn số thuế phải nộp' },
  landDues: { type: '00109', answer: '00110', name: 'Truy vấn sổ thuế đất' },
} as const satisfies Record<string, QuestionType>;
export type AnyQuestion = (typeof questions)[keyof typeof questions];

/** TRANGTHAI of 00110: found, and something is owed. No other is published. */
export const OWES = '01';
