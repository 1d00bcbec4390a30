import { beforeEach, describe, expect, it } from 'vitest';
import { freshKeys } from '../../mocks/land-tax/settings.ts';
import { isSignedBy } from '../../mocks/land-tax/xml-signature.ts';
import { landTaxAsk, transferSlip } from '../../test/kit/land-tax.ts';
import type { WireFault } from '../adapter.ts';
import { type TextReply, textOf } from '../kit/bytes.ts';
import { json, type ScriptedSystem, scriptedSystem } from '../kit/testing.ts';
import { landProfile } from '../kit/xml-signature/partner-profiles.ts';
import { verifyXml } from '../kit/xml-signature/verify.ts';
import { askTax } from './ask-tax.ts';
import { landTaxConfig } from './config.ts';
import { landTax } from './index.ts';
import { refOf } from './reference.ts';
import { sendSlip } from './send-slip.ts';

const keys = freshKeys(Date.now());
const raw = {
  URL: 'https://land-tax.example.vn/api',
  TOKEN: 'token-0001',
  SIGNING_KEY: keys.landSecretKey,
  SIGNING_CERT: keys.landCertificate,
  SENDER: 'H02',
};
const config = landTaxConfig.parse(raw);
const GUID = 'AAAAAAAA-1111-4111-8111-111111111111';

let reply: TextReply | WireFault;
let system: ScriptedSystem;
beforeEach(() => {
  reply = json({ ResultCode: 1, Message: 'Thành công', ReturnValue: GUID });
  system = scriptedSystem(() => reply);
});

const sent = () => JSON.parse(textOf(system.requests.at(-1)?.body ?? new Uint8Array())) as Record<string, string>;
const send = (changes = {}) =>
  sendSlip(config).run(transferSlip('slip-0001', changes), system.context({ oneOff: true }));
const ask = (question: 'notice' | 'obligation' | 'dossier') =>
  askTax(config).run(landTaxAsk('cau-hoi-1', question), system.context());

