import type { HeldLand, Message } from './dossiers.ts';
import type { LandSettings } from './settings.ts';
import type { LandSimulation } from './state.ts';

/** What is answered: a yes, or a code and words. */
export type Answered = { readonly done: true } | { readonly code: string; readonly words: string };
type Operation = (state: LandSimulation, message: Message) => Answered;

/** By their addresses, of each kind. */
export const operations: Readonly<Record<LandSettings['kind'], Readonly<Record<string, Operation>>>> = {
  vbdlis: {
    tiepnhan: receive,
    capnhattrangthaibosunghoso: supplement,
    capnhattrangthaitraketquahoso: giveBack,
    phanhoihososaiketqua: complain,
  },
  ilis: {
    TiepNhanHoSo: receive,
    BoSungHoSo: supplement,
    CapNhatTrangThaiHoSo: giveBack,
    phanhoihososaiketqua: complain,
  },
};

const done: Answered = { done: true };
const texts = {
  UNSOUND: 'Dữ liệu không hợp lệ',
  EXISTS: 'Số biên nhận đã tồn tại',
  UNKNOWN: 'Không tìm thấy hồ sơ',
  STATE: 'Trạng thái hồ sơ không cho phép',
} as const;

function refused({ counters }: LandSimulation, code: keyof typeof texts): Answered {
  counters.refusals += 1;
  return { code, words: texts[code] };
}

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const part = (message: Message, name: string): Message => (message[name] ?? {}) as Message;
const isTime = (value: unknown): boolean => !Number.isNaN(Date.parse(textOf(value)));
const arePapers = (value: unknown): boolean =>
  Array.isArray(value) &&
  (value as Message[]).every(
    ({ TenGiayTo, SoBanChinh, SoBanSao, TapTin }) =>
      textOf(TenGiayTo) !== '' &&
      typeof SoBanChinh === 'number' &&
      typeof SoBanSao === 'number' &&
      (TapTin === null || textOf((TapTin as Message).data) !== ''),
  );

function receive(state: LandSimulation, message: Message): Answered {
  const { book, counters } = state;
  const number = textOf(message.SoBienNhan);
  const sound =
    number !== '' &&
    textOf(message.MaHoSoMotCua) !== '' &&
    typeof message.LaQuyTrinhCapTinh === 'boolean' &&
    isTime(message.NgayTiepNhan) &&
    isTime(message.NgayHenTra) &&
    textOf(part(message, 'ThongTinNguoiNopDon').HoTen) !== '' &&
    textOf(part(message, 'ThongTinQuyTrinh').MaQuyTrinh) !== '' &&
    Array.isArray(message.ThongTinThuaDat) &&
    arePapers(message.DanhSachGiayToDinhKem);
  if (!sound) return refused(state, 'UNSOUND');
  const held = book.get(number);
  if (held !== undefined) {
    repeated(state, held);
    return refused(state, 'EXISTS');
  }
  book.add(number, textOf(message.MaHoSoMotCua), message);
  counters.received += 1;
  return done;
}

function supplement(state: LandSimulation, message: Message): Answered {
  const held = state.book.get(textOf(message.SoBienNhan));
  if (held === undefined) return refused(state, 'UNKNOWN');
  if (!isTime(message.NgayHenTraMoi) || !arePapers(message.DanhSachGiayToBoSung)) return refused(state, 'UNSOUND');
  held.supplements.push(message);
  held.state = 'processing';
  state.counters.supplemented += 1;
  return done;
}

function giveBack(state: LandSimulation, message: Message): Answered {
  const held = state.book.get(textOf(message.SoBienNhan));
  if (held === undefined) return refused(state, 'UNKNOWN');
  if (!isTime(message.NgayTra)) return refused(state, 'UNSOUND');
  if (held.returnedAt === message.NgayTra) {
    repeated(state, held);
    return done;
  }
  held.returnedAt = textOf(message.NgayTra);
  held.state = 'returned';
  state.counters.returned += 1;
  return done;
}

/** The second loop: it is done again. */
function complain(state: LandSimulation, message: Message): Answered {
  const held = state.book.get(textOf(message.SoBienNhan));
  if (held === undefined) return refused(state, 'UNKNOWN');
  if (textOf(message.NoiDung) === '' || !arePapers(message.DanhSachGiayToDinhKem)) return refused(state, 'UNSOUND');
  if (held.state !== 'finished' && held.state !== 'returned') return refused(state, 'STATE');
  held.wrongResults.push(message);
  held.state = 'processing';
  state.counters.wrongResults += 1;
  return done;
}

function repeated({ counters }: LandSimulation, held: HeldLand): void {
  held.repeats += 1;
  counters.repeats += 1;
}
