import { describe, expect, it } from 'vitest';
import type { TaxNotice } from '../../contracts/domain/tax.ts';
import type { InboundMessage, InboundRequest, Tell } from '../adapter.ts';
import { base64Of } from '../kit/base64.ts';
import { textOf, utf8 } from '../kit/bytes.ts';
import { taxCallbacks } from './callbacks.ts';
import type { TaxConfig } from './config.ts';

const KEY = 'khoa-dung-chung';
const config: TaxConfig = {
  url: 'http://tax.example',
  senderCode: 'T01',
  senderName: 'TINH MAU',
  username: 'tinh',
  password: 'mat-khau',
  signingKey: '',
  signingCert: '',
  trustedCerts: '',
  securityKey: KEY,
};
const [tell, second] = taxCallbacks(config) as [Tell, Tell];
const isTheirs = async (request: InboundRequest, { verifier }: Tell = tell): Promise<boolean> =>
  verifier.kind === 'shared-key' && verifier.verify(request);

const requested = (body: Uint8Array | string): InboundRequest => ({
  method: 'POST',
  headers: {},
  query: {},
  body: typeof body === 'string' ? utf8(body) : body,
  remoteAddress: '127.0.0.1',
});
const posted = (body: unknown): InboundRequest => requested(JSON.stringify(body));

const CODE = 'H02.15.03-221201-0001';
const fields = {
  MA_SO_THUE: '8000000001',
  SO_QUYET_DINH: 'LTB2200001-TK0000001/TB-CCT',
  NGAY_QUYET_DINH: '05-12-2022',
  TEN_TIEUMUC: 'Lệ phí trước bạ nhà, đất',
  SO_TIEN: '1500000',
};
const list = (changes: Readonly<Record<string, string | undefined>> = {}): string =>
  `<LIST>${Object.entries({ ...fields, ...changes })
    .filter(([, text]) => text !== undefined)
    .map(([name, text]) => `<${name}>${text}</${name}>`)
    .join('')}</LIST>`;
const rows = (lists: string, code = `<MA_HSO>${CODE}</MA_HSO>`): string => `<ROW_LIST>${code}${lists}</ROW_LIST>`;
const document = (inner: string): string => `<DATA><HEADER/><BODY>${inner}</BODY></DATA>`;
const notice = (xml: string | Uint8Array): InboundRequest =>
  posted({
    service: 'NhanThongBaoThueDat',
    isUpdating: false,
    SecurityKey: KEY,
    data: { FileThongBaoThue: base64Of(typeof xml === 'string' ? utf8(xml) : xml) },
  });

async function understood(request: InboundRequest): Promise<InboundMessage> {
  const read = await tell.parse(request);
  if ('kind' in read) throw new Error(JSON.stringify(read));
  return read;
}

describe('who tells it (I7)', () => {
  it('whoever knows the key, at both paths', async () => {
    expect([tell.path, second.path]).toEqual(['nhantbthuedvcqg', 'nhanchungtuthuedvcqg']);
    for (const each of [tell, second]) expect(await isTheirs(posted({ SecurityKey: KEY }), each)).toBe(true);
  });

  it.each([
    posted({}),
    posted({ SecurityKey: '' }),
    posted({ SecurityKey: `${KEY}x` }),
    posted({ SecurityKey: KEY.toUpperCase() }),
    posted({ SecurityKey: [KEY] }),
    posted({ SecurityKey: null }),
    posted({ data: { SecurityKey: KEY } }),
    posted([{ SecurityKey: KEY }]),
    requested(''),
    requested('null'),
    requested(`{"SecurityKey":"${KEY}"`),
  ])('and nobody else: %#', async (request) => {
    expect(await isTheirs(request)).toBe(false);
  });

  it('nobody at all without a key of ours; a key that changed counts at once', async () => {
    const changing = { ...config, securityKey: '' };
    const [only] = taxCallbacks(changing) as [Tell];
    expect(await isTheirs(posted({ SecurityKey: '' }), only)).toBe(false);
    changing.securityKey = 'moi';
    expect(await isTheirs(posted({ SecurityKey: 'moi' }), only)).toBe(true);
  });
});

