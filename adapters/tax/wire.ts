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
