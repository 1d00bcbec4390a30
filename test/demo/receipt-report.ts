import { number } from '../../src/runtime/node/cli/output.ts';
import { areReceiptsSound, type ReceiptAccounts } from './receipt-accounts.ts';
import { MOST_NAMED } from './report.ts';
import { sidesTable } from './sides.ts';

/** The part of the closing table about e-receipts: each figure by the provider, and by the gateway. */
export function receiptLines(accounts: ReceiptAccounts): string[] {
  const { differing, payments, agreeing } = accounts;
  const { head, both, ours, theirs, never, last, rule } = sidesTable;
  return [
    rule,
    ...head('BIÊN LAI ĐIỆN TỬ', '(e-receipts, where the way of paying makes none)'),
    ours('khoản đã trả (paid)', payments),
    both('biên lai còn hiệu lực (receipts that stand)', accounts.standing),
    both('  đồng của biên lai (đồng of these)', accounts.standingVnd),
    theirs('  trả lời bị mất (replies that were lost)', accounts.lostReplies),
    never('  phát hành hai lần (issued twice)', accounts.madeTwice),
    ours('  đã giữ bản PDF (its PDF kept)', accounts.documents),
    rule,
    last(
      'KHỚP TỪNG BIÊN LAI Ở CẢ HAI BÊN (every receipt, both sides)',
      `${number(agreeing)} / ${number(payments)} ${areReceiptsSound(accounts) ? '✓' : '✗'}`,
    ),
    ...differing.slice(0, MOST_NAMED).map(({ reference, why }) => `  ${reference}: ${why}`),
  ];
}
