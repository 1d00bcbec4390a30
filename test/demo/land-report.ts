import { number } from '../../src/runtime/node/cli/output.ts';
import { type Figure, isLandSound, type LandAccounts } from './land-accounts.ts';
import { MOST_NAMED } from './report.ts';
import { sidesTable } from './sides.ts';

const SLIPS: Readonly<Record<string, string>> = {
  answered: 'đã trả lời (answered)',
  refused: 'bị trả lại, lập lại (refused, made again)',
  uncertain: 'không rõ, chờ người (a person decides)',
  awaiting: 'chờ trả lời (awaiting)',
  sending: 'đang gửi (sending)',
};

/** The part of the closing table about land dossiers and their taxes: each figure by the other side, and by the gateway. */
export function landLines(accounts: LandAccounts): string[] {
  const { sides, slips, differing, refused } = accounts;
  const { head, ours, theirs, never, last, rule } = sidesTable;
  const both = (label: string, figure: Figure): string => sidesTable.both(label, sides[figure]);
  const isSound = isLandSound(accounts);
  return [
    rule,
    ...head('ĐẤT ĐAI, THUẾ ĐẤT', '(land dossiers of the day, and their taxes)'),
    both('hồ sơ ở hệ thống đất đai (at the land system)', 'landDossiers'),
    never('  giao hai lần (handed over twice)', accounts.doubleDossiers),
    both('  lời họ báo (what they told)', 'words'),
    both('  thuế trả lại do sai (returned as wrong)', 'returnedAsWrong'),
    both('  kết quả sai, làm lại (result wrong, redone)', 'redone'),
    both('phiếu chuyển thông tin (transfer slips)', 'slips'),
    never('  gửi hai lần (sent twice)', accounts.doubleSlips),
    ...Object.entries(SLIPS).flatMap(([state, word]) => {
      const count = slips[state];
      return count === undefined ? [] : [ours(`  ${word}`, count)];
    }),
    both('câu hỏi sau phiếu (questions after them)', 'questions'),
    theirs('  trả lời không tin được (not to be believed)', accounts.spoiltAnswers),
    both('  rồi trả lời đúng (answered well in the end)', 'answers'),
    both('hỏi thẳng cơ quan thuế, được tin (asked, believed)', 'queries'),
    both('  không được tin (not to be believed, not shown)', 'unbelieved'),
    both('  đồng họ nói còn nợ (owed by these answers)', 'queriedVnd'),
    both('khoản phải nộp hiện hành (dues that stand)', 'dues'),
    ours('  đã có thông báo sau thay (replaced by later ones)', accounts.replaced),
    ours('  số không tự khớp (amounts that do not add up)', accounts.doNotAddUp),
    ours('  nộp quá số phải nộp (paid too much)', accounts.paidTooMuch),
    both('đồng phải nộp (due)', 'owedVnd'),
    both('đồng còn phải nộp (left to be paid)', 'remainingVnd'),
    both('chứng từ nộp tiền (proofs of payment)', 'proofs'),
    both('  đồng của chứng từ (đồng of these)', 'provenVnd'),
    both('  đồng của khoản nộp từ đó (of their payments)', 'paidVnd'),
    ours('  trong đó thừa (of it surplus)', accounts.surplusVnd),
    both('đẩy lặp, không đổi gì (pushed again, no change)', 'repeated'),
    both('giả mạo, bị từ chối (forged, refused)', 'forged'),
    both('hỏng, không dùng (spoilt, kept, not acted on)', 'spoilt'),
    rule,
    last(
      'KHỚP TỪNG HỒ SƠ ĐẤT, TỪNG ĐỒNG Ở CẢ HAI BÊN (every one, both sides)',
      `${number(accounts.agreeing)} / ${number(accounts.dossiers)} ${isSound ? '✓' : '✗'}`,
    ),
    ...differing.slice(0, MOST_NAMED).map(({ code, why }) => `  ${code}: ${why}`),
    ...refused.slice(0, MOST_NAMED).map((why) => `  không xong (not done): ${why}`),
  ];
}