describe('what is sent', () => {
  it('a slip, letter for letter, below its signature', async () => {
    expect(await send()).toEqual({ kind: 'completed', result: { guid: GUID } });
    expect(sent().MESSAGE_TYPE).toBe('10');
    const xml = sent().XML_CONTENT ?? '';
    const body =
      '<BODY id="body"><ROW><SYSTEM_INFO><MSG_TYPE>10</MSG_TYPE><SEQ_ID>slip-0001</SEQ_ID><SEQ_REFID/></SYSTEM_INFO>' +
      '<TT_CHUNG><MA_HS>H02.15.03-261130-0001</MA_HS><MA_GCN>AA 000001</MA_GCN><SO_PHIEU>PC-0001</SO_PHIEU>' +
      '<NGAY_DUYET>2026-11-30 08:15:30</NGAY_DUYET><NGUOI_DUYET>TRẦN THỊ B</NGUOI_DUYET><LOAI_DENGHI/><LOAI_HOSO/>' +
      '<DK_GHINO_NVTC>1</DK_GHINO_NVTC><TT_NO_NVTC/><TT_SOHUU/><HSPL_VEDAT/><THOIDIEM_NOPHS/><SO_GCN_QSD/>' +
      '<NGAYCAP_GCN/><NOI_CAP_GCN/></TT_CHUNG>' +
      '<TT_NSD><TEN_NSD>NGUYỄN VĂN A &amp; &lt;B&gt;</TEN_NSD><MST>8000000000</MST><SO_GIAY_TO>001000000000</SO_GIAY_TO>' +
      '<DIEN_THOAI/><DIA_CHI>Xã Mẫu</DIA_CHI></TT_NSD>' +
      '<TT_THUADAT><SO_TO>12</SO_TO><SO_THUA>34</SO_THUA><DIA_CHI_THUA>Thôn Mẫu</DIA_CHI_THUA><DIEN_TICH>120.5</DIEN_TICH>' +
      '<MUC_DICH_SD>ODT</MUC_DICH_SD><NGUON_GOC/><THOI_HAN_SD>Lâu dài</THOI_HAN_SD></TT_THUADAT><TT_NHA/>' +
      '<TT_CHUYENNHUONG><LOAI_CN>CN</LOAI_CN><GIA_CN>1500000000</GIA_CN><NGAY_HOP_DONG>2026-11-20</NGAY_HOP_DONG>' +
      '<TEN_BEN_CHUYEN>LÊ VĂN C</TEN_BEN_CHUYEN><MST_BEN_CHUYEN/><SO_GIAY_TO_BEN_CHUYEN>001000000001</SO_GIAY_TO_BEN_CHUYEN>' +
      '<DIEN_THOAI_BEN_CHUYEN/><DIA_CHI_BEN_CHUYEN/></TT_CHUYENNHUONG><TT_MIENGIAM/><NVTC/></ROW></BODY>';
    expect(xml.replace(/<Signature[\s\S]*<\/Signature>/, '').replace(/\s*<\?xml[^>]*\?>\s*/, '')).toBe(
      '<DATA xmlns="http://lienthongthue.gdt.gov.vn"><HEADER><MESSAGE_CODE/><MESSAGE_TYPE>10</MESSAGE_TYPE>' +
        `<SENDER_CODE>H02</SENDER_CODE></HEADER>${body}<SECURITY></SECURITY></DATA>`,
    );
  });

  it('signed by our key over BODY, as another implementation says too, whatever is written into HEADER', async () => {
    await send();
    const xml = sent().XML_CONTENT ?? '';
    const trust = { trusted: keys.landCertificate, wall: Date.now() };
    expect(await verifyXml(xml, landProfile, trust)).toMatchObject({ ok: true, weak: false });
    expect(isSignedBy(keys.landCertificate, xml)).toBe(true);
    expect(isSignedBy(keys.taxCertificate, xml)).toBe(false);
    expect(
      isSignedBy(keys.landCertificate, xml.replace('<MESSAGE_CODE/>', `<MESSAGE_CODE>${GUID}</MESSAGE_CODE>`)),
    ).toBe(true);
    expect(isSignedBy(keys.landCertificate, xml.replace('PC-0001', 'PC-0002'))).toBe(false);
  });

  it('a supplement is type 11, and no debt is 0', async () => {
    await send({ occasion: 'supplement', deferDebt: false });
    expect(sent().MESSAGE_TYPE).toBe('11');
    expect(sent().XML_CONTENT).toContain('<MSG_TYPE>11</MSG_TYPE>');
    expect(sent().XML_CONTENT).toContain('<DK_GHINO_NVTC>0</DK_GHINO_NVTC>');
  });

  it.each([
    ['notice', '14'],
    ['obligation', '16'],
    ['dossier', '17'],
  ] as const)('a question about the %s is type %s, accepted under GUID and marks', async (question, type) => {
    expect(await ask(question)).toEqual({
      kind: 'accepted',
      ref: refOf(GUID, landTaxAsk('cau-hoi-1', question)),
    });
    expect(sent().MESSAGE_TYPE).toBe(type);
    expect(sent().XML_CONTENT).toContain(
      `<ROW><SYSTEM_INFO><MSG_TYPE>${type}</MSG_TYPE><SEQ_ID>cau-hoi-1</SEQ_ID><SEQ_REFID>slip-0001</SEQ_REFID></SYSTEM_INFO><TT_CHUNG><MA_HS>H02.15.03-261130-0001</MA_HS><MA_GCN>AA 000001</MA_GCN><SO_PHIEU>PC-0001</SO_PHIEU></TT_CHUNG></ROW>`,
    );
  });
});

