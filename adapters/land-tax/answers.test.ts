import { beforeEach, describe, expect, it } from 'vitest';
import { addsUp } from '../../contracts/domain/tax.ts';
import type { LandTaxQuestion } from '../../contracts/domain/transfer-slip.ts';
import { type AnswersAs, freshKeys, settingsFrom } from '../../mocks/land-tax/settings.ts';
import { signedAnswer } from '../../mocks/land-tax/xml-signature.ts';
import { landTaxAsk } from '../../test/kit/land-tax.ts';
import { textOf } from '../kit/bytes.ts';
import { json, type ScriptedSystem, scriptedSystem } from '../kit/testing.ts';
import { landTaxConfig } from './config.ts';
import { fetchTaxAnswer } from './fetch-tax-answer.ts';
import { refOf } from './reference.ts';

const keys = freshKeys(Date.now());
const raw = {
  URL: 'https://land-tax.example.vn/api',
  TOKEN: 'token-0001',
  SIGNING_KEY: keys.landSecretKey,
  SIGNING_CERT: keys.landCertificate,
};
const unsigned = landTaxConfig.parse(raw);
const trusting = landTaxConfig.parse({ ...raw, TRUSTED_CERTS: keys.taxCertificate });

const GUID = '11111111-1111-4111-8111-111111111111';
const askOf = (question: LandTaxQuestion) => landTaxAsk('cau-hoi-1', question);
const refTo = (question: LandTaxQuestion) => refOf(GUID, askOf(question));

const TYPES = { notice: '14', obligation: '16', dossier: '17' } as const;
const head = (question: LandTaxQuestion) => ({
  MSG_TYPE: TYPES[question],
  SEQ_ID: 'cau-hoi-1',
  SEQ_REFID: 'slip-0001',
  MA_HS: 'H02.15.03-261130-0001',
  MA_GCN: 'AA 000001',
  SO_PHIEU: 'PC-0001',
  NGAYCHUYEN: '2026-11-30 08:00:00',
  NGUOICHUYEN: 'CAN BO THUE A',
  ERROR_CODE: '0',
  ERROR_DESC: '',
});
const done = { MA_KETQUA: '0', DIEN_GIAI: 'Hoàn thành' };
const sums = { TONG_PHAI_NOP: '100', TONG_MIEN_GIAM: '10', TONG_DA_NOP: '20', TONG_CON_PNOP: '75' };
const land = {
  TSDD_SO_THONG_BAO: 'TB-2',
  TSDD_NGAY_THONG_BAO: '2026-11-30',
  TSDD_HAN_NOP: '2026-12-30',
  TSDD_SO_QDMG: 'QD-2',
  TSDD_NGAY_QD: '2026-11-29',
  TSDD_PHAI_NOP: '10000000',
  TSDD_MIEN_GIAM: '0',
  TSDD_DA_NOP: '0',
  TSDD_CON_PNOP: '10000000',
  TSDD_DULIEU: '',
};
const empty = (prefix: string) =>
  Object.fromEntries(
    Object.entries(land).map(([name, text]) => [`${prefix}${name.slice(4)}`, /^\d+$/.test(text) ? '0' : '']),
  );

type Fields = Readonly<Record<string, string>>;
const elements = (fields: Fields) =>
  Object.entries(fields)
    .map(([name, text]) => `<${name}>${text}</${name}>`)
    .join('');
const documentOf = (row: string, attributes = ' xmlns="urn:any"') =>
  `<DATA${attributes}><HEADER/><BODY id="body"><ROW>${row}</ROW></BODY><SECURITY/></DATA>`;
const xmlOf = (...fields: Fields[]) => documentOf(elements(Object.assign({}, ...fields)));

let answer: { status: number; body: string };
let system: ScriptedSystem;
beforeEach(() => {
  system = scriptedSystem(() => ({ ...answer, headers: {} }));
  system.at = Date.now();
});

const says = (ReturnValue: string | null, more: object = {}) =>
  json({ ResultCode: 1, Message: 'Thành công', ReturnValue, ...more });
