import { type Partner, startPartner } from '../kit/partner.ts';
import { controlCall, type PlainAnswer, plainCall } from '../kit/plain-call.ts';
import { initSeal, type Message, messageIn, querySeal } from './seals.ts';
import type { RunningPlatform } from './server.ts';

/** An INIT before its seal. */
export const initMessage = (reference: string, changes: Message = {}): Message => ({
  LoaiBanTin: 'INIT',
  PhienBan: '1.0.6',
  MaDoiTac: 'DEMO02',
  MaThamChieu: reference,
  SoTien: '50000',
  LoaiHinhThanhToan: 'PAY',
  MaKenhThanhToan: '1',
  MaThietBi: '1',
  NgonNgu: 'vi-VN',
  MaTienTe: 'VND',
  MaNganHang: 'PAYMENT',
  ThongTinGiaoDich: 'Thanh toan le phi',
  ThoiGianGD: '20250601083000',
  Ip: '10.0.0.1',
  ThongTinBienLai: {
    MaDichVu: '2',
    MaHoSo: '000.00.01.H02-250601-0001',
    TKThuHuong: '0000000000',
    MaNHThuHuong: '970436',
    TenTKThuHuong: 'DON VI MAU',
    NoiDungThanhToan: 'Thanh toan le phi',
    HoTenNguoiNop: 'Nguyễn Văn Mẫu',
    PhiLePhi: [{ LoaiPhiLePhi: '2', MaPhiLePhi: 'LP01', TenPhiLePhi: 'Lệ phí', SoTien: '50000' }],
  },
  ...changes,
});

export const queryMessage = (type: 'QUERY' | 'GET_BILL', reference: string, changes: Message = {}): Message => ({
  LoaiBanTin: type,
  PhienBan: '1.0.6',
  MaDoiTac: 'DEMO02',
  MaThamChieu: reference,
  ThoiGianGD: '20250601083000',
  ...changes,
});

export interface Answered extends PlainAnswer {
  readonly json: Message;
}

/** A partner of the platform, for its own tests. */
export class PlatformCaller {
  readonly #platform: RunningPlatform;

  constructor(platform: RunningPlatform) {
    this.#platform = platform;
  }

  init(reference: string, changes: Message = {}, timeoutMs?: number): Promise<Answered> {
    const message = initMessage(reference, changes);
    return this.post({ MaXacThuc: initSeal(message, 'demo-key'), ...message }, timeoutMs);
  }

  query(reference: string, changes: Message = {}, timeoutMs?: number): Promise<Answered> {
    return this.#ask('QUERY', reference, changes, timeoutMs);
  }

  bill(reference: string, changes: Message = {}, timeoutMs?: number): Promise<Answered> {
    return this.#ask('GET_BILL', reference, changes, timeoutMs);
  }

  post(message: Message, timeoutMs?: number): Promise<Answered> {
    const headers = { 'content-type': 'application/json' };
    const sent = plainCall(this.#platform.url, 'POST', headers, JSON.stringify(message), timeoutMs);
    return sent as Promise<Answered>;
  }

  /** Presses a button on a page. */
  press(page: string, act: string): Promise<PlainAnswer> {
    return plainCall(page, 'POST', { 'content-type': 'application/x-www-form-urlencoded' }, `act=${act}`);
  }

  control<Body>(method: string, path: string, body?: unknown): Promise<Body> {
    return controlCall(this.#platform.controlUrl, method, path, body);
  }

  #ask(type: 'QUERY' | 'GET_BILL', reference: string, changes: Message, timeoutMs?: number): Promise<Answered> {
    const message = queryMessage(type, reference, changes);
    return this.post({ MaXacThuc: querySeal(message, 'demo-key'), ...message }, timeoutMs);
  }
}

/** The province's side. */
export type Province = Partner<Message>;

export const startProvince = (): Promise<Province> =>
  startPartner(
    (body) => messageIn(body) ?? {},
    ({ MaLoi, MaDoiTac, MaThamChieu, ThoiGianGD, MaXacThuc }) => ({
      MaLoi,
      MoTaLoi: 'Thành công',
      MaDoiTac,
      MaThamChieu,
      ThoiGianGD,
      MaXacThuc,
    }),
  );
