import { utils, write } from '@e965/xlsx';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeMonth } from '../../mocks/statements/month.ts';
import { statementsOf } from '../../mocks/statements/statement.ts';
import { writeCashup } from '../../mocks/statements/write-cashup.ts';
import { writeMt940 } from '../../mocks/statements/write-mt940.ts';
import { writePdfText } from '../../mocks/statements/write-pdf-text.ts';
import { writeWorkbook } from '../../mocks/statements/write-workbook.ts';
import { type Client, type TestDesk, testDesk } from '../../test/kit/desk.ts';
import { sql } from '../store/engine.ts';

const PATH = '/v1/reconciliation/statements';
const month = makeMonth({ seed: 3, payments: 300, units: 2, faults: 0.02 });
const all = statementsOf(month.ledger, { from: month.from, to: month.to });
const [one] = all;
if (one === undefined) throw new Error('no account');
const { number } = one.account;

let desk: TestDesk;
let client: Client;
let finance: string;
beforeEach(async () => {
  desk = await testDesk();
  client = await desk.whole();
  finance = await desk.key('finance');
});
afterEach(() => desk.close());

const post = (body: Uint8Array | string, query = '', key = finance) =>
  client.send('POST', `${PATH}${query}`, { key, body, headers: { 'content-type': 'application/octet-stream' } });
const rows = (text: string) => desk.engine.all(sql(text));

describe('a statement is taken in', () => {
  it('counts once what two files of one archive have, and twice what one of them has twice', async () => {
    const half = statementsOf(month.ledger, { from: '2022-12-01', to: '2022-12-10' }).find(
      ({ account }) => account.number === number,
    );
    if (half === undefined || half.lines.length === 0) throw new Error('nothing moved in ten days');
    const files = { 'a.sta': writeMt940([half]), 'b.sta': writeMt940([one]) };
    const taken = await post(zipSync(files));
    expect([taken.status, taken.json.problems]).toEqual([201, []]);
    expect(taken.json).toMatchObject({ lines: half.lines.length + one.lines.length, newLines: one.lines.length });
    // The same archive in other words has nothing new.
    const other = await post(zipSync({ 'only.sta': writeMt940([one]) }));
    expect([other.status, other.json.newLines]).toEqual([201, 0]);
  });

  it('told before it is kept, kept once, shown as it was told', async () => {
    const file = writeWorkbook(one);
    const preview = await post(file, '?preview=true');
    expect(preview.status).toBe(200);
    expect(preview.json).toMatchObject({
      ...{ id: null, source: 'vietcombank-statement', format: 'vietcombank-workbook', account: number },
      ...{ lines: one.lines.length, from: month.from, to: month.to, problems: [], newLines: null },
      opening: { amount: one.opening, currency: 'VND' },
      closing: { amount: one.closing, currency: 'VND' },
      credits: { amount: one.credits, currency: 'VND' },
      debits: { amount: one.debits, currency: 'VND' },
    });
    expect(await rows('select id from statement union all select statement from statement_line')).toEqual([]);
    const taken = await post(file);
    expect(taken.status).toBe(201);
    expect(taken.json).toMatchObject({
      ...preview.json,
      id: taken.json.id,
      newLines: one.lines.length,
      takenAt: taken.json.takenAt,
    });
    expect((await client.send('GET', taken.headers.get('location') ?? '', { key: finance })).json).toEqual(taken.json);
    const again = await post(file);
    expect([again.status, again.json.code, again.json.statement]).toEqual([409, 'already-taken', taken.json.id]);
    expect((await post(file, '?preview=true')).status).toBe(409);
    const list = await client.send('GET', PATH, { key: finance });
    expect(list.json.items).toEqual([taken.json]);
  });

  it('I5: the same days in three layouts count once, and so do twins', async () => {
    const texts = [writeWorkbook(one), writeMt940([one]), writePdfText(one)];
    const answers = [];
    for (const file of texts) answers.push(await post(file));
    expect(answers.map(({ status, json }) => [status, json.lines, json.newLines])).toEqual([
      [201, one.lines.length, one.lines.length],
      [201, one.lines.length, 0],
      [201, one.lines.length, 0],
    ]);
    const twin = 'date,amount,text\n01/12/2022,500,X\n01/12/2022,500,X\n';
    expect(await rows('select count(*) as n from statement_line where repeats = 0')).toEqual([{ n: one.lines.length }]);
    expect((await post(twin, '?source=unheard-of&account=1')).json.problems).toMatchObject([{ line: 1 }]);
  });

  it('a file that does not add up leaves nothing, and says where', async () => {
    const text = new TextDecoder().decode(writeMt940([one]));
    const wrong = text.replace(/(:62F:C\d{6}VND)\d/, (_whole, head: string) => `${head}9`);
    const refused = await post(wrong);
    expect([refused.status, refused.json.code]).toEqual([422, 'unreadable-statement']);
    expect(refused.json.problems[0]).toMatchObject({ line: expect.any(Number), column: 'closing balance' });
    for (const table of ['statement', 'statement_line', 'statement_block', 'statement_account'])
      expect(await rows(`select count(*) as n from ${table}`)).toEqual([{ n: 0 }]);
    expect(await rows(`select count(*) as n from subject where kind = 'statement' and salt is not null`)).toEqual([
      { n: 0 },
    ]);
    expect((await post(text)).status).toBe(201);
  });

  it('I5: two hands give the same file at once: it is taken once', async () => {
    const file = writeCashup(all.filter(({ account }) => account.currency === 'VND'));
    const answers = await Promise.all([post(file), post(file), post(file)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect(await rows('select count(*) as n from statement')).toEqual([{ n: 1 }]);
    const taken = answers.find(({ status }) => status === 201);
    expect(taken?.json).toMatchObject({ account: null, accounts: [{ account: number }, {}] });
  });

  it('I6: what the bank wrote is nowhere in clear', async () => {
    await post(writeWorkbook(one));
    const names = one.lines.flatMap(({ payerName }) => (payerName ? [payerName.toUpperCase()] : []));
    const kept = JSON.stringify([
      ...(await rows('select * from statement_line')),
      ...(await rows('select * from statement_block')),
    ]).toUpperCase();
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => kept.includes(name))).toEqual([]);
  });

  it('I7: finance alone hands files over; an auditor sees which there are', async () => {
    const file = writeWorkbook(one);
    for (const role of ['system', 'operator', 'auditor'] as const)
      expect((await post(file, '', await desk.key(role))).status).toBe(403);
    expect((await client.send('GET', PATH, { key: await desk.key('auditor') })).status).toBe(200);
    expect((await client.send('GET', `${PATH}/stm_none`, { key: finance })).status).toBe(404);
  });
});