async function fetched(question: LandTaxQuestion, xml: string, config = unsigned, ref = refTo(question)) {
  answer = says(xml);
  return fetchTaxAnswer(config).run(ref, system.context());
}
const driftAt = (path: string) => ({ kind: 'drift', path: `/ReturnValue/DATA/BODY/ROW${path}` });

describe('what a complete answer says', () => {
  it('notice: the blocks that say something, each under its notice, the payer and the certificate', async () => {
    const payer = { NNT_TEN: 'NGUYỄN VĂN A', NNT_MST: '8000000000', NNT_CMT: '001000000000', NNT_DIA_CHI: ' Xã Mẫu ' };
    const water = { TMN_SO_QDMG: 'QD-9', TMN_NGAY_QD: '2026-11-28', TMN_PHAI_NOP: '7', TMN_CON_PNOP: '3' };
    const blocks = { ...empty('LPTB'), ...land, ...empty('TNCN'), ...empty('TMD'), ...empty('TMN'), ...water };
    const outcome = await fetched('notice', xmlOf(head('notice'), done, payer, blocks));
    const known = {
      dossierCode: 'H02.15.03-261130-0001',
      certificateNumber: 'AA 000001',
      payer: { name: 'NGUYỄN VĂN A', taxCode: '8000000000', identityNumber: '001000000000', address: 'Xã Mẫu' },
      name: null,
      chapter: null,
      subItem: null,
      treasury: { code: null, account: null },
    };
    expect(outcome).toEqual({
      kind: 'completed',
      result: {
        question: 'notice',
        dossierCode: 'H02.15.03-261130-0001',
        slipNumber: 'PC-0001',
        explanation: 'Hoàn thành',
        signature: 'unchecked',
        dues: [
          {
            ...known,
            kind: 'land-use',
            decision: { number: 'TB-2', date: '2026-11-30' },
            dueVnd: 10_000_000,
            exemptVnd: 0,
            paidVnd: 0,
            remainingVnd: 10_000_000,
            dueDate: '2026-12-30',
          },
          {
            ...known,
            kind: 'water-rent',
            decision: { number: 'QD-9', date: '2026-11-28' },
            dueVnd: 7,
            exemptVnd: 0,
            paidVnd: 0,
            remainingVnd: 3,
            dueDate: null,
          },
        ],
      },
    });
    expect(system.kept).toEqual([]);
  });

  it('each of the five blocks has its kind', async () => {
    const prefixes = ['LPTB', 'TSDD', 'TNCN', 'TMD', 'TMN'];
    const all = prefixes.map((prefix) => ({ ...empty(prefix), [`${prefix}_PHAI_NOP`]: '5' }));
    const outcome = await fetched('notice', xmlOf(head('notice'), done, ...all));
    const kinds = outcome.kind === 'completed' ? outcome.result.dues.map(({ kind }) => kind) : [];
    expect(kinds).toEqual(['registration-fee', 'land-use', 'personal-income', 'land-rent', 'water-rent']);
  });

  it('obligation: one sum as they tell it, also where it does not add up', async () => {
    const outcome = await fetched('obligation', xmlOf(head('obligation'), done, sums));
    const [due, ...others] = outcome.kind === 'completed' ? outcome.result.dues : [];
    expect(others).toEqual([]);
    expect(due).toMatchObject({
      kind: 'other',
      certificateNumber: 'AA 000001',
      decision: { number: null, date: null },
      dueVnd: 100,
      exemptVnd: 10,
      paidVnd: 20,
      remainingVnd: 75,
    });
    expect(due && addsUp(due)).toBe(false);
  });

  it('dossier: no dues', async () => {
    expect(await fetched('dossier', xmlOf(head('dossier'), done))).toMatchObject({
      kind: 'completed',
      result: { question: 'dossier', dues: [] },
    });
  });

  it('type 15 answers the same question as 14', async () => {
    const again = xmlOf(head('notice'), { MSG_TYPE: '15' }, done);
    expect(await fetched('notice', again)).toMatchObject({ kind: 'completed', result: { question: 'notice' } });
  });

  it.each([
    ['no namespace', ''],
    ['another', ' xmlns="http://x.example.vn/2"'],
  ])('fields deep under ROW, with %s', async (_how, attributes) => {
    const row = `<A><B xmlns="urn:inner">${elements({ ...head('obligation'), ...done })}</B></A><p:C xmlns:p="urn:p">${elements(sums)}</p:C>`;
    expect(await fetched('obligation', documentOf(row, attributes))).toMatchObject({ kind: 'completed' });
  });
});