describe('a notice', () => {
  it('says what is due of a dossier, whole, with what it is for', async () => {
    const read = await understood(notice(document(rows(list()))));
    expect(read).toMatchObject({ type: 'tax-notice', ref: CODE });
    expect(read.data).toEqual({
      dues: [
        {
          dossierCode: CODE,
          certificateNumber: null,
          payer: { name: null, taxCode: '8000000001', identityNumber: null, address: null },
          decision: { number: 'LTB2200001-TK0000001/TB-CCT', date: '2022-12-05' },
          kind: 'registration-fee',
          name: 'Lệ phí trước bạ nhà, đất',
          chapter: null,
          subItem: null,
          treasury: { code: null, account: null },
          dueVnd: 1_500_000,
          exemptVnd: 0,
          paidVnd: 0,
          remainingVnd: 1_500_000,
          dueDate: null,
        },
      ],
    });
  });

  it('may have several dues, and of several dossiers', async () => {
    const two = rows(list() + list({ SO_TIEN: '2', TEN_TIEUMUC: 'Thuế thu nhập cá nhân' }));
    const one = await understood(notice(document(two)));
    expect(one.ref).toBe(CODE);
    expect((one.data as TaxNotice).dues.map(({ dueVnd, kind }) => [dueVnd, kind])).toEqual([
      [1_500_000, 'registration-fee'],
      [2, 'personal-income'],
    ]);
    const many = await understood(notice(document(two + rows(list(), '<MA_HSO>H02.15.03-221201-0002</MA_HSO>'))));
    expect(many.ref).toBe('several');
    expect((many.data as TaxNotice).dues.map(({ dossierCode }) => dossierCode)).toEqual([
      CODE,
      CODE,
      'H02.15.03-221201-0002',
    ]);
  });

  it('is the same one however it is written, and another with another amount', async () => {
    const plainly = await understood(notice(document(rows(list()))));
    const xml = `\ufeff<?xml version="1.0" encoding="utf-8"?>\r\n${document(rows(list({ TEN_TIEUMUC: `<![CDATA[ ${fields.TEN_TIEUMUC.normalize('NFD')} ]]>` })))}`;
    const lines = base64Of(utf8(xml))
      .match(/.{1,76}/g)
      ?.join('\r\n');
    const same = await understood(
      posted({ data: { FileThongBaoThue: lines }, isUpdating: true, service: 'NhanThongBaoThueDat' }),
    );
    expect(same).toEqual(plainly);
    const other = await understood(notice(document(rows(list({ SO_TIEN: '1500001' })))));
    expect(other.ref).toBe(plainly.ref);
    expect(other.dedupeKey).not.toBe(plainly.dedupeKey);
  });

  it('knows neither a number nor a date where none is written', async () => {
    const bare = { SO_QUYET_DINH: '', NGAY_QUYET_DINH: undefined, MA_SO_THUE: undefined, TEN_TIEUMUC: undefined };
    const { data } = await understood(notice(document(rows(list(bare)))));
    expect((data as TaxNotice).dues[0]).toMatchObject({
      decision: { number: null, date: null },
      payer: { taxCode: null },
      kind: 'other',
      name: null,
    });
  });

  const LIST = '/data/FileThongBaoThue/DATA/BODY/ROW_LIST/LIST';
  it.each([
    ['1.500.000', 'another text'],
    ['1,500,000', 'another text'],
    ['1500000.00', 'another text'],
    ['1500000.5', 'another text'],
    ['-1500000', 'negative'],
    ['+1500000', 'another text'],
    ['1e6', 'another text'],
    ['0x10', 'another text'],
    ['10000000000001', 'more'],
    ['9007199254740993', 'more'],
    ['1'.repeat(101), 'longer'],
    ['', 'missing'],
    ['١٥', 'another text'],
    [undefined, 'missing'],
  ])('guesses no amount: %s', async (SO_TIEN, got) => {
    expect(await tell.parse(notice(document(rows(list({ SO_TIEN })))))).toMatchObject({
      kind: 'drift',
      path: `${LIST}/SO_TIEN`,
      got,
    });
  });

  it('says which of several cannot be read', async () => {
    expect(await tell.parse(notice(document(rows(list() + list({ SO_TIEN: '1.5' })))))).toMatchObject({
      path: `${LIST}/1/SO_TIEN`,
    });
  });

  const FILE = '/data/FileThongBaoThue';
  const whole = document(rows(list()));
  it.each<readonly [string, string | Uint8Array, string, string]>([
    ['cut', whole.slice(0, -20), FILE, 'not-well-formed, line 1'],
    ['no XML', 'not XML', FILE, 'not-well-formed, line 1'],
    ['UTF-16', Buffer.from(`\ufeff${whole}`, 'utf16le'), FILE, 'encoding, line 1'],
    ['another encoding declared', `<?xml version="1.0" encoding="windows-1258"?>${whole}`, FILE, 'encoding, line 1'],
    ['no UTF-8', Uint8Array.from([...utf8('<DATA>'), 0xc3, 0x28]), FILE, 'not-utf-8'],
    ['a DTD', `<!DOCTYPE DATA [<!ENTITY a "1">]>${whole}`, FILE, 'dtd, line 1'],
    ['an entity of nobody', document(rows(list({ SO_TIEN: '&a;' }))), FILE, 'reference'],
    ['a tower', '<a>'.repeat(500) + '</a>'.repeat(500), FILE, 'too-deep, line 1'],
    ['another root', '<BODY/>', FILE, 'another element'],
    ['no body', '<DATA/>', `${FILE}/DATA/BODY`, 'missing'],
    ['two bodies', '<DATA><BODY/><BODY/></DATA>', `${FILE}/DATA/BODY`, 'several'],
    ['no rows', document(''), `${FILE}/DATA/BODY/ROW_LIST`, 'missing'],
    ['no code', document(rows(list(), '')), `${FILE}/DATA/BODY/ROW_LIST/MA_HSO`, 'missing'],
    [
      'two codes',
      document(rows(list(), '<MA_HSO>A</MA_HSO><MA_HSO>B</MA_HSO>')),
      `${FILE}/DATA/BODY/ROW_LIST/MA_HSO`,
      'several',
    ],
    [
      'a name',
      document(rows(list(), '<MA_HSO>Nguyễn Văn A</MA_HSO>')),
      `${FILE}/DATA/BODY/ROW_LIST/MA_HSO`,
      'another text',
    ],
    [
      'a number of somebody',
      document(rows(list(), '<MA_HSO>001099000001</MA_HSO>')),
      `${FILE}/DATA/BODY/ROW_LIST/MA_HSO`,
      'another text',
    ],
    [
      'a long code',
      document(rows(list(), `<MA_HSO>${'H'.repeat(101)}</MA_HSO>`)),
      `${FILE}/DATA/BODY/ROW_LIST/MA_HSO`,
      'longer',
    ],
    ['nothing due', document(rows('')), LIST, 'missing'],
    ['no such day', document(rows(list({ NGAY_QUYET_DINH: '31-02-2022' }))), `${LIST}/NGAY_QUYET_DINH`, 'another text'],
    ['elements in a text', document(rows(list({ SO_TIEN: '<b>1</b>' }))), `${LIST}/SO_TIEN`, 'elements'],
    ['a NUL', document(rows(list({ TEN_TIEUMUC: 'a\0' }))), `${LIST}/TEN_TIEUMUC`, 'others'],
  ])('is drift where it holds %s, with place and reason', async (_what, xml, path, got) => {
    expect(await tell.parse(notice(xml))).toMatchObject({ kind: 'drift', path, got });
  });

  it('is read to no end: neither in length nor in elements', async () => {
    const long = notice(document(rows(list({ TEN_TIEUMUC: 'a'.repeat(2_200_000) }))));
    expect(await tell.parse(long)).toMatchObject({ path: FILE, got: 'too-long' });
    const many = notice(document(rows('<LIST/>'.repeat(100_001))));
    expect(await tell.parse(many)).toMatchObject({ path: FILE, got: expect.stringContaining('too-many-elements') });
  });
});

