import { expect, it } from 'vitest';
import { readReturn } from './read-return.ts';

it('reads the reference alone, whatever is said of it', () => {
  const query = { data: 'LT123456789092', responseCode: '00', secureCode: '0'.repeat(64) };
  expect(readReturn(query)).toEqual({ reference: 'LT123456789092' });
  expect(readReturn({ data: 'LT123456789092' })).toEqual({ reference: 'LT123456789092' });
});

it('is no hint without one', () => {
  for (const query of [
    {},
    { responseCode: '00' },
    { data: '' },
    { data: 'Nguyễn Văn Mẫu' },
    { data: 'x'.repeat(101) },
  ]) {
    expect(readReturn(query as Readonly<Record<string, string>>)).toBeUndefined();
  }
});
