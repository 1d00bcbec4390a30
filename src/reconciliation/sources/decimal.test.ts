import { describe, expect, it } from 'vitest';
import { decimalText, writtenAmount } from './decimal.ts';

const read = (text: string, currency = 'VND', point?: '.' | ',') => {
  const written = writtenAmount(text, currency, point);
  return written === undefined ? undefined : decimalText(written.negative ? -written.amount : written.amount, currency);
};

describe('an amount as it is written', () => {
  it.each([
    ['163,000', '163000'],
    ['163.000', '163000'],
    ['1.163.000', '1163000'],
    ['3,359,662,231 VND', '3359662231'],
    ['163,000.00000', '163000'],
    ['163000.00000', '163000'],
    ['1 . 163. 0 00', '1163000'],
    ['(163,000)', '-163000'],
    ['163,000-', '-163000'],
    ['-163,000', '-163000'],
    ['0', '0'],
  ])('%s is %s VND', (text, amount) => expect(read(text)).toBe(amount));

  it.each(['', '-', '1,63', '1,6300,000', '1,000.000,00', '--1', '(-1)', '-1-', '1e5', '١٢٣', '1234567890123456789'])(
    '%j is none, or half a đồng at most',
    (text) => expect([undefined, '1.63']).toContain(read(text)),
  );

  it('one mark with three digits behind it cannot be told where a currency has decimals', () => {
    expect(read('163,000', 'USD')).toBeUndefined();
    expect(read('163,000', 'USD', '.')).toBe('163000.00');
    expect(read('163,000', 'USD', ',')).toBe('163.00');
    expect(read('1,163,000.5', 'USD')).toBe('1163000.50');
  });
});
