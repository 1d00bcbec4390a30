import { seedOf } from '../kit/random.ts';
import { type HeardReply, type TellingPlan, tellUntilTaken } from '../kit/telling.ts';
import type { HeldLand, LandState, Message } from './dossiers.ts';
import type { LandSettings } from './settings.ts';
import type { LandSimulation } from './state.ts';
import { written } from './times.ts';
import type { LandTelling } from './told.ts';

type Body = (settings: LandSettings, ms: number, held: HeldLand | undefined) => Message;

/** What each call says by itself, and the state into which it brings a dossier. */
const calls: Readonly<Record<string, { readonly body: Body; readonly leaves?: LandState }>> = {
  LuanChuyen: {
    body: (settings, ms) => ({
      MaCanBoChuyen: 'CB01',
      MaCanBoNhan: 'CB02',
      MaTrangThai: '4',
      LaTrangThaiChuyenLai: false,
      NoiDungXuLy: 'Chuyển xử lý',
      NgayChuyen: written(ms, settings),
      HanXuLy: written(ms + 3 * 86_400_000, settings),
      DanhSachTapTin: [],
    }),
    leaves: 'processing',
  },
  ChoBoSung: {
    body: (settings, ms) => ({
      NgayChoBoSung: written(ms, settings),
      MaCanBoXuLy: 'CB02',
      LaTamDung: true,
      GhiChu: 'Bổ sung giấy tờ',
      TapTin: null,
    }),
    leaves: 'supplementing',
  },
  DaBoSung: {
    body: (settings, ms) => ({
      NgayNhanBoSung: written(ms, settings),
      NgayHenTraMoi: written(ms + 10 * 86_400_000, settings),
    }),
    leaves: 'processing',
  },
  KetQuaThue: {
    body: (settings, ms, held) => ({
      NguoiXuLy: 'Cán bộ Mẫu',
      NgayCoKetQuaThue: written(ms, settings),
      GhiChu: '',
      DanhSachThongBaoThue: [
        {
          HoTenChu: (held?.received.ThongTinNguoiNopDon as Message | undefined)?.HoTen ?? 'Nguyễn Văn Mẫu',
          LoaiThue: 'Lệ phí trước bạ nhà đất',
          SoThongBaoThue: 'LTB2500001-TK0000001/TB-CCT',
          DuongDanThongBaoThue: 'https://example.vn/thong-bao-thue.pdf',
        },
      ],
    }),
  },
  ThueChuyenTraHoSoDoSai: {
    body: () => ({ MaCanBoXuLy: 'CB02', LyDo: 'Sai diện tích thửa đất' }),
    leaves: 'tax-returned',
  },
  KetThuc: {
    body: (settings, ms) => ({
      NgayKetThuc: written(ms, settings),
      MaCanBoXuLy: 'CB02',
      TrangThaiKetThuc: 0,
      GhiChu: '',
      DanhSachGiayToKetQua: [
        {
          TenGiayTo: 'Giấy chứng nhận quyền sử dụng đất',
          KieuFile: 'pdf',
          LinkFile: 'https://example.vn/giay-chung-nhan.pdf',
          SoBanSao: 0,
          SoBanChinh: 1,
        },
      ],
    }),
    leaves: 'finished',
  },
  CungCapSoBienNhan: { body: (_settings, _ms, held) => ({ MaHoSoMotCua: held?.dossierCode ?? '' }) },
  ThongBaoNhapSaiThuTuc: { body: () => ({ NoiDung: 'Hồ sơ nhập sai thủ tục' }) },
  YeuCauCapNhatHoSo: { body: () => ({ NoiDung: 'Cập nhật địa chỉ tài sản' }) },
};

/** Nothing is held back: whoever works the simulator calls when it is to go. */
export type LandPlan = Omit<TellingPlan, 'held'>;

export interface CallbackOrder {
  readonly call: string;
  readonly receiptNumber: string;
  /** Instead of what the call says by itself, member by member. */
  readonly fields?: Message;
}

/** The two loops beside the normal line, as far as the land system drives them. */
const loops: Readonly<Record<string, readonly Omit<CallbackOrder, 'receiptNumber'>[]>> = {
  'tax-returned': [
    { call: 'LuanChuyen' },
    { call: 'ThueChuyenTraHoSoDoSai' },
    { call: 'LuanChuyen', fields: { LaTrangThaiChuyenLai: true, NoiDungXuLy: 'Lập lại phiếu chuyển' } },
    { call: 'KetQuaThue' },
  ],
  'wrong-result': [
    { call: 'LuanChuyen', fields: { LaTrangThaiChuyenLai: true, NoiDungXuLy: 'Làm lại kết quả' } },
    { call: 'KetThuc', fields: { GhiChu: 'Kết quả đã được làm lại' } },
  ],
};

export function ordersOf(loop: string, receiptNumber: string): readonly CallbackOrder[] {
  const steps = Object.hasOwn(loops, loop) ? loops[loop] : undefined;
  if (steps === undefined) throw new TypeError(`no such loop: ${loop}`);
  return steps.map((step) => ({ ...step, receiptNumber }));
}

/** Makes the calls as planned, and says what came of each; a dossier that is held moves along. */
export async function tellAll(
  state: LandSimulation,
  orders: readonly CallbackOrder[],
  plan: LandPlan = {},
): Promise<readonly HeardReply<LandTelling>[]> {
  const told = orders.map((order, at) => callOf(state, order, state.clock() + at * 60_000));
  if (plan.lost || told.length === 0) return [];
  const all: HeardReply<LandTelling>[] = [];
  await tellUntilTaken<LandTelling>({
    calls: told,
    plan,
    attempts: state.settings.attempts,
    retryMs: state.settings.retryMs,
    timeoutMs: 10_000,
    seed: () => seedOf(state.seed, state.counters.told),
    pause: (ms) => new Promise((resolve) => state.inAMoment(ms, resolve)),
    stands: () => true,
    isTaken: ({ status, body }) => status === 200 && /"Result"\s*:\s*1\b/.test(body),
    heard: (round) => {
      all.push(...round);
      state.heard(round);
    },
  });
  return all;
}

function callOf(state: LandSimulation, { call, receiptNumber, fields }: CallbackOrder, ms: number): LandTelling {
  const { settings, book } = state;
  const known = Object.hasOwn(calls, call) ? calls[call] : undefined;
  if (known === undefined) throw new TypeError(`no such call: ${call}`);
  if (settings.callbackUrl === '') throw new TypeError('callbackUrl is not set');
  const held = book.get(receiptNumber);
  const body: Message = { SoBienNhan: receiptNumber, ...known.body(settings, ms, held), ...fields };
  if (held !== undefined && known.leaves !== undefined)
    held.state = call === 'KetThuc' && String(body.TrangThaiKetThuc) !== '0' ? 'withdrawn' : known.leaves;
  const url = new URL(`${settings.callbackUrl}/${call}`);
  const inQuery = settings.securityCodeIn === 'query';
  if (inQuery) url.searchParams.set('securityCode', settings.callbackSecret);
  return {
    name: call,
    receiptNumber,
    method: 'POST',
    url: url.href,
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify(inQuery ? body : { ...body, securityCode: settings.callbackSecret }),
  };
}