const proof = {
  MaHoSo: CODE,
  MaSoThue: '8000000001',
  HoTenNguoiNopTien: 'NGUYEN VAN A',
  SoCMTNguoiNopTien: '001099000001',
  TinhNguoiNopTien: 'Tỉnh Mẫu',
  HuyenNguoiNopTien: '',
  XaNguoiNopTien: '00001',
  DiaChiNguoiNopTien: 'Số 1',
  UrlFileChungTu: 'https://portal.example/chung-tu/1.pdf',
  ThongTinThanhToan: {
    MaThongBaoThue: fields.SO_QUYET_DINH,
    ThoiGianThanhToan: '20221206081500',
    SoTien: '1500000',
    NoiDungThanhToan: 'Nộp lệ phí trước bạ',
    TrangThaiThanhToan: '1',
  },
};
const proved = (changes: object = {}, payment: object = {}): InboundRequest =>
  posted({
    service: 'NhanChungTuThueDat',
    isUpdating: false,
    isSync: true,
    SecurityKey: KEY,
    data: { ...proof, ThongTinThanhToan: { ...proof.ThongTinThanhToan, ...payment }, ...changes },
  });

describe('a proof', () => {
  it('says what was paid of which notice, by whom, in their time', async () => {
    expect(await understood(proved())).toMatchObject({
      type: 'tax-proof',
      ref: CODE,
      data: {
        dossierCode: CODE,
        noticeNumber: fields.SO_QUYET_DINH,
        amountVnd: 1_500_000,
        paidAt: '2022-12-06T08:15:00+07:00',
        status: '1',
        content: 'Nộp lệ phí trước bạ',
        documentUrl: 'https://portal.example/chung-tu/1.pdf',
        payer: {
          name: 'NGUYEN VAN A',
          taxCode: '8000000001',
          identityNumber: '001099000001',
          address: 'Số 1, Tỉnh Mẫu',
        },
      },
    });
  });

  it('is the same with numbers in the place of texts, and another with another time', async () => {
    const first = await understood(proved());
    const numbers = { SoTien: 1_500_000, TrangThaiThanhToan: 1, ThoiGianThanhToan: 20221206081500 };
    expect(await understood(proved({ MaSoThue: 8_000_000_001 }, numbers))).toEqual(first);
    const later = await understood(proved({}, { ThoiGianThanhToan: '20221206081501' }));
    expect(later.dedupeKey).not.toBe(first.dedupeKey);
  });

  it('leads nowhere but to a page of the web', async () => {
    for (const UrlFileChungTu of ['javascript:alert(1)', 'chung-tu.pdf', '', null])
      expect((await understood(proved({ UrlFileChungTu }))).data).toMatchObject({ documentUrl: null });
  });

  const PAYMENT = '/data/ThongTinThanhToan';
  it.each<readonly [object, object, string]>([
    [{ MaHoSo: '' }, {}, '/data/MaHoSo'],
    [{ MaHoSo: 'Nguyễn Văn A' }, {}, '/data/MaHoSo'],
    [{ MaHoSo: undefined }, {}, '/data/MaHoSo'],
    [{ ThongTinThanhToan: [] }, {}, PAYMENT],
    [{ ThongTinThanhToan: undefined }, {}, PAYMENT],
    [{ HoTenNguoiNopTien: 'a\0' }, {}, '/data/HoTenNguoiNopTien'],
    [{ HoTenNguoiNopTien: '\ud800' }, {}, '/data/HoTenNguoiNopTien'],
    [{}, { MaThongBaoThue: ' ' }, `${PAYMENT}/MaThongBaoThue`],
    [{}, { SoTien: '1.500.000' }, `${PAYMENT}/SoTien`],
    [{}, { SoTien: 1.5 }, `${PAYMENT}/SoTien`],
    [{}, { SoTien: -1 }, `${PAYMENT}/SoTien`],
    [{}, { SoTien: 1e21 }, `${PAYMENT}/SoTien`],
    [{}, { SoTien: 9007199254740992 }, `${PAYMENT}/SoTien`],
    [{}, { ThoiGianThanhToan: '20221206' }, `${PAYMENT}/ThoiGianThanhToan`],
    [{}, { ThoiGianThanhToan: '20220231081500' }, `${PAYMENT}/ThoiGianThanhToan`],
    [{}, { ThoiGianThanhToan: '06/12/2022 08:15:00' }, `${PAYMENT}/ThoiGianThanhToan`],
    [{}, { TrangThaiThanhToan: '' }, `${PAYMENT}/TrangThaiThanhToan`],
  ])('is drift with its place where it is off: %j %j', async (changes, payment, path) => {
    expect(await tell.parse(proved(changes, payment))).toMatchObject({ kind: 'drift', path });
  });
});

