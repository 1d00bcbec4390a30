import type { SecondVerdict } from '../access/four-eyes.ts';

export type DayRefusal =
  /** No run of the day has come to its end. */
  | 'not-run'
  /** A run of the day is under way. */
  | 'running'
  /** A file with entries of the day came after its last run had begun. */
  | 'run-again'
  | 'closed-already'
  | 'not-closed'
  | 'locked'
  | 'moved'
  | 'second-person'
  | Exclude<SecondVerdict, 'may'>;

interface Words {
  readonly vi: string;
  readonly en: string;
}

/** The present state of the day is against it. */
export const WRONG_STATE = {
  'not-run': { vi: 'chưa có lần đối soát nào của ngày này đã xong', en: 'no run of this day has come to its end' },
  running: { vi: 'một lần đối soát của ngày này đang chạy', en: 'a run of this day is under way' },
  'run-again': {
    vi: 'có sao kê của ngày này được nạp sau lần đối soát cuối: hãy đối soát lại',
    en: 'a statement with entries of this day came after its last run: run it again',
  },
  'closed-already': { vi: 'ngày này đã đóng', en: 'the day is closed' },
  'not-closed': { vi: 'ngày này chưa đóng, hoặc đã duyệt rồi', en: 'the day is not closed' },
  locked: { vi: 'tháng hoặc quý của ngày này đã khóa', en: 'its month or quarter is locked' },
  moved: { vi: 'có người khác vừa thay đổi ngày này', en: 'somebody else changed it at the same time' },
  'not-awaiting': { vi: 'không có gì chờ duyệt', en: 'nothing waits for approval' },
} as const satisfies Partial<Readonly<Record<DayRefusal, Words>>>;

/** Another person has to do it. */
export const SECOND_PERSON = {
  'second-person': {
    vi: 'chỉ con người mới đóng được một ngày, và đây là khóa của chương trình',
    en: 'a person has to close a day, and this is a program',
  },
  'no-person': {
    vi: 'chỉ con người mới duyệt được một ngày, và đây là khóa của chương trình',
    en: 'a person has to approve a day, and this is a program',
  },
  'asked-by-a-system': { vi: 'một chương trình đã đóng ngày này', en: 'a program closed it: let a person close it' },
  'same-person': {
    vi: 'ai đóng một ngày thì không duyệt ngày ấy, cần một người khác',
    en: 'whoever closed a day does not approve it: another person has to',
  },
  'cannot-tell': {
    vi: 'một bên dùng khóa, một bên dùng token: quản trị viên phải cho biết tài khoản là của ai (--account của lienthong keys create)',
    en: 'one came with a key and one with a token: an administrator has to say whose the account is',
  },
  'made-by-the-other': {
    vi: 'trong một ngày qua, một trong hai người đã tạo khóa hoặc tài khoản của người kia, cần một người khác nữa',
    en: 'one of the two made the other, or a key or an account of the other, within a day: somebody else has to',
  },
} as const satisfies Partial<Readonly<Record<DayRefusal, Words>>>;

const VIETNAMESE: ReadonlyMap<string, string> = new Map(
  [WRONG_STATE, SECOND_PERSON].flatMap((words) => Object.values<Words>(words).map(({ vi, en }) => [en, vi] as const)),
);
/** What a refusal says in English, in Vietnamese; undefined of a sentence that is none of these. */
export const inVietnamese = (en: string): string | undefined => VIETNAMESE.get(en);