describe('what they say to it', () => {
  const told = async (ResultCode: number | string, ReturnValue: string | null, Message = '', status = 200) => {
    reply = json({ ResultCode, Message, ReturnValue }, status);
    return send();
  };

  it('takes a GUID with or without braces, hyphens, and as text', async () => {
    for (const guid of [`{${GUID}}`, GUID.replaceAll('-', ''), GUID.toLowerCase()])
      expect(await told('1', guid)).toMatchObject({ kind: 'completed' });
  });

  it('0 without a GUID is their no, without our token in it, also under a failing status', async () => {
    const no = { kind: 'rejected', code: '0', message: 'Sai ***' };
    expect(await told(0, null, 'Sai token-0001')).toMatchObject(no);
    expect(await told(0, '', 'Sai token-0001', 500)).toMatchObject(no);
    expect(system.kept).toHaveLength(2);
    expect(system.kept.join()).not.toContain('token-0001');
  });

  it.each([
    ['an unlisted code', -1, '', ''],
    ['a no with a GUID', 0, GUID, 'Lỗi'],
    ['a yes beside words of a failure', 1, GUID, 'Tiếp nhận thất bại'],
  ])('decides nothing: %s', async (_what, code, guid, words) => {
    expect(await told(code, guid, words)).toMatchObject({ kind: 'unknown' });
  });

  it('a yes under a failing status is not believed', async () => {
    expect(await told(1, GUID, '', 500)).toMatchObject({ kind: 'unknown', reason: 'server-error' });
  });

  it('a yes without a GUID, and bytes that are no UTF-8, are drift', async () => {
    expect(await told(1, '')).toMatchObject({ kind: 'drift', path: '/ReturnValue', got: 'nothing' });
    expect(await told(1, 'OK')).toMatchObject({ kind: 'drift', path: '/ReturnValue' });
    const bytes = new Uint8Array([0x7b, 0xff, 0x7d]);
    const transport = { send: async () => ({ status: 200, headers: {}, body: bytes }) };
    const outcome = await askTax(config).run(landTaxAsk('x', 'notice'), system.context({ transport }));
    expect(outcome).toMatchObject({ kind: 'drift', got: 'another encoding' });
  });

  it('401 is not sent, a page is unknown', async () => {
    reply = { status: 401, headers: {}, body: '<html/>' };
    expect(await send()).toMatchObject({ kind: 'not-sent', reason: 'client-error' });
    reply = { status: 200, headers: {}, body: '<html/>' };
    expect(await send()).toMatchObject({ kind: 'unknown', reason: 'unreadable' });
  });
});

describe('what never leaves', () => {
  const content = transferSlip('').content;
  it.each([
    ['no id', { id: ' ' }, '/id'],
    ['no dossier', { dossierCode: '' }, '/dossierCode'],
    ['no slip number', { slipNumber: '' }, '/slipNumber'],
    ['no time', { approvedAt: 'yesterday' }, '/approvedAt'],
    ['a time of nobody', { approvedAt: '0001-01-01T00:00:00Z' }, '/approvedAt'],
    [
      'half a đồng',
      { content: { ...content, transfer: { kind: null, priceVnd: 0.5, contractDate: null, from: null } } },
      '/content/transfer/priceVnd',
    ],
    [
      'less than nothing',
      { content: { ...content, exemption: { reason: null, amountVnd: -1, document: null } } },
      '/content/exemption/amountVnd',
    ],
  ])('%s', async (_what, changes, pointer) => {
    expect(await send(changes)).toMatchObject({ kind: 'rejected', code: 'unsayable', fields: [pointer] });
    expect(system.requests).toEqual([]);
  });

  it('what cannot be signed: a key and a certificate that are no pair', async () => {
    const odd = landTaxConfig.parse({ ...raw, SIGNING_CERT: keys.taxCertificate });
    expect(await sendSlip(odd).run(transferSlip('x'), system.context())).toMatchObject({
      kind: 'not-sent',
      reason: 'client-error',
    });
    expect(system.requests).toEqual([]);
  });
});

describe('configuration', () => {
  it.each([
    ['URL', 'land-tax'],
    ['URL', 'https://user:pass@land-tax.example.vn'],
    ['TOKEN', ''],
    ['TOKEN', 'two\nlines'],
    ['SIGNING_KEY', 'none'],
    ['SIGNING_KEY', keys.landCertificate],
    ['SIGNING_CERT', ''],
    ['SIGNING_CERT', keys.landCertificate + keys.taxCertificate],
    ['TRUSTED_CERTS', 'none'],
  ])('%s %j is wrong', (name, value) => {
    const read = landTaxConfig.safeParse({ ...raw, [name]: value });
    expect(read.error?.issues[0]?.path).toEqual([name]);
    expect(JSON.stringify(read.error?.issues)).not.toContain('PRIVATE KEY-----');
  });

  it('a slip is never repeated by itself, a question may be, and its answer is asked for through ten days', () => {
    const { commands } = landTax.create(config);
    expect(commands['send-slip']).toMatchObject({ recovery: { kind: 'manual' } });
    expect(commands['ask-tax']).toMatchObject({
      recovery: { kind: 'repeatable' },
      later: { query: 'fetch-tax-answer', scheduleMs: [1, 5, 15, 30, 60].map((n) => n * 60_000), forMs: 864_000_000 },
    });
  });
});