it.each<readonly [InboundRequest, string]>([
  [requested(''), ''],
  [requested('<xml/>'), ''],
  [posted([]), ''],
  [posted({ service: 'NhanThongBaoThueDat' }), '/data'],
  [posted({ service: 'NhanHoSo', data: {} }), '/service'],
  [posted({ service: 1, data: {} }), '/service'],
  [posted({ data: {} }), '/service'],
  [posted({ service: 'NhanThongBaoThueDat', data: {} }), '/data/FileThongBaoThue'],
  [posted({ service: 'NhanThongBaoThueDat', data: { FileThongBaoThue: 'PERB%' } }), '/data/FileThongBaoThue'],
  [posted({ service: 'NhanThongBaoThueDat', data: { FileThongBaoThue: 'PERBV' } }), '/data/FileThongBaoThue'],
  [posted({ service: 'NhanThongBaoThueDat', data: { FileThongBaoThue: ['PERB'] } }), '/data/FileThongBaoThue'],
])('what is no push is drift: %#', async (request, path) => {
  expect(await tell.parse(request)).toMatchObject({ kind: 'drift', path });
});

it('answers in their words: taken, taken before, and not', () => {
  const answered = (result: 'stored' | 'duplicate' | 'refused' | 'failed') => {
    const { status, body } = tell.reply(result);
    return [status, JSON.parse(textOf(body)).error_code];
  };
  expect(answered('stored')).toEqual([200, 0]);
  expect(answered('duplicate')).toEqual([200, 1]);
  expect(answered('failed')).toEqual([200, -1]);
  expect(answered('refused')).toEqual([403, -1]);
});
