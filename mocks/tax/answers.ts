import type { BookedTaxpayer, Row } from './book.ts';
import type { TaxState } from './state.ts';
import { fieldsOf, inside, type Node } from './xml.ts';

/** BODY/ROW of an answer. */
export type AnswerRow = Exclude<Node, string>;

const ANSWER_OF: Readonly<Record<string, string>> = { '00003': '00004', '00046': '00047', '00109': '00110' };
export const answerType = (type: string): string => ANSWER_OF[type] ?? type;

export const refusal = (type: string, code: string, words: string): AnswerRow => [
  ['TYPE', answerType(type)],
  ['NAME', words],
  [
    'PHANHOI',
    [
      ['TRANG_THAI', code],
      ['TYPE_PHANHOI', type],
    ],
  ],
];

/** Codes of a PHANHOI are this simulator's own: none is published. */
export function answerTo(state: TaxState, type: string, question: string): AnswerRow {
  const asked = (name: string): string => inside(question, name) ?? '';
  const no = (code: string, words: string): AnswerRow => {
    state.counters.refusals += 1;
    return refusal(type, code, words);
  };
  if (type === '00109') {
    const code = asked('MA_HS');
    if (code === '' || asked('SO') === '') return no('04', 'Thiếu thông tin truy vấn');
    const rows = state.book.land.get(code) ?? [];
    const theirs = rows.filter(({ SO }) => SO === asked('SO'));
    return landAnswer(theirs.map((row) => mistaken(state, row, 'MA_HS', 'H02.15.03-221201-9999')));
  }
  if (type !== '00046' && type !== '00003') return no('05', 'Không có loại truy vấn này');
  const taxpayer = state.book.taxpayers.get(asked('MST'));
  if (taxpayer === undefined) return no('01', 'Không tìm thấy người nộp thuế');
  return taxpayerAnswer(type, {
    ...taxpayer,
    fields: mistaken(state, taxpayer.fields, 'MST', '0109999999'),
    rows: taxpayer.rows.map((row) => mistaken(state, row, 'MST', '0109999999')),
  });
}

const mistaken = ({ settings }: TaxState, row: Row, name: string, other: string): Row =>
  settings.answersFor === 'another' ? { ...row, [name]: other } : row;

/** 00110: one TONG_TIEN for each taxpayer. */
function landAnswer(rows: readonly Row[]): AnswerRow {
  const payers = Map.groupBy(rows, ({ MA_SO_THUE = '' }) => MA_SO_THUE);
  const owed = rows.length > 0;
  const total = ([code, theirs]: [string, Row[]]): [string, Node] => [
    'TONG_TIEN',
    [['MA_SO_THUE', code], ['TT_NNT', ''], ...theirs.map((row): [string, Node] => ['ROW_SOTHUE', fieldsOf(row)])],
  ];
  return [
    ['TYPE', '00110'],
    ['NAME', 'Trả lời truy vấn sổ thuế đất'],
    [
      'SOTHUE',
      [
        ['TRANGTHAI', owed ? '01' : '02'],
        ['MOTA_TRANGTHAI', owed ? 'Còn nợ' : 'Không có khoản phải nộp'],
        ...[...payers].map(total),
      ],
    ],
  ];
}

/** 00047, and in the same shape 00004 [assumed]. */
function taxpayerAnswer(type: string, { fields, address, rows }: BookedTaxpayer): AnswerRow {
  const book: [string, Node][] =
    type === '00046' ? [['SOTHUE', rows.map((row): [string, Node] => ['ROW_SOTHUE', fieldsOf(row)])]] : [];
  return [
    ['TYPE', answerType(type)],
    ['NAME', 'Trả lời truy vấn'],
    [
      'THONGTIN_NNT',
      [
        ['THONGTINCHUNG', [['ROW_NNT', fieldsOf(fields)]]],
        ['DIACHI', [['ROW_DIACHI', [['MOTA_DIACHI', address]]]]],
        ...book,
      ],
    ],
  ];
}
