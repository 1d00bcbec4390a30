import { expect, it } from 'vitest';
import { folded } from './text.ts';

it('folds marks, case and blanks, so that the same words are the same', () => {
  for (const text of ['Hồ sơ ĐÃ  TỒN TẠI', 'hồ sơ đã tồn tại'.normalize('NFD'), 'Ho so da ton tai']) {
    expect(folded(text)).toBe('ho so da ton tai');
  }
  expect(folded('  Đăng  Ký ')).toBe('dang ky');
});
