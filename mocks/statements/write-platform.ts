import { createHash } from 'node:crypto';
import { type Entry, localText } from './entry.ts';
import { plain } from './narrative.ts';
import { utf8 } from './printed.ts';

/**
 * The 22 columns of the national payment platform's file. Their number is published, their names and order are not
 * (WIRE-2.md 2.6): these are assumed.
 */
export const platformColumns = [
  ...([
    'STT',
    'NgayDoiSoat',
    'MaDVTT',
    'MaDichVu',
    'LoaiGiaoDich',
    'KenhThanhToan',
    'MaHoaDon',
    'MaThamChieu',
  ] as const),
  ...(['MaGiaoDichTTTT', 'MaGiaoDichDVTT', 'MaHoSo', 'ThoiGianGD', 'NgayHachToan', 'SoTien', 'PhiGiaoDich'] as const),
  ...(['LoaiTien', 'TaiKhoanNguoiNop', 'TenNguoiNop', 'TaiKhoanThuHuong', 'TenThuHuong', 'NoiDung'] as const),
  'TrangThaiGD',
] as const;
export type PlatformColumn = (typeof platformColumns)[number];

/** Collection, disbursement, refund: a file each. */
export type PlatformFileKind = 'THU' | 'CHI' | 'HOAN';

export interface PlatformFileOptions {
  readonly kind: PlatformFileKind;
  /** The day of the books, `YYYY-MM-DD`. */
  readonly date: string;
  readonly service?: string;
  readonly channel?: string;
}

export interface PlatformFile {
  readonly name: string;
  /** Rows and the summary: number of rows, total amount, checksum. */
  readonly bytes: Uint8Array;
  /** The same as it travels. */
  readonly json: string;
}

/**
 * What went over the platform and was booked on a day. A day without any is a file of the summary alone. The checksum
 * is assumed: SHA-256 in hex over the rows joined by line feeds.
 */
export function writePlatform(entries: readonly Entry[], options: PlatformFileOptions): PlatformFile {
  const { kind, date, service = 'DVC01', channel = 'WEB' } = options;
  const rows = entries
    .filter((entry) => entry.channel === 'national' && entry.bookedOn === date && kindOf(entry) === kind)
    .map((entry, at) => ({ amount: entry.amount, text: rowOf(entry, at + 1, { kind, date, service, channel }) }));
  const lines = rows.map(({ text }) => text);
  const checksum = createHash('sha256').update(lines.join('\n')).digest('hex');
  const total = rows.reduce((sum, { amount }) => sum + amount, 0);
  const bytes = utf8(`${[...lines, `${rows.length}|${total}|${checksum}`].join('\n')}\n`);
  const day = date.replaceAll('-', '');
  const name = `${day}_${service}_${kind}_${channel}.txt`;
  const json = JSON.stringify({
    ...{ NgayDoiSoat: day, LoaiYeuCau: '1', LoaiFile: kind, MaDichVu: service, KenhThanhToan: channel, TenFile: name },
    content: Buffer.from(bytes).toString('base64'),
  });
  return { name, bytes, json };
}

/** What is booked in another currency the platform never sees. */
function kindOf({ kind, currency }: Entry): PlatformFileKind | undefined {
  if (currency !== 'VND') return undefined;
  if (kind === 'payment') return 'THU';
  if (kind === 'reversal') return 'HOAN';
  return kind === 'outgoing' ? 'CHI' : undefined;
}

function rowOf(entry: Entry, number: number, file: Required<PlatformFileOptions>): string {
  const transaction = `TT${createHash('sha256').update(entry.id).digest('hex').slice(0, 16).toUpperCase()}`;
  const cells: Record<PlatformColumn, string> = {
    STT: String(number),
    NgayDoiSoat: file.date.replaceAll('-', ''),
    MaDVTT: '970436',
    MaDichVu: file.service,
    LoaiGiaoDich: file.kind,
    KenhThanhToan: file.channel,
    MaHoaDon: '',
    MaThamChieu: entry.spelt ?? '',
    MaGiaoDichTTTT: transaction,
    MaGiaoDichDVTT: entry.documentNumber,
    MaHoSo: /H\d\d\.\d+-\d{6}-\d{4}/i.exec(entry.purpose)?.[0] ?? '',
    ThoiGianGD: localText(entry.at).replace(/\D/g, ''),
    NgayHachToan: entry.bookedOn.replaceAll('-', ''),
    SoTien: String(entry.amount),
    PhiGiaoDich: '0',
    LoaiTien: entry.currency,
    TaiKhoanNguoiNop: '',
    TenNguoiNop: plain(entry.payerName),
    TaiKhoanThuHuong: entry.account,
    TenThuHuong: '',
    NoiDung: entry.purpose,
    TrangThaiGD: '1',
  };
  return platformColumns.map((column) => cells[column]).join('|');
}
