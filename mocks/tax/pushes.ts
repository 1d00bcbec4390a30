import { type CallOrder, type CallReply, callOut, type OutgoingCall } from '../kit/calling-out.ts';
import { seedOf } from '../kit/random.ts';
import type { Row } from './book.ts';
import type { TaxSettings } from './settings.ts';
import { fieldsOf, type Node, written } from './xml.ts';

/** How a file is spoilt before it goes. */
export type Spoilt = 'base64' | 'cut' | 'utf-16' | 'dtd' | 'no-code';

interface PushOrder extends CallOrder {
  /** By a key that is not the right one. */
  readonly forged?: boolean;
}
export interface NoticeOrder extends PushOrder {
  /** By dossier; a notice of several is one file. */
  readonly dossiers: Readonly<Record<string, readonly Row[]>>;
  readonly spoilt?: Spoilt;
}
export interface ProofOrder extends PushOrder {
  readonly dossier: string;
  readonly changes?: Row;
  readonly payment?: Row;
}
export type PushReply = Omit<CallReply<OutgoingCall>, 'call'>;
/** What came of a push, beside what it told. */
export type Pushed = PushReply & { readonly order: NoticeOrder | ProofOrder };

/** What pushing needs of the simulation. */
interface Pusher {
  readonly settings: TaxSettings;
  readonly seed: number;
  readonly counters: { readonly pushes: number };
  recordPushes(pushed: readonly Pushed[]): void;
}

/** One of LIST (WIRE.md 3.1). */
export const noticeRow = (changes: Row = {}): Row => ({
  MA_SO_THUE: '8000000001',
  SO_QUYET_DINH: 'LTB2200001-TK0000001/TB-CCT',
  NGAY_QUYET_DINH: '05-12-2022',
  TEN_TIEUMUC: 'Lệ phí trước bạ nhà, đất',
  SO_TIEN: '1500000',
  ...changes,
});

/** FileThongBaoThue: base64 of the XML. */
export function noticeFile({ dossiers, spoilt }: Pick<NoticeOrder, 'dossiers' | 'spoilt'>): string {
  const rowLists = Object.entries(dossiers).map(([code, rows]): [string, Node] => {
    const lists = rows.map((row): [string, Node] => ['LIST', fieldsOf(row)]);
    return ['ROW_LIST', spoilt === 'no-code' ? lists : [['MA_HSO', code], ...lists]];
  });
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n${written([
    [
      'DATA',
      [
        ['HEADER', ''],
        ['BODY', rowLists],
      ],
    ],
  ])}`;
  const file = (text: string, encoding: BufferEncoding = 'utf8'): string =>
    Buffer.from(text, encoding).toString('base64');
  switch (spoilt) {
    case 'base64':
      return `%${file(xml)}`;
    case 'cut':
      return file(xml.slice(0, -30));
    case 'utf-16':
      return file(`\ufeff${xml}`, 'utf16le');
    case 'dtd':
      return file(xml.replace('<DATA>', '<!DOCTYPE DATA [<!ENTITY a "1">]><DATA>'));
    default:
      return file(xml);
  }
}

export const noticeBody = (file: string, key: string) => ({
  service: 'NhanThongBaoThueDat',
  isUpdating: false,
  SecurityKey: key,
  data: { FileThongBaoThue: file },
});

export const proofBody = ({ dossier, changes, payment }: ProofOrder, key: string) => ({
  service: 'NhanChungTuThueDat',
  isUpdating: false,
  isSync: false,
  SecurityKey: key,
  data: {
    MaHoSo: dossier,
    MaSoThue: '8000000001',
    HoTenNguoiNopTien: 'NGUYEN VAN A',
    SoCMTNguoiNopTien: '001099000001',
    TinhNguoiNopTien: 'Tỉnh Mẫu',
    HuyenNguoiNopTien: '',
    XaNguoiNopTien: 'Phường Mẫu',
    DiaChiNguoiNopTien: 'Số 1',
    UrlFileChungTu: 'https://portal.example/chung-tu/1.pdf',
    ...changes,
    ThongTinThanhToan: {
      MaThongBaoThue: 'LTB2200001-TK0000001/TB-CCT',
      ThoiGianThanhToan: '20221206081500',
      SoTien: '1500000',
      NoiDungThanhToan: 'Nộp lệ phí trước bạ',
      TrangThaiThanhToan: '1',
      ...payment,
    },
  },
});

export const pushNotice = (state: Pusher, order: NoticeOrder): Promise<PushReply[]> =>
  push(state, state.settings.noticeUrl, order, noticeBody(noticeFile(order), keyFor(state, order)));

export const pushProof = (state: Pusher, order: ProofOrder): Promise<PushReply[]> =>
  push(state, state.settings.proofUrl, order, proofBody(order, keyFor(state, order)));

const keyFor = ({ settings }: Pusher, { forged }: PushOrder): string =>
  forged ? 'khong-phai-khoa' : settings.pushSecret;

async function push(state: Pusher, url: string, order: NoticeOrder | ProofOrder, body: object): Promise<PushReply[]> {
  if (url === '') return [];
  const headers = { 'content-type': 'application/json' };
  const call: OutgoingCall = { url, method: 'POST', headers, body: JSON.stringify(body) };
  const replies = await callOut([call], order, seedOf(state.seed, state.counters.pushes));
  const heard = replies.map(({ turn, status, body: text, tookMs }) => ({ turn, status, body: text, tookMs }));
  state.recordPushes(heard.map((reply) => ({ ...reply, order })));
  return heard;
}