describe('a source whose columns are declared', () => {
  const map = { columns: { date: 'Ngày', amount: 'Số tiền', narrative: 'Nội dung', account: 'TK' }, delimiter: ';' };
  const put = (source: string, body: object, key = finance) =>
    client.send('PUT', `/v1/admin/statement-maps/${source}`, { key, body });

  it('as text and as a workbook; the map is data, shown and replaced', async () => {
    const text = 'Ngày;TK;Số tiền;Nội dung\n01/12/2022;A1;8.000;LT123456789092\n01/12/2022;A2;-5.000;tra lai\n';
    expect((await post(text, '?source=agribank')).status).toBe(422);
    expect((await put('agribank', { columns: {} })).status).toBe(400);
    expect((await put('agribank', map)).status).toBe(200);
    expect((await client.send('GET', '/v1/admin/statement-maps/agribank', { key: finance })).json.map).toMatchObject(
      map,
    );
    const taken = await post(text, '?source=agribank');
    expect([taken.status, taken.json]).toMatchObject([
      201,
      { format: 'declared-columns', source: 'agribank', lines: 2, accounts: [{ account: 'A1' }, { account: 'A2' }] },
    ]);
    const book = utils.book_new();
    utils.book_append_sheet(
      book,
      utils.aoa_to_sheet([
        ['Ngày', 'TK', 'Số tiền', 'Nội dung'],
        ['02/12/2022', 'A1', 9000, 'x'],
      ]),
      'S',
    );
    const sheet = await post(new Uint8Array(write(book, { type: 'array', bookType: 'xlsx' })), '?source=agribank');
    expect([sheet.status, sheet.json.credits]).toEqual([201, { amount: 9_000, currency: 'VND' }]);
    expect((await client.send('GET', '/v1/admin/statement-maps', { key: finance })).json.items).toMatchObject([
      { source: 'agribank' },
    ]);
    expect((await put('agribank', map, await desk.key('operator'))).status).toBe(403);
  });
});