describe('phases and codes', () => {
  const answered = (fields: Fields, question: LandTaxQuestion = 'obligation') =>
    fetched(question, xmlOf(head(question), fields));

  it('is asked for by its GUID', async () => {
    await answered({});
    const [request] = system.requests;
    expect(request).toMatchObject({ method: 'POST', url: raw.URL, headers: { authorization: 'Bearer token-0001' } });
    expect(JSON.parse(textOf(request?.body ?? new Uint8Array()))).toEqual({ MESSAGE_CODE: GUID, MESSAGE_TYPE: '16' });
  });

  it.each([
    ['the first phase', {}],
    ['a result that is listed', { MA_KETQUA: '2' }],
    ['an empty result', { MA_KETQUA: ' ' }],
  ])('not yet, under the same reference: %s', async (_what, fields) => {
    expect(await answered(fields)).toEqual({ kind: 'accepted', ref: refTo('obligation') });
    expect(system.kept).toEqual([]);
  });

  it.each([null, '', '  '])('not yet: no answer is there (%j)', async (value) => {
    answer = says(value);
    expect(await fetchTaxAnswer(unsigned).run(refTo('dossier'), system.context())).toMatchObject({ kind: 'accepted' });
  });

  it.each(['1', '2', '3', '4'])('ERROR_CODE %s is their no, in their words', async (code) => {
    expect(await answered({ ERROR_CODE: code, ERROR_DESC: 'Sai phiếu token-0001' })).toEqual({
      kind: 'rejected',
      code,
      message: 'Sai phiếu ***',
      fields: [],
    });
  });

  it.each([
    ['an unlisted error', { ERROR_CODE: '5' }],
    ['an unlisted result of this question', { MA_KETQUA: '3' }],
    ['a no beside a yes', { ERROR_CODE: '2', MA_KETQUA: '0' }],
    ['a yes beside words of a failure', { ...done, ...sums, DIEN_GIAI: 'Xử lý không thành công' }],
  ])('decides nothing: %s', async (_what, fields) => {
    expect(await answered(fields)).toMatchObject({ kind: 'unknown' });
    expect(system.kept).toHaveLength(1);
  });

  it.each([0, -1, 2, '99'])('decides nothing: ResultCode %s', async (ResultCode) => {
    answer = says(xmlOf(head('dossier'), done), { ResultCode });
    expect(await fetchTaxAnswer(unsigned).run(refTo('dossier'), system.context())).toMatchObject({ kind: 'unknown' });
  });

  it('neither code is drift', async () => {
    expect(await answered({ ERROR_CODE: '' })).toMatchObject(driftAt('/ERROR_CODE'));
  });

  it('a reference that we never made is refused before anything is sent', async () => {
    for (const ref of ['', GUID, `${refTo('notice')}x`, `${GUID}/10/${'a'.repeat(20)}/${'a'.repeat(20)}`])
      expect(await fetchTaxAnswer(unsigned).run(ref, system.context())).toMatchObject({ code: 'unsayable' });
    expect(system.requests).toEqual([]);
  });
});

