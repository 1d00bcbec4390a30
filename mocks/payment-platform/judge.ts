import { initSeal, type Message, querySeal } from './seals.ts';
import type { PlatformSettings } from './settings.ts';
import type { Code } from './texts.ts';

/** Why a message is refused: a code, and what is wrong. */
export interface Refusal {
  readonly code: Code;
  readonly detail: string;
}

type Check = (value: unknown) => boolean;

const text =
  (most: number): Check =>
  (value) =>
    typeof value === 'string' && value !== '' && value.length <= most;
const exactly =
  (wanted: string): Check =>
  (value) =>
    value === wanted;
const matching =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value);
const isMessage = (value: unknown): value is Message =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** WIRE.md 2.2. */
const common: Readonly<Record<string, Check>> = {
  PhienBan: exactly('1.0.6'),
  MaDoiTac: text(50),
  MaThamChieu: text(255),
  ThoiGianGD: text(50),
  MaXacThuc: text(255),
};

/** WIRE.md 2.1. */
const ofInit: Readonly<Record<string, Check>> = {
  ...common,
  SoTien: matching(/^[1-9]\d{0,14}$/),
  LoaiHinhThanhToan: exactly('PAY'),
  MaKenhThanhToan: text(50),
  MaThietBi: text(50),
  NgonNgu: text(10),
  MaTienTe: exactly('VND'),
  MaNganHang: text(50),
  ThongTinGiaoDich: text(1_000),
  ThoiGianGD: matching(/^\d{14}$/),
  Ip: text(50),
  ThongTinBienLai: isMessage,
};

/** The first fault of a message of a known LoaiBanTin: its fields, then its partner, then its seal. */
export function judge(settings: PlatformSettings, type: string, message: Message): Refusal | undefined {
  const checks = type === 'INIT' ? ofInit : common;
  for (const [name, check] of Object.entries(checks)) {
    if (!check(message[name])) return { code: '02', detail: name };
  }
  const wrong = type === 'INIT' ? wrongReceipt(settings, message) : undefined;
  if (wrong !== undefined) return { code: '02', detail: `ThongTinBienLai.${wrong}` };
  if (message.MaDoiTac !== settings.partner) return { code: '09', detail: 'MaDoiTac' };
  const seal = (type === 'INIT' ? initSeal : querySeal)(message, settings.secret);
  return message.MaXacThuc === seal ? undefined : { code: '07', detail: 'MaXacThuc' };
}

/** The field of ThongTinBienLai at fault. */
function wrongReceipt({ receiptFields, itemsAddUp }: PlatformSettings, message: Message): string | undefined {
  const receipt = message.ThongTinBienLai as Message;
  const missing = receiptFields.find((name) => !text(1_000)(receipt[name]));
  if (missing !== undefined) return missing;
  if (receipt.MaDichVu !== undefined && receipt.MaDichVu !== '1' && receipt.MaDichVu !== '2') return 'MaDichVu';
  return ['PhiLePhi', 'DSKhoanNop'].find((name) => {
    const items = receipt[name];
    if (items === undefined) return false;
    if (!Array.isArray(items) || !items.every(isMessage)) return true;
    return itemsAddUp && items.length > 0 && sumOf(items) !== Number(message.SoTien);
  });
}

/** Of items `{SoTien}`, written as numbers or as texts. */
export const sumOf = (items: readonly Message[]): number =>
  items.reduce((sum, { SoTien }) => sum + Number(SoTien ?? Number.NaN), 0);
