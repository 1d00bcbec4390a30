import type {
  LandFile,
  LandFinished,
  LandStep,
  LandSupplementAsked,
  LandSupplementReceived,
  LandTaxNotices,
  LandWord,
} from '../../contracts/domain/land-dossier.ts';
import { taxKindOf } from '../../contracts/domain/tax.ts';
import type { Tell } from '../adapter.ts';
import type { LandConfig } from './config.ts';
import { type Told, tell } from './tells.ts';
import {
  ENDED_WITH_RESULT,
  finished,
  STATUS_OF_STEP,
  step,
  supplementAsked,
  supplementReceived,
  taxResult,
  type WireFile,
  word,
} from './wire.ts';

/** The receipt number is read before. */
type Content<Data> = Omit<Data, 'receiptNumber'>;

/** All that they tell us, by their own names (WIRE.md 3.4, WIRE-2 3.4b). */
export const landCallbacks = (config: LandConfig, wall: () => number = Date.now): readonly Tell[] => [
  tell(config, luanChuyen),
  tell(config, choBoSung),
  tell(config, daBoSung),
  tell(config, ketQuaThue),
  tell(config, ketThuc),
  ...words.map(([path, type]) => tell(config, wordOf(path, type), wall)),
];

const luanChuyen: Told<(typeof step)['_output']> = {
  path: 'LuanChuyen',
  type: 'land-step',
  schema: step,
  data: (said, at): Content<LandStep> => ({
    at: at('NgayChuyen', said.NgayChuyen),
    officer: said.MaCanBoChuyen,
    note: said.NoiDungXuLy ?? said.GhiChu,
    to: said.MaCanBoNhan,
    theirStatus: said.MaTrangThai,
    status: statusOf(said.MaTrangThai),
    sentBack: said.LaTrangThaiChuyenLai ?? false,
    dueAt: at('HanXuLy', said.HanXuLy),
    files: said.DanhSachTapTin.map(fileOf),
  }),
};

function statusOf(theirs: string | null): LandStep['status'] {
  const named = Object.entries(STATUS_OF_STEP).find(([code]) => code === theirs);
  return named?.[1] ?? 'processing';
}

const choBoSung: Told<(typeof supplementAsked)['_output']> = {
  path: 'ChoBoSung',
  type: 'land-supplement-asked',
  schema: supplementAsked,
  data: (said, at): Content<LandSupplementAsked> => ({
    at: at('NgayChoBoSung', said.NgayChoBoSung),
    officer: said.MaCanBoXuLy,
    note: said.GhiChu,
    paused: said.LaTamDung,
    files: said.TapTin.map(fileOf),
  }),
};

const daBoSung: Told<(typeof supplementReceived)['_output']> = {
  path: 'DaBoSung',
  type: 'land-supplement-received',
  schema: supplementReceived,
  data: (said, at): Content<LandSupplementReceived> => ({
    at: at('NgayNhanBoSung', said.NgayNhanBoSung),
    officer: said.MaCanBoXuLy,
    note: said.GhiChu,
    dueAt: at('NgayHenTraMoi', said.NgayHenTraMoi),
  }),
};

const ketQuaThue: Told<(typeof taxResult)['_output']> = {
  path: 'KetQuaThue',
  type: 'land-tax-notices',
  schema: taxResult,
  data: (said, at): Content<LandTaxNotices> => ({
    at: at('NgayCoKetQuaThue', said.NgayCoKetQuaThue),
    officer: said.NguoiXuLy,
    note: said.GhiChu,
    notices: said.DanhSachThongBaoThue.map((notice) => ({
      owner: notice.HoTenChu ?? notice.HoVaChu,
      kind: taxKindOf(null, notice.LoaiThue),
      name: notice.LoaiThue,
      number: notice.SoThongBaoThue,
      url: notice.DuongDanThongBaoThue ?? notice.DuongDanTBT,
    })),
  }),
};

const ketThuc: Told<(typeof finished)['_output']> = {
  path: 'KetThuc',
  type: 'land-finished',
  schema: finished,
  data: (said, at): Content<LandFinished> => ({
    at: at('NgayKetThuc', said.NgayKetThuc),
    officer: said.MaCanBoXuLy,
    note: said.GhiChu,
    ending: said.TrangThaiKetThuc.trim() === ENDED_WITH_RESULT ? 'result' : 'returned-or-withdrawn',
    theirEnding: said.TrangThaiKetThuc.trim(),
    results: said.DanhSachGiayToKetQua.map(fileOf),
  }),
};

const words = [
  ['ThueChuyenTraHoSoDoSai', 'land-returned-as-wrong'],
  ['CungCapSoBienNhan', 'land-receipt-number'],
  ['ThongBaoNhapSaiThuTuc', 'land-wrong-procedure'],
  ['YeuCauCapNhatHoSo', 'land-update-asked'],
] as const;

const wordOf = (path: string, type: string): Told<(typeof word)['_output']> => ({
  path,
  type,
  schema: word,
  // No name of a time is known; whatever there is stands in `content`.
  data: (said, _at, content): Content<LandWord> => ({
    at: null,
    officer: said.MaCanBoXuLy ?? said.NguoiXuLy,
    note: said.GhiChu ?? said.NoiDung ?? said.LyDo,
    dossierCode: said.MaHoSoMotCua,
    content,
  }),
});

const fileOf = (file: WireFile): LandFile => ({
  name: file.TenGiayTo ?? file.TapTin?.name ?? file.name,
  type: file.KieuFile,
  url: file.LinkFile,
  base64: file.TapTin?.data ?? file.data ?? null,
  originals: file.SoBanChinh,
  copies: file.SoBanSao,
});
