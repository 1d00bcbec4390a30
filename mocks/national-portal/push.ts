import { type Random, seededRandom, seedOf } from '../kit/random.ts';
import type { PortalState } from './state.ts';

/** A portal-born dossier goes to the province: `nhanhsdvcqg` (WIRE.md 1.9). */
export interface PushOptions {
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
  /** Each message goes this many times in all. */
  readonly repeat?: number;
  /** The messages go in a shuffled order. */
  readonly reorder?: boolean;
  /** Messages under way at once. */
  readonly concurrency?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
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

interface Message {
  readonly code: string;
  readonly turn: number;
  readonly body: string;
}

export async function pushDossiers(state: PortalState, options: PushOptions): Promise<PushReply[]> {
  const { repeat = 1, concurrency = 1 } = options;
  const random = seededRandom(seedOf(state.seed, state.pushedSoFar));
  const data = options.data ?? Array.from({ length: options.count ?? 1 }, () => inventNationalDossier(state));
  const messages: Message[] = [];
  for (let turn = 1; turn <= repeat; turn += 1) {
    for (const item of data) messages.push(messageOf(state, options, item, turn));
  }
  if (options.reorder) shuffle(messages, random);
  const replies: PushReply[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let message = messages[next++]; message !== undefined; message = messages[next++]) {
      replies.push(await send(options, message));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return replies;
}

function messageOf(state: PortalState, options: PushOptions, item: unknown, turn: number): Message {
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
  return { code, turn, body };
}

async function send(options: PushOptions, message: Message): Promise<PushReply> {
  const begun = performance.now();
  const { code, turn } = message;
  const took = (): number => Math.round(performance.now() - begun);
  try {
    const response = await fetch(options.url, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json', charset: 'utf-8', ...options.headers },
      body: message.body,
      signal: AbortSignal.timeout(options.timeoutMs ?? 10_000),
    });
    const body = await response.text();
    return { code, turn, status: response.status, ...understood(body), body, tookMs: took() };
  } catch (error) {
    return { code, turn, status: 0, errorCode: undefined, message: String(error), body: '', tookMs: took() };
  }
}

function understood(body: string): { errorCode: string | undefined; message: string | undefined } {
  try {
    const reply = JSON.parse(body) as { error_code?: unknown; message?: unknown };
    return {
      errorCode: reply.error_code === undefined ? undefined : String(reply.error_code),
      message: typeof reply.message === 'string' ? reply.message : undefined,
    };
  } catch {
    return { errorCode: undefined, message: undefined };
  }
}

/** A dossier that a citizen filed on the portal, in the shape of a synced record (assumed; nothing is published). */
function inventNationalDossier(state: PortalState): Record<string, unknown> {
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

function shuffle<Item>(items: Item[], random: Random): void {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = random.int(0, last);
    const held = items[last] as Item;
    items[last] = items[other] as Item;
    items[other] = held;
  }
}
