import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newPaymentReference, referencesIn } from '../../../contracts/domain/payment-reference.ts';
import { crc16 } from './crc.ts';
import { readCode } from './read.ts';
import { paymentCode, type Transfer, transferCode, transferPurpose } from './write.ts';

const REFERENCE = 'LT123456789092';
/** Any code points, halves of surrogate pairs among them. */
const anything = (maxLength: number) =>
  fc.array(fc.nat({ max: 0x10ffff }), { maxLength }).map((points) => String.fromCodePoint(...points));

const transfer: Transfer = {
  bankBin: '970436',
  accountNumber: '1031933430',
  amountVnd: 50_000,
  purpose: 'HS0001 H02 LE PHI',
};

it('counts the checksum as CRC-16/CCITT-FALSE does', () => {
  expect(crc16('123456789')).toBe('29B1');
  expect(crc16('')).toBe('FFFF');
});

describe('the text of a transfer', () => {
  it('is the one of WIRE.md 6.1, character by character', () => {
    expect(transferCode(transfer)).toEqual({
      ok: true,
      text: '00020101021238540010A00000072701240006970436011010319334300208QRIBFTTA53037045405500005802VN62210817HS0001 H02 LE PHI63048400',
    });
  });

  it.each<[string, Partial<Transfer>, string, RegExp]>([
    ['a bank of five digits', { bankBin: '97043' }, 'bankBin', /six digits/],
    ['a bank of seven digits', { bankBin: '9704361' }, 'bankBin', /six digits/],
    ['a bank with a line end', { bankBin: '970436\n' }, 'bankBin', /six digits/],
    ['no account', { accountNumber: '' }, 'accountNumber', /at least one/],
    ['an account of twenty digits', { accountNumber: '1'.repeat(20) }, 'accountNumber', /longer than 19/],
    ['an account with a blank', { accountNumber: '0000 0001' }, 'accountNumber', /digits or ASCII letters/],
    ['nothing to pay', { amountVnd: 0 }, 'amountVnd', /whole number/],
    ['less than nothing', { amountVnd: -1 }, 'amountVnd', /whole number/],
    ['half a đồng', { amountVnd: 0.5 }, 'amountVnd', /whole number/],
    ['no number', { amountVnd: Number.NaN }, 'amountVnd', /whole number/],
    ['an endless amount', { amountVnd: Number.POSITIVE_INFINITY }, 'amountVnd', /whole number/],
    ['an amount of fourteen digits', { amountVnd: 10_000_000_000_000 }, 'amountVnd', /13 digits/],
    ['an amount written with an exponent', { amountVnd: 1e21 }, 'amountVnd', /13 digits/],
    ['no purpose', { purpose: '' }, 'purpose', /at least one/],
    ['a purpose of 26 characters', { purpose: 'A'.repeat(26) }, 'purpose', /25 characters/],
    ['a purpose with marks', { purpose: 'Lệ phí' }, 'purpose', /ASCII/],
    ['a purpose that ends with a blank', { purpose: 'LE PHI ' }, 'purpose', /blank/],
  ])('is refused for %s', (_, change, field, message) => {
    expect(transferCode({ ...transfer, ...change })).toEqual({
      ok: false,
      fault: { field, message: expect.stringMatching(message) },
    });
  });

  it('takes the longest of everything', () => {
    const longest = { accountNumber: 'A234567890123456789', amountVnd: 9_999_999_999_999, purpose: 'A'.repeat(25) };
    const written = transferCode({ ...transfer, ...longest });
    expect(written.ok && readCode(written.text)).toMatchObject({ ok: true, value: longest });
  });
});

describe('the code of a payment', () => {
  const { purpose: _, ...payment } = transfer;

  it('is refused without a reference that would be known again', () => {
    for (const reference of ['', 'HS0001', 'LT123456789093', REFERENCE.toLowerCase()])
      expect(paymentCode({ ...payment, reference })).toEqual({
        ok: false,
        fault: { field: 'reference', message: 'must be a reference of money' },
      });
  });

  it('is ASCII, dynamic, reads back, and has its reference first, whatever the words', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => newPaymentReference(() => bytes)),
        fc.integer({ min: 1, max: 9_999_999_999_999 }),
        fc.nat({ max: 999_999 }).map((bin) => String(bin).padStart(6, '0')),
        fc.string({ unit: fc.constantFrom(...'0123456789AaZz'), minLength: 1, maxLength: 19 }),
        fc.oneof(fc.constant(undefined), fc.string(), anything(40), fc.constant('Lệ phí Đăng ký')),
        (reference, amountVnd, bankBin, accountNumber, words) => {
          const written = paymentCode({
            bankBin,
            accountNumber,
            amountVnd,
            reference,
            ...(words === undefined ? {} : { words }),
          });
          const text = written.ok ? written.text : '';
          expect(text).toMatch(/^[ -~]{100,160}$/);
          const read = readCode(text);
          expect(read).toMatchObject({
            ok: true,
            value: { dynamic: true, bankBin, accountNumber, amountVnd, service: 'QRIBFTTA' },
          });
          const purpose = (read.ok && read.value.purpose) || '';
          expect(purpose.length).toBeLessThanOrEqual(25);
          expect(purpose.startsWith(reference)).toBe(true);
          expect(referencesIn(`123456.011222.091500.${purpose} FT22335123456789`)).toContain(reference);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('has the words without marks, and only what banks let through', () => {
    expect(transferPurpose(REFERENCE)).toBe(REFERENCE);
    expect(transferPurpose(REFERENCE, 'Đăng ký (1/2) & đất')).toBe(`${REFERENCE} Dang ky 1`);
    expect(transferPurpose(REFERENCE, '  H02.15-1 ')).toBe(`${REFERENCE} H02.15-1`);
    expect(transferPurpose(REFERENCE, '\n";')).toBe(REFERENCE);
  });
});