describe('an answer that is not ours is never believed, be it a yes or a no', () => {
  it.each([
    ['another dossier', { MA_HS: 'H02.15.03-261130-0002' }, '/MA_HS'],
    ['another slip', { SO_PHIEU: 'PC-0002' }, '/MA_HS'],
    ['what parts dossier and slip elsewhere', { MA_HS: 'H02.15.03-261130-0001PC', SO_PHIEU: '-0001' }, '/MA_HS'],
    ['another question', { MSG_TYPE: '17' }, '/MSG_TYPE'],
    ['a slip', { MSG_TYPE: '10' }, '/MSG_TYPE'],
    ['the id of another question', { SEQ_ID: 'cau-hoi-2' }, '/SEQ_ID'],
    ['no dossier', { MA_HS: '' }, '/MA_HS'],
    ['no slip', { SO_PHIEU: '' }, '/SO_PHIEU'],
  ])('%s', async (_what, fields, path) => {
    for (const phase of [{ ...done, ...sums }, { ERROR_CODE: '2' }, {}])
      expect(await fetched('obligation', xmlOf(head('obligation'), phase, fields))).toMatchObject(driftAt(path));
    expect(system.kept).toHaveLength(3);
  });

  it('ids may be empty, or ours may stand as the one that is referred to', async () => {
    for (const ids of [
      { SEQ_ID: '', SEQ_REFID: '' },
      { SEQ_ID: 'theirs-9', SEQ_REFID: 'cau-hoi-1' },
    ])
      expect(await fetched('dossier', xmlOf(head('dossier'), done, ids))).toMatchObject({ kind: 'completed' });
  });
});

describe('what cannot be told apart from a slip of the pen is drift, with its place', () => {
  it.each(['1.000.000', '1,000', '-5', '5.5', '1e3', '+5', '', '12345678901234567890', '٣', '5 đ'])(
    'amount %j',
    async (text) => {
      const changed = { ...sums, TONG_DA_NOP: text };
      expect(await fetched('obligation', xmlOf(head('obligation'), done, changed))).toMatchObject(
        driftAt('/TONG_DA_NOP'),
      );
      const block = { ...land, TSDD_CON_PNOP: text };
      expect(await fetched('notice', xmlOf(head('notice'), done, block))).toMatchObject(driftAt('/TSDD_CON_PNOP'));
    },
  );

  it.each(['30/11/2026', '2026-02-31', '2026-11-30 08:00:00', '0001-01-01'])('date %s', async (text) => {
    const block = { ...land, TSDD_HAN_NOP: text };
    expect(await fetched('notice', xmlOf(head('notice'), done, block))).toMatchObject(driftAt('/TSDD_HAN_NOP'));
  });

  it('a field that is missing, stands there twice, or is too long', async () => {
    const { TONG_CON_PNOP: _left, ...fewer } = sums;
    expect(await fetched('obligation', xmlOf(head('obligation'), done, fewer))).toMatchObject({
      ...driftAt('/TONG_CON_PNOP'),
      got: 'missing',
    });
    const twice = documentOf(elements({ ...head('obligation'), ...done, ...sums }) + elements({ MA_KETQUA: '1' }));
    expect(await fetched('obligation', twice)).toMatchObject({ ...driftAt('/MA_KETQUA'), got: 'several' });
    const long = xmlOf(head('dossier'), done, { DIEN_GIAI: 'x'.repeat(4_001) });
    expect(await fetched('dossier', long)).toMatchObject(driftAt('/DIEN_GIAI'));
  });
});

