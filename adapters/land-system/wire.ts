import { z } from 'zod';
import { asGiven } from '../../contracts/domain/text.ts';
import { perhaps, perhapsWords, shortText, textual } from '../kit/loose.ts';

/** The names of provincial land systems (WIRE.md 3.4, WIRE-2 3.4b), and what nobody has published of them [assumed]. */

/** `data` 1 is done, and 0 is not. `status` says why. */
export const envelope = z.object({
  data: z.union([z.number(), z.boolean(), shortText]).nullish(),
  status: z.object({
    success: z.union([z.boolean(), z.number(), shortText]).nullish(),
    code: perhaps,
    message: perhapsWords,
  }),
});

/** Of a password grant. */
export const granted = z.object({ access_token: asGiven(16_384).min(1) });
/** The "no" of a grant (RFC 6749, 5.2). */
export const grantRefused = z.object({ error: shortText.min(1) });

const orNull = (text: string) => text.trim() || null;
const code = perhaps.transform(orNull);
const words = perhapsWords.transform(orNull);
const flag = z
  .union([z.boolean(), z.number(), shortText])
  .nullish()
  .transform((value) => (value == null || value === '' ? null : /^(true|1)$/i.test(String(value).trim())));
const count = z
  .union([z.number(), asGiven(20)])
  .nullish()
  .transform((value) => (Number.isInteger(Number(value)) && value != null && value !== '' ? Number(value) : null));
/** Read by whoever knows the zone. */
const time = z.union([asGiven(64), z.number()]).nullish();
const list = <Each extends z.ZodType>(each: Each) =>
  z
    .array(each)
    .nullish()
    .transform((rows) => rows ?? []);

/** As large as a scanned paper in base64 may be. */
const content = asGiven(20 * 1024 * 1024).nullish();
const asTheyNameIt = z.object({
  TenGiayTo: words,
  KieuFile: code,
  LinkFile: words,
  SoBanSao: count,
  SoBanChinh: count,
  TapTin: z.object({ name: words, data: content }).nullish(),
  name: words,
  data: content,
});
/** A paper with a link, the pair of name and content that goes the other way, or a bare link [assumed]. */
const file = z.union([asGiven(4000).transform((link) => asTheyNameIt.parse({ LinkFile: link })), asTheyNameIt]);
export type WireFile = z.output<typeof file>;
/** One or several. */
const files = z
  .union([z.array(file), file])
  .nullish()
  .transform((rows) => (rows == null ? [] : Array.isArray(rows) ? rows : [rows]));

const about = z.object({ SoBienNhan: textual, GhiChu: words });

export const step = about.extend({
  MaCanBoChuyen: code,
  MaCanBoNhan: code,
  MaTrangThai: code,
  LaTrangThaiChuyenLai: flag,
  NoiDungXuLy: words,
  NgayChuyen: time,
  HanXuLy: time,
  DanhSachTapTin: files,
});
export const supplementAsked = about.extend({
  NgayChoBoSung: time,
  MaCanBoXuLy: code,
  LaTamDung: flag,
  TapTin: files,
});
export const supplementReceived = about.extend({ NgayNhanBoSung: time, MaCanBoXuLy: code, NgayHenTraMoi: time });
export const taxResult = about.extend({
  NguoiXuLy: words,
  NgayCoKetQuaThue: time,
  DanhSachThongBaoThue: list(
    // Two clients name owner and link in two ways (WIRE.md 3.4, WIRE-2 3.4b).
    z.object({
      HoTenChu: words,
      HoVaChu: words,
      LoaiThue: words,
      SoThongBaoThue: code,
      DuongDanThongBaoThue: words,
      DuongDanTBT: words,
    }),
  ),
});
export const finished = about.extend({
  NgayKetThuc: time,
  MaCanBoXuLy: code,
  TrangThaiKetThuc: textual.pipe(shortText.min(1)),
  DanhSachGiayToKetQua: files,
});
/** Of calls whose body is not published: all members but SoBienNhan are assumed, and all is kept as it came. */
export const word = about.extend({
  MaHoSoMotCua: code,
  MaCanBoXuLy: code,
  NguoiXuLy: words,
  NoiDung: words,
  LyDo: words,
});

/** Proves the sender, in the query or the body. */
export const SECURITY_CODE = 'securitycode';

/** States of a step that are not "in process": 5, 9 and 10 of the nation's (WIRE-2 3.4b). */
export const STATUS_OF_STEP = { '5': 'supplementing', '9': 'completed', '10': 'result-returned' } as const;
/** TrangThaiKetThuc of a result. */
export const ENDED_WITH_RESULT = '0';
