import { expect } from 'vitest';
import type { Page, Walk } from '../../test/end-to-end/contract-client.ts';
import { until } from '../../test/kit/gateway-process.ts';

const DAY = '2022-12-01';
const once = () => ({ 'idempotency-key': crypto.randomUUID() });
const lines = (closing: string, more = ''): string =>
  [
    ...[':20:SK1', ':25:0011009000009', ':28C:1/1', ':60F:C221201VND1000,', ':61:2212011201C8000,NTRFNONREF//5217.101'],
    ...[':86:LT123456789092 Nguyễn Văn Mẫu 024000000000 nop phi', `:62F:C221201VND${closing},`, `${more}-`],
  ].join('\r\n');

export const walk: Walk = {
  'a statement is told, taken once, and refused where it does not add up': async ({ call }) => {
    const file = lines('9000');
    const told = await call<{ id: null; lines: number }>('takeStatement', { body: file, query: { preview: 'true' } });
    expect([told.status, told.body]).toMatchObject([200, { id: null, lines: 1 }]);
    const taken = await call<{ id: string }>('takeStatement', { body: file, query: { source: 'bank-statement' } });
    expect(taken.status).toBe(201);
    expect((await call('takeStatement', { body: file })).status).toBe(409);
    const wrong = await call<{ code: string; problems: object[] }>('takeStatement', { body: lines('9001') });
    expect([wrong.status, wrong.body.code]).toEqual([422, 'unreadable-statement']);
    expect((await call<Page<object>>('listStatements')).body.items).toHaveLength(1);
    expect((await call('getStatement', { params: { id: taken.body.id } })).status).toBe(200);
  },
  'a file of the payment platform is answered row by row': async ({ call }) => {
    const row = (cells: Readonly<Record<number, string>>) =>
      Array.from({ length: 22 }, (_, at) => cells[at + 1] ?? '').join('|');
    const first = row({ 2: '20211201', 4: 'DVC01', 5: 'THU', 6: 'WEB', 9: 'TT1', 13: '20211201', 14: '5000', 22: '1' });
    const taken = await call<{ id: string }>('takeStatement', { body: `${first}\n1|5000|x\n` });
    expect(taken.status).toBe(201);
    const params = { id: taken.body.id };
    const answer = await call<string>('getStatementAnswer', { params });
    expect([answer.status, `${answer.body}`.split('\n')[0]]).toEqual([200, `${first}|04`]);
    expect((await call('getStatementAnswer', { params: { id: 'stm_none' } })).status).toBe(404);
  },
  'a treasury statement is summed up by chapter and sub-item': async ({ call }) => {
    const narrative = '(NSNN!8000000000!1054321!01)(Nop thue dat/757/1006/5000)';
    const row = { tranDate: '2021-12-02', cr_dr: 'C', tranAmt: 5000, tranCCY: 'VND', narrative, seqNo: 1 };
    const taken = await call<{ id: string; source: string }>('takeStatement', {
      body: JSON.stringify({ account: '7111', rows: [row] }),
    });
    expect([taken.status, taken.body.source]).toEqual([201, 'treasury-statement']);
    const totals = await call<{ items: object[] }>('getBudgetTotals', { params: { id: taken.body.id } });
    expect(totals.body.items).toEqual([{ agency: '1054321', chapter: '757', subItem: '1006', count: 1, amount: 5000 }]);
    expect((await call('getBudgetTotals', { params: { id: 'stm_none' } })).status).toBe(404);
  },
  'orders are fetched of a gateway that has an address': async ({ call }) => {
    const body = { source: 'vietcombank-orders', date: DAY };
    const asked = await call<{ code: string }>('fetchStatement', { headers: once(), body });
    expect([asked.status, asked.body.code]).toEqual([503, 'system-not-configured']);
    const ahead = { ...body, date: '2199-12-01' };
    expect((await call('fetchStatement', { headers: once(), body: ahead })).status).toBe(400);
  },
  'how files of a source are written is declared': async ({ call }) => {
    const params = { source: 'ngan-hang-khac' };
    const body = { columns: { date: 'Ngày', amount: 'Số tiền', narrative: 'Nội dung' } };
    expect((await call('putStatementMap', { params, body })).status).toBe(200);
    expect((await call<{ map: object }>('getStatementMap', { params })).body.map).toMatchObject(body);
    expect((await call<{ items: object[] }>('listStatementMaps')).body.items).toHaveLength(1);
  },
  'a rule of matching is put, listed beside the built-in ones, and removed': async ({ call }) => {
    const params = { name: 'settlement' };
    const body = { kind: 'bundled-credit', channel: 'vietcombank', words: ['quyết toán QR'], fee: { perMille: 1.1 } };
    expect((await call<{ rule: object }>('putReconciliationRule', { params, body })).body.rule).toMatchObject({
      ...{ kind: 'bundled-credit', toleranceVnd: 0, fee: { perPaymentVnd: 0, perMille: 1.1 } },
    });
    expect((await call('putReconciliationRule', { params: { name: 'bank-fee' }, body })).status).toBe(400);
    expect((await call<{ items: object[] }>('listReconciliationRules')).body.items).toHaveLength(5);
    expect((await call('removeReconciliationRule', { params })).status).toBe(204);
    expect((await call('removeReconciliationRule', { params })).status).toBe(404);
  },
  'a day is run, what does not agree is explained, the day is closed and opened again': async ({ call }) => {
    const asked = await call<{ id: string }>('startReconciliation', { headers: once(), body: { date: DAY } });
    expect(asked.status).toBe(202);
    const params = { id: asked.body.id };
    await until('the run has ended', async () => {
      const { body } = await call<{ state: string }>('getReconciliation', { params });
      return body.state === 'done' || undefined;
    });
    const dossiers = { headers: once(), body: { date: DAY, about: 'dossiers' } };
    const about = await call<{ id: string; about: string }>('startReconciliation', dossiers);
    expect([about.status, about.body.about]).toEqual([202, 'dossiers']);
    await until('the dossiers were looked at', async () => {
      const seen = await call<{ state: string; dossiers: object }>('getReconciliation', {
        params: { id: about.body.id },
      });
      return (seen.body.state === 'done' && seen.body.dossiers !== null) || undefined;
    });
    const range = { from: DAY, to: DAY };
    expect((await call('getFreshnessReport', { query: range })).status).toBe(200);
    const heal = { params: { id: about.body.id }, headers: once(), body: { reason: 'Cổng quốc gia đã mất dữ liệu' } };
    expect((await call('healReconciliation', heal)).status).toBe(202);
    const money = { date: DAY, about: 'money' };
    expect((await call<Page<object>>('listReconciliations', { query: money })).body.items).toHaveLength(1);
    expect((await call<Page<object>>('listReconciliations', { query: { date: DAY } })).body.items).toHaveLength(2);
    expect((await call<Page<object>>('listMatches', { params })).body.items).toEqual([]);
    const byRule = { params, query: { rule: 'exact-reference' } };
    expect((await call<Page<object>>('listMatches', byRule)).body.items).toEqual([]);
    const [found] = (await call<Page<{ id: string; kind: string; version: number }>>('listBreaks', { params })).body
      .items;
    expect(found?.kind).toBe('missing-ours');
    const own = { params: { id: found?.id ?? '' } };
    expect((await call('getBreak', own)).status).toBe(200);
    const body = { act: 'explain', reason: 'Tiền của đơn vị khác' };
    expect((await call('actOnBreak', { ...own, body })).status).toBe(428);
    expect((await call('actOnBreak', { ...own, body, headers: { 'if-match': '"9"' } })).status).toBe(412);
    expect((await call('actOnBreak', { ...own, body, headers: { 'if-match': `"${found?.version}"` } })).status).toBe(
      200,
    );
    expect((await call('stopReconciliation', { params, headers: once() })).status).toBe(409);
    expect((await call('resumeReconciliation', { params, headers: once() })).status).toBe(409);
    const item = { kind: 'missing-theirs', side: 'bank', date: '2022-11-15', ours: 8000, reason: 'Chuyển từ sổ cũ' };
    const opening = { headers: once(), body: { items: [item] } };
    expect((await call<object>('openBreaks', opening)).body).toEqual({ opened: 1, known: 0 });
    for (const operation of ['getDayReportCsv', 'getDayReportXlsx', 'getDayReportPdf', 'getDayEntries'])
      expect((await call(operation, { params: { date: DAY } })).status).toBe(200);
    const date = { params: { date: DAY } };
    // The administrator's key is no person: it may close nothing.
    expect((await call('closeDay', date)).status).toBe(403);
    expect((await call('approveDay', date)).status).toBe(409);
    expect((await call('reopenDay', { ...date, body: { reason: 'Sao kê gửi lại' } })).status).toBe(409);
    expect((await call('listDays', { query: { from: DAY, to: DAY } })).status).toBe(200);
    expect((await call('lockPeriod', { params: { period: '2022-12' } })).status).toBe(409);
  },
};