describe('hostile texts are drift and kept, with and without certificates', () => {
  const row = elements({ ...head('dossier'), ...done });
  const hostile: readonly (readonly [string, string])[] = [
    ['no XML', 'OK'],
    ['a DTD', `<!DOCTYPE DATA [<!ENTITY a "b">]>${documentOf(row)}`],
    ['a file', `<!DOCTYPE DATA SYSTEM "file:///etc/passwd">${documentOf(row)}`],
    ['entities', documentOf(`${row}<X>&a;</X>`)],
    ['another encoding', `<?xml version="1.0" encoding="ISO-8859-1"?>${documentOf(row)}`],
    ['depth', documentOf(`${row}${'<a>'.repeat(100)}${'</a>'.repeat(100)}`)],
    ['many elements', documentOf(`${row}${'<a/>'.repeat(2_001)}`)],
    ['length', documentOf(`${row}<a>${'x'.repeat(4 * 1024 * 1024)}</a>`)],
    ['half of it', documentOf(row).slice(0, -8)],
    ['two documents', documentOf(row).repeat(2)],
    ['another root', `<DULIEU><BODY><ROW>${row}</ROW></BODY></DULIEU>`],
    ['no BODY', `<DATA><X><BODY><ROW>${row}</ROW></BODY></X></DATA>`],
    ['two BODY', `<DATA><BODY><ROW>${row}</ROW></BODY><BODY/></DATA>`],
    ['two ROW', documentOf(`${row}</ROW><ROW>`)],
  ];
  it.each(hostile)('%s', async (_what, xml) => {
    for (const config of [unsigned, trusting]) {
      const outcome = await fetched('dossier', xml, config);
      expect(outcome).toMatchObject({ kind: 'drift', path: expect.stringMatching(/^\/ReturnValue/) });
    }
    expect(system.kept).toHaveLength(2);
  });

  it('half of a pair of surrogates cannot be kept', async () => {
    expect(await fetched('dossier', xmlOf(head('dossier'), done, { DIEN_GIAI: '\ud800' }))).toMatchObject(
      driftAt('/DIEN_GIAI'),
    );
  });
});

describe('signatures, where certificates of the tax side are known', () => {
  const complete = xmlOf(head('obligation'), done, sums);
  const told = (answersAs: AnswersAs, hash: 'sha1' | 'sha256' = 'sha256') =>
    signedAnswer({ ...settingsFrom(keys), answersAs, hash }, complete);

  it.each([
    ['sha256', 'good'],
    ['sha1', 'weak'],
  ] as const)('theirs is believed, by %s, and said to be %s', async (hash, signature) => {
    expect(await fetched('obligation', told('signed', hash), trusting)).toMatchObject({
      kind: 'completed',
      result: { dues: [{ remainingVnd: 75 }], signature },
    });
  });

  it.each([
    ['unsigned', 'no-signature'],
    ['foreign-key', 'unknown-certificate'],
    ['wrapped', 'misplaced'],
    ['altered', 'digest'],
  ] as const)('%s is drift, kept, and never believed', async (answersAs, got) => {
    expect(await fetched('obligation', told(answersAs), trusting)).toMatchObject({
      kind: 'drift',
      path: '/ReturnValue/DATA/SECURITY',
      got,
    });
    expect(system.kept).toHaveLength(1);
  });

  it('a no and a "not yet" need it too', async () => {
    for (const phase of [{ ERROR_CODE: '2' }, {}])
      expect(await fetched('obligation', xmlOf(head('obligation'), phase), trusting)).toMatchObject({ kind: 'drift' });
  });

  it('a certificate is trusted for its time alone', async () => {
    system.at = Date.now() + 4_000 * 24 * 3_600_000;
    expect(await fetched('obligation', told('signed'), trusting)).toMatchObject({ got: 'certificate-expired' });
  });

  it('without certificates nothing of it is looked at', async () => {
    expect(await fetched('obligation', told('foreign-key'), unsigned)).toMatchObject({ kind: 'completed' });
  });

  it('what is signed is of another dossier: drift all the same', async () => {
    const other = refOf(GUID, landTaxAsk('cau-hoi-1', 'obligation', { dossierCode: 'H02.15.03-261130-0009' }));
    expect(await fetched('obligation', told('signed'), trusting, other)).toMatchObject(driftAt('/MA_HS'));
  });
});

it('a reference stands in clear: it names neither dossier nor slip, and can be watched', () => {
  const ref = refTo('notice');
  expect(ref).toMatch(/^[\w.:/-]{1,100}$/);
  expect(ref).not.toContain('H02');
  expect(ref).not.toContain('PC-0001');
});
