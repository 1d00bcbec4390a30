import { expect, it } from 'vitest';
import { boundedText, composed, folded, fromUtf8, isPlainlyComposed, unmarked, words } from './text.ts';

it('folds marks, case and blanks, so that the same words are the same', () => {
  for (const text of ['Hồ sơ ĐÃ  TỒN TẠI', 'hồ sơ đã tồn tại'.normalize('NFD'), 'Ho so da ton tai']) {
    expect(folded(text)).toBe('ho so da ton tai');
  }
  expect(folded('  Đăng  Ký ')).toBe('dang ky');
});

const MARKS = ['\u0301\u0323', '\u0323\u0302\u0301', '\u0344\u0323', '\u3099\u0327', '\u05b0\u05b4'];
/** The square of this length is minutes. */
const LONG = 400_000;
const spentMs = (work: () => unknown): number => {
  const from = performance.now();
  work();
  return performance.now() - from;
};

it.each(
  MARKS.flatMap((marks) => [
    ['marks alone', marks.repeat(LONG / marks.length)],
    ['one letter under them', `e${marks.repeat(LONG / marks.length)}`],
    ['letters between', `${'a'.repeat(40)}${marks.repeat(5_000)}`.repeat(LONG / 10_000)],
  ]),
)('whatever stands in a text, composing it takes time by its length alone: %s', (_, text) => {
  for (const work of [() => composed(text), () => folded(text), () => unmarked(text)])
    expect(spentMs(work)).toBeLessThan(10_000);
  expect(composed(composed(text))).toBe(composed(text));
  for (const schema of [boundedText(60), words(60)]) expect(spentMs(() => schema.safeParse(text))).toBeLessThan(1_000);
});

it('is NFC for what people write, of any script', () => {
  for (const text of [
    'Hồ sơ Đặng Thị Thử ở Đà Nẵng',
    'ệ'.repeat(10_000),
    '한국어',
    'שָׁלוֹם',
    'e\u0301\u0323',
    `a${'\u0301'.repeat(20)}`,
  ])
    for (const form of ['NFC', 'NFD'] as const) expect(composed(text.normalize(form))).toBe(text.normalize('NFC'));
});

it('a bound counts what is composed: as many letters as are allowed may come decomposed', () => {
  expect(boundedText(10).parse('ệ'.repeat(10).normalize('NFD'))).toBe('ệ'.repeat(10).normalize('NFC'));
  expect(boundedText(10).safeParse('ệ'.repeat(11)).success).toBe(false);
  expect(words(10).parse(`  ${'ở'.normalize('NFD')} `)).toBe('ở'.normalize('NFC'));
});

it('a replacement character that was written is a character; bytes that are no UTF-8 are none', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  for (const text of ['a\ufffdb', '\ufffd', '{"note":"\ufffd\ufffd"}', 'ở 😀'])
    expect(fromUtf8(bytes(text))).toBe(text);
  for (const broken of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf0, 0x9f, 0x98], [0x61, 0x80], [0xef, 0xbf]])
    expect(fromUtf8(Uint8Array.from(broken))).toBeUndefined();
});

it('what is taken for composed at a glance is composed, each character and any two next to each other', () => {
  const plain = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter(isPlainlyComposed);
  expect(plain.length).toBeGreaterThan(900);
  for (const one of 'aZ09 "\\đĐơƯệỹẠ–…“”') expect(isPlainlyComposed(one)).toBe(true);
  for (const one of ['\u0301', '\u0323', '\u1100', '\u2001', '\u212b', '\u{1d15e}', 'x\n\u0301'])
    expect(isPlainlyComposed(one)).toBe(false);
  for (const first of plain) {
    const pairs = plain.map((second) => first + second).join('');
    expect(pairs.normalize('NFC') === pairs).toBe(true);
  }
});
