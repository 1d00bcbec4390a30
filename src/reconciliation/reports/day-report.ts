import { vietnamTime } from '../../../contracts/domain/time.ts';
import { workingDaysBetween } from '../../../contracts/domain/working-days.ts';
import type { RoomParts } from '../../room.ts';
import { type BreakRow, breaksOfRun } from '../break-rows.ts';
import { type DayRow, dayRow } from '../day-rows.ts';
import { type RunRow, runById, runsBefore } from '../run-rows.ts';
import {
  type EntryRow,
  entriesOf,
  feesOf,
  movedBreaks,
  type RecordedRow,
  type RuleRow,
  recordedOf,
  rulesOf,
} from './day-rows.ts';
import type { Report } from './report.ts';
import { readSigned, type SignedName, type ToSign } from './signed.ts';
import { CHANNELS, ITEMS, KINDS, MATCHES, RULES, SIDES, STATES } from './words.ts';

const PAGE = 500;
/** Breaks that a report prints: the rest is counted, and stands in the list of the run. */
const MOST_BREAKS = 5_000;

export type DayReports = ReturnType<typeof createDayReports>;

/** What a day came to, as finance signs it. Before the day is closed it is marked provisional. */
export function createDayReports({ engine, platform }: Pick<RoomParts, 'engine' | 'platform'>) {
  async function lastRun(day: string): Promise<RunRow | undefined> {
    const runs = await engine.all<RunRow>(runsBefore(null, day, 'money', 50));
    return runs.find(({ state }) => state === 'done');
  }

  async function breaksOf(run: string): Promise<BreakRow[]> {
    const found: BreakRow[] = [];
    for (let after = ''; found.length < MOST_BREAKS; ) {
      const page = await engine.scan<BreakRow>(breaksOfRun(run, { state: null, kind: null }, after, PAGE));
      found.push(...page);
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) break;
      after = last.id;
    }
    return found.sort((one, other) =>
      one.day < other.day ? -1 : one.day > other.day ? 1 : one.item < other.item ? -1 : 1,
    );
  }

  async function draft(run: RunRow): Promise<Report> {
    const { day } = run;
    const [recorded, rules, fees, moved, breaks] = await Promise.all([
      engine.scan<RecordedRow>(recordedOf(day)),
      engine.scan<RuleRow>(rulesOf(day)),
      engine.scan<{ bank_fees: number; interest: number; kept: number }>(feesOf(day)),
      engine.scan<{ carried: number; fresh: number; left_open: number }>(movedBreaks(run.id, day)),
      breaksOf(run.id),
    ]);
    const totals = JSON.parse(run.totals) as readonly { side: string; count: number; amount: number }[];
    const gross = Number(totals.find(({ side }) => side === 'bank')?.amount ?? 0);
    const { bank_fees: bankFees = 0, interest = 0, kept = 0 } = fees[0] ?? {};
    const sum = (rows: readonly { readonly amount: number }[]): number =>
      rows.reduce((all, { amount }) => all + Number(amount), 0);
    return {
      name: `doi-soat-${day}`,
      title: 'BẢNG ĐỐI SOÁT THANH TOÁN TRỰC TUYẾN',
      subtitle: `Ngày ${day.slice(8)}/${day.slice(5, 7)}/${day.slice(0, 4)}`,
      warning: PROVISIONAL,
      facts: [
        ['Chênh lệch chuyển từ ngày trước', String(moved[0]?.carried ?? 0)],
        ['Chênh lệch phát sinh trong ngày', String(moved[0]?.fresh ?? 0)],
        ['Chênh lệch còn mở', String(moved[0]?.left_open ?? 0)],
        ['Lập lúc', vietnamTime(platform.wall())],
      ],
      tables: [
        {
          heading: 'I. Tổng hợp các bên',
          columns: [
            { title: 'Bên', kind: 'text', width: 4 },
            { title: 'Số giao dịch', kind: 'count', width: 2 },
            { title: 'Số tiền (đồng)', kind: 'amount', width: 3 },
          ],
          rows: totals.map(({ side, count, amount }) => [SIDES[side] ?? side, count, amount]),
          total: null,
          empty: 'Không phát sinh',
        },
        {
          heading: 'II. Tiền về tài khoản',
          columns: [
            { title: 'Chỉ tiêu', kind: 'text', width: 5 },
            { title: 'Số tiền (đồng)', kind: 'amount', width: 3 },
          ],
          rows: [
            ['Tổng ghi có (gộp)', gross],
            ['Phí do bên thu giữ lại', Number(kept)],
            ['Phí ngân hàng ghi nợ', Number(bankFees)],
            ['Trong đó lãi tiền gửi', Number(interest)],
          ],
          total: ['Còn lại sau phí', gross - Number(bankFees)],
          empty: '',
        },
        {
          heading: 'III. Kết quả đối soát theo quy tắc',
          columns: [
            { title: 'Quy tắc', kind: 'text', width: 4 },
            { title: 'Kết quả', kind: 'text', width: 2 },
            { title: 'Số cặp', kind: 'count', width: 2 },
            { title: 'Số tiền (đồng)', kind: 'amount', width: 3 },
          ],
          rows: rules.map(({ rule, status, pairs, amount }) => [
            RULES[rule] ?? rule,
            MATCHES[status] ?? status,
            Number(pairs),
            Number(amount),
          ]),
          total: null,
          empty: 'Chưa có cặp nào',
        },
        {
          heading: 'IV. Đã thu theo đơn vị, chương, tiểu mục, thủ tục, khoản và kênh',
          columns: [
            { title: 'Đơn vị', kind: 'text', width: 3 },
            { title: 'Chương', kind: 'text', width: 1.5 },
            { title: 'Tiểu mục', kind: 'text', width: 1.5 },
            { title: 'Thủ tục', kind: 'text', width: 2 },
            { title: 'Khoản', kind: 'text', width: 2 },
            { title: 'Kênh', kind: 'text', width: 3 },
            { title: 'Số khoản', kind: 'count', width: 1.5 },
            { title: 'Số tiền (đồng)', kind: 'amount', width: 2.5 },
          ],
          rows: recorded.map((row) => [
            ...[row.unit, row.chapter, row.sub_item, row.procedure, `${ITEMS[row.kind] ?? row.kind} ${row.code}`],
            ...[CHANNELS[row.channel] ?? row.channel, Number(row.count), Number(row.amount)],
          ]),
          total: [
            'Cộng',
            null,
            null,
            null,
            null,
            null,
            recorded.reduce((all, { count }) => all + Number(count), 0),
            sum(recorded),
          ],
          empty: 'Không thu khoản nào',
        },
        {
          heading: 'V. Chênh lệch',
          columns: [
            { title: 'Ngày', kind: 'text', width: 1.6 },
            { title: 'Loại', kind: 'text', width: 2.6 },
            { title: 'Hồ sơ', kind: 'text', width: 3 },
            { title: 'Số chứng từ', kind: 'text', width: 2 },
            { title: 'Cổng (đồng)', kind: 'amount', width: 2 },
            { title: 'Bên kia (đồng)', kind: 'amount', width: 2 },
            { title: 'Tình trạng', kind: 'text', width: 1.8 },
            { title: 'Tuổi (ngày làm việc)', kind: 'count', width: 1.6 },
          ],
          rows: breaks.map((row) => [
            ...[
              row.day,
              KINDS[row.kind],
              row.dossier,
              row.document,
              Number(row.ours),
              Number(row.theirs),
              STATES[row.state],
            ],
            workingDaysBetween(row.day, day),
          ]),
          total: [
            'Cộng',
            null,
            null,
            null,
            sum(breaks.map(({ ours }) => ({ amount: ours }))),
            sum(breaks.map(({ theirs }) => ({ amount: theirs }))),
            null,
            null,
          ],
          empty: 'Không có chênh lệch',
        },
      ],
      signatures: ['Người lập biểu', 'Kế toán trưởng', 'Thủ trưởng đơn vị'],
      footer: run.digest ?? '',
    };
  }

  async function draftEntries(day: string): Promise<Report> {
    const rows = await engine.scan<EntryRow>(entriesOf(day));
    const columns = [
      'ngay',
      'ma_thanh_toan',
      'ma_ho_so',
      'don_vi',
      'chuong',
      'tieu_muc',
      'kenh',
      'loai',
      'ma_khoan',
      'so_tien',
      'tai_khoan',
      'ngay_ghi_so',
      'so_chung_tu',
      'quy_tac',
    ];
    return {
      ...{ name: `but-toan-${day}`, title: '', subtitle: '', warning: null, facts: [], signatures: [], footer: '' },
      tables: [
        {
          heading: '',
          columns: columns.map((title) => ({ title, kind: title === 'so_tien' ? 'amount' : 'text', width: 1 })),
          rows: rows.map((row) => [
            ...[
              row.day,
              row.reference,
              row.dossier,
              row.unit,
              row.chapter,
              row.sub_item,
              row.channel,
              row.kind,
              row.code,
            ],
            ...[Number(row.amount), row.account, row.booked, row.document, row.rule],
          ]),
          total: null,
          empty: '',
        },
      ],
    };
  }

  /** As it was closed, where it is. */
  const signed = async (day: string, name: SignedName) => {
    const [row] = await engine.all<DayRow>(dayRow(day));
    const closed = row === undefined || row.state === 'open' ? undefined : row;
    return { closed, report: closed && (await readSigned(engine, closed, name)) };
  };

  return {
    /** Undefined where no run of the day has come to its end. Once the day is closed, what was closed. */
    async of(day: string): Promise<Report | undefined> {
      const { closed, report } = await signed(day, 'report');
      if (report !== undefined) return dressed(report, closed);
      const run = await lastRun(day);
      return run && dressed(await draft(run), closed);
    },
    /** One row a due that was paid, for accounting software; undefined as above. */
    async entries(day: string): Promise<Report | undefined> {
      const { report } = await signed(day, 'entries');
      if (report !== undefined) return report;
      return (await lastRun(day)) === undefined ? undefined : draftEntries(day);
    },
    /** What a day would be closed with, by this run. */
    async toSign(id: string): Promise<ToSign | undefined> {
      const [run] = await engine.all<RunRow>(runById(id));
      return run && { report: await draft(run), entries: await draftEntries(run.day) };
    },
  };
}

const PROVISIONAL = 'TẠM TÍNH, CHƯA KHÓA SỔ';

/** With who closed it and who approved it. */
function dressed(report: Report, closed: DayRow | undefined): Report {
  const isFinal = closed?.state === 'approved';
  return {
    ...report,
    warning: isFinal ? null : closed === undefined ? PROVISIONAL : 'CHƯA DUYỆT',
    facts: [
      ['Khóa sổ', closed === undefined ? 'chưa' : `${closed.closed_by}, ${vietnamTime(closed.closed_at)}`],
      ['Duyệt', isFinal ? `${closed.approved_by}, ${vietnamTime(closed.approved_at ?? 0)}` : 'chưa'],
      ...report.facts,
    ],
    footer: closed?.digest ?? report.footer,
  };
}
