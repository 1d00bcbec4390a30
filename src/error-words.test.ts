import { expect, it } from 'vitest';
import { errorWords } from './error-words.ts';

const thrown = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

it('I6: an error that may quote what it fell over is told by its name alone', () => {
  const error = thrown(() => JSON.parse('Nguyễn Văn Mẫu'));
  expect(String(error)).toContain('Nguy');
  expect(errorWords(error)).toBe('SyntaxError');
  expect(errorWords(new Error('Nguyễn Văn Mẫu'))).toBe('Error');
  expect(errorWords('Nguyễn Văn Mẫu')).toBe('unknown');
});

it('says what an error of the language or of the store says, quotes masked', () => {
  const lost = Object.assign(new Error('database disk image is malformed'), { code: 'ERR_SQLITE_ERROR' });
  expect(errorWords(lost)).toBe('Error ERR_SQLITE_ERROR: database disk image is malformed');
  expect(errorWords(new TypeError(`no "Nguyễn Văn Mẫu" here`))).toBe('TypeError: no "…" here');
});
