import type { z } from 'zod';
import type { breakView, matchView } from '../../../../../contracts/v1/reconciliation.ts';
import type { anyMoney } from '../../../../../contracts/v1/statement.ts';
import { KINDS, MATCHES, RULES, SIDES, STATES } from '../../../../reconciliation/reports/words.ts';
import { number, table } from '../output.ts';
import type { StatementView, TakenFile } from './take-statement.ts';
import type { Run } from './wait-for-run.ts';

export type BreakView = z.output<typeof breakView>;
export type MatchView = z.output<typeof matchView>;

/** How reconciliation looks on a terminal: words of the contract stay readable, because options take them. */

const named = (words: Readonly<Record<string, string>>, code: string): string =>
  words[code] === undefined ? code : `${words[code]} (${code})`;
const RUN_STATES: Readonly<Record<string, string>> = {
  ...{ running: 'Đang chạy', done: 'Xong', failed: 'HỎNG', stopped: 'Đã dừng' },
};
const ABOUT: Readonly<Record<string, string>> = { money: 'Tiền', dossiers: 'Hồ sơ' };
const DOSSIERS: Readonly<Record<string, string>> = {
  ...{ checked: 'Đã xem', agree: 'Hiện đúng', underWay: 'Đang gửi', unclear: 'Có, không rõ trạng thái' },
  ...{ unanswered: 'Cổng chưa trả lời', healed: 'Đã gửi lại', notHealed: 'Để lại, vì quá nhiều' },
};
const money = (given: z.output<typeof anyMoney> | null): string | null =>
  given === null ? null : typeof given.amount === 'number' ? number(given.amount) : `${given.amount} ${given.currency}`;
const lineName = ({ statement, number: ordinal }: { readonly statement: string; readonly number: number }): string =>
  `${statement}:${ordinal}`;

export function takenText(end: TakenFile): string {
  if ('already' in end) return `${end.file}: đã nạp trước đây (taken already): ${end.already}`;
  if ('failed' in end) return `${end.file}: KHÔNG NẠP ĐƯỢC (refused): ${end.failed}`;
  if ('problems' in end)
    return [
      `${end.file}: KHÔNG NẠP ĐƯỢC, chưa ghi gì (refused, nothing was kept)`,
      ...end.problems.map(
        ({ line, column, message }) =>
          `  dòng (row) ${number(line)}${column === null ? '' : ` · cột (column) ${column}`}: ${message}`,
      ),
    ].join('\n');
  const { taken } = end;
  const news =
    taken.id === null
      ? 'xem trước, chưa ghi gì (preview, nothing was kept)'
      : `${taken.id} · mới (new) ${number(taken.newLines ?? 0)} / ${number(taken.lines)}`;
  return [
    `${end.file}: ${taken.format} · ${taken.source} · ${news}`,
    table(
      [
        'TÀI KHOẢN (account)',
        'TỪ (from)',
        'ĐẾN (to)',
        'BÚT TOÁN (entries)',
        'ĐẦU KỲ (opening)',
        'CÓ (credits)',
        'NỢ (debits)',
        'CUỐI KỲ (closing)',
      ],
      taken.accounts.map((each) => [
        ...[each.account, each.from, each.to, number(each.lines), money(each.opening), money(each.credits)],
        ...[money(each.debits), money(each.closing)],
      ]),
    ),
  ].join('\n');
}

export const runText = (run: Run): string =>
  [
    `${run.id} · ${named(ABOUT, run.about)} · ${run.date} · ${named(RUN_STATES, run.state)}${run.problem === null ? '' : `: ${run.problem}`}`,
    ...(run.totals.length === 0
      ? []
      : [
          table(
            ['BÊN (side)', 'SỐ KHOẢN (count)', 'ĐỒNG (amount)'],
            run.totals.map(({ side, count, amount }) => [named(SIDES, side), number(count), number(amount)]),
          ),
        ]),
    ...(run.dossiers === null
      ? []
      : [
          table(
            ['HỒ SƠ (dossiers)', 'SỐ (count)'],
            Object.entries(run.dossiers).map(([what, count]) => [named(DOSSIERS, what), number(count)]),
          ),
        ]),
    `khớp (matched) ${number(run.matched)} · trong ngưỡng (tolerated) ${number(run.tolerated)} · đề xuất (proposed) ${number(run.proposed)} · chênh lệch (breaks) ${number(run.breaks)}`,
  ].join('\n');

export const runsText = (runs: readonly Run[]): string =>
  table(
    [
      'MÃ (id)',
      'VỀ (about)',
      'NGÀY (day)',
      'TRẠNG THÁI (state)',
      'KHỚP (matched)',
      'ĐỀ XUẤT (proposed)',
      'CHÊNH LỆCH (breaks)',
      'LÚC (asked at)',
      'BỞI (by)',
    ],
    runs.map((run) => [
      ...[run.id, named(ABOUT, run.about), run.date, named(RUN_STATES, run.state)],
      ...[number(run.matched + run.tolerated), number(run.proposed)],
      ...[number(run.breaks), run.askedAt, run.askedBy],
    ]),
  );

export const statementsText = (files: readonly StatementView[]): string =>
  table(
    [
      'MÃ (id)',
      'NGUỒN (source)',
      'DẠNG (format)',
      'TÀI KHOẢN (account)',
      'TỪ (from)',
      'ĐẾN (to)',
      'MỚI / BÚT TOÁN (new / entries)',
      'NẠP LÚC (taken at)',
    ],
    files.map((file) => [
      ...[file.id, file.source, file.format, file.account ?? `${number(file.accounts.length)} tài khoản (accounts)`],
      ...[file.from, file.to, `${number(file.newLines ?? 0)} / ${number(file.lines)}`, file.takenAt],
    ]),
  );

export const breaksText = (breaks: readonly BreakView[]): string =>
  table(
    [
      'MÃ (id)',
      'LOẠI (kind)',
      'TÌNH TRẠNG (state)',
      'NGÀY (day)',
      'TUỔI (working days)',
      'ĐỒNG (amount)',
      'HỒ SƠ (dossier)',
      'DÒNG (line)',
      'ĐỀ XUẤT (candidates)',
      'VÌ SAO (why)',
    ],
    breaks.map((each) => [
      ...[each.id, named(KINDS, each.kind), named(STATES, each.state), each.date, number(each.age.workingDays)],
      ...[number(each.amount.amount), each.dossierCode, each.line === null ? null : lineName(each.line)],
      ...[number(each.candidates.length), each.reason],
    ]),
  );

/** What `accept` may take, as its options are written. */
export const candidatesText = ({ candidates }: Pick<BreakView, 'candidates'>): string =>
  table(
    ['CHỌN (choose)', 'QUY TẮC (rule)', 'ĐIỂM (score)', 'VÌ SAO (why)'],
    candidates.map(({ payment, line, rule, score, why }) => [
      payment !== null ? `--payment ${payment}` : line !== null ? `--line ${lineName(line)}` : null,
      ...[named(RULES, rule), score.toLocaleString('vi-VN', { maximumFractionDigits: 2 }), why],
    ]),
  );

export const matchesText = (matches: readonly MatchView[]): string =>
  table(
    ['QUY TẮC (rule)', 'KẾT QUẢ (status)', 'THANH TOÁN (payments)', 'DÒNG (lines)', 'VÌ SAO (why)'],
    matches.map(({ rule, status, payments, lines, why }) => [
      ...[named(RULES, rule), named(MATCHES, status), payments.join(' '), lines.map(lineName).join(' '), why],
    ]),
  );
