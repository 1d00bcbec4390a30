import { number, padEnd, padStart } from '../../src/runtime/node/cli/output.ts';
import type { Accounts } from './accounts.ts';

const DELIVERY_WORDS: Readonly<Record<string, string>> = {
  delivered: 'đã lên cổng quốc gia (delivered)',
  rejected: 'bị từ chối (rejected)',
  dead: 'đã bỏ cuộc (given up)',
  parked: 'chờ người xử lý (parked)',
  waiting: 'đang chờ (waiting)',
  sending: 'đang gửi (sending)',
  retrying: 'đang gửi lại (retrying)',
  uncertain: 'chưa rõ kết quả (uncertain)',
};
const LABEL = 66;
const VALUE = 17;
export const WIDTH = LABEL + VALUE;
export const MOST_NAMED = 20;

/** The final table: what was handed over, what the gateway says, what the nation shows, and whether they agree. */
export function reportLines(accounts: Accounts): string[] {
  const of = (part: number, whole: number): string => `${number(part)} / ${number(whole)}`;
  const sound = (count: number): string => (count === 0 ? '0 ✓' : `${number(count)} ✗`);
  const row = (label: string, value: string): string => `${padEnd(label, LABEL)}${padStart(value, VALUE)}`.trimEnd();
  const rule = '─'.repeat(WIDTH);
  const agree = accounts.differing.length === 0;
  return [
    rule,
    row('TỈNH giao (handed over by the province): hồ sơ (dossiers)', number(accounts.dossiers)),
    row('  bước xử lý (progress steps)', number(accounts.stepsHandedOver)),
    row('CỔNG nói (the gateway says)', ''),
    ...Object.entries(accounts.byDelivery).map(([state, count]) =>
      row(`  ${DELIVERY_WORDS[state] ?? state}`, number(count)),
    ),
    row('QUỐC GIA hiển thị (shown by the nation): hồ sơ (dossiers)', of(accounts.shownNationally, accounts.dossiers)),
    row('  bước xử lý (progress steps)', of(accounts.stepsShown, accounts.stepsHandedOver)),
    row('  tạo hai lần (created twice)', sound(accounts.createdTwice)),
    row('  trạng thái cũ đè trạng thái mới (older state after a newer one)', sound(accounts.olderAfterNewer)),
    row('  hai lần gửi chồng nhau (overlapping sends of one dossier)', sound(accounts.overlappingSends)),
    rule,
    row(
      'KHỚP TỪNG HỒ SƠ Ở CẢ HAI BÊN (every dossier, both sides)',
      `${of(accounts.agreeing, accounts.dossiers)} ${agree ? '✓' : '✗'}`,
    ),
    ...accounts.differing.slice(0, MOST_NAMED).map(({ code, why }) => `  ${code}: ${why}`),
    ...(accounts.differing.length > MOST_NAMED ? [`  … ${number(accounts.differing.length - MOST_NAMED)}`] : []),
  ];
}

/** Every dossier accounted for, and nothing done that must never be done. */
export const isSound = (accounts: Accounts): boolean =>
  accounts.differing.length === 0 &&
  accounts.shownNationally === accounts.dossiers &&
  accounts.createdTwice === 0 &&
  accounts.olderAfterNewer === 0 &&
  accounts.overlappingSends === 0;
