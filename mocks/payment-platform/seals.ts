import { hash } from 'node:crypto';

/** A message of the platform; values are what JSON carries. */
export type Message = Readonly<Record<string, unknown>>;

/** The JSON object that a body is, or undefined. */
export function messageIn(body: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Message) : undefined;
  } catch {
    return undefined;
  }
}

/** SHA-256 over the values with the secret last, all joined by `|` (WIRE.md 2.1): no HMAC, lower-case hex. */
const seal = (names: readonly string[], message: Message, secret: string): string =>
  hash('sha256', [...names.map((name) => String(message[name] ?? '')), secret].join('|'));

const INIT = [
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
const QUERY = ['LoaiBanTin', 'PhienBan', 'MaDoiTac', 'MaThamChieu', 'ThoiGianGD'] as const;
const NOTICE = [
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
const INIT_ANSWER = ['LoaiBanTin', 'MaLoi', 'MaDoiTac', 'MaThamChieu', 'UrlThanhToan'] as const;
const RETURN = ['data', 'responseCode'] as const;

/** WIRE.md 2.1; ThongTinBienLai is not covered. */
export const initSeal = (message: Message, secret: string): string => seal(INIT, message, secret);

/** QUERY and GET_BILL, WIRE.md 2.2. */
export const querySeal = (message: Message, secret: string): string => seal(QUERY, message, secret);

/** WIRE.md 2.3. A QUERY's answer is sealed by the same names, TrangThaiGD left out [assumed]. */
export const noticeSeal = (message: Message, secret: string): string => seal(NOTICE, message, secret);

/** No formula is published; this one is made. */
export const initAnswerSeal = (message: Message, secret: string): string => seal(INIT_ANSWER, message, secret);

/** `secureCode` of the browser's return: nobody is known to check it, and its formula is made (WIRE-2 1.9). */
export const returnSeal = (message: Message, secret: string): string => seal(RETURN, message, secret);
