import type { z } from 'zod';
import type { dayView } from '../../../../../contracts/v1/reconciliation.ts';
import type { freshnessReport } from '../../../../../contracts/v1/reports.ts';
import { number, table } from '../output.ts';

export type DayView = z.output<typeof dayView>;
export type FreshnessView = z.output<typeof freshnessReport>;

const DAY_STATES: Readonly<Record<DayView['state'], string>> = {
  ...{ open: 'Mở lại (open)', closed: 'Đã đóng, chờ duyệt (closed)', approved: 'Đã duyệt (approved)' },
};

export const daysText = (days: readonly DayView[]): string =>
  table(
    [
      'NGÀY (day)',
      'TRẠNG THÁI (state)',
      'LẦN ĐỐI SOÁT (run)',
      'ĐÓNG BỞI (closed by)',
      'ĐÓNG LÚC (closed at)',
      'DUYỆT BỞI (approved by)',
      'DUYỆT LÚC (approved at)',
    ],
    days.map((day) => [
      ...[day.date, DAY_STATES[day.state], day.run, day.closedBy, day.closedAt],
      ...[day.approvedBy, day.approvedAt],
    ]),
  );

/** One day after an act, with the digest that is approved by whoever saw it. */
export const dayText = (day: DayView): string =>
  [
    `${day.date}: ${DAY_STATES[day.state]} · ${day.run}`,
    `mã băm (digest): ${day.digest}`,
    ...(day.state === 'closed'
      ? [`Người thứ hai duyệt (another person approves): lienthong reconcile approve ${day.date}`]
      : []),
  ].join('\n');

export function freshnessText({ from, to, handedOver, within, later, waiting, stopped }: FreshnessView): string {
  const row = (what: string, { count, share }: FreshnessView['later']) => [
    ...[what, number(count)],
    share === null ? null : `${(share * 100).toLocaleString('vi-VN', { maximumFractionDigits: 2 })} %`,
  ];
  return [
    `${from} – ${to} · ${number(handedOver)} trạng thái hồ sơ đã giao (states of dossiers handed over)`,
    table(
      ['HIỆN TRÊN CỔNG QUỐC GIA (nationally visible)', 'SỐ (count)', 'TỶ LỆ (share)'],
      [
        ...within.map(({ minutes, ...part }) =>
          row(`trong ${minutes} phút (within ${minutes} ${minutes === 1 ? 'minute' : 'minutes'})`, part),
        ),
        ...[row('muộn hơn (later)', later), row('đang chờ (waiting)', waiting), row('đã dừng (stopped)', stopped)],
      ],
    ),
  ].join('\n');
}
