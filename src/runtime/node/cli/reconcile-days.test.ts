import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { read, utils } from '@e965/xlsx';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { vietnamTime } from '../../../../contracts/domain/time.ts';
import { makeMonth } from '../../../../mocks/statements/month.ts';
import { statementsOf } from '../../../../mocks/statements/statement.ts';
import { writeCamt053 } from '../../../../mocks/statements/write-camt053.ts';
import { commandsHere } from '../../../../test/kit/command-here.ts';
import { HOUSE_KEY, house } from '../../../../test/kit/house.ts';
import { paidMonth } from '../../../../test/kit/paid-month.ts';
import { nodeAssets } from '../assets.ts';
import { type Listening, listen } from '../server.ts';
import type { DayView } from './actions/show-days.ts';
import type { Run } from './actions/wait-for-run.ts';

const month = makeMonth({ seed: 5, payments: 200, units: 2, faults: 0.1 });
const dayOf = ({ paidAt }: (typeof month.payments)[number]): string => vietnamTime(paidAt).slice(0, 10);
const DAY = month.payments.map(dayOf).toSorted().at(-1) ?? '';
const PERIOD = DAY.slice(0, 7);
/** Of one day alone, so that its month can be locked. */
const payments = month.payments.filter((each) => dayOf(each) === DAY);
const folder = mkdtempSync(join(tmpdir(), 'lienthong-days-'));
const file = (name: string, content?: string | Uint8Array): string => {
  if (content !== undefined) writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const WHY = ['--reason', 'Ngân hàng gửi lại sao kê'];

let built: Awaited<ReturnType<typeof house>>;
let server: Listening;
const keys = { clerk: '', chief: '', program: '' };
beforeAll(async () => {
  built = await house({ assets: nodeAssets() });
  await built.start();
  await paidMonth(built.engine, payments, Date.now());
  server = await listen(built.app, { port: 0 });
  for (const name of ['clerk', 'chief', 'program'] as const) {
    const made = await fetch(`${server.url}/v1/admin/keys`, {
      method: 'POST',
      headers: {
        ...{ authorization: `Bearer ${HOUSE_KEY}`, 'content-type': 'application/json' },
        'idempotency-key': crypto.randomUUID(),
      },
      body: JSON.stringify({ principal: { name, role: 'finance', kind: name === 'program' ? 'system' : 'person' } }),
    });
    keys[name] = ((await made.json()) as { key: string }).key;
  }
  vi.stubEnv('PUBLIC_URL', server.url);
});
afterAll(async () => {
  await server.close(0);
  await built.stop(1_000);
  await built.engine.close();
  rmSync(folder, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

const here = commandsHere();
/** One command line of one of them. */
const by = (who: keyof typeof keys, ...args: readonly string[]) => here(['reconcile', ...args], keys[who]);
async function json<Answer>(...args: readonly string[]): Promise<Answer> {
  return JSON.parse((await by('clerk', ...args, '--json')).out) as Answer;
}
const refused = (vietnamese: string, english: string) => ({
  ...{ status: 1, out: '' },
  errors: expect.stringMatching(new RegExp(`^Lỗi: [^(]*${vietnamese}.*\\(.*${english}.*\\)\\n$`)),
});

describe('a day is closed by one person and approved by another', () => {
  it('each refusal says why in both languages, and every act how the day stands', async () => {
    expect(await by('clerk', 'close', DAY)).toEqual(refused('chưa có lần đối soát nào', '409: no run'));
    const camt = file('camt.xml', writeCamt053(statementsOf(month.ledger, { from: month.from, to: DAY })));
    expect((await by('clerk', 'take', camt)).status).toBe(0);
    const { id } = await json<Run>('run', DAY);
    expect((await by('clerk', 'days', month.from, DAY)).out).toContain('nothing');
    expect(await by('clerk', 'approve', DAY)).toEqual(refused('chưa đóng', '409: the day is not closed'));
    expect(await by('program', 'close', DAY)).toEqual(
      refused('chỉ con người mới đóng được.*chương trình', '403: a person has to'),
    );

    const closed = await by('clerk', 'close', DAY);
    expect(closed.out).toMatch(
      new RegExp(`${DAY}: Đã đóng, chờ duyệt \\(closed\\) · ${id}\nmã băm \\(digest\\): [\\w-]{43}\n`),
    );
    expect([closed.status, closed.out]).toEqual([0, expect.stringContaining(`lienthong reconcile approve ${DAY}`)]);
    expect(await by('chief', 'close', DAY)).toEqual(refused('ngày này đã đóng', '409: the day is closed'));
    expect(await by('clerk', 'approve', DAY)).toEqual(
      refused('ai đóng một ngày thì không duyệt.*cần một người khác', '403: whoever closed.*another person'),
    );
    expect(await by('clerk', 'lock', PERIOD)).toEqual(refused(`còn ngày chưa duyệt: ${DAY}`, '409'));

    const approved = await by('chief', 'approve', DAY);
    expect([approved.status, approved.out]).toEqual([0, expect.stringContaining('Đã duyệt (approved)')]);
    expect((await by('clerk', 'reopen', DAY)).status).toBe(2);
    expect((await by('clerk', 'reopen', DAY, ...WHY)).out).toContain('Mở lại (open)');
    expect(await by('clerk', 'reopen', DAY, ...WHY)).toEqual(refused('chưa đóng', '409'));
    expect((await json<DayView>('close', DAY)).state).toBe('closed');
    expect((await by('chief', 'approve', DAY)).status).toBe(0);

    const list = await by('clerk', 'days', DAY, DAY);
    const [day] = await json<DayView[]>('days', month.from, DAY);
    expect(day).toMatchObject({ date: DAY, state: 'approved', run: id });
    expect(list.out).not.toContain('undefined');
    expect(list.out).toMatch(
      new RegExp(`${DAY} +Đã duyệt \\(approved\\) +${id} +${day?.closedBy} .*${day?.approvedBy}`),
    );
    expect(day?.closedBy).not.toBe(day?.approvedBy);

    expect((await by('clerk', 'lock', PERIOD)).out).toBe(`${PERIOD}: đã khóa (locked)\n`);
    expect(await json('lock', PERIOD)).toEqual({ period: PERIOD, locked: true });
    expect(await by('clerk', 'reopen', DAY, ...WHY)).toEqual(refused('đã khóa', '409'));
    expect((await by('clerk', 'lock', '2022-13')).errors).toContain('400');
    expect((await by('clerk', 'close', '2022-13-01')).errors).toContain('400');
  });
});

describe('the report of a day', () => {
  it('is written as paper and as a workbook, and told', async () => {
    const pdf = file('ngay.pdf');
    const written = await by('clerk', 'report', DAY, '--as', 'pdf', '--out', pdf);
    const bytes = readFileSync(pdf);
    expect(bytes.subarray(0, 4).toString()).toBe('%PDF');
    expect(written).toEqual({ status: 0, errors: '', out: `${pdf}: ${bytes.length.toLocaleString('vi-VN')} byte\n` });
    const xlsx = file('ngay.xlsx');
    expect((await by('clerk', 'report', DAY, '--as', 'xlsx', '--out', xlsx)).status).toBe(0);
    const book = read(readFileSync(xlsx));
    expect(book.SheetNames).toContain('I. Tổng hợp các bên');
    const cells = Object.values(book.Sheets).flatMap((sheet) => utils.sheet_to_json<unknown[]>(sheet, { header: 1 }));
    expect(JSON.stringify(cells)).toContain('Ngân hàng');
  });

  it('without a name is called after its day, where a terminal cannot show it', async () => {
    const before = process.cwd();
    process.chdir(folder);
    const written = await by('clerk', 'report', DAY, '--as', 'xlsx');
    process.chdir(before);
    expect(written.out).toMatch(new RegExp(`^doi-soat-${DAY}\\.xlsx: [\\d.]+ byte\\n$`));
    expect(read(readFileSync(file(`doi-soat-${DAY}.xlsx`))).SheetNames).toContain('I. Tổng hợp các bên');
    expect((await by('clerk', 'report', DAY, '--as', 'csv')).out).toMatch(/^\uFEFFBẢNG ĐỐI SOÁT[\s\S]*V\. Chênh lệch/);
    const entries = await by('clerk', 'report', DAY, '--as', 'entries');
    expect(entries.out.trim().split('\n').length).toBeGreaterThan(payments.length / 2);
    const kept = file('but-toan.csv');
    expect((await by('clerk', 'report', DAY, '--as', 'entries', '--out', kept)).status).toBe(0);
    expect(readFileSync(kept, 'utf8')).toBe(entries.out);
  });

  it('never takes the place of a file, unless that is said', async () => {
    const kept = file('giu.csv', 'giữ lại');
    const again = ['report', DAY, '--as', 'csv', '--out', kept];
    expect(await by('clerk', ...again)).toEqual(refused('giu.csv đã có, chưa ghi gì', 'it exists'));
    expect(readFileSync(kept, 'utf8')).toBe('giữ lại');
    expect((await by('clerk', ...again, '--force')).status).toBe(0);
    expect(readFileSync(kept, 'utf8')).toMatch(/^\uFEFFBẢNG ĐỐI SOÁT[\s\S]*V\. Chênh lệch/);
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('of a day without a run leaves no file', async () => {
    const none = file('none.pdf');
    const of = ['report', '2021-01-01', '--as', 'pdf', '--out', none];
    expect(await by('clerk', ...of)).toEqual(refused('chưa có lần đối soát nào', 'no run of this day'));
    expect(readdirSync(folder)).not.toContain('none.pdf');
    const lost = await by('clerk', 'report', DAY, '--as', 'csv', '--out', join(folder, 'no-such', 'x.csv'));
    expect([lost.status, lost.errors]).toEqual([1, expect.stringContaining('ENOENT')]);
    expect((await by('clerk', 'report', DAY)).status).toBe(2);
    expect((await by('clerk', 'report', DAY, '--as', 'docx')).status).toBe(2);
  });
});

describe('what is declared', () => {
  it('columns of a source are put from a file, shown, and given back as the file takes them', async () => {
    expect((await by('clerk', 'maps')).out).toContain('nothing');
    expect(await by('clerk', 'map', 'ngan-hang-khac')).toEqual(refused('chưa khai báo cột', 'no columns'));
    const map = file('map.json', JSON.stringify({ columns: { date: 'Ngày', amount: 3, narrative: ['Nội dung', 5] } }));
    const put = await by('clerk', 'map', 'ngan-hang-khac', '--file', map);
    expect([put.status, put.out]).toEqual([0, expect.stringMatching(/narrative +Nội dung \+ 5/)]);
    const shown = await by('clerk', 'map', 'ngan-hang-khac', '--json');
    const round = await by('clerk', 'map', 'khac-nua', '--file', file('round.json', shown.out), '--json');
    expect(round.out).toBe(shown.out);
    expect((await by('clerk', 'maps')).out).toMatch(
      /ngan-hang-khac +Ngân hàng \(bank\) +, +1 +date: Ngày · amount: 3 · narrative: Nội dung \+ 5\n/,
    );
    expect((await by('clerk', 'map', 'x', '--file', file('no.json', '{'))).errors).toMatch(/no\.json không phải JSON/);
    const wrong = await by('clerk', 'map', 'ngan-hang-khac', '--file', file('wrong.json', '{"columns":{}}'));
    expect([wrong.status, wrong.errors]).toEqual([1, expect.stringMatching(/400: .*columns/)]);
  });

  it('a rule is put, shown among the others, and removed once', async () => {
    const built = await by('clerk', 'rules');
    expect(built.out).toMatch(/Phí ngân hàng \(bank-fee\) +own-line +có \(yes\)/);
    const words = ['quyết toán QR'];
    const settlement = { kind: 'bundled-credit', channel: 'vietcombank', words, fee: { perMille: 1.1 } };
    const rule = file('rule.json', JSON.stringify(settlement));
    const put = await by('clerk', 'rule', 'quyet-toan-qr', '--file', rule);
    expect(put.out).toMatch(/quyet-toan-qr +bundled-credit +không \(put\) +100 .*channel vietcombank · words \["quyết/);
    expect(await json('rule', 'quyet-toan-qr')).toMatchObject(settlement);
    expect(await json<object[]>('rules')).toHaveLength(5);
    expect((await by('clerk', 'rule', 'bank-fee', '--file', rule)).errors).toMatch(/400: .*\/kind/);
    expect((await by('clerk', 'rule', 'quyet-toan-qr', '--file', rule, '--remove')).status).toBe(2);
    expect((await by('clerk', 'rule', 'quyet-toan-qr', '--remove')).out).toBe('quyet-toan-qr: đã gỡ (removed)\n');
    expect(await by('clerk', 'rule', 'quyet-toan-qr', '--remove')).toEqual(refused('Không ai đặt', 'nobody put'));
    expect(await by('clerk', 'rule', 'quyet-toan-qr')).toEqual(refused('Không có quy tắc', 'no such rule'));
    expect(await by('clerk', 'rule', 'bank-fee', '--remove')).toEqual(refused('có sẵn không gỡ', 'built-in'));
  });
});

describe('what was open before', () => {
  it('is handed over as a spreadsheet writes it, once; what cannot be read is named by its line', async () => {
    const head = 'date;kind;side;ours;theirs;dossierCode;documentNumber;reason';
    const rows = [
      '2022-06-01;missing-theirs;bank;1.250.000;;;5285.82284;Chuyển từ sổ cũ',
      '2022-07-01;unallocated;bank;;8 000;;;Chuyển từ sổ cũ',
    ];
    const csv = file('treo.csv', `\uFEFF${[head, ...rows].join('\r\n')}\r\n`);
    expect((await by('clerk', 'opening', csv)).out).toBe('mới (new) 2 · đã có (known) 0\n');
    expect(await json('opening', csv)).toEqual({ opened: 0, known: 2 });
    const wrong = file('sai.csv', [head, rows[0], '2022-07-02;unallocated;bank;8,5;;;;Chuyển từ sổ cũ'].join('\n'));
    expect(await by('clerk', 'opening', wrong)).toEqual(refused('Dòng 3: không phải số đồng', 'no whole number'));
    const odd = file('la.csv', `${head};ghi chu\n`);
    expect(await by('clerk', 'opening', odd)).toEqual(refused('la\\.csv: cột lạ ghi chu', 'the columns are'));
  });
});

describe('how soon the nation sees', () => {
  it('in shares; none where nothing was handed over', async () => {
    const none = await by('clerk', 'freshness', DAY, DAY);
    expect(none.out).toMatch(/· 0 trạng thái/);
    expect(none.out).toMatch(/trong 60 phút \(within 60 minutes\) +0 +–/);
    expect((await by('clerk', 'freshness', DAY, '2000-01-01')).errors).toContain('400');
    const body = {
      ...{ from: DAY, to: DAY, handedOver: 3_000, later: { count: 2, share: 0.0007 } },
      within: [1, 5, 15, 60].map((minutes, at) => ({ minutes, count: 700 * (at + 1), share: 0.2333 * (at + 1) })),
      ...{ waiting: { count: 190, share: 0.0633 }, stopped: { count: 8, share: 0.0027 } },
    };
    const other = await listen({ fetch: async () => Response.json(body) }, { port: 0 });
    const shares = await by('clerk', 'freshness', DAY, DAY, '--url', other.url);
    await other.close(0);
    expect(shares.out).toMatch(/trong 1 phút \(within 1 minute\) +700 +23,33 %\n/);
    expect(shares.out).toMatch(/trong 60 phút .* 2\.800 +93,32 %\nmuộn hơn \(later\) +2 +0,07 %\n/);
    expect(shares.out).toMatch(/đang chờ \(waiting\) +190 +6,33 %\nđã dừng \(stopped\) +8 +0,27 %\n$/);
  });
});
