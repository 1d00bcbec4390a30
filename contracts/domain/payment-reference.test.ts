import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isPaymentReference,
  newPaymentReference,
  PAYMENT_REFERENCE_LENGTH,
  paymentReference,
  referencesIn,
} from './payment-reference.ts';

const MADE = 'LT123456789092';

/** Any code points, halves of surrogate pairs among them. */
const anything = (maxLength: number) =>
  fc.array(fc.nat({ max: 0x10ffff }), { maxLength }).map((points) => String.fromCodePoint(...points));

const references = fc
  .uint8Array({ minLength: 8, maxLength: 8 })
  .map((bytes) => newPaymentReference(() => bytes.slice()));
/** What banks and files put between two characters: never a letter or digit. */
const gaps = fc.string({ unit: fc.constantFrom('-', '.', ' ', '\n', '\r\n', '/', '\t'), maxLength: 3 });
const noise = fc.oneof(
  fc.string({ maxLength: 80 }),
  anything(80),
  fc.string({ unit: fc.constantFrom('L', 'T', 'l', 't', '0', '7', '9', ' ', '.'), maxLength: 40 }),
);

const withCharacter = (text: string, at: number, character: string): string =>
  text.slice(0, at) + character + text.slice(at + 1);

describe('making', () => {
  it('asks for random bytes and writes ten digits of them and the check digits', () => {
    const asked: number[] = [];
    const made = newPaymentReference((count) => {
      asked.push(count);
      const bytes = new Uint8Array(count);
      new DataView(bytes.buffer).setBigUint64(0, 31_234_567_890n);
      return bytes;
    });
    expect({ made, asked }).toEqual({ made: 'LT123456789092', asked: [8] });
  });

  it('keeps leading zeros, and is 1 mod 97 as a whole', () => {
    expect(newPaymentReference((count) => new Uint8Array(count))).toBe('LT000000000098');
    fc.assert(
      fc.property(references, (reference) => {
        expect(reference).toHaveLength(PAYMENT_REFERENCE_LENGTH);
        expect(Number(reference.slice(2)) % 97).toBe(1);
        expect(isPaymentReference(reference)).toBe(true);
        expect(paymentReference.parse(reference)).toBe(reference);
      }),
    );
  });
});

describe('checking', () => {
  it('catches every single wrong digit and every swap of neighbours', () => {
    fc.assert(
      fc.property(references, (reference) => {
        for (let at = 2; at < reference.length; at++) {
          const here = reference.charAt(at);
          for (const digit of '0123456789')
            if (digit !== here) expect(isPaymentReference(withCharacter(reference, at, digit))).toBe(false);
          const next = reference.charAt(at + 1);
          if (next !== '' && next !== here)
            expect(isPaymentReference(withCharacter(withCharacter(reference, at, next), at + 1, here))).toBe(false);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('takes nothing but the spelling that is made', () => {
    const wrong = [
      '',
      'LT',
      MADE.toLowerCase(),
      ` ${MADE}`,
      `${MADE}\n`,
      `${MADE}0`,
      'LT12345678909',
      'LT１23456789092',
    ];
    for (const text of wrong) {
      expect(isPaymentReference(text)).toBe(false);
      expect(paymentReference.safeParse(text).success).toBe(false);
    }
  });

  it('knows one pair of check digits alone where two leave the same remainder', () => {
    // 65 × 100 is 67 × 97 + 1: both 97 and 00 after it leave 1.
    expect(['LT000000006597', 'LT000000006500'].map(isPaymentReference)).toEqual([true, false]);
  });
});

describe('finding', () => {
  it('finds every reference in the midst of anything, however it is broken', () => {
    fc.assert(
      fc.property(
        references,
        noise,
        noise,
        fc.array(gaps, { minLength: PAYMENT_REFERENCE_LENGTH, maxLength: PAYMENT_REFERENCE_LENGTH }),
        fc.boolean(),
        (reference, before, after, between, lower) => {
          const broken = [...reference].map((character, at) => character + between[at]).join('');
          expect(referencesIn(before + (lower ? broken.toLowerCase() : broken) + after)).toContain(reference);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('answers only what is a reference, each once', () => {
    fc.assert(
      fc.property(references, references, noise, (one, other, between) => {
        const found = referencesIn(`${one}${between}${other} ${one}`);
        expect(new Set(found).size).toBe(found.length);
        expect(found.every(isPaymentReference)).toBe(true);
        expect(found).toEqual(expect.arrayContaining([one, other]));
      }),
    );
  });

  it.each([
    ['in-bank', `MBVCB.1234567890.${MADE} le phi.CT tu 0000000001 NGUYEN VAN MAU toi 0000000002 UBND XA MAU`],
    ['in-bank, first', `${MADE}.CT tu 0000000001 NGUYEN VAN MAU toi 0000000002 UBND XA MAU`],
    ['Napas', `123456.011222.091500.${MADE} le phi FT22335123456789`],
    ['Napas, another tail', `123456.011222.091500.${MADE} le phi-011222-09:15:00 123456`],
    ['Napas, glued to numbers', `123456.011222.091500.9${MADE}12345`],
    ['Napas ISO', `0200970436120109150020221A2B123456.12345.091500.${MADE} le phi`],
    ['wallet', `PARTNER.DIRECT_DEBITS_VCB.ZLP.ZP1234.20221201000001.${MADE}`],
    ['corporate', `IBBIZ1.${MADE} LE PHI`],
    ['CITAD', `SHGD:12345678.DD:011222.BO:CONG TY MAU.Remark:NH MAU;0000000001;${MADE} le phi;`],
    ['salary and credit', `/Ref:P1234567{//}/Ref:LT1234 DVC:${MADE}//BAO CO`],
    ['punctuated', `MBVCB.1234567890.LT-1234.5678.9092 le phi.CT tu`],
    ['lower case', `ibvcb.1234567890.${MADE.toLowerCase()} le phi`],
    ['broken by a page', 'MBVCB.1234567890.LT12345 67\n89092 le phi.CT tu'],
    ['after a beginning of itself', `LT12 LT${MADE}`],
  ])('finds it in the narrative of a %s transfer (WIRE-2.md 6.3)', (_, narrative) => {
    expect(referencesIn(narrative)).toEqual([MADE]);
  });

  it('finds none where none is or where it is misspelt', () => {
    for (const text of ['', 'MBVCB.1234567890.le phi', MADE.slice(0, -1), `L ${MADE.slice(2)}`, 'LT123456789093'])
      expect(referencesIn(text)).toEqual([]);
  });
});
