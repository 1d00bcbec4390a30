import { number, padEnd, padStart } from '../../src/runtime/node/cli/output.ts';
import { DOORS, type Door } from './cashiers.ts';
import { type DoorAccounts, isMoneySound, type MoneyAccounts } from './money-accounts.ts';
import { MOST_NAMED, WIDTH } from './report.ts';

const COLUMN = 11;
const LABEL = WIDTH - DOORS.length * COLUMN;
const HEADS: Readonly<Record<Door, readonly [string, string]>> = {
  national: ['quốc gia', 'national'],
  vietcombank: ['cổng VCB', 'gateway'],
  'vietcombank-ecom': ['TMĐT VCB', 'e-commerce'],
  vietqr: ['VietQR', 'transfer'],
};
const STATES: Readonly<Record<string, string>> = {
  paid: 'đã trả (paid)',
  'under-review': 'chờ người xem (under review)',
  cancelled: 'đã hủy (cancelled)',
  failed: 'không thành (failed)',
  expired: 'hết hạn (expired)',
  'awaiting-payment': 'chờ trả (awaiting payment)',
  creating: 'đang mở (creating)',
  'partly-refunded': 'hoàn một phần (partly refunded)',
  refunded: 'đã hoàn (refunded)',
};
/** Shown whether there are any or not. */
const ALWAYS = ['paid', 'under-review', 'cancelled', 'failed', 'expired'];
const DOUBTS: Readonly<Record<string, string>> = {
  creation: 'đang mở (creation)',
  pending: 'chờ bên kia (pending)',
  unlisted: 'mã lạ (unlisted)',
  'cancelled-unheard': 'hủy (cancelled-unheard)',
  'expired-unheard': 'quá hạn (expired-unheard)',
  refund: 'có thể hoàn (refund)',
  unanswered: 'im lặng (unanswered)',
};

/** The part of the closing table about money: by each way to pay, what was asked, what became of it, and the đồng. */
export function moneyLines(accounts: MoneyAccounts): string[] {
  const { byDoor, differing, refused } = accounts;
  const all = [...byDoor.values()];
  const total = (of: (door: DoorAccounts) => number): number => all.reduce((sum, door) => sum + of(door), 0);
  const row = (label: string, of: (door: DoorAccounts) => number | string): string =>
    [
      padEnd(label, LABEL),
      ...DOORS.map((door) => {
        const own = byDoor.get(door);
        const value = own === undefined ? '–' : of(own);
        return padStart(typeof value === 'number' ? number(value) : value, COLUMN);
      }),
    ].join('');
  const head = (label: string, which: 0 | 1): string =>
    [padEnd(label, LABEL), ...DOORS.map((door) => padStart(HEADS[door][which], COLUMN))].join('');
  const some = (of: (door: DoorAccounts) => Record<string, number>, words: Readonly<Record<string, string>>) =>
    Object.entries(words).filter(([key]) => all.some((door) => (of(door)[key] ?? 0) > 0) || ALWAYS.includes(key));
  const rule = '─'.repeat(WIDTH);
  const last = (label: string, value: string): string => padEnd(label, WIDTH - value.length) + value;
  const explained = total(({ untoldVnd, namelessVnd }) => untoldVnd + namelessVnd);
  const sides = `${number(total(({ heldVnd }) => heldVnd) + explained)} / ${number(total(({ takenVnd }) => takenVnd))}`;
  return [
    rule,
    head('PHÍ, LỆ PHÍ', 0),
    head('(payments of the day)', 1),
    row('khoản đã mở (asked)', ({ asked }) => asked),
    ...some(({ states }) => states, STATES).map(([key, word]) => row(`  ${word}`, ({ states }) => states[key] ?? 0)),
    ...some(({ doubts }) => doubts, DOUBTS).map(([key, word]) =>
      row(`  chưa rõ: ${word}`, ({ doubts }) => doubts[key] ?? 0),
    ),
    row('trả thừa (with a surplus)', ({ withSurplus }) => withSurplus),
    row('yêu cầu mở gửi đi (INITs sent)', ({ inits }) => inits || '–'),
    row('  mở hai lần (a due opened twice)', ({ openedTwice }) => (openedTwice === 0 ? '0 ✓' : `${openedTwice} ✗`)),
    row('đồng đã yêu cầu (asked)', ({ askedVnd }) => askedVnd),
    row('đồng BÊN KIA thu (taken by them)', ({ takenVnd }) => takenVnd),
    row('đồng CỔNG biết (the gateway knows)', ({ heldVnd }) => heldVnd),
    row('  trong đó thừa (of it surplus)', ({ surplusVnd }) => surplusVnd),
    row('đồng không nêu mã (name no payment)', ({ namelessVnd }) => namelessVnd),
    row('đồng họ không kể (they do not tell)', ({ untoldVnd }) => untoldVnd),
    rule,
    last(
      'KHỚP TỪNG KHOẢN Ở CẢ HAI BÊN (every payment, both sides)',
      `${number(accounts.agreeing)} / ${number(accounts.payments)} ${differing.length === 0 ? '✓' : '✗'}`,
    ),
    ...(explained === 0
      ? []
      : [last('  đồng chỉ sao kê mới cho biết (that only a statement will tell)', number(explained))]),
    last(
      explained === 0 ? 'TỪNG ĐỒNG (to the đồng)' : 'TỪNG ĐỒNG, kể cả số ấy (to the đồng, with these)',
      `${sides} ${isMoneySound(accounts) ? '✓' : '✗'}`,
    ),
    ...differing.slice(0, MOST_NAMED).map(({ reference, why }) => `  ${reference}: ${why}`),
    ...refused.slice(0, MOST_NAMED).map((why) => `  bị từ chối (refused): ${why}`),
  ];
}
