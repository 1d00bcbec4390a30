import { expect, it } from 'vitest';
import { UnknownFormat } from '../crypto/stored-format.ts';
import { readContent, storedContent } from './content.ts';

const content = {
  nationalCode: 'N1',
  isUpdate: false,
  procedure: { code: '1.001193' },
  applicant: { name: 'Nguyễn Văn Mẫu' },
  content: { MaHoSo: 'N1', format: 7 },
};
/** As the first program stored it. */
const BEFORE_NUMBERS =
  '{"nationalCode":"N1","isUpdate":false,"procedure":{"code":"1.001193"},"applicant":{"name":"Nguyễn Văn Mẫu"},"content":{"MaHoSo":"N1","format":7}}';

it('is read back as it was, with a number and from before there were numbers', () => {
  expect(storedContent(content)).toBe(`{"format":1,${BEFORE_NUMBERS.slice(1)}`);
  expect(readContent(storedContent(content))).toEqual(content);
  expect(readContent(BEFORE_NUMBERS)).toEqual(content);
});

it('a higher number is an error that names it', () => {
  expect(() => readContent(storedContent(content).replace('"format":1', '"format":2'))).toThrow(UnknownFormat);
});
