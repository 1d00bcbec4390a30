import { type CallOrder, type CallReply, callOut, type OutgoingCall } from '../kit/calling-out.ts';
import { seedOf } from '../kit/random.ts';
import type { NationalBook } from './national.ts';

/** A portal-born dossier goes to the province: `nhanhsdvcqg` (WIRE.md 1.9). */
export interface PushOptions extends CallOrder {
  /** The province's callback address. */
  readonly url: string;
  /** One message each; invented when absent. */
  readonly data?: readonly unknown[];
  /** How many are invented; 1 unless told otherwise. */
  readonly count?: number;
  readonly service?: string;
  readonly isUpdating?: boolean | string;
  readonly isSync?: boolean | string;
  /** `data` travels as an array of one, or as the bare object; which is true is not published. */
  readonly dataAs?: 'array' | 'object';
  readonly headers?: Readonly<Record<string, string>>;
}

export interface PushReply {
  readonly code: string;
  /** 1 for the first time this message went, and so on. */
  readonly turn: number;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly errorCode: string | undefined;
  readonly message: string | undefined;
  readonly body: string;
  readonly tookMs: number;
}

/** What a push needs of the portal. */
interface Pusher {
  readonly seed: number;
  readonly clock: () => number;
  readonly national: NationalBook;
  pushedSoFar: number;
}

interface Message extends OutgoingCall {
  readonly code: string;
}

export async function pushDossiers(state: Pusher, options: PushOptions): Promise<PushReply[]> {
  const seed = seedOf(state.seed, state.pushedSoFar);
  const data = options.data ?? Array.from({ length: options.count ?? 1 }, () => inventNationalDossier(state));
  const messages = data.map((item) => messageOf(state, options, item));
  return (await callOut(messages, options, seed)).map(understood);
}

function messageOf(state: Pusher, options: PushOptions, item: unknown): Message {
  const code =
    typeof item === 'object' && item !== null && 'MaHoSo' in item && typeof item.MaHoSo === 'string' ? item.MaHoSo : '';
  if (code !== '') state.national.add(code);
  const text = (flag: boolean | string | undefined): string =>
    typeof flag === 'string' ? flag : flag === true ? 'True' : 'False';
  const body = JSON.stringify({
    service: options.service ?? 'nhanhsdvcqg',
    isUpdating: text(options.isUpdating),
    isSync: text(options.isSync),
    data: options.dataAs === 'object' ? item : [item],
  });
  const headers = { accept: 'application/json', 'content-type': 'application/json', charset: 'utf-8' };
  return { code, url: options.url, method: 'POST', headers: { ...headers, ...options.headers }, body };
}

function understood({ call, turn, status, body, tookMs }: CallReply<Message>): PushReply {
  const heard = { code: call.code, turn, status, body: status === 0 ? '' : body, tookMs };
  if (status === 0) return { ...heard, errorCode: undefined, message: body };
  try {
    const reply = JSON.parse(body) as { error_code?: unknown; message?: unknown };
    return {
      ...heard,
      errorCode: reply.error_code === undefined ? undefined : String(reply.error_code),
      message: typeof reply.message === 'string' ? reply.message : undefined,
    };
  } catch {
    return { ...heard, errorCode: undefined, message: undefined };
  }
}

/** A dossier that a citizen filed on the portal, in the shape of a synced record (assumed; nothing is published). */
function inventNationalDossier(state: Pusher): Record<string, unknown> {
  state.pushedSoFar += 1;
  const serial = state.pushedSoFar;
  const six = String(serial % 1_000_000).padStart(6, '0');
  const vietnam = new Date(state.clock() + 7 * 3_600_000).toISOString();
  const now = vietnam.slice(0, 19).replace(/\D/g, '');
  return {
    MaHoSo: `000.00.00.G22-${now.slice(2, 8)}-${six}`,
    MaTTHC: '1.001193',
    TenTTHC: 'Thủ tục đăng ký khai sinh',
    MaLinhVuc: 'G15-TP01',
    TenLinhVuc: 'Hộ tịch',
    KenhThucHien: '2',
    ChuHoSo: `Nguyễn Văn Mẫu ${six}`,
    LoaiDoiTuong: '1',
    MaDoiTuong: `mau-${six}`,
    DinhDanhCHS: [{ LoaiDinhDanh: '1', SoDinhDanh: `024000${six}` }],
    Email: `mau${six}@example.vn`,
    SoDienThoai: `0900${six}`,
    TrichYeuHoSo: 'Đăng ký khai sinh',
    NgayNopHoSo: now,
    NgayTiepNhan: '',
    NgayHenTra: '',
    TrangThaiHoSo: '1',
    DonViXuLy: 'H02.15.03',
    NoiNopHoSo: '1',
    TaiLieuNop: [
      {
        TepDinhKemId: `tep-${six}`,
        TenTepDinhKem: 'to-khai.pdf',
        IsDeleted: 'False',
        MaThanhPhanHoSo: 'GT01',
        DuongDanTaiTepTin: `https://example.vn/tep/${six}`,
      },
    ],
  };
}
